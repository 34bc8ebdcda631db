// Reads stored deliveries and applies their events: a batch in one transaction per org. Where one delivery
// fails, each is applied by itself, and where one event of it fails, each of its events. A delivery that fails for
// its content is not retried: it is dead, with a dead letter, and what its people wished for is carried out.
import type { Job } from "../../jobs/queue.ts";
import { Interrupted, retrying, type Work } from "../../jobs/job.ts";
import {
  asWriter,
  hasNoWrappingKey,
  isDatabaseUnavailable,
  isTransient,
} from "../../platform/db/client.ts";
import { errorFields } from "../../platform/log.ts";
import { continueTrace } from "../../platform/trace.ts";
import { cleanJson, cleanText } from "../../platform/text.ts";
import type { InboxEvent } from "../../providers/events.ts";
import { findEndpoint } from "../../providers/registry/endpoints.ts";
import { isAutomaticText } from "../automatic_texts.ts";
import { readTriageSettings } from "../settings.ts";
import type { Reading } from "../reader/reading.ts";
import { ownWords } from "../reader/own_words.ts";
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
  // Deliveries of one request have its id; a batch of several has one of its own.
  if (new Set(stored.map((one) => one.correlation_id)).size === 1) {
    continueTrace(stored[0]!.correlation_id);
  }
  let failure: unknown = null;
  for (const [orgId, deliveries] of Map.groupBy(stored, ({ org_id }) => org_id)) {
    if (work.shouldStop()) throw new Interrupted();
    work.spend(deliveries.length * DELIVERY_ROWS);
    const read = await readAll(work, deliveries);
    try {
      if (read.length > 0) await apply(work, orgId, read);
    } catch (error) {
      if (read.length > 1) {
        work.log("warn", "applied_one_by_one", { org_id: orgId, ...errorFields(error) });
      }
      for (const one of read) {
        await applyAlone(work, orgId, one, read.length > 1 ? null : error).catch((error) => {
          failure = error;
          logFailed(work, one.delivery, error);
        });
      }
    }
  }
  // The others are committed; the retried job finds only those that failed.
  if (failure) throw failure;
}

interface ReadDelivery {
  delivery: StoredDelivery;
  events: AppliedEvent[];
}

/** Those that can be read. One that cannot will not be readable later: it fails at once, and a person sees why. */
async function readAll(work: Work, deliveries: StoredDelivery[]): Promise<ReadDelivery[]> {
  const read: ReadDelivery[] = [];
  for (const delivery of deliveries) {
    try {
      read.push({ delivery, events: eventsOf(delivery) });
    } catch (error) {
      await fail(work, delivery, error);
    }
  }
  return read;
}

async function apply(
  work: Work,
  orgId: string,
  read: ReadDelivery[],
  events = read.flatMap((one) => one.events),
  close = true,
): Promise<void> {
  const ids = read.map(({ delivery }) => delivery.id);
  const [row] = await retrying(() =>
    asWriter(work.sql, (tx) =>
      tx<{ counts: Record<string, number> }[]>`
        select private.apply_webhook_events(${orgId}, ${ids}::bigint[],
          ${tx.json(cleanJson(events) as never)}, ${work.now()}, ${close}) as counts`)
  );
  work.log("info", "inbox_processed", { org_id: orgId, ...row?.counts });
}

/** A delivery that failed in a batch, or alone with `known`. What its people wish for counts in any case. */
async function applyAlone(
  work: Work,
  orgId: string,
  read: ReadDelivery,
  known: unknown,
): Promise<void> {
  continueTrace(read.delivery.correlation_id);
  const error = known ?? await apply(work, orgId, [read]).then(() => null, (error) => error);
  if (error === null) return;
  for (const event of read.events) {
    await asWriter(work.sql, (tx) =>
      tx`select private.honour_wish(${orgId}, ${event.provider},
        ${tx.json(cleanJson(event) as never)})`).catch((error) =>
        logFailed(work, read.delivery, error)
      );
  }
  if (!isOfContent(error)) throw error;
  // One bad event costs that event: the others of the delivery are applied one by one.
  let failure: unknown = null;
  for (const event of read.events) {
    try {
      await apply(work, orgId, [read], [event], false);
    } catch (error) {
      if (!isOfContent(error)) throw error;
      failure = error;
    }
  }
  if (failure === null) await apply(work, orgId, [read], []);
  else await fail(work, read.delivery, failure);
}

/** The same content will fail again: not a conflict, an outage, a missing key, or a release under way. */
function isOfContent(error: unknown): boolean {
  if (isTransient(error) || isDatabaseUnavailable(error) || hasNoWrappingKey(error)) return false;
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" && !/^(40|42|53|55|58|25|XX)/.test(code);
}

async function fail(work: Work, delivery: StoredDelivery, error: unknown): Promise<void> {
  logFailed(work, delivery, error);
  const { code, message } = errorFields(error);
  const reason = [code, message].filter(Boolean).join(": ");
  await asWriter(
    work.sql,
    (tx) =>
      tx`select private.fail_delivery(${delivery.org_id}, ${delivery.id}, ${cleanText(reason)},
      ${work.now()})`,
  );
}

function logFailed(work: Work, delivery: StoredDelivery, error: unknown): void {
  const { org_id, id: inbox_id, correlation_id } = delivery;
  work.log("error", "delivery_failed", { org_id, inbox_id, correlation_id, ...errorFields(error) });
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
    at: timeOf(event, delivery.received_at),
    ...read(event),
  }));
}

/** No event is later than its receipt: one from the future would outrank every wish until then. */
function timeOf({ at }: InboxEvent, receivedAt: Date): string {
  const received = receivedAt.toISOString();
  return at !== null && at < received ? at : received;
}

/** What the person's words ask for, as data: the database decides what follows. */
function read(
  event: InboxEvent,
): Pick<AppliedEvent, "label" | "reading" | "triage"> & { text?: string; automatic?: "answer" } {
  if (event.type !== "reply" && event.type !== "call") return {};
  const text = event.type === "reply" ? event.text : event.person_text;
  if (!text) return {};
  const channel = event.type === "reply" ? event.channel : "voice_ai";
  let reading = readSafely(text, channel);
  const isWish = reading?.request === "opt_out" && reading.by === "rules";
  if (channel === "sms" && isAutomaticText(text) && !isWish) {
    return { automatic: "answer" };
  }
  const subject = event.type === "reply" ? event.subject : undefined;
  // A subject of ours comes back with "Re:".
  if (subject && reading?.request === "none" && !/^\s*(re|fwd?|aw|wg|sv|rv)\s*:/i.test(subject)) {
    const wished = readSafely(subject, channel);
    // UNSUBSCRIBE, above a signature or nothing.
    if (
      wished?.request === "opt_out" && wished.by === "rules" &&
      (wished.keyword || ownWords(text) === "")
    ) {
      reading = wished;
    }
  }
  return {
    label: labelOf(text),
    ...(reading ? { reading } : {}),
    triage: triage.SLUICE_TRIAGE === "on",
  };
}

/** Where the reader fails, the database looks for keywords, and a person reads the rest. */
function readSafely(text: string, channel: "email" | "sms" | "voice_ai"): Reading | null {
  try {
    return readReply(text, channel);
  } catch {
    return null;
  }
}
