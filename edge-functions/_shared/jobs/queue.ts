// The job queue: pg-boss on our own connections. Jobs are sent in the transaction that creates their work,
// so neither exists without the other.
import { type JobWithMetadata, PgBoss } from "pg-boss";
import { asWriter, type Sql, type Tx } from "../platform/db/client.ts";

export interface QueueData {
  "stage-part": { part_id: string };
  "resolve-upload": { upload_id: string };
  "match-leads": { org_id: string };
  /** all: of the whole org, not the queued ones. */
  "score-leads": { org_id: string; task: "score-leads"; all?: boolean };
  "enrich": { run_id: string; org_id: string; task: "enrich" };
  "source-places": { run_id: string; org_id: string; task: "source" };
  "process-inbox": { batch_id: string };
  "notify": { notification_id: string };
  "triage": { reply_id: string; org_id: string };
  "dead-letters": Record<string, string>;
}
export type QueueName = keyof QueueData;
export type Job<Q extends QueueName = QueueName> = JobWithMetadata<QueueData[Q]>;

type Executor = { executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }> };

/** pg-boss targets node-postgres, which also runs its statements here: values pass through unchanged. */
function executorOf(tx: Tx): Executor {
  return {
    async executeSql(text, values = []) {
      const rows = await tx.unsafe(text, values.length > 0 ? values : undefined);
      return { rows: [...rows] };
    },
  };
}

/**
 * Statements outside a transaction of the caller. Maintenance has its own `BEGIN … COMMIT`: it runs in a
 * transaction of ours instead, so that the role is set for that transaction only.
 */
function poolExecutor(sql: Sql): Executor {
  return {
    async executeSql(text, values) {
      if (!/^\s*begin\b/i.test(text)) {
        return await asWriter(sql, (tx) => executorOf(tx).executeSql(text, values));
      }
      const body = text.replace(/^\s*begin\s*;/i, "").replace(/;\s*commit\s*;?\s*$/i, "");
      const results = await asWriter(sql, (tx) => tx.unsafe(body));
      return { rows: results.flat() };
    },
  };
}

/** Attempts to send a job when the waiting one starts before it can be locked. */
const MOST_ATTEMPTS = 5;

export class Queue {
  readonly #sql: Sql;
  readonly #boss: PgBoss;
  readonly #known = new Map<QueueName, Promise<unknown>>();

  constructor(sql: Sql, superviseSeconds = 60) {
    this.#sql = sql;
    // Never started: no timers, no migrations. Its methods are used as a library.
    this.#boss = new PgBoss({
      db: poolExecutor(sql),
      schema: "pgboss",
      migrate: false,
      supervise: false,
      schedule: false,
      reindex: false,
      monitorVacuum: false,
      monitorIntervalSeconds: superviseSeconds,
    });
    this.#boss.on("error", () => {});
  }

  /**
   * Makes pg-boss load its settings of a queue. Call it before opening a transaction: inside one, the
   * query would wait for a second connection while the first is in use.
   */
  ready(...names: QueueName[]): Promise<unknown> {
    return Promise.all(names.map((name) => {
      const known = this.#known.get(name) ?? this.#boss.findJobs(name, { id: crypto.randomUUID() });
      this.#known.set(name, known);
      known.catch(() => this.#known.delete(name));
      return known;
    }));
  }

  /**
   * Sends a job in the caller's transaction. Null: a job with the same key is waiting already. That one is
   * locked until the transaction ends: if it started earlier, it would miss the caller's changes, and no
   * other job would follow.
   */
  async send<Q extends QueueName>(
    tx: Tx,
    name: Q,
    data: QueueData[Q],
    options: { startAfterSeconds?: number } = {},
  ): Promise<string | null> {
    const singletonKey = Object.values(data)[0] as string;
    for (let attempt = 1;; attempt++) {
      const id = await this.#boss.send(name, data, {
        ...{ db: executorOf(tx), singletonKey },
        ...(options.startAfterSeconds ? { startAfter: options.startAfterSeconds } : {}),
      });
      if (id !== null || attempt === MOST_ATTEMPTS) return id;
      const waiting = await tx`
        select from pgboss.job j
        where j.name = ${name} and j.singleton_key = ${singletonKey} and j.state = 'created' for share`;
      // The other job started in between: try again.
      if (waiting.length > 0) return null;
    }
  }

  async fetch<Q extends QueueName>(name: Q): Promise<Job<Q> | null> {
    await this.ready(name);
    const jobs = await this.#boss.fetch<QueueData[Q]>(name, { includeMetadata: true });
    return jobs[0] ?? null;
  }

  async complete(name: QueueName, id: string, tx?: Tx): Promise<void> {
    await this.#boss.complete(name, id, null, tx ? { db: executorOf(tx) } : {});
  }

  /** Retries later with backoff; without retries left, the job goes to the dead letters. */
  async fail(name: QueueName, id: string, reason: Record<string, unknown>): Promise<void> {
    await this.#boss.fail(name, id, reason);
  }

  /** Keeps a long job from being assigned to another worker. */
  async touch(name: QueueName, id: string): Promise<void> {
    await this.#boss.touch(name, id);
  }

  /** Returns jobs of dead workers to their queue, moves exhausted ones to the dead letters, deletes old ones. */
  async supervise(): Promise<void> {
    await this.#boss.supervise();
  }

  /** Jobs that could be fetched now. */
  async waiting(): Promise<number> {
    return await asWriter(this.#sql, async (tx) => {
      const [row] = await tx<{ count: number }[]>`
        select count(*)::integer as count from pgboss.job
        where state < 'active' and not blocked and start_after <= now()`;
      return row?.count ?? 0;
    });
  }

  /** Calls back when a job was sent, with the name of its queue. Null where LISTEN does not work. */
  async listen(onSent: (queue: string) => void): Promise<{ close(): Promise<void> } | null> {
    try {
      const [row] = await this.#sql<{ channel: string }[]>`
        select 'pgboss_' || left(encode(sha224('pgboss'::bytea), 'hex'), 24) as channel`;
      const { unlisten } = await this.#sql.listen(row?.channel ?? "", onSent);
      return { close: unlisten };
    } catch {
      return null;
    }
  }
}
