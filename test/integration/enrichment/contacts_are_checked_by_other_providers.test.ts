// Runs at NeverBounce and Melissa: refusals with status 200, records of one request, levels, codes that nobody knows.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Json, type RunWorld, startRunWorld } from "./support.ts";

let world: RunWorld;
let org: string;
let orgs = 0;

beforeAll(async () => {
  world = await startRunWorld();
  world.startWorker();
});
afterAll(() => world?.stop());
beforeEach(async () => {
  world.sandbox.clearFaults();
  world.sandbox.neverbounce.credits = 100_000;
  world.sandbox.melissa.credits = 100_000;
  org = await world.newOrg(`Checks ${++orgs}`);
  await world.sql`delete from private.call_limits`;
  await world.sql`insert into public.provider_budgets (org_id, provider, period, limit_usd)
    select ${org}, p, 'month', 10 from unnest('{neverbounce,melissa,twilio}'::text[]) p`;
});

const run = async (kind: string, provider: string): Promise<Json> => {
  const { json, err } = await world.sluice(
    ...["enrich", kind, "--org", org, "--provider", provider, "--yes", "--json"],
  );
  expect(err).toBe("");
  return json.run;
};
const verified = async (lead: string) => {
  const [row] = await world.sql`
    select email_verified as email, phone_verified as phone from public.leads where id = ${lead}`;
  return row;
};

test("NeverBounce's results and flags decide, and codes that nobody knows are counted", async () => {
  const names = ["valid", "invalid", "catchall", "role", "trap", "novel", "unknown"];
  const leads = [];
  for (const name of names) {
    leads.push(await world.addLead(org, { email: [`${name}@example.com`] }));
  }
  const status = await world.until(await run("verify_email", "neverbounce"), "done");
  expect(status.results).toEqual({ verified: 3, invalid: 2, uncertain: 2 });
  expect(status.spent_usd).toBeCloseTo(0.07);
  expect(await Promise.all(leads.slice(0, 2).map(verified))).toEqual([
    { email: true, phone: false },
    { email: false, phone: false },
  ]);
  expect(
    await world.sql`select path, problem from public.provider_drift where org_id = ${org}`,
  ).toEqual([{ path: "moon_phase", problem: "unknown code" }]);
});

test("NeverBounce's failures come with status 200, and none is paid for or repeated blindly", async () => {
  const lead = await world.addLead(org, { email: ["credit@example.com"] });
  world.sandbox.neverbounce.credits = 0;
  const id = await run("verify_email", "neverbounce");
  expect(await world.until(id, "paused")).toMatchObject({ reason: "out_of_credit", spent_usd: 0 });
  world.sandbox.neverbounce.credits = 10;
  await world.sql`delete from private.provider_circuits where org_id = ${org}`;
  world.sandbox.fault({ provider: "neverbounce", then: { status: 503 }, times: 1 });
  await world.sluice("enrich", "resume", id);
  // temp_unavail: nobody knows whether it was charged.
  const failed = await world.until(id, "done");
  expect(failed).toMatchObject({ failed: 1, reasons: [{ reason: "no_answer" }] });
  expect(world.sandbox.neverbounce.charged.get("credit@example.com")).toBeUndefined();
  await world.sql`select public.reconcile_calls(${org}, 'neverbounce', false)`;
  await world.sluice("enrich", "resume", id);
  // The lost call took what was confirmed: another one is priced and confirmed again.
  expect(await world.until(id, "paused")).toMatchObject({ reason: "over_forecast" });
  await world.sluice("enrich", "resume", id);
  expect(await world.until(id, "planned")).toMatchObject({ forecast: { most_usd: 0.01 } });
  await world.sluice("enrich", "confirm", id);
  expect(await world.until(id, "done")).toMatchObject({ failed: 0, results: { verified: 1 } });
  expect(await verified(lead)).toMatchObject({ email: true });
});

test("Melissa is asked about many phones in one request, and each gets its own answer", async () => {
  const leads = [];
  for (const end of ["01", "96", "97", "98", "99"]) {
    leads.push(await world.addLead(org, { phone: [`+121355501${end}`] }));
  }
  const before = world.sandbox.melissa.asked.length;
  const status = await world.until(await run("verify_phone", "melissa"), "done");
  expect(world.sandbox.melissa.asked.length).toBe(before + 1);
  expect(status.results).toEqual({ verified: 2, uncertain: 2, invalid: 1 });
  expect((await Promise.all(leads.map(verified))).map((row) => row!.phone)).toEqual(
    [true, false, false, true, false],
  );
  // Nobody asks again within the lifetime of a verification.
  expect(await world.until(await run("verify_phone", "melissa"), "done")).toMatchObject({
    results: {},
    spent_usd: 0,
  });
});

