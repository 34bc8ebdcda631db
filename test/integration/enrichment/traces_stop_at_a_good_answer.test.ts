// The waterfall of skip traces through the gateway and the sandbox: order, price, cap, acceptance, erasure.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { traceLeads } from "../../../edge-functions/_shared/enrichment/trace_leads.ts";
import { trace as traceKind } from "../../../edge-functions/_shared/enrichment/trace_kind.ts";
import { openPool } from "../../../edge-functions/_shared/platform/db/pool.ts";
import { batchdata, skipTrace } from "../../../edge-functions/_shared/providers/batchdata/data.ts";
import {
  type Gateway,
  openGateway,
} from "../../../edge-functions/_shared/providers/gateway/gateway.ts";
import {
  type AnyTracer,
  TRACERS,
} from "../../../edge-functions/_shared/providers/registry/tracers.ts";
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
let streets = 0;

const first: AnyTracer = { provider: batchdata, endpoint: skipTrace };
/** A second provider, whose people live at streets of their own in the sandbox. */
const second: AnyTracer = {
  provider: { ...batchdata, name: "second" },
  endpoint: {
    ...skipTrace,
    together: {
      ...skipTrace.together!,
      request: (asked, settings) =>
        skipTrace.together!.request(
          asked.map(({ id, question }) => ({
            id,
            question: {
              ...question,
              property: { ...question.property, street: `2nd ${question.property.street}` },
            },
          })),
          settings,
        ),
    },
  },
};

beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = connect(database.adminUrl, 4);
  pool = openPool(database.adminUrl, { name: "test", max: 3, prepare: true });
  sandbox = await startSandbox();
  await sql`insert into private.person_endpoints values ('second', 'skip_trace')`;
  await sql`insert into public.provider_terms values ('second', '*', 'bought', 'test')`;
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
  gateway = openGateway({ sql: pool, given: { ...sandbox.env, BATCHDATA_COST_USD: "0.2" } });
  const [org] = await sql<
    { id: string }[]
  >`insert into public.orgs (name) values ('Acme') returning id`;
  orgId = org!.id;
  await sql`delete from private.call_limits`;
  await sql`insert into public.provider_budgets (org_id, provider, period, limit_usd)
    select ${orgId}, p, 'month', 100 from unnest('{batchdata,second,melissa}'::text[]) p`;
  await sql`insert into public.trace_steps (org_id, provider, price_usd, expected_hit_rate)
    values (${orgId}, 'batchdata', 0.1, 0.5), (${orgId}, 'second', 0.4, 0.6)`;
});

async function addLead(last = "Ames", given = "Ann"): Promise<{ id: string; street: string }> {
  const street = `${++streets} Main St`;
  const [lead] = await sql<{ id: string }[]>`
    insert into public.leads (org_id, owner_1_first, owner_1_last, situs_house_number, situs_street, situs_city,
      situs_state, situs_zip)
    values (${orgId}, ${given}, ${last}, ${
    String(streets)
  }, ${street}, 'Los Angeles', 'CA', '90001') returning id`;
  return { id: lead!.id, street };
}
interface Person {
  name?: string;
  phone: string;
  more?: Record<string, unknown>;
  flags?: Record<string, unknown>;
}
const live = (street: string, { name = "Ann Ames", phone, more = {}, flags = {} }: Person) =>
  sandbox.batchdata.people.set(street.toUpperCase(), [{
    name: { first: name.split(" ")[0], last: name.split(" ")[1], full: name },
    phones: [{ number: phone, type: "Mobile", rank: 1, reachable: true, ...flags }],
    ...more,
  }]);
const trace = async (ids: string[], tracers = [second, first]) => {
  const work = { sql: pool, gateway, now: () => new Date() };
  const { words } = await traceLeads(work, tracers, { orgId, leadIds: ids, patienceMs: 3000 });
  return Object.fromEntries(
    [...words].map(([id, all]) => [
      id,
      all.map(({ provider, asked, word }) =>
        `${provider} ${word ?? (asked.status === "answered" ? asked.outcome : asked.reason)}`
      ),
    ]),
  );
};
const phones = async (id: string) =>
  (await sql<{ phone: string }[]>`
    select private.decrypt_value(value_cipher, private.org_key(org_id, key_id)) as phone from public.contact_points
    where lead_id = ${id} order by position`).map(({ phone }) => phone);
const spent = async () => {
  const [row] = await sql<{ usd: string }[]>`
    select coalesce(trim_scale(sum(cost_usd)), 0)::text as usd from public.provider_calls where org_id = ${orgId}`;
  return row!.usd;
};

test("the cheaper hit is asked first, and a good answer ends the search", async () => {
  const lead = await addLead();
  live(lead.street, { phone: "2135550101" });
  live(`2nd ${lead.street}`, { phone: "2135550102" });
  expect(await trace([lead.id])).toEqual({ [lead.id]: ["batchdata found"] });
  expect(await phones(lead.id)).toEqual(["+12135550101"]);
  expect(await spent()).toBe("0.1");
  // Nobody is asked again.
  expect(await trace([lead.id])).toEqual({ [lead.id]: [] });
});

