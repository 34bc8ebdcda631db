// Stores deliveries. Concurrent requests share a transaction, because the database commits only some hundred
// times a second, whatever a commit contains. No request is answered before its commit.
import { setImmediate } from "node:timers";
import { asWriter, isDatabaseUnavailable, type Sql } from "../platform/db/client.ts";
import type { Deps } from "../platform/deps.ts";
import { joinChunks } from "../platform/http/body.ts";
import { overloaded } from "../platform/http/problem.ts";
import { errorFields } from "../platform/log.ts";
import { cleanJson } from "../platform/text.ts";
import type { Unread } from "./contacts.ts";

export interface InboxRow {
  org_id: string;
  provider: string;
  kind: string;
  /** Hex. */
  content_key: string;
  events: number;
  unread: Unread;
  params: Record<string, string>;
  content_type: string;
  correlation_id: string;
  received_at: string;
}

export type Stored = "new" | "duplicate" | "no_org";

interface PendingRow {
  row: InboxRow;
  body: Uint8Array;
  resolve: (stored: Stored) => void;
  reject: (error: unknown) => void;
}

export interface InboxLimits {
  /** Requests in progress. */
  requests: number;
  /** The size of their bodies together. */
  bytes: number;
  /** Transactions at the same time. */
  writers: number;
}

/** Limits of one statement. */
const MAX_ROWS = 100;
const MAX_BYTES = 2 * 1024 * 1024;

export class InboxWriter {
  readonly #deps: Deps;
  readonly #limits: InboxLimits;
  readonly #queue: PendingRow[] = [];
  /** Verified requests before their commit, and the size of their bodies. */
  #requests = 0;
  #bytes = 0;
  #writers = 0;

  constructor(deps: Deps, limits: InboxLimits) {
    this.#deps = deps;
    this.#limits = limits;
  }

  /**
   * Reserves room for one verified request; returns the function that frees it. Without room the answer is
   * 503: nothing was promised, and the provider retries.
   */
  reserve(bytes: number): () => void {
    if (this.isFull() || this.#bytes + bytes > this.#limits.bytes) throw overloaded(1);
    this.#requests++;
    this.#bytes += bytes;
    return () => {
      this.#requests--;
      this.#bytes -= bytes;
    };
  }

  isFull(): boolean {
    return this.#requests >= this.#limits.requests;
  }

  store(row: InboxRow, body: Uint8Array): Promise<Stored> {
    const { promise, resolve, reject } = Promise.withResolvers<Stored>();
    this.#queue.push({ row, body, resolve, reject });
    // After the requests that have arrived already, so that they share the statement.
    setImmediate(() => this.#start());
    return promise;
  }

  #start(): void {
    if (this.#writers >= this.#limits.writers || this.#queue.length === 0) return;
    this.#writers++;
    this.#write(this.#nextBatch()).finally(() => {
      this.#writers--;
      this.#start();
    });
  }

  #nextBatch(): PendingRow[] {
    let bytes = 0;
    let count = 0;
    while (count < this.#queue.length && count < MAX_ROWS) {
      bytes += this.#queue[count]!.body.byteLength;
      if (count > 0 && bytes > MAX_BYTES) break;
      count++;
    }
    return this.#queue.splice(0, count);
  }

  async #write(pending: PendingRow[]): Promise<void> {
    try {
      const stored = await storeAll(this.#deps.sql, pending);
      pending.forEach(({ resolve }, at) => resolve(stored[at] ?? "no_org"));
    } catch (error) {
      if (pending.length === 1 || isDatabaseUnavailable(error)) {
        for (const { reject } of pending) reject(error);
        return;
      }
      // One row is at fault; the others must not fail because of it.
      this.#deps.log("warn", "stored_one_by_one", { rows: pending.length, ...errorFields(error) });
      for (const one of pending) await this.#write([one]);
    }
  }
}

async function storeAll(sql: Sql, pending: PendingRow[]): Promise<Stored[]> {
  let bodyAt = 0;
  const rows = pending.map(({ row, body }, at) => {
    const place = { nth: at + 1, body_at: bodyAt, body_bytes: body.byteLength };
    bodyAt += body.byteLength;
    return { ...place, ...row };
  });
  // Concatenated into one value, because the driver does not support arrays of bytea.
  const bodies = joinChunks(pending.map(({ body }) => body));
  const batchId = crypto.randomUUID();
  const stored = await asWriter(sql, (tx) =>
    tx<{ nth: number; is_new: boolean }[]>`
      select * from private.receive_webhooks(${batchId}, ${
      tx.json(cleanJson(rows) as never)
    }, ${bodies})`);
  const answers = new Array<Stored>(pending.length).fill("no_org");
  for (const { nth, is_new } of stored) answers[nth - 1] = is_new ? "new" : "duplicate";
  return answers;
}
