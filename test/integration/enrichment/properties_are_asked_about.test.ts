// Runs of the kinds property and geocode through the gateway and the sandboxes of ATTOM and Google.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { EnrichWork, Run } from "../../../edge-functions/_shared/enrichment/enricher.ts";
import { geocode, property } from "../../../edge-functions/_shared/enrichment/property_kinds.ts";
import { openPool } from "../../../edge-functions/_shared/platform/db/pool.ts";
import { openGateway } from "../../../edge-functions/_shared/providers/gateway/gateway.ts";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer } from "../../../scripts/dev/server.ts";
import { type Sandbox, startSandbox } from "../../../scripts/sandbox/sandbox.ts";

let server: Awaited<ReturnType<typeof openServer>>;
let database: TestDatabase;
let sql: ReturnType<typeof connect>;
let pool: ReturnType<typeof openPool>;
let sandbox: Sandbox;
let work: EnrichWork;
let run: Run;
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
  const [org] = await sql<
    { id: string }[]
  >`insert into public.orgs (name) values ('Acme') returning id`;
  orgId = org!.id;
  await sql`delete from private.call_limits`;
  await sql`insert into public.provider_budgets (org_id, provider, period, limit_usd)
    select ${orgId}, p, 'month', 100 from unnest('{attom,google,melissa}'::text[]) p`;
  const gateway = openGateway({ sql: pool, given: sandbox.env });
  work = { sql: pool, gateway, now: () => new Date(), shouldStop: () => false };
  run = {
    ...{ id: crypto.randomUUID(), org_id: orgId, kind: "property", provider: null, options: {} },
    correlation_id: crypto.randomUUID(),
  };
});

async function addLead(house: number, street = "Main St"): Promise<string> {
  const [lead] = await sql<{ id: string }[]>`
    insert into public.leads (org_id, owner_1_last, situs_house_number, situs_street, situs_city, situs_state,
      situs_zip, addr_hash, addr_hash_version)
    select ${orgId}, 'Ames', a.situs_house_number, a.situs_street, a.situs_city, a.situs_state, a.situs_zip,
      a.addr_hash, private.address_hash_version()
    from private.parse_address(${`${house} ${street}`}, null, 'Los Angeles', 'CA', '90001') a returning id`;
  return lead!.id;
}
const place = (street: string, line1 = street) =>
  sandbox.attom.properties.set(street.toUpperCase(), {
    identifier: { fips: "06037", apn: "2029-580-065", attomId: 1 },
    address: { line1, locality: "LOS ANGELES", countrySubd: "CA", postal1: "90001" },
    avm: { eventDate: "2026-10-31", amount: { value: 500000, low: 450000, high: 550000 } },
    mortgage: { amount: 300000, date: "2020-02-03", term: "360" },
    saleHistory: [{ saleTransDate: "2020-02-01", amount: { saleAmt: 410000, saleDocNum: "1" } }],
  });

test("value, mortgage and sales are recorded as of their dates, and bought once", async () => {
  const known = await addLead(11);
  const unknown = await addLead(13);
  place("11 Main St");
  expect(await property.estimate(work, run, [known, unknown])).toEqual([
    { lead_id: known, asks: 3, cached: 0, most_usd: expect.closeTo(0.3) },
    { lead_id: unknown, asks: 3, cached: 0, most_usd: expect.closeTo(0.3) },
  ]);
  expect(await property.ask(work, run, [known, unknown], 1)).toEqual([
    {
      lead_id: known,
      status: "done",
      cost_usd: expect.closeTo(0.3),
      words: { recorded: 3 },
    },
    // An odd house number is unknown with 400, which is not billed.
    { lead_id: unknown, status: "done", cost_usd: 0, words: { empty: 3 } },
  ]);
  const facts = await sql<{ text: string }[]>`
    select concat_ws(' ', name, as_of, trim_scale(amount_usd), terms) as text from public.property_facts
    where lead_id = ${known} order by name`;
  expect(facts.map(({ text }) => text)).toEqual([
    "mortgage 2020-02-03 300000 bought",
    "sale 2020-02-01 410000 bought",
    "value 2026-10-31 500000 bought",
  ]);
  expect(await property.estimate(work, run, [known])).toEqual([
    { lead_id: known, asks: 3, cached: 3, most_usd: 0 },
  ]);
  expect(sandbox.attom.charged.get("attomavm/detail 11 MAIN ST")).toBe(1);
});

