// Connections by node-postgres. A client that loses its connection is never connected again, so a late
// statement of a broken transaction fails instead of running in another one.
import { Buffer } from "node:buffer";
import { finished } from "node:stream";
import type { Writable } from "node:stream";
import pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { sleep } from "../sleep.ts";
import { currentTrace } from "../trace.ts";
import { build, Json, type Sql, type Statement, type Tx } from "./sql.ts";

export interface PoolOptions {
  name?: string;
  max: number;
  /** Named statements: faster, but impossible through a pooler in transaction mode. */
  prepare?: boolean;
  statementTimeoutMs?: number;
}

const CONNECT_TIMEOUT_MS = 5_000;
const IDLE_TIMEOUT_MS = 30_000;
const LONGEST_PAUSE_MS = 15_000;
const ID = /^[0-9a-f-]{36}$/;

const fail = (code: string, message: string, cause?: unknown) =>
  Object.assign(new Error(message, { cause }), { code });
const closed = (cause?: unknown) =>
  fail("CONNECTION_CLOSED", "The database connection was closed", cause);

/** The time a transaction waits for a free client is not limited; the time to connect is. */
class Client extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super({ ...config, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  }
}

const DIGITS = new Uint8Array(128);
[..."0123456789abcdef"].forEach((digit, value) => DIGITS[digit.charCodeAt(0)] = value);
const encoder = new TextEncoder();

/** `\\x` and hexadecimal digits. Deno 2.1 takes 65 ms of CPU per MiB for `Buffer.from(text, "hex")`, this 3 ms. */
function bytesOf(text: string): Uint8Array {
  const digits = encoder.encode(text);
  const bytes = Buffer.allocUnsafe((digits.length - 2) >> 1);
  for (let k = 0, at = 2; k < bytes.length; k++, at += 2) {
    bytes[k] = (DIGITS[digits[at] as number] as number) << 4 |
      (DIGITS[digits[at + 1] as number] as number);
  }
  return bytes;
}

/** Text in PostgreSQL's format to JavaScript values. Types not listed, such as int8, stay text. */
const parseDate = (text: string) => new Date(text);
const parsers = new Map<number, (text: string) => unknown>([
  [16, (text) => text === "t"],
  [17, bytesOf],
  ...[21, 23, 26, 700, 701].map((oid) => [oid, Number] as const),
  ...[114, 3802].map((oid) => [oid, JSON.parse] as const),
  ...[1082, 1114, 1184].map((oid) => [oid, parseDate] as const),
]);
const elements = new Map([
  ...[[1000, 16], [1001, 17], [1005, 21], [1007, 23], [1028, 26], [1021, 700], [1022, 701]],
  ...[[199, 114], [3807, 3802], [1182, 1082], [1115, 1114], [1185, 1184]],
  // text, varchar, char, name, uuid, int8, numeric
  ...[1009, 1015, 1014, 1003, 2951, 1016, 1231].map((oid) => [oid, 25]),
] as [number, number][]);
const asIs = (text: string) => text;
// The published type of arrayParser is not what the package exports.
const arrays = pg.types.arrayParser as unknown as {
  create<T>(text: string, parse: (item: string) => T): { parse(): T[] };
};
const types = {
  getTypeParser(oid: number) {
    const element = elements.get(oid);
    if (element === undefined) return parsers.get(oid) ?? asIs;
    const parse = parsers.get(element) ?? asIs;
    return (text: string) => arrays.create(text, parse).parse();
  },
} as unknown as pg.CustomTypesConfig;

const isLocal = (host: string) => /^(localhost|127[.]\d+[.]\d+[.]\d+|\[::1\]|)$/.test(host);

/** `require` encrypts; `verify-ca` and `verify-full` also check the certificate against the runtime's authorities. */
export function configOf(given: string, options: PoolOptions): pg.ClientConfig {
  const url = new URL(given);
  // Outside this machine never in the clear, unless the URL says so.
  const mode = url.searchParams.get("sslmode") ?? (isLocal(url.hostname) ? "disable" : "require");
  url.searchParams.delete("sslmode");
  return {
    connectionString: url.href,
    ssl: /^(disable|allow)$/.test(mode) ? false : { rejectUnauthorized: mode.startsWith("verify") },
    application_name: options.name,
    keepAlive: true,
    types,
  };
}

