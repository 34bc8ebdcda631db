// The metrics, with their kinds and what they mean. The values come from private.read_metrics (sql/99_schedule/04_metrics.sql);
// alert rules, the dashboard and docs/metrics.md use these names.

export type Kind = "counter" | "gauge" | "histogram";

export interface Metric {
  kind: Kind;
  help: string;
  /** Beside `org`, which all but those of the whole installation have. */
  labels: readonly string[];
  /** Of the whole installation. */
  platform?: true;
}

const counter = (labels: string[], help: string): Metric => ({ kind: "counter", labels, help });
const gauge = (labels: string[], help: string): Metric => ({ kind: "gauge", labels, help });
const shared = (labels: string[], help: string): Metric => ({
  ...gauge(labels, help),
  platform: true,
});

export const METRICS: Readonly<Record<string, Metric>> = {
  sluice_uploads_total: counter(
    ["kind", "outcome"],
    "Uploads that were received, completed, failed or undone, without dry runs.",
  ),
  sluice_upload_rows_total: counter(
    ["verdict"],
    "Rows of uploads by verdict: created, updated, unchanged, merged, conflict or rejected.",
  ),
  sluice_upload_parts_open: gauge([], "Parts of uploads that are received and not resolved."),
  sluice_upload_parts_oldest_age_seconds: gauge(
    [],
    "Age of the oldest part that is not resolved.",
  ),
  sluice_gate_decisions_total: counter(
    ["channel", "verdict"],
    "Decisions of the gate that were stored, allowed or refused.",
  ),
  sluice_gate_refusals_total: counter(
    ["rule"],
    "Refusals of the gate by rule; one decision may have several.",
  ),
  sluice_messages_total: counter(
    ["channel", "provider", "state"],
    "Messages that entered a state.",
  ),
  sluice_messages_in_flight: gauge(
    ["provider", "state"],
    "Messages that are sending, retrying or unconfirmed.",
  ),
  sluice_provider_requests_total: counter(
    ["provider", "purpose", "status"],
    "Requests to providers (send or data) by answer: ok, 429, 5xx, 4xx, unreachable, no_answer.",
  ),
  sluice_provider_request_duration_seconds: {
    kind: "histogram",
    labels: ["provider", "purpose"],
    help: "How long requests to providers took.",
  },
  sluice_provider_cached_answers_total: counter(
    ["provider"],
    "Data calls that the cache answered.",
  ),
  sluice_provider_circuit_open: gauge(
    ["provider", "account"],
    "1 while the circuit breaker of an account is open or probing.",
  ),
  sluice_provider_budget_usd: gauge(
    ["provider", "period", "purpose"],
    "Budget of the current day or month.",
  ),
  sluice_provider_spend_usd: gauge(
    ["provider", "period", "purpose"],
    "Spent and reserved of the budget.",
  ),
  sluice_feed_done: gauge(["campaign"], "1 when the campaign was fed today, in the org's time."),
  sluice_feed_leads: gauge(["campaign"], "Leads that were fed today."),
  sluice_feed_overdue: gauge(
    ["campaign"],
    "1 when today's feed is due for 15 minutes and not done.",
  ),
  sluice_dead_letters_open: gauge(["source"], "Open dead letters."),
  sluice_dead_letters_oldest_age_seconds: gauge(["source"], "Age of the oldest open dead letter."),
  sluice_inbox_waiting: gauge([], "Webhook deliveries that are stored and not processed."),
  sluice_inbox_oldest_age_seconds: gauge([], "Age of the oldest unprocessed delivery."),
  sluice_wishes_unprocessed_oldest_age_seconds: gauge(
    [],
    "Age of the oldest message of a person that is not processed and may be a wish to opt out.",
  ),
  sluice_wishes_waiting_for_person: gauge(
    [],
    "Possible wishes to opt out that a person has to look at; their leads are held.",
  ),
  sluice_wishes_waiting_for_person_oldest_age_seconds: gauge(
    [],
    "Age of the oldest possible wish that waits for a person.",
  ),
  sluice_queue_jobs: shared(["queue", "state"], "Jobs that are ready, deferred or active."),
  sluice_queue_oldest_age_seconds: shared(
    ["queue"],
    "How long the oldest ready job of a queue has waited.",
  ),
  sluice_contactable_view_refreshed_timestamp_seconds: shared(
    [],
    "When the view of contactable leads was last refreshed; 0 if never.",
  ),
  sluice_retention_overdue: shared(
    [],
    "Kinds of data, by org, of which some should have been deleted two days ago.",
  ),
  sluice_tasks_overdue: shared([], "Daily tasks that are not done 15 minutes after their time."),
  sluice_platform_dead_letters_open: shared(["source"], "Open dead letters of no org."),
  sluice_platform_dead_letters_oldest_age_seconds: shared(
    ["source"],
    "Age of the oldest open dead letter of no org.",
  ),
  sluice_worker_wakes: shared(
    ["outcome"],
    "Requests of the last hour that woke the worker: ok, failed or waiting.",
  ),
  sluice_net_responses: shared(
    ["status"],
    "Answers of the last hour to requests of the database (pg_net), by class of status.",
  ),
  sluice_cron_last_run_failed: shared(["task"], "1 when the last run of a scheduled job failed."),
  sluice_cron_last_success_timestamp_seconds: shared(
    ["task"],
    "When a scheduled job last succeeded, among the last runs.",
  ),
  sluice_scrape_duration_seconds: shared([], "How long the values took to read."),
};