test("equity and foreclosures are asked for where the org wants them, and count in the forecast", async () => {
  const [lead, clear] = [await addLead(81), await addLead(83)];
  for (const house of [81, 83]) place(`${house} Main St`);
  Object.assign(sandbox.attom.properties.get("81 MAIN ST")!, {
    homeEquity: {
      ...{ estimatedAvailableEquity: 210000, LTV: 58, totalEstimatedLoanBalance: 290000 },
      recordLastUpdated: "2026-11-02",
    },
    foreclosure: {
      Default: [{
        ...{ foreclosureID: 9, recordType: "NOD", foreclosureRecordingDate: "2026-09-15" },
        ...{ caseNumber: "C-9", defaultAmount: 12000 },
      }],
    },
  });
  await sql`update public.orgs set
    settings = settings || '{"property_equity": "on", "property_foreclosures": "on"}' where id = ${orgId}`;
  const [made] = await sql<{ id: string }[]>`
    select public.plan_enrichment(${orgId}, 'property', '{}', 'attom') as id`;
  const [planned] = await sql<{ options: Record<string, unknown> }[]>`
    select r.options from public.enrichment_runs r where r.id = ${made!.id}`;
  expect(planned!.options).toEqual({ equity: true, foreclosures: true });
  const all = { ...run, provider: "attom", options: planned!.options };
  expect(await property.estimate(work, all, [lead])).toEqual([
    { lead_id: lead, asks: 5, cached: 0, most_usd: expect.closeTo(0.5) },
  ]);
  const results = await property.ask(work, all, [lead, clear], 2);
  expect(results.map(({ words }) => words)).toEqual([
    { recorded: 5 },
    { recorded: 3, nothing: 1, empty: 1 },
  ]);
  const facts = await sql<{ text: string }[]>`
    select concat_ws(' ', name, as_of, trim_scale(amount_usd), nullif(entry, ''), terms) as text from public.property_facts
    where lead_id = ${lead} and name in ('equity', 'foreclosure') order by name`;
  expect(facts.map(({ text }) => text)).toEqual([
    "equity 2026-11-02 210000 bought",
    "foreclosure 2026-09-15 12000 C-9 bought",
  ]);
  // The next record of the equity is a further one.
  Object.assign(sandbox.attom.properties.get("81 MAIN ST")!, {
    homeEquity: { estimatedAvailableEquity: 190000, LTV: 60, recordLastUpdated: "2026-11-20" },
  });
  await sql`delete from private.provider_answers where org_id = ${orgId}`;
  await property.ask(work, all, [lead], 2);
  const [history] = await sql<
    { n: number }[]
  >`select count(*)::integer as n from public.property_facts
    where lead_id = ${lead} and name = 'equity'`;
  expect(history!.n).toBe(2);
  // Who has not switched them on is asked for the price of three.
  expect(await property.estimate(work, run, [clear])).toMatchObject([{ asks: 3 }]);
});

