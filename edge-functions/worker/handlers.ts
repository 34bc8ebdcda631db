// All queues with their handlers, and the periodic tasks. The only file that imports every handler.
import { openSending, reconcileUnconfirmed, sendDue } from "../_shared/delivery/jobs/outgoing.ts";
import { askReassigned } from "../_shared/delivery/jobs/reassigned.ts";
import { syncDaily } from "../_shared/delivery/jobs/sync_optouts.ts";
import { enrich, openRenewals, wakeEnrichment } from "../_shared/enrichment/jobs/enrich.ts";
import { processInbox } from "../_shared/inbound/jobs/process_inbox.ts";
import { triage } from "../_shared/inbound/jobs/triage.ts";
import { FETCHERS, pullDue } from "../_shared/intake/jobs/pull.ts";
import type { Fetchers } from "../_shared/intake/pull/types.ts";
import { recordDeadLetter } from "../_shared/intake/jobs/dead_letters.ts";
import { stagePart } from "../_shared/intake/jobs/stage_part.ts";
import { sweep } from "../_shared/intake/jobs/sweep.ts";
import type { Batch } from "../_shared/jobs/batch.ts";
import type { Handlers, Work } from "../_shared/jobs/job.ts";
import type { Loop } from "../_shared/jobs/loop.ts";
import { matchLeads } from "../_shared/matching/jobs/match_leads.ts";
import { resolveUpload } from "../_shared/matching/jobs/resolve_upload.ts";
import { notify } from "../_shared/notify/jobs/notify.ts";
import { sourcePlaces } from "../_shared/prospects/jobs/source_places.ts";
import { scoreLeads } from "../_shared/scoring/jobs/score_leads.ts";
import type { WorkerSettings } from "./settings.ts";

const handlers: Handlers = {
  "stage-part": stagePart,
  "resolve-upload": resolveUpload,
  "match-leads": matchLeads,
  "score-leads": scoreLeads,
  "enrich": enrich,
  "source-places": (work, job) => sourcePlaces(work, job),
  "process-inbox": processInbox,
  "notify": notify,
  "triage": triage,
  "dead-letters": recordDeadLetter,
};

/** For the loop: queues and tasks side by side. `fetchers`: kinds of pulls that only a process has. */
export function loopOf(work: Work, settings: WorkerSettings, fetchers: Fetchers): Loop {
  const sending = openSending(work);
  const seconds = (count: number) => count * 1000;
  return {
    handlers,
    lanes: {
      "stage-part": settings.WORKER_STAGE_LANES,
      "resolve-upload": settings.WORKER_RESOLVE_LANES,
      "match-leads": 1,
      "score-leads": 1,
      "enrich": settings.WORKER_ENRICH_LANES,
      "source-places": 1,
      "process-inbox": settings.WORKER_INBOX_LANES,
      "notify": settings.WORKER_NOTIFY_LANES,
      "triage": 1,
      "dead-letters": 1,
    },
    tasks: [
      ...Array.from({ length: dispatchLanes(settings) }, () => ({
        name: "dispatch",
        run: () => sendDue(sending),
        pauseMs: settings.WORKER_DISPATCH_POLL_MS,
      })),
      {
        // Also where n8n calls the outreach function: a send that died half-way is settled here.
        name: "reconcile",
        run: () => reconcileUnconfirmed(sending),
        pauseMs: seconds(settings.WORKER_RECONCILE_SECONDS),
      },
      {
        name: "ask_reassigned",
        run: () => askReassigned(work),
        pauseMs: seconds(settings.WORKER_ASK_SECONDS),
      },
      {
        name: "supervise",
        run: () => work.queue.supervise(),
        pauseMs: seconds(settings.WORKER_SUPERVISE_SECONDS),
      },
      { name: "sweep", run: () => sweep(work), pauseMs: seconds(settings.WORKER_SWEEP_SECONDS) },
      {
        name: "open_renewals",
        run: () => openRenewals(work),
        pauseMs: seconds(settings.WORKER_SWEEP_SECONDS),
      },
      {
        name: "wake_enrichment",
        run: () => wakeEnrichment(work),
        pauseMs: seconds(settings.WORKER_WAKE_SECONDS),
      },
      {
        name: "pull",
        run: () => pullDue(work, { ...FETCHERS, ...fetchers }),
        pauseMs: seconds(settings.WORKER_PULL_SECONDS),
      },
      {
        name: "sync_opt_outs",
        run: () => syncDaily(work),
        pauseMs: seconds(settings.WORKER_SYNC_SECONDS),
      },
    ],
    pollMs: settings.WORKER_POLL_MS,
  };
}

/** For one batch: everything in turn. */
export function batchOf(work: Work, settings: WorkerSettings): Batch {
  const sending = openSending(work);
  return {
    handlers,
    // Queues whose jobs finish something come first.
    queues: [
      ...["dead-letters", "process-inbox", "notify", "triage"] as const,
      ...["resolve-upload", "stage-part", "match-leads", "score-leads", "enrich"] as const,
      "source-places",
    ],
    before: [
      { name: "supervise", run: () => work.queue.supervise() },
      { name: "sweep", run: () => sweep(work) },
      { name: "open_renewals", run: () => openRenewals(work) },
      { name: "wake_enrichment", run: () => wakeEnrichment(work) },
    ],
    after: [
      { name: "reconcile", run: () => reconcileUnconfirmed(sending) },
      ...(dispatchLanes(settings) > 0 ? [{ name: "dispatch", run: () => sendDue(sending) }] : []),
      { name: "ask_reassigned", run: () => askReassigned(work) },
      { name: "pull", run: () => pullDue(work) },
      { name: "sync_opt_outs", run: () => syncDaily(work) },
    ],
  };
}

const dispatchLanes = (settings: WorkerSettings): number =>
  settings.WORKER_DISPATCH === "on" ? settings.WORKER_DISPATCH_LANES : 0;

/** Connections that the loop can use at the same time. */
export const connectionsOf = (settings: WorkerSettings): number =>
  settings.WORKER_STAGE_LANES * 2 + settings.WORKER_RESOLVE_LANES * settings.WORKER_RESOLVE_SLICES +
  settings.WORKER_INBOX_LANES + settings.WORKER_NOTIFY_LANES + settings.WORKER_ENRICH_LANES * 3 +
  dispatchLanes(settings) * 2 + 6;
