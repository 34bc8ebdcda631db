// Writes outcomes to the ledger in groups as they arrive, so that a slow request delays no other.
import { setTimeout as pause } from "node:timers/promises";
import { asWriter, isDatabaseUnavailable, isTransient } from "../platform/db/client.ts";
import { errorFields } from "../platform/log.ts";
import type { Outcome } from "../providers/types.ts";
import type { Lease, Sending } from "./sending.ts";

/** `called: false`: no provider request was made, so no attempt counts and the provider's health is unknown. */
export type RequestOutcome = Outcome & { called?: false };

type SettledOutcome = RequestOutcome & {
  message_id: string;
  provider: string;
  /** How long the provider took; none where it was not asked. */
  duration_ms?: number;
};

const LINGER_MS = 20;
const MAX_ATTEMPTS = 6;

export class OutcomeWriter {
  readonly #sending: Sending;
  readonly #lease: Lease;
  #pending: SettledOutcome[] = [];
  #running: Promise<void> | null = null;

  constructor(sending: Sending, lease: Lease) {
    this.#sending = sending;
    this.#lease = lease;
  }

  add(outcome: SettledOutcome): void {
    this.#pending.push(outcome);
    this.#running ??= this.#run();
    // end() reports the failure; until then it must not count as an unhandled rejection.
    this.#running.catch(() => {});
  }

  /** Waits until everything is written. */
  async end(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#pending.length > 0) {
      await pause(LINGER_MS);
      await this.#settle(this.#pending.splice(0));
    }
    this.#running = null;
  }

  async #settle(outcomes: SettledOutcome[]): Promise<void> {
    const { sql, log } = this.#sending;
    const { orgId, leaseToken, asOf, readAt } = this.#lease;
    const rows = outcomes.map(({ wait_scope: _, provider: _p, duration_ms: _d, ...row }) => row);
    const requests = outcomes.flatMap((
      { called, message_id, provider, result, code, duration_ms },
    ) => called === false ? [] : [{ message_id, provider, result, code, duration_ms }]);
    for (let attempt = 1;; attempt++) {
      try {
        const at = asOf && new Date(asOf.getTime() + performance.now() - readAt);
        await asWriter(sql, (tx) =>
          tx`select private.settle_messages(${orgId}, ${leaseToken},
            ${tx.json(rows as never)}, coalesce(${at}::timestamptz, now())),
            private.count_requests(${orgId}, ${tx.json(requests as never)})`);
        return;
      } catch (error) {
        const again = (isDatabaseUnavailable(error) || isTransient(error)) &&
          attempt < MAX_ATTEMPTS;
        log(again ? "warn" : "error", "settle_failed", {
          org_id: orgId,
          messages: outcomes.length,
          attempt,
          ...errorFields(error),
        });
        // They become unconfirmed when the lease ends, and are reconciled then.
        if (!again) throw error;
        await pause(Math.random() * 250 * 2 ** attempt);
      }
    }
  }
}
