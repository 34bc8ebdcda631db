// Runs by command: a forecast, a confirmation, and a worker that is killed on the way. Nothing is paid for twice.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { eventually } from "../../http/intake/harness.ts";
import { type RunWorld, startRunWorld } from "./support.ts";

let world: RunWorld;
let org: string;
let orgs = 0;

beforeAll(async () => {
  world = await startRunWorld();
});
afterAll(() => world?.stop());
beforeEach(async () => {
  world.sandbox.clearFaults();
  world.sandbox.zerobounce.credits = 100_000;
  org = await world.newOrg(`Acme ${++orgs}`);
  await world.sql`delete from private.call_limits`;
  await world.sql`insert into public.provider_budgets (org_id, provider, period, limit_usd)
    values (${org}, 'zerobounce', 'month', 1)`;
});

const enrich = (...more: string[]) =>
  world.sluice("enrich", "verify_email", "--org", org, ...more, "--json");
const charged = (prefix: string) =>
  [...world.sandbox.zerobounce.charged].filter(([mail]) => mail.startsWith(prefix));

test("a forecast says what a run costs at most, and a dry run asks nothing", async () => {
  const worker = world.startWorker({ ZEROBOUNCE_COST_USD: "0.01" });
  const first = await world.addLead(org, { email: ["f1@example.com", "f2@example.com"] });
  await world.addLead(org, { phone: ["+12135550101"] });
  const { json } = await enrich("--dry-run");
  expect(json.forecast).toMatchObject({
    leads: 2,
    to_ask: 1,
    cached: 0,
    most_usd: 0.02,
    budget_left_usd: 1,
  });
  expect(json.state).toBe("cancelled");
  expect(charged("f")).toEqual([]);
  const text = await world.sluice("enrich", "verify_email", "--org", org, "--dry-run");
  expect(text.out).toContain(
    "2 leads (1 with nothing to ask), 0 cached, at most $0.02, budget left $1.00",
  );
  expect(text.out).toContain("dry run: nothing was asked");
  // Without --yes, and without a terminal, it waits for a confirmation.
  const waiting = await enrich();
  expect(waiting.json.state).toBe("planned");
  expect(charged("f")).toEqual([]);
  expect((await world.sluice("enrich", "confirm", waiting.json.run)).code).toBe(0);
  const done = await world.until(waiting.json.run, "done");
  expect(done).toMatchObject({ results: { verified: 2 }, spent_usd: 0.02, finished: 2, failed: 0 });
  const [lead] = await world.sql`select email_verified from public.leads where id = ${first}`;
  expect(lead!.email_verified).toBe(true);
  // A lead with the same address is served from the cache, which the forecast knows.
  await world.addLead(org, { email: ["f1@example.com"] });
  expect((await enrich("--dry-run")).json.forecast).toMatchObject({
    to_ask: 1,
    cached: 1,
    most_usd: 0,
  });
  const status = await world.sluice("enrich", "status", waiting.json.run);
  expect(status.out).toContain("2 done, 0 waiting, 0 failed; $0.02 spent\n2 verified");
  expect((await world.sluice("enrich", "list", "--org", org)).out).toContain("verify_email done");
  await worker.stop("SIGKILL");
});

test("what a budget refuses waits for the next day and is explained", async () => {
  await world.sql`update public.provider_budgets set limit_usd = 0.025 where org_id = ${org}`;
  for (let n = 0; n < 4; n++) await world.addLead(org, { email: [`b${n}@example.com`] });
  const worker = world.startWorker({ ZEROBOUNCE_COST_USD: "0.01" });
  const { json } = await enrich("--yes");
  expect(json.forecast).toMatchObject({ most_usd: 0.04, budget_left_usd: 0.025 });
  const run = json.run as string;
  await eventually("two leads to be done", async () => {
    const [row] = await world.sql`
      select state, next_at > now() + interval '1 minute' as rests from public.enrichment_runs where id = ${run}`;
    return row!.rests ? true : null;
  });
  const status = await world.sluice("enrich", "status", run);
  expect(status.out).toMatch(
    /2 done, 2 waiting, 0 failed; \$0.02 spent\n2 verified\n {2}2 leads waiting: over_budget: the budget is used up/,
  );
  // The next day, with a new budget, it goes on by itself.
  await world.sql`update public.provider_budgets set limit_usd = 1 where org_id = ${org}`;
  await world
    .sql`update private.enrichment_items set next_at = now() where run_id = ${run} and state = 'waiting'`;
  await world.sql`update public.enrichment_runs set next_at = now() where id = ${run}`;
  expect(await world.until(run, "done")).toMatchObject({
    results: { verified: 4 },
    spent_usd: 0.04,
  });
  await worker.stop("SIGKILL");
});

