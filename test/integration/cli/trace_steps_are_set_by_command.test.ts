// sluice trace steps against a real database.
import { Readable, Writable } from "node:stream";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Io } from "../../../scripts/cli/io.ts";
import { main } from "../../../scripts/cli/main.ts";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer } from "../../../scripts/dev/server.ts";

let server: Awaited<ReturnType<typeof openServer>>;
let database: TestDatabase;
let sql: ReturnType<typeof connect>;
let org: string;

beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = connect(database.adminUrl, 2);
});
afterAll(async () => {
  await sql?.end();
  await database?.drop();
  await server?.release();
});
beforeEach(async () => {
  const [row] = await sql<
    { id: string }[]
  >`insert into public.orgs (name) values ('Acme') returning id`;
  org = row!.id;
});

async function sluice(...args: string[]) {
  let out = "", err = "";
  const sink = (take: (text: string) => void) =>
    new Writable({
      write(chunk, _encoding, done) {
        take(String(chunk));
        done();
      },
    });
  const io = {
    stdin: Readable.from([]),
    stdout: sink((text) => out += text),
    stderr: sink((text) => err += text),
    env: { DATABASE_URL: database.adminUrl },
    now: () => new Date(),
    sleep: () => Promise.resolve(),
  } as unknown as Io;
  return { code: await main(["trace", "steps", ...args], io), out, err };
}

test("steps are set, changed, shown and removed, and other options stay", async () => {
  expect((await sluice("--org", org)).out).toBe(
    "no steps: every provider of skip traces with keys is asked, except melissa\n" +
      "order: cost_per_hit, at most $1 a lead\n",
  );
  await sluice("batchdata", "--price", "0.12", "--hit-rate", "0.6", "--org", org);
  const changed = await sluice("batchdata", "--off", "--position", "2", "--org", org, "--json");
  expect(JSON.parse(changed.out)).toEqual({
    ...{ ok: true, command: "trace steps", cap_usd: "1", order: "cost_per_hit" },
    steps: [{
      ...{ provider: "batchdata", position: 2, price_usd: "0.12", expected_hit_rate: "0.6" },
      active: false,
    }],
  });
  const shown = await sluice("batchdata", "--price", "none", "--on", "--org", org);
  expect(shown.out).toContain(
    "batchdata: the account's price a lead, 60 % expected, position 2\n",
  );
  expect((await sluice("batchdata", "--remove", "--org", org)).out).toContain("no steps");
});

test("a step without options has the defaults", async () => {
  const { code, out } = await sluice("batchdata", "--org", org);
  expect([code, out]).toEqual([0, expect.stringContaining("50 % expected, position 1")]);
  expect((await sluice("batchdata", "--org", org)).code).toBe(0);
});

test("cap and order are the org's", async () => {
  const { out } = await sluice("--cap", "0.75", "--order", "position", "--org", org);
  expect(out).toContain("order: position, at most $0.75 a lead");
  const [row] = await sql`select private.trace_cap(${org})::text as cap`;
  expect(row!.cap).toBe("0.75");
});

test("what is wrong is refused, and nothing is changed", async () => {
  for (
    const [args, code, message] of [
      [["acme", "--price", "1"], 2, "acme makes no skip traces; known: batchdata"],
      [["batchdata", "--price", "much"], 2, "--price must be dollars"],
      [["batchdata", "--price", "-1"], 2, ""],
      [["batchdata", "--hit-rate", "0"], 2, "--hit-rate must be a share"],
      [["batchdata", "--hit-rate", "1.5"], 2, "--hit-rate must be a share"],
      [["batchdata", "--position", "0"], 2, "--position must be a number from 1 to 100"],
      [["batchdata", "--on", "--off"], 2, "exclude each other"],
      [["batchdata", "--remove", "--off"], 2, "--remove takes no other option"],
      [["--price", "1"], 2, "PROVIDER is required"],
      [["--cap", "all"], 2, "--cap must be dollars"],
      [["--order", "price"], 2, "--order must be one of cost_per_hit, position"],
      [["batchdata", "--remove"], 1, "the org has no step batchdata"],
    ] as [string[], number, string][]
  ) {
    const result = await sluice(...args, "--org", org);
    expect([args, result.code, result.err]).toEqual([args, code, expect.stringContaining(message)]);
  }
  expect((await sluice("batchdata")).err).toContain("--org is required");
  expect((await sluice("--org", "Nobody")).err).toContain("org Nobody not found");
  expect(await sql`select from public.trace_steps where org_id = ${org}`).toHaveLength(0);
});
