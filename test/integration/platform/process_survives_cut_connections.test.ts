// The product's pool against connections that are cut. An exception that nobody can catch, as the bare
// driver throws it here, would end this process, and the run with it.
import { connect, createServer, type Server, type Socket } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { isDatabaseUnavailable } from "../../../edge-functions/_shared/platform/db/client.ts";
import { openPool } from "../../../edge-functions/_shared/platform/db/pool.ts";
import {
  connect as connectTo,
  createTestDatabase,
  type TestDatabase,
} from "../../../scripts/dev/database.ts";
import { openServer, type RunningServer } from "../../../scripts/dev/server.ts";

let server: RunningServer;
let database: TestDatabase;
let proxy: Server;
let sql: ReturnType<typeof openPool>;
const sockets = new Set<Socket>();

beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  const url = new URL(database.adminUrl);
  const [port, host] = [Number(url.port), url.hostname];
  proxy = createServer((from) => {
    const to = connect(port, host);
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
  sql = openPool(url.href, { max: 1, onnotice: () => {} });
  await sql`create table public.marks (mark text not null)`;
});
// No truncate: it would wait for what the server has not yet noticed to be cut.
beforeEach(() => sql`delete from public.marks`);
afterAll(async () => {
  await sql?.end({ timeout: 5 });
  proxy?.close();
  await database?.drop();
  await server?.release();
});

const marks = async () =>
  (await sql`select mark from public.marks order by mark`).map((m) => m.mark);
const ways = {
  closed: () => sockets.forEach((socket) => socket.destroy()),
  reset: () => sockets.forEach((socket) => socket.resetAndDestroy()),
};

test.each(["closed", "reset"] as const)(
  "a statement whose connection is %s is refused, nothing of its transaction stays, the next one works",
  async (way) => {
    for (let round = 0; round < 5; round++) {
      const work = sql.begin(async (tx) => {
        await tx`insert into public.marks values ('half')`;
        setTimeout(ways[way], 5);
        await tx`select pg_sleep(60)`;
      });
      await expect(work).rejects.toMatchObject({ code: /CONNECTION_CLOSED|ECONNRESET/ });
      await sql.begin((tx) => tx`insert into public.marks values ('whole')`);
    }
    expect(await marks()).toEqual(Array(5).fill("whole"));
  },
);

test("a statement that the driver refuses leaves its transaction to be taken back", async () => {
  const work = sql.begin(async (tx) => {
    await tx`insert into public.marks values ('half')`;
    await tx`insert into public.marks values (${undefined as never})`;
  });
  await expect(work).rejects.toMatchObject({ code: "UNDEFINED_VALUE" });
  await sql.begin((tx) => tx`insert into public.marks values ('whole')`);
  expect(await marks()).toEqual(["whole"]);
});

test("a transaction that goes on after the cut writes into nobody else's", async () => {
  const cut = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const went = Promise.withResolvers<unknown>();
  const first = sql.begin(async (tx) => {
    await tx`select 1`;
    cut.resolve();
    await goOn.promise;
    await tx`insert into public.marks values ('stray')`.then(went.resolve, went.resolve);
  });
  first.catch(() => {});
  await cut.promise;
  ways.closed();
  await expect(first).rejects.toMatchObject({ code: "CONNECTION_CLOSED" });
  // The pool has one connection: this is the same one, opened again.
  await sql.begin(async (tx) => {
    await tx`insert into public.marks values ('mine')`;
    goOn.resolve();
    expect(await went.promise).toMatchObject({ code: "CONNECTION_CLOSED" });
  });
  expect(await marks()).toEqual(["mine"]);
});

test("a reserved connection that is cut is refused from then on, and its release harms nobody", async () => {
  const reserved = await sql.reserve();
  await reserved.unsafe("select 1");
  setTimeout(ways.closed, 5);
  await expect(reserved.unsafe("select pg_sleep(60)")).rejects.toMatchObject({
    code: "CONNECTION_CLOSED",
  });
  await expect(reserved.unsafe("rollback")).rejects.toMatchObject({ code: "CONNECTION_CLOSED" });
  reserved.release();
  await sql.begin((tx) => tx`insert into public.marks values ('after')`);
  expect(await marks()).toEqual(["after"]);
});

test("a server that lets nobody in is away; one that refuses a statement is not", async () => {
  const elsewhere = connectTo(server.urls(server.maintenance).adminUrl);
  const name = new URL(database.adminUrl).pathname.slice(1);
  const letIn = (is: boolean) =>
    elsewhere.unsafe(`alter database "${name}" allow_connections ${is}`);
  const fresh = openPool(database.adminUrl, { max: 1, onnotice: () => {} });
  const error = () => fresh.begin((tx) => tx`select 1 / 0`).catch((cause: unknown) => cause);
  try {
    await letIn(false);
    const refused = await error();
    expect(refused).toMatchObject({ code: "55000", severity: "FATAL" });
    expect(isDatabaseUnavailable(refused)).toBe(true);
    await letIn(true);
    const divided = await error();
    expect(divided).toMatchObject({ code: "22012", severity: "ERROR" });
    expect(isDatabaseUnavailable(divided)).toBe(false);
  } finally {
    await letIn(true);
    await elsewhere.end();
    await fresh.end({ timeout: 5 });
  }
});

test("a reserved connection that nobody cut is released and used again", async () => {
  for (let round = 0; round < 3; round++) {
    const reserved = await sql.reserve();
    await reserved.unsafe("insert into public.marks values ('reserved')");
    reserved.release();
  }
  expect(await marks()).toHaveLength(3);
});
