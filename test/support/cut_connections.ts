// Cuts the connections of the product's pool in every state they can be in. Runs as a process of its own,
// in any runtime: an uncaught exception would end it. Prints what happened as one line of JSON.
// Usage: cut_connections.ts <url>; the table public.marks has to exist.
import { connect, createServer, type Socket } from "node:net";
import process from "node:process";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as delay } from "node:timers/promises";
import { isDatabaseUnavailable } from "../../edge-functions/_shared/platform/db/client.ts";
import { openPool } from "../../edge-functions/_shared/platform/db/pool.ts";
import type { Sql, Tx } from "../../edge-functions/_shared/platform/db/sql.ts";

const ROUNDS = 5;
const url = new URL(process.argv[2]!);
const target = { port: Number(url.port), host: url.hostname };
const direct: Sql = openPool(url.href, { max: 2 });
const sockets = new Set<Socket>();
let refusing = false;
const proxy = createServer((from) => {
  if (refusing) return void from.destroy();
  const to = connect(target.port, target.host);
  for (const socket of [from, to]) {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => {
      sockets.delete(socket);
      from.destroy();
      to.destroy();
    });
  }
  from.pipe(to).pipe(from);
});
await new Promise<void>((ready) => proxy.listen(0, "127.0.0.1", ready));
url.hostname = "127.0.0.1";
url.port = String((proxy.address() as { port: number }).port);
const sql: Sql = openPool(url.href, { name: "cut", max: 1 });

const ways: Record<string, () => unknown> = {
  closed: () => sockets.forEach((socket) => socket.destroy()),
  // Deno 2.1 cannot reset a connection: there, this closes it.
  reset: () => sockets.forEach((socket) => (socket.resetAndDestroy ?? socket.destroy).call(socket)),
  terminated: async () => {
    await direct`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'cut' and pid <> pg_backend_pid()`;
  },
};
const mark = (tx: Tx, text: string) => tx`insert into public.marks values (${text})`;

type Scenario = (cut: () => unknown) => Promise<unknown>;
/** Each has its connection cut and returns the promise that has to be rejected, or fulfilled if unharmed. */
const scenarios: Record<string, Scenario> = {
  statement: (cut) =>
    sql.begin(async (tx) => {
      await mark(tx, "half");
      setTimeout(cut, 5);
      await tx`select pg_sleep(60)`;
    }),
  between: (cut) =>
    sql.begin(async (tx) => {
      await mark(tx, "half");
      await cut();
      await delay(5);
      await mark(tx, "half");
    }),
  late: async (cut) => {
    const goOn = Promise.withResolvers<void>();
    const went = Promise.withResolvers<void>();
    const first = sql.begin(async (tx) => {
      await mark(tx, "half");
      await cut();
      await goOn.promise;
      await mark(tx, "stray").then(() => went.resolve(), () => went.resolve());
    });
    await first.catch(() => {});
    await sql.begin(async (tx) => {
      await tx`select 1`;
      goOn.resolve();
      await went.promise;
    });
    await first;
  },
  copy: (cut) =>
    sql.begin(async (tx) => {
      const stream = await tx.unsafe("copy public.marks from stdin").writable();
      let sent = 0;
      await pipeline(
        Readable.from((async function* () {
          for (; sent < 200; sent++) {
            yield "half\n".repeat(5_000);
            if (sent === 20) await cut();
          }
        })()),
        stream,
      );
    }),
  copy_left_open: (cut) =>
    sql.begin(async (tx) => {
      const stream = await tx.unsafe("copy public.marks from stdin").writable();
      stream.on("error", () => {});
      stream.write("half\n");
      await cut();
      throw Object.assign(new Error("left"), { code: "CONNECTION_LEFT" });
    }),
  connecting: async () => {
    ways.closed!();
    await delay(5);
    refusing = true;
    try {
      await sql.begin((tx) => mark(tx, "half"));
    } finally {
      refusing = false;
    }
  },
};

const report: Record<string, number | string[]> = {};
const count = (key: string) => report[key] = Number(report[key] ?? 0) + 1;
async function whole(): Promise<void> {
  // The pool may not know yet that its idle client is cut: the first statement finds out.
  for (let attempt = 0;; attempt++) {
    try {
      return void await sql.begin((tx) => mark(tx, "whole"));
    } catch (error) {
      if (attempt === 3 || !isDatabaseUnavailable(error)) throw error;
    }
  }
}
for (const [name, scenario] of Object.entries(scenarios)) {
  for (const cut of Object.values(ways)) {
    for (let round = 0; round < ROUNDS; round++) {
      const harmed = scenario(cut).then(() => null, (error: unknown) => error);
      const waiting = name === "statement" ? whole() : null;
      const error = await harmed;
      const left = (error as { code?: unknown } | null)?.code === "CONNECTION_LEFT";
      count(`${name} ${left || isDatabaseUnavailable(error) ? "refused" : `wrong: ${error}`}`);
      await waiting;
      await whole();
    }
  }
}
for (const cut of Object.values(ways)) {
  for (let round = 0; round < ROUNDS; round++) {
    await cut();
    await whole();
    count("idle survived");
  }
}
const { promise: reconnected, resolve: onReconnected } = Promise.withResolvers<void>();
const { unlisten } = await sql.listen("cut", (payload) => payload === "again" && onReconnected());
for (const cut of Object.values(ways)) await cut();
const notifying = setInterval(() => direct`select pg_notify('cut', 'again')`.catch(() => {}), 20);
await reconnected;
clearInterval(notifying);
await unlisten();
count("listener reconnected");
await direct`delete from public.marks where mark = 'whole'`;
report.left = (await direct<{ mark: string }[]>`select distinct mark from public.marks`)
  .map((row) => row.mark);
await sql.end({ timeout: 5 });
await direct.end({ timeout: 5 });
proxy.close();
console.log(JSON.stringify(report));