test("Melissa is asked by the strongest key, and answers for that property alone", async () => {
  const byKey = { ...run, provider: "melissa" };
  const [street, parcel, keyed, unknown] = await Promise.all(
    [41, 43, 45, 47].map((n) => addLead(n)),
  );
  await sql`update public.leads set county_fips = '06037', apn = private.normalise_apn('2029-580-065')
    where id = ${parcel!}`;
  // Lists often have a MAK and nothing else of the property.
  await sql`update public.leads set mak = '9005381555', situs_house_number = null, situs_street = null,
    addr_hash = null, addr_hash_version = null where id = ${keyed!}`;
  const facts = {
    EstimatedValue: {
      ...{ EstimatedValue: "500000", EstimatedMinValue: "450000", EstimatedMaxValue: "550000" },
      ...{ ConfidenceScore: "91", ValuationDate: "20261031" },
    },
    CurrentDeed: { MortgageAmount: "300000", MortgageDate: "20200203", SecondMortgageAmount: "0" },
    SaleInfo: { AssessorLastSaleDate: "20200201", AssessorLastSaleAmount: "410000" },
    PrimaryOwner: { Name1Full: "Pat Ames" },
  };
  const address = { City: "LOS ANGELES", State: "CA", Zip: "90001" };
  sandbox.melissa.properties.set("41 MAIN ST", {
    ...facts,
    Parcel: { FIPSCode: "06037", FormattedAPN: "1029580065", UnformattedAPN: "1029-580-065" },
    PropertyAddress: { ...address, Address: "41 Main St" },
  });
  sandbox.melissa.properties.set("06037 2029580065", {
    ...facts,
    Parcel: { FIPSCode: "06037", UnformattedAPN: "2029-580-065" },
  });
  sandbox.melissa.properties.set("9005381555", {
    ...facts,
    Parcel: { FIPSCode: "06037", UnformattedAPN: "3029-580-065" },
    PropertyAddress: { ...address, Address: "45 Main St", MAK: "9005381555" },
  });
  const ids = [street!, parcel!, keyed!, unknown!];
  const results = await property.ask(work, byKey, ids, 1);
  expect(results.map(({ words }) => words)).toEqual([
    { recorded: 1 },
    { recorded: 1 },
    { recorded: 1 },
    { empty: 1 },
  ]);
  const stored = await sql<{ lead_id: string; text: string }[]>`
    select lead_id, string_agg(concat_ws(' ', name, as_of, trim_scale(amount_usd), terms), '; ' order by name) as text
    from public.property_facts where provider = 'melissa' and org_id = ${orgId} group by 1`;
  const text =
    "mortgage 2020-02-03 300000 bought; sale 2020-02-01 410000 bought; value 2026-10-31 500000 bought";
  expect(new Map(stored.map(({ lead_id, text }) => [lead_id, text])))
    .toEqual(new Map(ids.slice(0, 3).map((id) => [id, text])));
  expect([...sandbox.melissa.charged].filter(([asked]) => /MAIN|Main|06037|9005/.test(asked)))
    .toEqual([["41 MAIN ST", 1], ["06037 2029580065", 1], ["9005381555", 1], ["47 MAIN ST", 1]]
      .map(([asked, n]) => [expect.stringMatching(new RegExp(`^${asked}$`, "i")), n]));
  expect(JSON.stringify(sandbox.melissa.asked)).not.toMatch(/Owner/);

  // A key that the answer does not repeat, of a lead that has no other.
  sandbox.melissa.properties.set("9005381556", {
    ...facts,
    Parcel: { FIPSCode: "06037", UnformattedAPN: "9" },
  });
  const other = await addLead(49);
  await sql`update public.leads set mak = '9005381556' where id = ${other}`;
  expect(await property.ask(work, byKey, [other], 1)).toMatchObject([{
    words: { other_property: 1 },
  }]);
});

test("ATTOM is not asked about a lead of which only a MAK is known", async () => {
  const lead = await addLead(51);
  await sql`update public.leads set mak = '9005381557', situs_house_number = null, situs_street = null,
    addr_hash = null, addr_hash_version = null where id = ${lead}`;
  expect(await property.estimate(work, run, [lead])).toEqual([]);
  expect(await property.estimate(work, { ...run, provider: "melissa" }, [lead])).toMatchObject([
    { lead_id: lead, asks: 1 },
  ]);
});

test("the second provider is asked where the first knows nothing, if the org wants it", async () => {
  const [known, second, nowhere] = await Promise.all([61, 63, 65].map((n) => addLead(n)));
  const ids = [known!, second!, nowhere!];
  place("61 Main St");
  for (const [house, apn] of [[61, "4029-580-061"], [63, "4029-580-063"]]) {
    sandbox.melissa.properties.set(`${house} MAIN ST`, {
      EstimatedValue: { EstimatedValue: "600000", ValuationDate: "20261031" },
      Parcel: { FIPSCode: "06037", UnformattedAPN: apn! },
      PropertyAddress: {
        ...{ Address: `${house} Main St`, City: "LOS ANGELES", State: "CA", Zip: "90001" },
      },
    });
  }
  const plan = async () => {
    const [made] = await sql<{ id: string }[]>`
      select public.plan_enrichment(${orgId}, 'property', '{}') as id`;
    const [planned] = await sql<{ options: Record<string, unknown> }[]>`
      select r.options from public.enrichment_runs r where r.id = ${made!.id}`;
    return { ...run, options: planned!.options };
  };
  const alone = await plan();
  expect(alone.options).toEqual({});
  expect(property.providers(alone)).toEqual(["attom"]);
  expect(await property.ask(work, alone, [second!], 1)).toMatchObject([{ words: { empty: 3 } }]);

  await sql`update public.orgs set settings = settings || '{"property_fallback": "on"}' where id = ${orgId}`;
  const both = await plan();
  expect(property.providers(both)).toEqual(["attom", "melissa"]);
  // At most: three questions to the first, one to the second. The answers about one are in the cache.
  expect(await property.estimate(work, both, ids)).toEqual([
    { lead_id: known, asks: 4, cached: 0, most_usd: expect.closeTo(0.5) },
    { lead_id: second, asks: 4, cached: 3, most_usd: expect.closeTo(0.2) },
    { lead_id: nowhere, asks: 4, cached: 0, most_usd: expect.closeTo(0.5) },
  ]);
  const asked = sandbox.melissa.asked.length;
  const results = await property.ask(work, both, ids, 5);
  expect(results.map(({ words, status }) => [status, words])).toEqual([
    ["done", { recorded: 3 }],
    ["done", { empty: 3, recorded: 1 }],
    ["done", { empty: 4 }],
  ]);
  // Who the first one knows is not bought twice.
  expect(sandbox.melissa.asked.length - asked).toBe(2);
  const [fact] = await sql`
    select provider, trim_scale(amount_usd)::text as usd from public.property_facts where lead_id = ${second!}`;
  expect({ ...fact }).toEqual({ provider: "melissa", usd: "600000" });
});