/** One client while a transaction has it. */
class Session {
  readonly #client: pg.PoolClient;
  readonly #name: ((text: string) => string) | null;
  readonly #lost = (cause?: unknown): void => {
    this.#refusal ??= () => closed(cause);
    this.#broken = true;
    this.#cut.reject(closed(cause));
  };
  readonly #cut = Promise.withResolvers<never>();
  #broken = false;
  #refusal: (() => Error) | null = null;
  #tail: Promise<unknown> = Promise.resolve();
  #copy: Writable | null = null;
  #failure: { error: unknown } | null = null;

  constructor(client: pg.PoolClient, name: ((text: string) => string) | null) {
    this.#client = client;
    this.#name = name;
    this.#cut.promise.catch(() => {});
    client.on("error", this.#lost).on("end", this.#lost);
  }

  /** Rejects as soon as the connection is lost, though `work` may not have noticed. */
  async transaction<T>(begin: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    try {
      await this.#query(begin);
      const value = await Promise.race([work(this.#tx()), this.#cut.promise]);
      if (this.#failure) throw this.#failure.error;
      if (this.#copy) throw fail("COPY_IN_PROGRESS", "The transaction ended during a COPY");
      this.#refuse();
      const { command } = await this.#client.query("commit").catch((error) => this.#fault(error));
      if (command !== "COMMIT") throw fail("25P02", "The transaction was rolled back");
      return value;
    } catch (error) {
      this.#refuse();
      await this.#rollback();
      throw error;
    } finally {
      this.#release();
    }
  }

  /** One statement without a transaction block. */
  async alone<T>(text: string, values: unknown[]): Promise<T> {
    try {
      const rows = this.#query(text, values, this.#name?.(text));
      return await Promise.race([rows, this.#cut.promise]) as T;
    } finally {
      this.#refuse();
      this.#release();
    }
  }

  #release(): void {
    this.#client.off("error", this.#lost).off("end", this.#lost);
    this.#client.release(this.#broken);
  }

  destroy(): void {
    void this.#client.end().catch(() => {});
  }

  #refuse(): void {
    this.#refusal ??= () => fail("TRANSACTION_ENDED", "The transaction has ended");
  }

  async #rollback(): Promise<void> {
    this.#copy?.destroy();
    await Promise.race([this.#tail, this.#cut.promise]).catch(() => {});
    if (this.#broken) return;
    await Promise.race([this.#client.query("rollback"), this.#cut.promise]).catch(() => {
      this.#broken = true;
    });
  }

  #fault(error: unknown): never {
    const { severity } = error as { severity?: unknown };
    throw this.#broken && severity === undefined ? closed(error) : error;
  }

  /** One after the other, in the order in which they were asked for. */
  #enqueue<T>(start: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(() => {
      if (this.#refusal) throw this.#refusal();
      return start().catch((error) => this.#fault(error));
    });
    this.#tail = result.catch((error) => {
      this.#failure ??= { error };
    });
    return result;
  }

  #query(text: string, values?: unknown[], name?: string): Promise<unknown> {
    return this.#enqueue(async () => {
      const given = await this.#client.query({ text, values, name });
      return Array.isArray(given) ? given.map(({ rows }) => rows) : given.rows;
    });
  }

  #openCopy(text: string): Promise<Writable> {
    const copy = this.#enqueue(() => Promise.resolve(this.#client.query(copyFrom(text))));
    const end = copy.then((stream) => {
      this.#copy = stream;
      return new Promise<void>((done) => {
        finished(stream, (error) => {
          this.#copy = null;
          if (error) this.#failure ??= { error };
          done();
        });
      });
    }).catch(() => {});
    this.#tail = this.#tail.then(() => end);
    return copy;
  }

  #tx(): Tx {
    const tagged = <T>(strings: TemplateStringsArray, ...given: unknown[]): Statement<T> =>
      statement(() => {
        const { text, values } = build(strings, given);
        return this.#query(text, values, this.#name?.(text)) as Promise<T>;
      });
    return Object.assign(tagged, {
      unsafe: <T>(text: string, values?: unknown[]): Statement<T> =>
        statement(
          () => this.#query(text, values) as Promise<T>,
          () => this.#openCopy(text),
        ),
      json: (value: unknown) => new Json(value),
    }) as Tx;
  }
}

/** A promise that starts its work when somebody waits for it. */
function statement<T>(run: () => Promise<T>, copy?: () => Promise<Writable>): Statement<T> {
  let running: Promise<T> | undefined;
  // `async`, so that an error in `run` itself is a rejection, too.
  const start = () => running ??= (async () => await run())();
  return {
    then: (done, failed) => start().then(done, failed),
    catch: (failed) => start().catch(failed),
    finally: (done) => start().finally(done),
    writable: () => copy ? copy() : Promise.reject(new TypeError("Only unsafe() can COPY")),
    [Symbol.toStringTag]: "Statement",
  };
}

/** Listens on a client of its own, and again whenever the connection is lost. */
class Listener {
  readonly #config: pg.ClientConfig;
  readonly #text: string;
  readonly #onNotify: (payload: string) => void;
  readonly #stop = new AbortController();
  #client: pg.Client | null = null;
  #ended: Promise<void> = Promise.resolve();

