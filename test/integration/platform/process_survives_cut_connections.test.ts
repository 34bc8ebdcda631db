// The product's pool against connections that are cut. An uncaught exception would end this
// process, and the run with it; the runtimes that the functions are deployed to are tried as processes.
import { connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { isDatabaseUnavailable } from "../../../edge-functions/_shared/platform/db/client.ts";
import { openPool } from "../../../edge-functions/_shared/platform/db/pool.ts";
import {
  connect as connectTo,
  createTestDatabase,
  type TestDatabase,
} from "../../../scripts/dev/database.ts";
import { denoBinary, root } from "../../../scripts/dev/paths.ts";
import { openServer, type RunningServer } from "../../../scripts/dev/server.ts";
import { run } from "../../../scripts/dev/supabase.ts";

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
  sql = openPool(url.href, { max: 1 });
  await sql`create table public.marks (mark text not null)`;
});
// No truncate: it would wait for what the server has not yet noticed to be cut.
beforeEach(async () => void await sql`delete from public.marks`);
afterAll(async () => {
  await sql?.end({ timeout: 5 });
  proxy?.close();
  await database?.drop();
  await server?.release();
});

const marks = async () =>
  (await sql<{ mark: string }[]>`select mark from public.marks order by mark`).map((m) => m.mark);
const ways = {
  closed: () => sockets.forEach((socket) => socket.destroy()),
  reset: () => sockets.forEach((socket) => socket.resetAndDestroy()),
};

const DENO_ARGUMENTS = [
  ...["run", "--quiet", "--no-prompt", "--cached-only", "--no-lock", "--node-modules-dir=manual"],
  ...["--config", join(root, "edge-functions/worker/deno.json")],
  ...["--allow-env", "--allow-sys", "--allow-net", "--allow-read"],
];
/** SLUICE_DENO: a further Deno, such as the version that the hosted edge runtime is compatible with. */
const runtimes: [name: string, command: string, args: string[]][] = [
  ["Node", process.execPath, []],
  ["the pinned Deno", denoBinary(), DENO_ARGUMENTS],
];
if (process.env.SLUICE_DENO) {
  runtimes.push(["the Deno of SLUICE_DENO", process.env.SLUICE_DENO, DENO_ARGUMENTS]);
}

test.each(runtimes)(
  "%s survives cuts in every state of a connection, and no cut transaction leaves anything behind",
  async (_, command, args) => {
    const script = join(root, "test/support/cut_connections.ts");
    const { status, stdout, stderr } = await run(command, [...args, script, database.adminUrl]);
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      "statement refused": 15,
      "between refused": 15,
      "late refused": 15,
      "copy refused": 15,
      "copy_left_open refused": 15,
      "connecting refused": 15,
      "idle survived": 15,
      "listener reconnected": 1,
      "left": [],
    });
  },
);

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

test("an undefined value is refused, and its transaction is rolled back", async () => {
  const work = sql.begin(async (tx) => {
    await tx`insert into public.marks values ('half')`;
    await tx`insert into public.marks values (${undefined as never})`;
  });
  await expect(work).rejects.toMatchObject({ code: "UNDEFINED_VALUE" });
  await sql.begin((tx) => tx`insert into public.marks values ('whole')`);
  expect(await marks()).toEqual(["whole"]);
});

test("a transaction cannot write into another one after its connection was cut", async () => {
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
  await sql.begin(async (tx) => {
    await tx`insert into public.marks values ('mine')`;
    goOn.resolve();
    expect(await went.promise).toMatchObject({ code: "CONNECTION_CLOSED" });
  });
  expect(await marks()).toEqual(["mine"]);
});

test("a transaction that has ended refuses further statements", async () => {
  const late = await sql.begin((tx) => Promise.resolve(() => tx`select 1`));
  await expect(late()).rejects.toMatchObject({ code: "TRANSACTION_ENDED" });
});

test("a transaction is rolled back if one of its statements failed, even if the error was caught", async () => {
  const work = sql.begin(async (tx) => {
    await tx`insert into public.marks values ('half')`;
    await tx`select 1 / 0`.catch(() => {});
  });
  await expect(work).rejects.toMatchObject({ code: "22012" });
  expect(await marks()).toEqual([]);
});

test("values arrive as their types, and come back as them", async () => {
  const at = new Date("2026-03-08T07:30:00.123Z");
  const given = {
    at,
    bytes: Buffer.from([0, 1, 255]),
    flag: false,
    big: "9007199254740993",
    list: ['a "quoted" one', "NULL", null, "back\\slash"],
    doc: { list: [1, "two"], text: 'a "quoted" one' },
    whens: [at, at],
  };
  const [row] = await sql`
    select ${given.at} as at, ${given.bytes} as bytes, ${given.flag} as flag, ${given.big}::bigint as big,
      ${given.list}::text[] as list, 2.5::float8 as number, 7::smallint as small, null::text as nothing,
      ${given.whens}::timestamptz[] as whens, array['\\x00ff'::bytea] as blobs,
      '2026-03-08'::date as day, array[true, false] as flags, 1.10::numeric as exact`;
  const [json] = await sql.begin((tx) => tx`select ${tx.json(given.doc)} as doc`);
  expect({ ...row, ...json }).toEqual({
    ...given,
    number: 2.5,
    small: 7,
    nothing: null,
    blobs: [Buffer.from([0, 255])],
    day: new Date("2026-03-08"),
    flags: [true, false],
    exact: "1.10",
  });
});

test("isDatabaseUnavailable: true if the server refuses the connection, false if it refuses a statement", async () => {
  const elsewhere = connectTo(server.urls(server.maintenance).adminUrl);
  const name = new URL(database.adminUrl).pathname.slice(1);
  const letIn = (is: boolean) =>
    elsewhere.unsafe(`alter database "${name}" allow_connections ${is}`);
  const fresh = openPool(database.adminUrl, { max: 1 });
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
