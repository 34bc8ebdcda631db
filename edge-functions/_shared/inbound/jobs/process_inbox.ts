// Reads stored deliveries and applies their events: a batch in one transaction per org. Where one delivery
// fails, each is applied by itself, so that only that one is retried.
import type { Job } from "../../jobs/queue.ts";
import { Interrupted, retrying, type Work } from "../../jobs/job.ts";
import { asWriter } from "../../platform/db/client.ts";
import { errorFields } from "../../platform/log.ts";
import type { InboxEvent } from "../../providers/events.ts";
import { findEndpoint } from "../../providers/registry/endpoints.ts";
import { readTriageSettings } from "../settings.ts";
import type { Reading } from "../reader/reading.ts";
import { readReply } from "../reader/read_reply.ts";
import { labelOf } from "../triage_rules.ts";

interface StoredDelivery {
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

type AppliedEvent = InboxEvent & {
  inbox_id: string;
  provider: string;
  at: string;
  label?: string | null;
  reading?: Reading;
  triage?: boolean;
};

/** Cost of reading and applying a delivery, in staged rows. */
const DELIVERY_ROWS = 30;

export async function processInbox(work: Work, job: Job<"process-inbox">): Promise<void> {
  const stored = await asWriter(
    work.sql,
    (tx) => tx<StoredDelivery[]>`select * from private.inbox_bodies(${job.data.batch_id})`,
  );
  let failure: unknown = null;
  for (const [orgId, deliveries] of Map.groupBy(stored, ({ org_id }) => org_id)) {
    if (work.shouldStop()) throw new Interrupted();
    work.spend(deliveries.length * DELIVERY_ROWS);
    try {
      await apply(work, orgId, deliveries);
    } catch (error) {
      if (deliveries.length === 1) {
        failure = error;
        continue;
      }
      work.log("warn", "applied_one_by_one", { org_id: orgId, ...errorFields(error) });
      for (const delivery of deliveries) {
        await apply(work, orgId, [delivery]).catch((error) => {
          failure = error;
          work.log("error", "delivery_failed", {
            ...{ org_id: orgId, inbox_id: delivery.id },
            ...{ correlation_id: delivery.correlation_id, ...errorFields(error) },
          });
        });
      }
    }
  }
  // The others are committed; the retried job finds only those that failed.
  if (failure) throw failure;
}

async function apply(work: Work, orgId: string, deliveries: StoredDelivery[]): Promise<void> {
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

function eventsOf(delivery: StoredDelivery): AppliedEvent[] {
  const { provider, kind } = delivery;
  const endpoint = findEndpoint(provider, kind);
  if (!endpoint) throw new Error(`no endpoint reads ${provider}/${kind}`);
  return endpoint.read({
    ...{ provider, kind, contentType: delivery.content_type, params: delivery.params },
    ...{ body: delivery.body, receivedAt: delivery.received_at },
  }).map((event) => ({
    ...event,
    ...{ inbox_id: delivery.id, provider },
    at: event.at ?? delivery.received_at.toISOString(),
    ...read(event),
  }));
}

/** What the person's words ask for, as data: the database decides what follows. */
function read(event: InboxEvent): Pick<AppliedEvent, "label" | "reading" | "triage"> {
  if (event.type !== "reply" && event.type !== "call") return {};
  const text = event.type === "reply" ? event.text : event.person_text;
  if (!text) return {};
  return {
    label: labelOf(text),
    reading: readReply(text, event.type === "reply" ? event.channel : "voice_ai"),
    triage: triage.SLUICE_TRIAGE === "on",
  };
}
