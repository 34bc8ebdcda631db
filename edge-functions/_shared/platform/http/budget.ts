// Memory for request bodies: one budget for the process, and at most half of it for one client. Bytes count
// when they arrive, not when they are announced, so that a slow client occupies only what it has sent.
import { overloaded } from "./problem.ts";

/** What a request occupies at least, whatever the size of its body. */
const SMALLEST = 16 * 1024;

export class BodyBudget {
  readonly #bytes: number;
  readonly #clients = new Map<string, number>();
  #used = 0;

  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  /** The largest body that fits at all. */
  get share(): number {
    return Math.floor(this.#bytes / 2);
  }

  /** Bytes of all bodies in memory. */
  get used(): number {
    return this.#used;
  }

  /** Of clients without a known address only the sum is limited: one of them must not exclude the others. */
  open(client: string | null): Hold {
    return new Hold({
      fits: (bytes, verified) => {
        const own = client === null || verified ? 0 : (this.#clients.get(client) ?? 0) + bytes;
        return this.#used + bytes <= this.#bytes && own <= this.share;
      },
      add: (bytes) => void (this.#used += bytes),
      addOf: (bytes) => {
        if (client === null) return;
        const own = (this.#clients.get(client) ?? 0) + bytes;
        if (own > 0) this.#clients.set(client, own);
        else this.#clients.delete(client);
      },
    });
  }
}

interface Account {
  fits(bytes: number, verified: boolean): boolean;
  add(bytes: number): void;
  addOf(bytes: number): void;
}

/** The part of the budget that one request occupies. */
export class Hold {
  readonly #account: Account;
  #bytes = 0;
  #verified = false;

  constructor(account: Account) {
    this.#account = account;
  }

  /** Throws 503 where a body of this size would not fit now. */
  assertFits(bytes: number): void {
    if (!this.#account.fits(Math.max(bytes, SMALLEST) - this.#bytes, this.#verified)) {
      throw overloaded(5);
    }
  }

  /** The body has `bytes` bytes now; false where there is no room for them. */
  grow(bytes: number): boolean {
    const more = Math.max(bytes, SMALLEST) - this.#bytes;
    if (more > 0 && !this.#account.fits(more, this.#verified)) return false;
    this.#count(more);
    return true;
  }

  /** The sender is known: the body no longer counts towards the share of its address. */
  verified(): void {
    if (this.#verified) return;
    this.#account.addOf(-this.#bytes);
    this.#verified = true;
  }

  release(): void {
    this.#count(-this.#bytes);
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    this.#account.add(bytes);
    if (!this.#verified) this.#account.addOf(bytes);
  }
}
