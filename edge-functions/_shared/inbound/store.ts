// Stores deliveries. Requests that come at the same time share a transaction: the database commits some
// hundred times a second, whatever is in a commit. Nobody is answered before the commit.
import { setImmediate } from "node:timers";
import { byteLengthOf } from "../platform/crypto/digest.ts";
import { asWriter, isDatabaseUnavailable, type Sql } from "../platform/db/client.ts";
import type { Deps } from "../platform/deps.ts";
import { errorFields } from "../platform/log.ts";
import { Problem } from "../platform/http/problem.ts";

export interface Row {
  org_id: string;
  provider: string;
  kind: string;
  /** Hex. */
  content_key: string;
  events: number;
  params: Record<string, string>;
  content_type: string;
  correlation_id: string;
  received_at: string;
}

export type Stored = "new" | "again" | "no_org";

interface Waiting {
  row: Row;
  body: Uint8Array;
  done: (stored: Stored) => void;
  failed: (error: unknown) => void;
}

export const overloaded = () =>
  new Problem(503, "overloaded", "Too many deliveries at once; nothing was stored.", {
    headers: { "retry-after": "1" },
  });

/** Of one statement. */
const MOST_ROWS = 100;
const MOST_BYTES = 2 * 1024 * 1024;

export class Intake {
  readonly #deps: Deps;
  readonly #limits: { waiting: number; bytes: number; writers: number };
  readonly #queue: Waiting[] = [];
  /** Requests between their first byte and their commit, and what their bodies take. */
  #under = 0;
  #bytes = 0;
  #writers = 0;

  constructor(deps: Deps, limits: { waiting: number; bytes: number; writers: number }) {
    this.#deps = deps;
    this.#limits = limits;
  }

  /**
   * A place for one request, from before its body is read. Where there is none, 503: the provider comes
   * again, and nothing was promised.
   */
  enter(bytes: number): () => void {
    if (this.isFull() || this.#bytes + bytes > this.#limits.bytes) throw overloaded();
    this.#under++;
    this.#bytes += bytes;
    return () => {
      this.#under--;
      this.#bytes -= bytes;
    };
  }

  isFull(): boolean {
    return this.#under >= this.#limits.waiting;
  }

  store(row: Row, body: Uint8Array): Promise<Stored> {
    const { promise, resolve, reject } = Promise.withResolvers<Stored>();
    this.#queue.push({ row, body, done: resolve, failed: reject });
    // After what has come in already: those share the statement.
    setImmediate(() => this.#start());
    return promise;
  }

  #start(): void {
    if (this.#writers >= this.#limits.writers || this.#queue.length === 0) return;
    this.#writers++;
    this.#write(this.#take()).finally(() => {
      this.#writers--;
      this.#start();
    });
  }

  #take(): Waiting[] {
    let bytes = 0;
    let count = 0;
    while (count < this.#queue.length && count < MOST_ROWS) {
      bytes += this.#queue[count]!.body.byteLength;
      if (count > 0 && bytes > MOST_BYTES) break;
      count++;
    }
    return this.#queue.splice(0, count);
  }

  async #write(waiting: Waiting[]): Promise<void> {
    try {
      const stored = await storeAll(this.#deps.sql, waiting);
      waiting.forEach(({ done }, at) => done(stored[at] ?? "no_org"));
    } catch (error) {
      if (waiting.length === 1 || isDatabaseUnavailable(error)) {
        for (const { failed } of waiting) failed(error);
        return;
      }
      // One of them is at fault; the others must not be refused for it.
      this.#deps.log("warn", "stored_one_by_one", { rows: waiting.length, ...errorFields(error) });
      for (const one of waiting) await this.#write([one]);
    }
  }
}

async function storeAll(sql: Sql, waiting: Waiting[]): Promise<Stored[]> {
  let bodyAt = 0;
  const rows = waiting.map(({ row, body }, at) => {
    const place = { nth: at + 1, body_at: bodyAt, body_bytes: body.byteLength };
    bodyAt += body.byteLength;
    return { ...place, ...row };
  });
  // One after the other as one value: the driver knows no lists of bytes.
  const bodies = joined(waiting.map(({ body }) => body));
  const batchId = crypto.randomUUID();
  const stored = await asWriter(sql, (tx) =>
    tx<{ nth: number; is_new: boolean }[]>`
      select * from private.receive_webhooks(${batchId}, ${tx.json(rows as never)}, ${bodies})`);
  const answers = new Array<Stored>(waiting.length).fill("no_org");
  for (const { nth, is_new } of stored) answers[nth - 1] = is_new ? "new" : "again";
  return answers;
}

/** One piece of memory, whatever it came in. */
export function joined(chunks: readonly Uint8Array[]): Uint8Array {
  if (chunks.length === 1) return chunks[0]!;
  const body = new Uint8Array(byteLengthOf(chunks));
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.byteLength;
  }
  return body;
}