test("what was confirmed also limits what the second provider costs", async () => {
  await sql`update public.orgs set settings = settings || '{"property_fallback": "on"}' where id = ${orgId}`;
  const lead = await addLead(67);
  const both = { ...run, options: { fallback: true } };
  const before = sandbox.melissa.asked.length;
  // An unknown property costs nothing at the first; one question of the second costs 0.20.
  expect(await property.ask(work, both, [lead], 0.15)).toMatchObject([
    { status: "stop", reason: "over_forecast", cost_usd: 0 },
  ]);
  expect(sandbox.melissa.asked.length).toBe(before);
  await sql`delete from public.provider_budgets where org_id = ${orgId} and provider = 'melissa'`;
  expect(await property.ask(work, both, [lead], 1)).toMatchObject([
    { status: "refused", reason: "no_budget" },
  ]);
  expect(sandbox.melissa.asked.length).toBe(before);
});

test("a first provider that fails is no reason to pay the second", async () => {
  const lead = await addLead(69);
  sandbox.fault({ provider: "attom", then: { status: 503 } });
  const before = sandbox.melissa.asked.length;
  const [result] = await property.ask(work, { ...run, options: { fallback: true } }, [lead], 1);
  expect(result!.status).not.toBe("done");
  expect(sandbox.melissa.asked.length).toBe(before);
});

test("result codes of property data are counted, not guessed", async () => {
  const lead = await addLead(71);
  await property.ask(work, { ...run, provider: "melissa" }, [lead], 1);
  const counted = () =>
    sql`select path, problem, times::integer from public.provider_drift
      where org_id = ${orgId} and endpoint = 'property' order by path`;
  expect([...await counted()].map((row) => ({ ...row }))).toEqual([
    { path: "YE01", problem: "unknown code", times: 1 },
  ]);
  // The cached answer is the same one.
  await property.ask(work, { ...run, provider: "melissa" }, [lead], 1);
  expect(await counted()).toMatchObject([{ times: 1 }]);
  const [call] = await sql`select code from public.provider_calls
    where org_id = ${orgId} and provider = 'melissa' and not cached`;
  expect(call!.code).toBe("YE01");
});

test("an answer about a neighbour is not accepted", async () => {
  const lead = await addLead(15);
  place("15 Main St", "17 Main St");
  expect(await property.ask(work, run, [lead], 1)).toMatchObject([{
    words: { other_property: 3 },
  }]);
  expect(await sql`select from public.property_facts where lead_id = ${lead}`).toHaveLength(0);
});

test("nothing is asked about a person who must not be contacted", async () => {
  const lead = await addLead(19);
  await sql`update public.leads set campaign_status = 'opted_out' where id = ${lead}`;
  expect(await property.estimate(work, run, [lead])).toEqual([]);
  expect(await geocode.estimate(work, run, [lead])).toEqual([]);
});

