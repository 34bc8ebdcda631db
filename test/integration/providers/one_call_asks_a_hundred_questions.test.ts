// Questions asked together: one call, and each question reserved, paid for, kept and matched by itself.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { TraceQuestion } from "../../../edge-functions/_shared/providers/trace.ts";
import { openPool } from "../../../edge-functions/_shared/platform/db/pool.ts";
import { batchdata, skipTrace } from "../../../edge-functions/_shared/providers/batchdata/data.ts";
import {
  type Gateway,
  openGateway,
} from "../../../edge-functions/_shared/providers/gateway/gateway.ts";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer } from "../../../scripts/dev/server.ts";
import { type Sandbox, startSandbox } from "../../../scripts/sandbox/sandbox.ts";

let server: Awaited<ReturnType<typeof openServer>>;
let database: TestDatabase;
let sql: ReturnType<typeof connect>;
let pool: ReturnType<typeof openPool>;
let sandbox: Sandbox;
let gateway: Gateway;
let orgId: string;

beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = connect(database.adminUrl, 4);
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
  sandbox.batchdata.credits = 1000;
  (sandbox.batchdata.asked as unknown[]).length = 0;
  gateway = openGateway({ sql: pool, given: { ...sandbox.env, BATCHDATA_COST_USD: "0.1" } });
  const [org] = await sql<
    { id: string }[]
  >`insert into public.orgs (name) values ('Acme') returning id`;
  orgId = org!.id;
  await sql`delete from private.call_limits`;
  await sql`insert into public.provider_budgets (org_id, provider, period, limit_usd)
    values (${orgId}, 'batchdata', 'month', 100)`;
});

const at = (street: string): TraceQuestion => ({
  ...{ first: "Ann", last: "Ames", full: null, mailing: null, mak: null },
  property: { street, city: "Los Angeles", state: "CA", zip: "90001" },
  ...{ countyFips: null, apn: null },
});
function live(street: string, first: string) {
  sandbox.batchdata.people.set(street.toUpperCase(), [{
    name: { first, last: "Ames" },
    phones: [{ number: "2135550101", type: "Mobile", rank: 1, tcpa: true }],
  }]);
}
async function ask(streets: string[], more: { costUsd?: number } = {}) {
  // A question about a person names the lead.
  const leads = await sql<{ id: string }[]>`
    insert into public.leads (org_id, owner_1_last) select ${orgId}, 'Ames'
    from generate_series(1, ${streets.length}::integer) returning id`;
  return await gateway.ask(batchdata, skipTrace, {
    orgId,
    questions: streets.map((street, n) => ({ question: at(street), leadId: leads[n]!.id })),
    patienceMs: 8000,
    ...more,
  });
}
const said = (all: Awaited<ReturnType<typeof ask>>) =>
  all.map((one) =>
    one.status === "answered"
      ? `${one.outcome} ${one.mapped?.persons[0]?.name ?? ""}`.trim()
      : `${one.status} ${one.reason}`
  );
const spend = async () => {
  const [row] = await sql<{ text: string }[]>`
    select concat_ws(' ', trim_scale(spent_usd), trim_scale(reserved_usd)) as text
    from private.call_spend where org_id = ${orgId} and period = 'day'`;
  return row?.text;
};

test("250 questions are three calls, and each gets its own answer", async () => {
  const streets = Array.from({ length: 250 }, (_, n) => `${n + 1} Main St`);
  for (const [n, street] of streets.entries()) if (n % 5 === 0) live(street, `P${n}`);
  const answers = said(await ask(streets));
  expect(answers).toEqual(streets.map((_, n) => n % 5 === 0 ? `ok P${n} Ames` : "empty"));
  expect(sandbox.batchdata.asked.map((body) => (body.requests as unknown[]).length)).toEqual([
    100,
    100,
    50,
  ]);
  expect(
    sandbox.batchdata.asked.every((body) =>
      (body.options as Record<string, unknown>).includeTCPABlacklistedPhones === true
    ),
  ).toBe(true);
  expect(await spend()).toBe("5 0");
  // All of it is in the cache, person by person.
  expect(said(await ask([streets[5]!, streets[6]!]))).toEqual(["ok P5 Ames", "empty"]);
  expect(sandbox.batchdata.asked).toHaveLength(3);
  expect(sandbox.batchdata.charged.get("6 MAIN ST")).toBe(1);
});

test("null entries and entries that failed concern their question only", async () => {
  live("7 Oak St", "Bea");
  expect(said(await ask(["Null 1", "7 Oak St", "Error 1", "Null 2"]))).toEqual([
    "empty",
    "ok Bea Ames",
    "bad_request",
    "empty",
  ]);
  expect(await spend()).toBe("0.1 0");
});

test("a lost answer leaves every question unconfirmed, and none is asked again", async () => {
  live("8 Oak St", "Cy");
  sandbox.fault({ provider: "batchdata", then: "drop_after", times: 1 });
  expect(said(await ask(["8 Oak St", "9 Oak St"]))).toEqual(["lost no_answer", "lost no_answer"]);
  expect(await spend()).toBe("0 0.2");
  expect(said(await ask(["8 Oak St", "9 Oak St"]))).toEqual([
    "refused unconfirmed",
    "refused unconfirmed",
  ]);
  expect(sandbox.batchdata.charged.get("8 OAK ST")).toBe(1);
});

test("only as many questions as the budget allows are asked together", async () => {
  await sql`update public.provider_budgets set limit_usd = 0.25 where org_id = ${orgId}`;
  const streets = ["1 Elm St", "2 Elm St", "3 Elm St", "4 Elm St"];
  expect(said(await ask(streets))).toEqual([
    ...["empty", "empty"],
    ...["refused over_budget", "refused over_budget"],
  ]);
  // The price of the org's contract counts.
  expect(said(await ask(["3 Elm St"], { costUsd: 0.3 }))).toEqual(["refused over_budget"]);
});

test("without credit nobody else is asked for a while", async () => {
  sandbox.batchdata.credits = 0;
  expect(said(await ask(["5 Elm St", "6 Elm St"]))).toEqual(["out_of_credit", "out_of_credit"]);
  expect(await spend()).toBe("0 0");
});
