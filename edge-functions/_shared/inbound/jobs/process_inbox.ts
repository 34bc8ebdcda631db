// Deliveries become events, and events take effect: all deliveries of a batch in one transaction for each
// org; where one of them cannot be processed, each by itself, so that it alone is tried again.
import { asWriter } from "../../platform/db/client.ts";
import type { Job } from "../../jobs/queue.ts";
import { errorFields } from "../../platform/log.ts";
import { labelOf } from "../triage_rules.ts";
import { readTriageSettings } from "../../providers/openai/settings.ts";
import { endpointName, ENDPOINTS } from "../../providers/registry.ts";
import type { InboxEvent } from "../../providers/events.ts";
import { Interrupted, retrying, type Work } from "../../jobs/job.ts";

interface Waiting {
  org_id: string;
  id: string;
  provider: string;
  kind: string;
  content_type: string;
  params: Record<string, string>;
  received_at: Date;
  correlation_id: string;
  body: Uint8Array;
}

type Noted = InboxEvent & {
  inbox_id: string;
  provider: string;
  at: string;
  label?: string | null;
  triage?: boolean;
};

export async function processInbox(work: Work, job: Job<"process-inbox">): Promise<void> {
  const waiting = await asWriter(
    work.sql,
    (tx) => tx<Waiting[]>`select * from private.inbox_bodies(${job.data.batch_id})`,
  );
  let failure: unknown = null;
  for (const [orgId, deliveries] of Map.groupBy(waiting, ({ org_id }) => org_id)) {
    if (work.shouldStop()) throw new Interrupted();
    try {
      await take(work, orgId, deliveries);
    } catch (error) {
      if (deliveries.length === 1) {
        failure = error;
        continue;
      }
      work.log("warn", "taken_one_by_one", { org_id: orgId, ...errorFields(error) });
      for (const one of deliveries) {
        await take(work, orgId, [one]).catch((error) => {
          failure = error;
          work.log("error", "delivery_failed", {
            ...{ org_id: orgId, inbox_id: one.id, correlation_id: one.correlation_id },
            ...errorFields(error),
          });
        });
      }
    }
  }
  // The others are done; the job comes again for what is left.
  if (failure) throw failure;
}

async function take(work: Work, orgId: string, deliveries: Waiting[]): Promise<void> {
  const events = deliveries.flatMap(eventsOf);
  const ids = deliveries.map(({ id }) => id);
  const [row] = await retrying(() =>
    asWriter(work.sql, (tx) =>
      tx<{ counts: Record<string, number> }[]>`
        select private.apply_webhook_events(${orgId}, ${ids}::bigint[], ${tx.json(events as never)},
          ${work.now()}) as counts`)
  );
  work.log("info", "inbox_processed", { org_id: orgId, ...row?.counts });
}

const triage = readTriageSettings();

function eventsOf(delivery: Waiting): Noted[] {
  const door = ENDPOINTS[endpointName(delivery)];
  if (!door) throw new Error(`no door reads ${delivery.provider}/${delivery.kind}`);
  const { provider } = delivery;
  return door.read({
    ...{ provider, kind: delivery.kind, contentType: delivery.content_type },
    ...{ params: delivery.params, body: delivery.body, receivedAt: delivery.received_at },
  }).map((event) => ({
    ...event,
    ...{ inbox_id: delivery.id, provider },
    at: event.at ?? delivery.received_at.toISOString(),
    ...labelled(event),
  }));
}

function labelled(event: InboxEvent): { label?: string | null; triage?: boolean } {
  const text = event.type === "reply" ? event.text : event.type === "call" ? event.words : null;
  return text ? { label: labelOf(text), triage: triage.SLUICE_TRIAGE === "on" } : {};
}