test("providers that nobody has confirmed are refused with the reason", async () => {
  const lead = await addLead(21);
  for (const [provider, reason] of [["datatree", "login"], ["zillow", "terms forbid"]]) {
    await expect(property.estimate(work, { ...run, provider: provider! }, [lead])).rejects.toThrow(
      `${provider} is off: `,
    );
    await expect(property.ask(work, { ...run, provider: provider! }, [lead], 1)).rejects.toThrow(
      reason,
    );
  }
});

test("only the roof of the address itself is a position, for thirty days", async () => {
  const ids = await Promise.all([31, 32, 33, 34].map((house) => addLead(house)));
  sandbox.google.places.set("31 MAIN ST", [{ lat: 34.1, lng: -118.2 }]);
  sandbox.google.places.set("32 MAIN ST", [{ partial: true }]);
  sandbox.google.places.set("33 MAIN ST", [{ type: "RANGE_INTERPOLATED" }]);
  const results = await geocode.ask(work, run, ids, 1);
  expect(results.map(({ words }) => words)).toEqual([
    { located: 1 },
    { uncertain: 1 },
    { uncertain: 1 },
    { empty: 1 },
  ]);
  const facts = await sql<{ lead_id: string; name: string; terms: string; days: number | null }[]>`
    select lead_id, name, terms, round(extract(epoch from expires_at - obtained_at) / 86400)::integer as days
    from public.lead_facts where org_id = ${orgId} order by name, id`;
  expect(facts.map((fact) => ({ ...fact }))).toEqual([
    { lead_id: ids[0], name: "location", terms: "location_30_days", days: 30 },
    { lead_id: ids[0], name: "place_id", terms: "provider_id", days: null },
    ...ids.slice(1).map((id) => ({
      ...{ lead_id: id, name: "unlocated", terms: "note_30_days", days: 30 },
    })),
  ]);
  // Nobody is asked about again, with or without a position.
  expect(await geocode.estimate(work, run, ids)).toEqual([]);
  const spent = [...sandbox.google.asked];
  await geocode.ask(work, run, ids, 1);
  expect([...sandbox.google.asked]).toEqual(spent);
});

test("an address without a position is asked about again when corrected, and after a month", async () => {
  const lead = await addLead(35);
  sandbox.google.places.set("35 MAIN ST", [{ partial: true }]);
  await geocode.ask(work, run, [lead], 1);
  expect(await geocode.estimate(work, run, [lead])).toEqual([]);
  await sql`update public.leads set situs_house_number = '37', situs_street = '37 Main St' where id = ${lead}`;
  expect(await geocode.estimate(work, run, [lead])).toHaveLength(1);
  await sql`update public.leads set situs_house_number = '35', situs_street = '35 Main St' where id = ${lead}`;
  const later = { ...work, now: () => new Date(Date.now() + 31 * 86_400_000) };
  expect(await geocode.estimate(later, run, [lead])).toHaveLength(1);
  // The sweep erases the note, and nothing renews it: only a run asks again.
  await sql`select private.sweep_facts(now() + interval '31 days')`;
  expect(
    await sql`select from public.lead_facts where lead_id = ${lead}
      union all select from private.fact_renewals where lead_id = ${lead}`,
  ).toHaveLength(0);
});

test("a position ends with its address, and a corrected one is asked about at once", async () => {
  const lead = await addLead(41);
  sandbox.google.places.set("41 MAIN ST", [{}]);
  await geocode.ask(work, run, [lead], 1);
  const facts = () => sql`select name from public.lead_facts where lead_id = ${lead} order by name`;
  expect((await facts()).map(({ name }) => name)).toEqual(["location", "place_id"]);
  expect(await geocode.estimate(work, run, [lead])).toEqual([]);
  await sql`update public.leads set lead_score = 7 where id = ${lead}`;
  expect(await facts()).toHaveLength(2);
  await sql`update public.leads set situs_house_number = '43', situs_street = '43 Main St' where id = ${lead}`;
  expect(await facts()).toHaveLength(0);
  expect(await geocode.estimate(work, run, [lead])).toHaveLength(1);
});

test("an answer that nobody can read is not paid for again", async () => {
  const lead = await addLead(45);
  sandbox.google.places.set("45 MAIN ST", [{ lat: "north" as never }]);
  await geocode.ask(work, run, [lead], 1);
  expect(await geocode.estimate(work, run, [lead])).toEqual([]);
  const [spent] = await sql`
    select count(*)::integer as calls from public.provider_calls where org_id = ${orgId} and provider = 'google'`;
  expect(spent!.calls).toBe(1);
});