test("a look into Melissa's database verifies no mailbox, and does not answer for the other level", async () => {
  const lead = await world.addLead(org, { email: ["valid.level@example.com"] });
  expect(await world.until(await run("verify_email", "melissa_express"), "done")).toMatchObject({
    results: { uncertain: 1 },
  });
  expect(await verified(lead)).toMatchObject({ email: false });
  await world.sql`delete from public.lead_facts where org_id = ${org}`;
  expect(await world.until(await run("verify_email", "melissa"), "done")).toMatchObject({
    results: { verified: 1 },
    spent_usd: 0.02,
  });
  expect(await verified(lead)).toMatchObject({ email: true });
});

test("Twilio says what line a phone is, which is a fact and neither verifies it nor takes that away", async () => {
  const [mobile, landline, voip, unprovisioned] = await Promise.all(
    ["+12135550141", "+12135550198", "+12135550199", "+15005550106"]
      .map((phone) => world.addLead(org, { phone: [phone] })),
  );
  await world.sql`update public.contact_points set verified = true, codes = '{PS01}'
    where lead_id = ${mobile!}`;
  const id = await run("verify_phone", "twilio");
  const status = await world.until(id, "done");
  // Error 60600 inside a 200: nothing is known, and it may have been charged.
  expect(status.results).toEqual({ unknown: 3, empty: 1 });
  expect(status.spent_usd).toBeCloseTo(0.04);
  const rows = await world.sql`
    select c.lead_id, c.verified, c.codes, f.value, f.terms, f.expires_at is not null as ends
    from public.contact_points c left join public.lead_facts f on f.org_id = c.org_id and f.lead_id = c.lead_id
      and f.contact_point_id = c.id and f.name = 'line_type'
    where c.org_id = ${org}`;
  const of = (lead: string | undefined) => rows.find(({ lead_id }) => lead_id === lead);
  expect(of(mobile)).toMatchObject({
    verified: true,
    codes: ["PS01", "mobile"],
    value: { type: "mobile", carrier: "Sandbox Wireless" },
    terms: "verification",
    ends: true,
  });
  expect(of(landline)).toMatchObject({ verified: false, codes: ["landline"] });
  expect(of(voip)).toMatchObject({ codes: ["nonFixedVoip"], value: { type: "nonFixedVoip" } });
  expect(of(unprovisioned)).toMatchObject({ codes: [], value: null });
});

test("a refused licence pauses the run", async () => {
  await world.addLead(org, { phone: ["+12135550102"] });
  await world.sql`select public.set_provider_account(${org}, 'melissa', 'own', ${
    world.sql.json({ MELISSA_LICENSE_KEY: "wrong" })
  })`;
  const { json } = await world.sluice(
    ...["enrich", "verify_phone", "--org", org, "--account", "own", "--yes", "--json"],
  );
  expect(await world.until(json.run, "paused")).toMatchObject({ reason: "auth", spent_usd: 0 });
});

test("a verification that has expired is asked for again by the worker itself", async () => {
  const lead = await world.addLead(org, { phone: ["+12135550103"] });
  await world.until(await run("verify_phone", "melissa"), "done");
  await world
    .sql`update public.lead_facts set obtained_at = now() - interval '181 days' where lead_id = ${lead}`;
  await world.sql`delete from private.provider_answers where org_id = ${org}`;
  await world.sql`select private.sweep_facts()`;
  const [opened] = await (async () => {
    for (;;) {
      const rows = await world.sql`
        select id from public.enrichment_runs where org_id = ${org} and options ? 'renewal'`;
      if (rows.length > 0) return rows;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  expect(await world.until(opened!.id, "done")).toMatchObject({ results: { verified: 1 } });
  expect(world.sandbox.melissa.charged.get("+12135550103")).toBe(2);
  expect(await world.sql`select from private.fact_renewals where org_id = ${org}`).toHaveLength(0);
});
