// Runs of the kind verify_address through the gateway and the sandbox of Melissa Personator.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { verifyAddress } from "../../../edge-functions/_shared/enrichment/address_kind.ts";
import type { EnrichWork, Run } from "../../../edge-functions/_shared/enrichment/enricher.ts";
import { openPool } from "../../../edge-functions/_shared/platform/db/pool.ts";
import { openGateway } from "../../../edge-functions/_shared/providers/gateway/gateway.ts";
import { type RunWorld, startRunWorld } from "./support.ts";

let world: RunWorld;
let pool: ReturnType<typeof openPool>;
let work: EnrichWork;
let run: Run;
let orgId: string;

beforeAll(async () => {
  world = await startRunWorld();
  pool = openPool(world.database.adminUrl, { name: "test", max: 3, prepare: true });
});
afterAll(async () => {
  await pool?.end();
  await world?.stop();
});
beforeEach(async () => {
  orgId = await world.newOrg(`Acme ${crypto.randomUUID()}`);
  await world.sql`delete from private.call_limits`;
  await world.sql`insert into public.provider_budgets (org_id, provider, period, limit_usd)
    values (${orgId}, 'melissa', 'month', 100)`;
  const gateway = openGateway({ sql: pool, given: world.sandbox.env });
  work = { sql: pool, gateway, now: () => new Date(), shouldStop: () => false };
  run = {
    ...{ id: crypto.randomUUID(), org_id: orgId, kind: "verify_address", provider: null },
    ...{ options: {}, correlation_id: crypto.randomUUID() },
  };
});

async function addLead(street: string, apn: string | null = null): Promise<string> {
  const [lead] = await world.sql<{ id: string }[]>`
    insert into public.leads (org_id, owner_1_first, owner_1_last, situs_house_number, situs_street, situs_city,
      situs_state, situs_zip, county_fips, apn)
    values (${orgId}, 'Ann', 'Cole', ${street.split(
    " ",
  )[0]!}, ${street}, 'Los Angeles', 'CA', '90001',
      ${apn && "06037"}, ${apn}) returning id`;
  return lead!.id;
}
const makOf = async (lead: string) =>
  (await world.sql`select mak from public.leads where id = ${lead}`)[0]!.mak;

test("keys are asked for once, in one request, and join the leads", async () => {
  const leads = [
    await addLead("11 Oak St"),
    await addLead("404 Oak St"),
    await addLead("22 Oak St"),
    await addLead("33 Oak St"),
  ];
  const before = world.sandbox.melissa.asked.length;
  expect((await verifyAddress.estimate(work, run, leads)).map((one) => one.most_usd)).toEqual(
    [0.05, 0.05, 0.05, 0.05],
  );
  const results = await verifyAddress.ask(work, run, leads, 1);
  expect(results.map(({ words }) => words)).toEqual([
    { key_found: 1 },
    { invalid: 1 },
    { unknown: 1 },
    { uncertain: 1 },
  ]);
  expect(world.sandbox.melissa.asked.length).toBe(before + 1);
  expect(world.sandbox.melissa.asked.at(-1)).toMatchObject({ Actions: "Check,Verify" });
  expect(await makOf(leads[0]!)).toMatch(/^8[0-9]{8}7$/);
  expect(await makOf(leads[3]!)).toBeNull();
  // Everybody was asked about: nothing is left, and nothing is charged again.
  expect(await verifyAddress.estimate(work, run, leads)).toEqual([]);
  const [calls] = await world.sql`
    select count(*)::integer as n, sum(cost_usd)::float8 as usd from public.provider_calls where org_id = ${orgId}`;
  expect(calls).toEqual({ n: 4, usd: 0.2 });
});

test("one key for two leads makes a candidate, and for two parcels nothing", async () => {
  const first = await addLead("51 Elm St");
  const second = await addLead("51 Elm Street");
  const parcels = [await addLead("52 Elm St", "1001"), await addLead("52 Elm Street", "1002")];
  const words = (await verifyAddress.ask(work, run, [first, second, ...parcels], 1)).map((one) =>
    Object.keys(one.words)[0]
  );
  expect(words).toEqual(["key_found", "may_be_one", "key_found", "other_parcel"]);
  const pairs = await world.sql<{ pair: string[]; origin: string; state: string }[]>`
    select array[left_id, right_id]::text[] as pair, origin, state from public.match_candidates
    where org_id = ${orgId}`;
  expect([...pairs]).toEqual([
    { pair: [first, second].sort(), origin: "provider", state: "open" },
  ]);
  expect((await world.sql`select from public.lead_merges where org_id = ${orgId}`).count).toBe(0);
});

test("the free tour of a key reaches the product", async () => {
  const { out } = await world.sluice("provider", "check", "melissa");
  expect(out).toContain("personator without records");
});