test("a killed worker's run is continued, and nothing is paid for twice", async () => {
  const leads: string[] = [];
  for (let n = 0; n < 150; n++) {
    leads.push(await world.addLead(org, { email: [`k${n}@example.com`] }));
  }
  await world.sql`update public.provider_budgets set limit_usd = 100 where org_id = ${org}`;
  let worker = world.startWorker({ ZEROBOUNCE_COST_USD: "0.01" });
  const { json } = await enrich("--yes");
  expect(json.forecast.most_usd).toBe(1.5);
  for (const after of [20, 70]) {
    await eventually(
      "some calls",
      () => Promise.resolve(charged("k").length >= after ? true : null),
    );
    await worker.stop("SIGKILL");
    worker = world.startWorker({ ZEROBOUNCE_COST_USD: "0.01" });
  }
  const status = await eventually("the run to end", async () => {
    const [row] = await world.sql`select public.enrichment_status(${json.run}) as status`;
    // Calls that were in flight count as unconfirmed once their lease is over.
    await world.sql`update private.call_reservations set lease_until = now() where org_id = ${org}`;
    return row!.status.state === "done" ? row!.status : null;
  });
  // Calls whose answer died with the worker may have been charged: they fail until somebody has looked.
  expect(status.finished + status.failed).toBe(150);
  expect(status.failed).toBeLessThan(60);
  expect(charged("k").every(([, times]) => times === 1)).toBe(true);
  const [letter] = await world.sql`
    select last_error from public.pipeline_dlq where source = 'enrich' and org_id = ${org} and resolved_at is null`;
  expect(letter?.last_error ?? `unconfirmed: ${status.failed}`).toBe(
    `unconfirmed: ${status.failed}`,
  );
  await world.sql`select public.reconcile_calls(${org}, 'zerobounce', true)`;
  if (status.failed > 0) await world.sluice("enrich", "resume", json.run);
  const end = await world.until(json.run, "done");
  expect(end).toMatchObject({ finished: 150, failed: 0 });
  await worker.stop("SIGKILL");
}, 120_000);

test("an account without credits pauses the run for a person", async () => {
  await world.addLead(org, { email: ["p1@example.com"] });
  world.sandbox.zerobounce.credits = 0;
  const worker = world.startWorker();
  const { json } = await enrich("--yes");
  expect(await world.until(json.run, "paused")).toMatchObject({
    reason: "out_of_credit",
    waiting: 1,
  });
  const letters = await world.sql`
    select last_error from public.pipeline_dlq where source = 'enrich' and payload ->> 'run_id' = ${json.run}`;
  expect(letters.map((row) => row.last_error)).toEqual(["out_of_credit"]);
  world.sandbox.zerobounce.credits = 10;
  await world.sql`delete from private.provider_circuits where org_id = ${org}`;
  expect((await world.sluice("enrich", "resume", json.run)).code).toBe(0);
  expect(await world.until(json.run, "done")).toMatchObject({ results: { verified: 1 } });
  await worker.stop("SIGKILL");
});

test("a run without keys fails and says so", async () => {
  await world.addLead(org, { email: ["n1@example.com"] });
  const worker = world.startWorker({ ZEROBOUNCE_API_KEY: "" });
  const { code, json, out } = await enrich("--yes");
  expect({ code, state: json.state }).toEqual({ code: 1, state: "failed" });
  expect(out).not.toContain("n1@example.com");
  const status = await world.sluice("enrich", "status", json.run);
  expect(status.out).toContain("failed (the org has no keys for zerobounce)");
  await worker.stop("SIGKILL");
});

test("equal addresses of two runs at the same time are paid for once", async () => {
  const other = world.startWorker({ ZEROBOUNCE_COST_USD: "0.01" });
  const worker = world.startWorker({ ZEROBOUNCE_COST_USD: "0.01" });
  for (let n = 0; n < 30; n++) await world.addLead(org, { email: [`e${n}@example.com`] });
  const runs = await Promise.all([enrich("--yes"), enrich("--yes")]);
  for (const { json } of runs) await world.until(json.run, "done");
  expect(charged("e")).toHaveLength(30);
  expect(charged("e").every(([, times]) => times === 1)).toBe(true);
  await Promise.all([worker.stop("SIGKILL"), other.stop("SIGKILL")]);
});

test("unknown kinds and wrong options are refused", async () => {
  expect((await world.sluice("enrich", "read_minds", "--org", org)).err).toContain(
    "no run has the kind read_minds",
  );
  expect((await world.sluice("enrich", "status", "x")).err).toContain("needs the id of a run");
  expect((await world.sluice("enrich", "verify_email", "--org", org, "--yes", "--dry-run")).code)
    .toBe(2);
});
