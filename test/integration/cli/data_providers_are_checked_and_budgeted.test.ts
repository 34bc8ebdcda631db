// sluice provider and sluice usage against a real database and ZeroBounce's sandbox.
import { Readable, Writable } from "node:stream";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openPool } from "../../../edge-functions/_shared/platform/db/pool.ts";
import { openGateway } from "../../../edge-functions/_shared/providers/gateway/gateway.ts";
import {
  validateEmail,
  zerobounce,
} from "../../../edge-functions/_shared/providers/zerobounce/data.ts";
import type { Io } from "../../../scripts/cli/io.ts";
import { main } from "../../../scripts/cli/main.ts";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer } from "../../../scripts/dev/server.ts";
import { type Sandbox, startSandbox } from "../../../scripts/sandbox/sandbox.ts";

let server: Awaited<ReturnType<typeof openServer>>;
let database: TestDatabase;
let sql: ReturnType<typeof connect>;
let pool: ReturnType<typeof openPool>;
let sandbox: Sandbox;
let org: string;

beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = connect(database.adminUrl, 2);
  pool = openPool(database.adminUrl, { name: "test", max: 3, prepare: true });
  sandbox = await startSandbox();
});
afterAll(async () => {
  await sandbox?.stop();
  await pool?.end();
  await sql?.end();
  await database?.drop();
  await server?.release();
});
beforeEach(async () => {
  sandbox.clearFaults();
  const [row] = await sql<
    { id: string }[]
  >`insert into public.orgs (name) values ('Acme') returning id`;
  org = row!.id;
});

async function sluice(args: string[], env: Record<string, string> = sandbox.env) {
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
    env: { ...env, DATABASE_URL: database.adminUrl },
    now: () => new Date(),
    sleep: () => Promise.resolve(),
  } as unknown as Io;
  return { code: await main(args, io), out, err };
}

test("the tour of a provider that answers as documented has no differences", async () => {
  const { code, out } = await sluice(["provider", "check", "zerobounce"]);
  expect(out).toContain("ok       credits left");
  expect(out).toContain("ok       validate catch_all@example.com");
  expect(out).not.toContain("DIFFERS");
  expect(code).toBe(0);
});

test("the tour of skip traces asks about an address that does not exist", async () => {
  const { code, out } = await sluice(["provider", "check", "batchdata"]);
  expect(out).toContain("ok       skip trace of an address that does not exist");
  expect(code).toBe(0);
  expect(sandbox.batchdata.charged.size).toBe(0);
  const refused = await sluice(["provider", "check", "batchdata"], {
    ...sandbox.env,
    BATCHDATA_API_KEY: "wrong",
  });
  expect(refused.out).toContain("DIFFERS  skip trace");
  expect(refused.out).toContain("auth (token), expected empty");
  expect(refused.code).toBe(1);
});

test("the tours of property data cost nothing, and providers that are off say why", async () => {
  for (const name of ["attom", "google"]) {
    const { code, out } = await sluice(["provider", "check", name]);
    expect([name, code, out]).toEqual([name, 0, expect.stringMatching(/^ok /m)]);
  }
  expect(sandbox.attom.charged.size + sandbox.google.asked.length).toBe(0);
  const off = await sluice(["provider", "check", "datatree"]);
  expect([off.code, off.err]).toEqual([2, expect.stringContaining("datatree is off: ")]);
});

test("the tour says what differs, and stops where the key is refused", async () => {
  const changed = await sluice(["provider", "check", "zerobounce", "--json"], {
    ...sandbox.env,
    ZEROBOUNCE_API_KEY: "wrong",
  });
  expect(JSON.parse(changed.out.trim().split("\n").at(-1)!)).toMatchObject({
    ok: false,
    seen: [{ title: "credits left", outcome: "auth", expected: "ok" }],
    skipped: 7,
  });
  expect(changed.code).toBe(1);
  sandbox.fault({ provider: "zerobounce", path: "/v2/validate", then: { status: 502 }, times: 1 });
  const failing = await sluice(["provider", "check", "zerobounce"]);
  expect(failing.out).toContain(
    "DIFFERS  validate valid@example.com: retry_after (http_502), expected ok",
  );
  expect([failing.code, (failing.out.match(/^ok/gm) ?? []).length]).toEqual([1, 7]);
});

test("a check without keys, or of an unknown provider, says so", async () => {
  const none = await sluice(["provider", "check", "zerobounce"], {});
  expect([none.code, none.err]).toEqual([2, expect.stringContaining("no keys for zerobounce")]);
  const unknown = await sluice(["provider", "check", "acme"]);
  expect([unknown.code, unknown.err]).toEqual([2, expect.stringMatching(/known: .*zerobounce/)]);
});

test("budgets are set, shown, used up and taken away", async () => {
  const budget = (...args: string[]) => sluice(["provider", "budget", ...args, "--org", org]);
  expect((await budget()).out).toBe("no budgets and no data calls\n");
  expect((await budget("zerobounce", "--month", "0.025")).out).toBe(
    "zerobounce per day: no budget, $0 spent, $0 reserved\n" +
      "zerobounce per month: $0.025, $0.025 left, $0 spent, $0 reserved\n",
  );
  sandbox.fault({ provider: "zerobounce", then: "drop_after", nth: 3 });
  const gateway = openGateway({
    sql: pool,
    given: { ...sandbox.env, ZEROBOUNCE_COST_USD: "0.008" },
  });
  const ask = (...names: string[]) =>
    gateway.ask(zerobounce, validateEmail, {
      orgId: org,
      questions: names.map((name) => ({ question: `${name}.cli@example.com` })),
    });
  await ask("one");
  await ask("two");
  await ask("two");
  await ask("three");
  await ask("four");
  expect((await budget("zerobounce")).out).toContain(
    "zerobounce per month: $0.025, $0.001 left, $0.016 spent, $0.008 reserved, " +
      "1 call refused ($0.008), 1 call unconfirmed ($0.008)",
  );
  const reconciled = await sluice([
    ...["provider", "reconcile", "zerobounce", "--not-charged", "--org", org],
  ]);
  expect(reconciled.out).toBe("1 call, $0.008 released\n");
  const usage = await sluice(["usage", "--org", org]);
  expect(usage.out).toContain("zerobounce validate: 3 calls, $0.016, 1 from the cache (25 %");
  expect((await budget("zerobounce", "--month", "none")).out).toContain(
    "zerobounce per month: no budget",
  );
});

test("amounts and missing operands are refused", async () => {
  const codes = await Promise.all([
    sluice(["provider", "budget", "zerobounce", "--day", "-1", "--org", org]),
    sluice(["provider", "budget", "zerobounce", "--day", "1e3", "--org", org]),
    sluice(["provider", "budget", "--day", "1", "--org", org]),
    sluice(["provider", "reconcile", "zerobounce", "--org", org]),
  ]);
  expect(codes.map(({ code }) => code)).toEqual([2, 2, 2, 2]);
});
