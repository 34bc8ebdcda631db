// The calls of messages that have begun, and their outcomes on the way back into the ledger.
import { setTimeout as pause } from "node:timers/promises";
import { asWriter, isDatabaseUnavailable, isTransient } from "../platform/db/client.ts";
import { errorFields } from "../platform/log.ts";
import { networkOutcome } from "../providers/network.ts";
import { accountOf, type Call, type Outcome } from "../providers/types.ts";
import type { Sending } from "./dispatch.ts";
import { render, Unsendable } from "./render.ts";
import { unsubscribeUrlOf } from "./links.ts";

export interface Lease {
  orgId: string;
  leaseToken: string;
  /** Null: the database's own clock. */
  asOf: Date | null;
  /** performance.now() at which the lease was looked at. */
  began: number;
}

interface Begun {
  message_id: string;
  call: Record<string, unknown>;
  /** What was left of the lease then. */
  lease_ms: number;
}

/** `called: false`: the provider was never asked; no attempt, and nothing about its health. */
type Settled = Outcome & { message_id: string; called?: false };

/** A call may take its timeout, and settling some time more, before the lease is over. */
const SETTLE_MARGIN_MS = 15_000;
/** Failures in a row after which the rest of a batch is not tried: the circuit is for all, this for now. */
const HOLD_AFTER = 5;

export async function sendBegun(
  sending: Sending,
  lease: Lease,
  begun: readonly Begun[],
): Promise<number> {
  const todo = begun.filter(({ call }) => !("cancelled" in call)) as (Begun & { call: Call })[];
  const settler = new Settler(sending, lease);
  const brakes = new Map<string, Brake>();
  let next = 0, refused = 0;
  const lane = async () => {
    while (next < todo.length) {
      const one = todo[next++]!;
      const brake = brakeOf(brakes, one.call);
      const outcome = await callOne(sending, lease, one, brake);
      if (outcome.result === "refused") refused++;
      settler.add({ message_id: one.message_id, ...outcome });
    }
  };
  const lanes = Math.min(sending.settings.OUTREACH_CONCURRENCY, todo.length);
  await Promise.all(Array.from({ length: lanes }, lane));
  await settler.end();
  return refused;
}

/** Certainly not sent: nothing was begun at the provider. */
const notCalled = (code: string, seconds: number): Outcome & { called: false } => ({
  result: "retry",
  called: false,
  code,
  retry_after_seconds: Math.ceil(seconds),
});

async function callOne(
  { providers, settings, env, log, shouldStop }: Sending,
  lease: Lease,
  { message_id: messageId, call, lease_ms: leaseMs }: Begun & { call: Call },
  brake: Brake,
): Promise<Outcome & { called?: false }> {
  const provider = providers(call.provider, accountOf(call));
  if (!provider) return notCalled("no_account", 900);
  // The words of a call are no text message, whoever could carry both.
  if (provider.channel !== call.channel) return notCalled("channel_unsupported", 900);
  let outgoing;
  try {
    const unsubscribeUrl = unsubscribeUrlOf(call, env);
    // Ours to mend: without it nobody outside can reach us.
    if (call.channel === "email" && !unsubscribeUrl) return notCalled("no_public_url", 900);
    const content = await render(call, unsubscribeUrl);
    outgoing = { orgId: lease.orgId, messageId, call, content, unsubscribeUrl };
  } catch (error) {
    if (error instanceof Unsendable) {
      return { result: "refused", called: false, code: error.code, detail: error.message };
    }
    log("error", "not_rendered", { message_id: messageId, ...errorFields(error) });
    return notCalled("internal_error", 60);
  }
  // Asked last, so that nothing comes between the answer and the call. A call that began so late that
  // the lease could end before its answer might be made a second time by whoever finds it in doubt.
  const left = leaseMs - (performance.now() - lease.began);
  if (left < settings.OUTREACH_TIMEOUT_MS + SETTLE_MARGIN_MS) return notCalled("not_called", 0);
  if (shouldStop()) return notCalled("not_called", 0);
  if (brake.heldUntil > performance.now()) {
    return notCalled("not_called", (brake.heldUntil - performance.now()) / 1000);
  }
  // What an adapter did not foresee may have been sent.
  const outcome = await provider.send(outgoing).catch(networkOutcome);
  brake.note(outcome);
  return outcome;
}

/** Keeps the rest of a batch from running into what the first ones met. */
class Brake {
  heldUntil = 0;
  #failures = 0;

  note({ result, retry_after_seconds: wait, code }: Outcome): void {
    if (result === "accepted" || result === "refused") {
      this.#failures = 0;
      return;
    }
    this.#failures++;
    const seconds = wait ?? (this.#failures >= HOLD_AFTER ? 30 : 0);
    // All lines taken says nothing about texts; any other wait is the account's.
    if (seconds > 0 && code !== "21611") {
      this.heldUntil = Math.max(this.heldUntil, performance.now() + seconds * 1000);
    }
  }
}

function brakeOf(brakes: Map<string, Brake>, call: Call): Brake {
  const key = `${call.provider} ${accountOf(call)}`;
  const brake = brakes.get(key) ?? new Brake();
  brakes.set(key, brake);
  return brake;
}

const LINGER_MS = 20;
const ATTEMPTS = 6;

/** Writes outcomes down in groups, as they come: one that is slow keeps no other waiting. */
class Settler {
  readonly #sending: Sending;
  readonly #lease: Lease;
  #waiting: Settled[] = [];
  #running: Promise<void> | null = null;

  constructor(sending: Sending, lease: Lease) {
    this.#sending = sending;
    this.#lease = lease;
  }

  add(outcome: Settled): void {
    this.#waiting.push(outcome);
    this.#running ??= this.#run();
    // Seen by end(); a lane must not fail unheard in the meantime.
    this.#running.catch(() => {});
  }

  async end(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      await pause(LINGER_MS);
      await this.#settle(this.#waiting.splice(0));
    }
    this.#running = null;
  }

  async #settle(outcomes: Settled[]): Promise<void> {
    const { sql, log } = this.#sending;
    const { orgId, leaseToken, asOf, began } = this.#lease;
    for (let attempt = 1;; attempt++) {
      try {
        const at = asOf && new Date(asOf.getTime() + performance.now() - began);
        await asWriter(sql, (tx) =>
          tx`select private.settle_messages(${orgId}, ${leaseToken},
            ${tx.json(outcomes as never)}, coalesce(${at}::timestamptz, now()))`);
        return;
      } catch (error) {
        const again = (isDatabaseUnavailable(error) || isTransient(error)) && attempt < ATTEMPTS;
        log(again ? "warn" : "error", "settle_failed", {
          org_id: orgId,
          messages: outcomes.length,
          attempt,
          ...errorFields(error),
        });
        // Left alone they are in doubt when the lease ends, and are asked about then.
        if (!again) throw error;
        await pause(Math.random() * 250 * 2 ** attempt);
      }
    }
  }
}
