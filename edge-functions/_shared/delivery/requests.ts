// The provider requests of begun messages, whose outcomes go back into the ledger.
import pLimit from "p-limit";
import { errorFields } from "../platform/log.ts";
import { networkOutcome } from "../providers/network.ts";
import { accountOf, type Outcome, type SendRequest } from "../providers/types.ts";
import { AccountBackoff, Backoffs } from "./account_backoff.ts";
import { unsubscribeLinksOf } from "./links.ts";
import { OutcomeWriter, type RequestOutcome } from "./outcome_writer.ts";
import { render, Unsendable } from "./render.ts";
import type { Lease, Sending } from "./sending.ts";

export interface BegunMessage {
  message_id: string;
  /** The request to send, or why the gate cancelled the message. */
  request: SendRequest | { cancelled: string[] };
  /** The rest of the lease at the time it was read. */
  lease_ms: number;
}

type Sendable = BegunMessage & { request: SendRequest };

const isSendable = (message: BegunMessage): message is Sendable =>
  !("cancelled" in message.request);

/** A request may take its timeout, and settling some more time, before the lease ends. */
const SETTLE_MARGIN_MS = 15_000;

/** Cost of a request and its outcome, in staged rows. */
const REQUEST_ROWS = 400;

/** Sends them and settles their outcomes; returns how many were refused. */
export async function sendBegun(
  sending: Sending,
  lease: Lease,
  begun: readonly BegunMessage[],
): Promise<number> {
  const writer = new OutcomeWriter(sending, lease);
  const backoffs = new Backoffs();
  const limit = pLimit(sending.settings.OUTREACH_CONCURRENCY);
  let refused = 0;
  await Promise.all(
    begun.filter(isSendable).map((message) =>
      limit(async () => {
        const outcome = await sendOne(sending, lease, message, backoffs.of(message.request));
        if (outcome.result === "refused") refused++;
        const { provider } = message.request;
        writer.add({ message_id: message.message_id, provider, ...outcome });
      })
    ),
  );
  await writer.end();
  return refused;
}

/** Certainly not sent: no request was made. */
const notRequested = (code: string, seconds: number): RequestOutcome => ({
  result: "retry",
  called: false,
  code,
  retry_after_seconds: Math.ceil(seconds),
});

async function sendOne(
  { accounts, settings, env, log, shouldStop, spend }: Sending,
  lease: Lease,
  { message_id: messageId, request, lease_ms: leaseMs }: Sendable,
  backoff: AccountBackoff,
): Promise<RequestOutcome & { duration_ms?: number }> {
  const account = await accounts(request.provider, accountOf(request), lease.orgId);
  if (!account) return notRequested("no_account", 900);
  // A script for a phone call must never go out as a text, even where one company offers both.
  if (account.channel !== request.channel) return notRequested("channel_unsupported", 900);
  let message;
  try {
    const unsubscribe = unsubscribeLinksOf(request, env);
    // A configuration error on our side: without a public URL nobody can unsubscribe.
    if (request.channel === "email" && !unsubscribe) return notRequested("no_public_url", 900);
    const content = await render(request, unsubscribe?.link ?? null);
    message = { orgId: lease.orgId, messageId, request, content, unsubscribe };
  } catch (error) {
    if (error instanceof Unsendable) {
      return { result: "refused", called: false, code: error.code, detail: error.message };
    }
    log("error", "not_rendered", { message_id: messageId, ...errorFields(error) });
    return notRequested("internal_error", 60);
  }
  // Checked last, directly before the request. If the lease could end before the answer, another process
  // could find the message unconfirmed and send it a second time.
  const leftMs = leaseMs - (performance.now() - lease.readAt);
  if (leftMs < settings.OUTREACH_TIMEOUT_MS + SETTLE_MARGIN_MS) {
    return notRequested("not_called", 0);
  }
  if (shouldStop()) return notRequested("not_called", 0);
  if (backoff.waitMs > 0) return notRequested("not_called", backoff.waitMs / 1000);
  spend(REQUEST_ROWS);
  // An unexpected error does not prove that the message was not sent.
  const began = performance.now();
  const outcome: Outcome = await account.send(message).catch(networkOutcome);
  backoff.note(outcome);
  return { ...outcome, duration_ms: Math.round(performance.now() - began) };
}