  constructor(config: pg.ClientConfig, channel: string, onNotify: (payload: string) => void) {
    this.#config = config;
    this.#text = `listen ${pg.escapeIdentifier(channel)}`;
    this.#onNotify = onNotify;
  }

  async start(): Promise<void> {
    await this.#connect();
    void this.#reconnect().catch(() => {});
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#client?.end().catch(() => {});
  }

  async #connect(): Promise<void> {
    const client = this.#client = new Client(this.#config);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#ended = promise;
    client.on("error", () => resolve()).on("end", () => resolve());
    client.on("notification", ({ payload }) => this.#onNotify(payload ?? ""));
    try {
      await client.connect();
      await client.query(this.#text);
    } catch (error) {
      await client.end().catch(() => {});
      throw error;
    }
  }

  async #reconnect(): Promise<void> {
    const { signal } = this.#stop;
    for (let failures = 0; !signal.aborted;) {
      await this.#ended;
      await sleep(Math.min(2 ** failures * 250, LONGEST_PAUSE_MS), signal);
      if (signal.aborted) return;
      failures = await this.#connect().then(() => 0, () => failures + 1);
    }
  }
}

/** An error that has no code of its own is one of the connection. */
function connectFailure(error: unknown): Error {
  if (!(error instanceof Error)) return closed(error);
  if (typeof (error as { code?: unknown }).code === "string") return error;
  return /timeout/.test(error.message)
    ? fail("CONNECT_TIMEOUT", "Connecting to the database took too long", error)
    : closed(error);
}

export function openPool(url: string, options: PoolOptions): Sql {
  const config = configOf(url, options);
  const pool = new pg.Pool({
    ...config,
    Client: Client as unknown as new () => pg.ClientBase,
    max: options.max,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
  });
  // An idle client that loses its connection leaves the pool; nobody waits for it.
  pool.on("error", () => {});
  const sessions = new Set<Session>();
  const listeners = new Set<Listener>();
  const names = new Map<string, string>();
  const nameOf = (text: string): string => {
    const name = names.get(text) ?? `s${names.size + 1}`;
    names.set(text, name);
    return name;
  };
  const setUp = options.statementTimeoutMs
    ? `; set local statement_timeout = ${options.statementTimeoutMs}`
    : "";
  // The session says whose work it does. In the same round trip, and until the transaction ends: a pooler gives the
  // session to another client then. Ids are all that a name may become a part of.
  const named = (): string => {
    const id = currentTrace();
    return id && ID.test(id)
      ? `; set local application_name = '${
        `${options.name ?? "sluice"} ${id}`.replaceAll("'", "")
      }'`
      : "";
  };
  let ending = false;

  async function inSession<T>(work: (session: Session) => Promise<T>): Promise<T> {
    if (ending) throw fail("CONNECTION_ENDED", "The pool has ended");
    const client = await pool.connect().catch((error) => {
      throw connectFailure(error);
    });
    const session = new Session(client, options.prepare ? nameOf : null);
    sessions.add(session);
    try {
      return await work(session);
    } finally {
      sessions.delete(session);
    }
  }

  const begin = <T>(access: string, work: (tx: Tx) => Promise<T>, first?: string): Promise<T> =>
    inSession((session) =>
      session.transaction(`begin ${access}${setUp}${named()}${first ? `; ${first}` : ""}`, work)
    );

  const tagged = <T extends readonly object[]>(text: TemplateStringsArray, ...values: unknown[]) =>
    statement(() => begin("", (tx) => tx<T>(text, ...values)));

  const alone = <T extends readonly object[]>(text: TemplateStringsArray, ...given: unknown[]) =>
    // The time limit of a pool is set in a transaction.
    setUp ? tagged<T>(text, ...given) : statement(() => {
      const { text: one, values } = build(text, given);
      return inSession((session) => session.alone<T>(one, values));
    });

  return Object.assign(tagged, {
    alone,
    begin: <T>(
      ...given: [(tx: Tx) => Promise<T>] | [string, (tx: Tx) => Promise<T>, first?: string]
    ) => given.length === 1 ? begin("", given[0]) : begin(...given),
    async listen(channel: string, onNotify: (payload: string) => void) {
      const listener = new Listener(config, channel, onNotify);
      await listener.start();
      listeners.add(listener);
      return {
        unlisten: async () => {
          listeners.delete(listener);
          await listener.stop();
        },
      };
    },
    async end({ timeout }: { timeout?: number } = {}) {
      if (ending) return;
      ending = true;
      await Promise.all([...listeners].map((listener) => listener.stop()));
      const timer = timeout === undefined
        ? undefined
        : setTimeout(() => sessions.forEach((session) => session.destroy()), timeout * 1000);
      await pool.end();
      clearTimeout(timer);
    },
  }) as Sql;
}
