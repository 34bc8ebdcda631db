// Within one batch: once an account asks for a pause or keeps failing, the rest of the batch waits. The
// circuit breakers in the database do the same for all processes.
import { accountOf, type Outcome, type SendRequest } from "../providers/types.ts";

/** After this many failures in a row the rest of a batch is not tried. */
const MAX_FAILURES = 5;
const PAUSE_SECONDS = 30;

export class AccountBackoff {
  #until = 0;
  #failures = 0;

  get waitMs(): number {
    return Math.max(0, this.#until - performance.now());
  }

  note({ result, retry_after_seconds: wait, wait_scope: scope }: Outcome): void {
    if (result === "accepted" || result === "refused") {
      this.#failures = 0;
      return;
    }
    this.#failures++;
    const seconds = wait ?? (this.#failures >= MAX_FAILURES ? PAUSE_SECONDS : 0);
    if (seconds > 0 && scope !== "sender") {
      this.#until = Math.max(this.#until, performance.now() + seconds * 1000);
    }
  }
}

export class Backoffs {
  readonly #byAccount = new Map<string, AccountBackoff>();

  of(request: SendRequest): AccountBackoff {
    const key = `${request.provider} ${accountOf(request)}`;
    const backoff = this.#byAccount.get(key) ?? new AccountBackoff();
    this.#byAccount.set(key, backoff);
    return backoff;
  }
}