test("who is not found, or found under another name, is looked for at the next provider", async () => {
  const [a, b, c] = [await addLead(), await addLead(), await addLead()];
  live(b.street, { name: "Zoe Young", phone: "2135550103" });
  live(`2nd ${b.street}`, { phone: "2135550104" });
  live(`2nd ${a.street}`, { phone: "2135550105", flags: { reachable: false } });
  expect(await trace([a.id, b.id, c.id])).toEqual({
    [a.id]: ["batchdata nobody", "second found"],
    [b.id]: ["batchdata other_person", "second found"],
    [c.id]: ["batchdata nobody", "second nobody"],
  });
  expect(await phones(b.id)).toEqual(["+12135550104"]);
  // One found under another name, two found at the second: what was not found costs nothing.
  expect(await spent()).toBe("0.9");
});

test("the cap of a lead ends the search before a call", async () => {
  await sql`update public.orgs set settings = '{"trace_cap_usd": "0.45"}' where id = ${orgId}`;
  const lead = await addLead();
  live(lead.street, { name: "Zoe Young", phone: "2135550103" });
  live(`2nd ${lead.street}`, { phone: "2135550104" });
  expect(await trace([lead.id])).toEqual({
    [lead.id]: ["batchdata other_person", "second over_lead_cap"],
  });
  expect(await spent()).toBe("0.1");
});

test("the org decides the order, and a step may be switched off", async () => {
  await sql`update public.orgs set settings = '{"trace_order": "position"}' where id = ${orgId}`;
  await sql`update public.trace_steps set position = 2 where org_id = ${orgId} and provider = 'batchdata'`;
  const [a, b] = [await addLead(), await addLead()];
  live(`2nd ${a.street}`, { phone: "2135550106" });
  expect(await trace([a.id])).toEqual({ [a.id]: ["second found"] });
  await sql`update public.trace_steps set active = false where org_id = ${orgId} and provider = 'second'`;
  expect(await trace([b.id])).toEqual({ [b.id]: ["batchdata nobody"] });
});

test("nobody is asked about a person who must not be contacted", async () => {
  const lead = await addLead();
  await sql`update public.leads set campaign_status = 'opted_out' where id = ${lead.id}`;
  expect(await trace([lead.id])).toEqual({ [lead.id]: [] });
  const asked = await gateway.ask(batchdata, skipTrace, {
    orgId,
    questions: [{
      leadId: lead.id,
      question: {
        ...{ first: "Ann", last: "Ames", full: null, mailing: null, mak: null },
        property: { street: lead.street, city: null, state: null, zip: "90001" },
        ...{ countyFips: null, apn: null },
      },
    }],
  });
  expect(asked).toEqual([{ status: "refused", reason: "never_contact" }]);
  expect(sandbox.batchdata.asked).toHaveLength(0);
});

test("phones of litigators are suppressed and not kept, and a litigating owner is not contacted", async () => {
  const [a, b] = [await addLead(), await addLead()];
  live(a.street, { phone: "2135550107", flags: { tcpa: true } });
  live(b.street, { phone: "2135550108", more: { litigator: true } });
  await trace([a.id, b.id], [first]);
  expect([await phones(a.id), await phones(b.id)]).toEqual([[], []]);
  const suppressed = await sql<{ reason: string }[]>`
    select reason from public.suppressions where org_id = ${orgId} and channel is null`;
  expect(suppressed.map(({ reason }) => reason)).toEqual(["litigator", "litigator"]);
  const states = await sql<{ s: string }[]>`
    select campaign_status as s from public.leads where id in (${a.id}, ${b.id}) order by id = ${b.id}`;
  expect(states.map(({ s }) => s)).toEqual(["new", "opted_out"]);
});

test("an answer that was lost ends the search for now, and nothing is paid twice", async () => {
  const lead = await addLead();
  live(lead.street, { phone: "2135550109" });
  sandbox.fault({ provider: "batchdata", then: "drop_after", times: 1 });
  expect(await trace([lead.id])).toEqual({ [lead.id]: ["batchdata no_answer"] });
  expect(await trace([lead.id])).toEqual({ [lead.id]: ["batchdata unconfirmed"] });
  expect(sandbox.batchdata.charged.get(lead.street.toUpperCase())).toBe(1);
});

test("two workers at once pay for a lead once", async () => {
  const leads = await Promise.all(Array.from({ length: 5 }, () => addLead()));
  for (const { street } of leads) live(street, { phone: "2135550110" });
  const ids = leads.map(({ id }) => id);
  const both = await Promise.all([trace(ids), trace(ids)]);
  expect(both.flatMap((one) => Object.values(one).flat())).toEqual(
    Array.from({ length: 5 }, () => "batchdata found"),
  );
  expect(await spent()).toBe("0.5");
});

