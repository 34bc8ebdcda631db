// The queues, each with its retry settings. The functions send to them and the worker fetches from them by name
// (edge-functions/_shared/jobs/queue.ts).

export const SCHEMA = "pgboss";

export const QUEUES = [
  {
    name: "dead-letters",
    // Recording a dead letter fails only when the database is unavailable, so retries continue for days.
    options: {
      policy: "standard",
      retryLimit: 1000,
      retryDelay: 5,
      retryBackoff: true,
      retryDelayMax: 600,
      expireInSeconds: 300,
      heartbeatSeconds: 15,
      deleteAfterSeconds: 86_400,
      notify: true,
    },
  },
  {
    name: "stage-part",
    options: {
      policy: "short",
      retryLimit: 6,
      retryDelay: 1,
      retryBackoff: true,
      retryDelayMax: 120,
      expireInSeconds: 7200,
      heartbeatSeconds: 15,
      deleteAfterSeconds: 86_400,
      deadLetter: "dead-letters",
      notify: true,
    },
  },
  {
    name: "resolve-upload",
    options: {
      policy: "short",
      retryLimit: 10,
      retryDelay: 1,
      retryBackoff: true,
      retryDelayMax: 120,
      expireInSeconds: 7200,
      heartbeatSeconds: 15,
      deleteAfterSeconds: 86_400,
      deadLetter: "dead-letters",
      notify: true,
    },
  },
  {
    name: "process-inbox",
    options: {
      policy: "short",
      retryLimit: 8,
      retryDelay: 1,
      retryBackoff: true,
      retryDelayMax: 300,
      expireInSeconds: 600,
      heartbeatSeconds: 15,
      deleteAfterSeconds: 3600,
      deadLetter: "dead-letters",
      notify: true,
    },
  },
  {
    name: "notify",
    // The receiver is another party's server: an outage of a night must not lose its notifications.
    options: {
      policy: "short",
      retryLimit: 20,
      retryDelay: 2,
      retryBackoff: true,
      retryDelayMax: 3600,
      expireInSeconds: 120,
      heartbeatSeconds: 15,
      deleteAfterSeconds: 3600,
      deadLetter: "dead-letters",
      notify: true,
    },
  },
  {
    name: "match-leads",
    options: {
      policy: "short",
      retryLimit: 6,
      retryDelay: 10,
      retryBackoff: true,
      retryDelayMax: 600,
      expireInSeconds: 7200,
      heartbeatSeconds: 15,
      deleteAfterSeconds: 3600,
      deadLetter: "dead-letters",
      notify: true,
    },
  },
  {
    name: "score-leads",
    options: {
      policy: "short",
      retryLimit: 6,
      retryDelay: 10,
      retryBackoff: true,
      retryDelayMax: 600,
      expireInSeconds: 7200,
      heartbeatSeconds: 15,
      deleteAfterSeconds: 3600,
      deadLetter: "dead-letters",
      notify: true,
    },
  },
  {
    name: "triage",
    options: {
      policy: "short",
      retryLimit: 5,
      retryDelay: 10,
      retryBackoff: true,
      retryDelayMax: 600,
      expireInSeconds: 300,
      heartbeatSeconds: 15,
      deleteAfterSeconds: 3600,
      deadLetter: "dead-letters",
      notify: true,
    },
  },
];