test("an erasure takes traced contacts, their facts and the kept answer", async () => {
  const lead = await addLead();
  live(lead.street, { phone: "2135550111", more: { emails: [{ email: "ann@example.com" }] } });
  await trace([lead.id]);
  await sql`select public.erase_lead(${orgId}, ${lead.id}, 'asked on the phone')`;
  expect(await phones(lead.id)).toEqual([]);
  expect(await sql`select from private.provider_answers where org_id = ${orgId}`).toHaveLength(0);
  const facts = await sql<{ name: string }[]>`
    select name from public.lead_facts where org_id = ${orgId}`;
  expect(facts.map(({ name }) => name)).toEqual(["trace"]);
  expect(await trace([lead.id])).toEqual({ [lead.id]: [] });
});

test("a run has a forecast of the steps within the cap, and traces each lead once", async () => {
  const leads = [await addLead(), await addLead(), await addLead()];
  for (const { street } of leads.slice(1)) live(street, { phone: `213555${1100 + streets}` });
  const run = {
    ...{ id: crypto.randomUUID(), org_id: orgId, kind: "trace", provider: null, options: {} },
    correlation_id: crypto.randomUUID(),
  };
  const work = { sql: pool, gateway, now: () => new Date(), shouldStop: () => false };
  const ids = leads.map(({ id }) => id);
  expect(await trace([ids[1]!], [first])).toEqual({ [ids[1]!]: ["batchdata found"] });
  expect(await traceKind.estimate(work, run, ids)).toEqual([
    { lead_id: ids[0], asks: 1, cached: 0, most_usd: 0.1 },
    { lead_id: ids[2], asks: 1, cached: 0, most_usd: 0.1 },
  ]);
  expect(await traceKind.ask(work, run, ids, 0.2)).toEqual([
    { lead_id: ids[0], status: "done", cost_usd: 0, words: { nobody: 1 } },
    { lead_id: ids[1], status: "done", cost_usd: 0, words: {} },
    { lead_id: ids[2], status: "done", cost_usd: 0.1, words: { found: 1 } },
  ]);
  const other = await addLead();
  expect(await traceKind.ask(work, run, [other.id], 0.05)).toMatchObject([
    { status: "stop", reason: "over_forecast" },
  ]);
  await sql`update public.trace_steps set active = false where org_id = ${orgId}`;
  await expect(traceKind.estimate(work, run, ids)).rejects.toThrow("no provider of skip traces");
});

test("Melissa adds what its codes say is the owner's, where BatchData found nobody", async () => {
  await sql`insert into public.trace_steps (org_id, provider, price_usd, expected_hit_rate)
    values (${orgId}, 'melissa', 0.15, 0.4)`;
  const [found, owner, relative, nobody] = [
    ...[await addLead(), await addLead(), await addLead(), await addLead()],
  ] as const;
  live(found.street, { phone: "2135550112" });
  const { residents, charged } = sandbox.melissa;
  residents.set(owner.street.toUpperCase(), { name: "Ann Ames", phone: "2135550113" });
  residents.set(relative.street.toUpperCase(), { name: "Bob Ames", phone: "2135550114" });
  const ids = [found, owner, relative, nobody].map(({ id }) => id);
  expect(await trace(ids, [...TRACERS])).toEqual({
    [found.id]: ["batchdata found"],
    [owner.id]: ["batchdata nobody", "melissa found"],
    [relative.id]: ["batchdata nobody", "melissa other_person"],
    [nobody.id]: ["batchdata nobody", "melissa nobody"],
  });
  expect(await Promise.all(ids.map(phones))).toEqual([
    ...[["+12135550112"], ["+12135550113"], [], []],
  ]);
  // Who was found is not bought again, and each of the others once.
  expect([found, owner].map(({ street }) => charged.get(street))).toEqual([undefined, 1]);
  expect(await spent()).toBe("0.55");
  expect(await trace(ids, [...TRACERS])).toEqual(Object.fromEntries(ids.map((id) => [id, []])));
});

test("Melissa is not asked about a person who must not be contacted, or above the price cap", async () => {
  await sql`update public.orgs set settings = '{"trace_cap_usd": "0.1"}' where id = ${orgId}`;
  await sql`update public.trace_steps set active = false where org_id = ${orgId}`;
  await sql`insert into public.trace_steps (org_id, provider, price_usd) values (${orgId}, 'melissa', 0.15)`;
  const [lead, objector] = [await addLead(), await addLead()];
  await sql`update public.leads set campaign_status = 'opted_out' where id = ${objector.id}`;
  expect(await trace([lead.id, objector.id], [...TRACERS])).toEqual({
    [lead.id]: ["melissa over_lead_cap"],
    [objector.id]: [],
  });
  expect(await spent()).toBe("0");
});
