// Lists with the flaws of real ones, uploaded to a running stack, and once more: then nothing changes.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Source, startWorld, type World } from "../../http/intake/harness.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld({ worker: true });
});
afterAll(() => world?.stop());

const NONE = { created: 0, updated: 0, unchanged: 0, merged: 0, conflict: 0, rejected: 0 };

async function send(source: Source, body: string) {
  const upload = randomUUID();
  const sent = await world.upload(body, { query: { upload, part: "1", parts: "1" } }, source);
  expect(sent.status).toBe(202);
  return await world.finished(upload, source);
}

/** Uploads a list twice (the second time with other line ends, as other bytes), and reads its leads. */
async function deliver(name: string, expected: { created: number; rejected?: number }) {
  const source = await world.addSource(await world.addOrg());
  const body = readFileSync(new URL(`../../fixtures/lists/${name}.csv`, import.meta.url), "utf8");
  const first = await send(source, body);
  expect(first.counts).toMatchObject({ ...NONE, ...expected });
  const second = await send(source, body.replaceAll("\n", "\r\n"));
  expect(second.counts).toMatchObject({
    ...NONE,
    unchanged: expected.created,
    rejected: expected.rejected ?? 0,
  });
  const leads = await world.sql`
    select *, concat_ws(' ', situs_street, '#' || situs_unit, situs_city) as place,
      concat_ws(' ', mailing_street, '#' || mailing_unit, mailing_city) as mail
    from public.leads where org_id = ${source.orgId} order by situs_street, situs_unit, apn`;
  return { source, leads, warnings: first.warnings };
}

test("the gate refuses each number that the vendor marks, and no other for that reason", async () => {
  const { source, warnings } = await deliver("vendor_marks", { created: 2 });
  expect(warnings).toMatchObject({ phone_refused: 2 });
  const answers = await world.sql`
    select right(private.decrypt_value(c.value_cipher, private.org_key(c.org_id, c.key_id)), 4) as phone,
      public.gate_decide(c.lead_id, c.id, h.channel, 'marketing')::text ~ 'suppressed' as refused
    from public.contact_points c cross join unnest('{sms,voice_manual,voice_ai}'::text[]) h (channel)
    where c.org_id = ${source.orgId} group by 1, 2 order by 1`;
  expect(answers.map(({ phone, refused }) => [phone, refused])).toEqual([
    ["0191", true],
    ["0192", false],
    ["0193", true],
  ]);
});

/** For each contact of the source, the channels that the gate refuses because of a wish. */
async function refusedChannels(source: Source) {
  const rows = await world.sql`
    select private.decrypt_value(c.value_cipher, private.org_key(c.org_id, c.key_id)) as value,
      coalesce(string_agg(h.channel, ' ' order by h.channel) filter (where
        public.gate_decide(c.lead_id, c.id, h.channel, 'marketing')::text ~ 'suppressed|lead_opted_out'), '') as refused
    from public.contact_points c
    cross join lateral unnest(private.channels_for_kind(c.kind)) h (channel)
    where c.org_id = ${source.orgId} group by 1 order by 1`;
  return Object.fromEntries(rows.map(({ value, refused }) => [value, refused]));
}

test("the gate refuses e-mail to whom HubSpot unsubscribed, and still lets their phone ring", async () => {
  const { source, warnings } = await deliver("hubspot_opt_outs", { created: 3 });
  expect(await refusedChannels(source)).toEqual({
    ...{ "al@example.com": "email", "+17025550141": "" },
    ...{ "bo@example.com": "", "+17025550142": "" },
    ...{ "cy@example.com": "email", "+17025550143": "sms voice_ai voice_manual" },
  });
  expect(warnings).toMatchObject({ email_refused: 2, person_refused: 1 });
});

test("the gate refuses what Salesforce opted out, channel by channel", async () => {
  const { source, warnings } = await deliver("salesforce_opt_outs", { created: 3 });
  expect(await refusedChannels(source)).toEqual({
    ...{ "di@example.com": "email", "+17025550144": "" },
    ...{ "ed@example.com": "", "+17025550145": "sms voice_ai voice_manual" },
    ...{ "flo@example.com": "", "+17025550146": "sms voice_ai" },
  });
  expect(warnings).toMatchObject({ refusal_not_mapped: 1 });
  const [{ notes }] = await world.sql`
    select dialect -> 'notes' as notes from public.uploads where source_id = ${source.id} limit 1`;
  expect(notes).toEqual([
    expect.stringContaining('"Broker_Opt_Out_Code__c" looks like a refusal and is not mapped'),
  ]);
});

test("parcels at one address without units are leads of their own", async () => {
  const { leads } = await deliver("condo_without_units", { created: 3 });
  expect(leads.map((lead) => lead.apn_segments).sort()).toEqual(["20-11-1", "20-11-2", "20-11-3"]);
});

test("rounded numbers and fillers identify nothing; what Excel wrapped is unwrapped", async () => {
  const { leads } = await deliver("damaged_numbers", { created: 5 });
  expect(leads.map((lead) => lead.apn)).toEqual([null, null, null, null, "20311004"]);
});

test("colleagues with one office phone are people of their own", async () => {
  const { leads } = await deliver("colleagues", { created: 3 });
  expect(leads.map((lead) => lead.owner_1_last).sort()).toEqual(["Ash", "Birch", "Cedar"]);
});

test("each of two address blocks is read whole, whichever comes first", async () => {
  const { leads } = await deliver("two_address_blocks", { created: 2 });
  expect(leads.map(({ place, mail }) => [place, mail])).toEqual([
    ["1 Oak St Reno", "900 Bay St San Francisco"],
    ["3 Oak St Reno", "77 Pine Ave Apt 2 Portland"],
  ]);
});

test("urbanizaciones and condominiums of Puerto Rico are told apart", async () => {
  const { leads } = await deliver("puerto_rico", { created: 6 });
  expect(new Set(leads.map((lead) => lead.addr_hash.toString("hex"))).size).toBe(6);
});

test("short rows are rows where what identifies them is there", async () => {
  const { warnings } = await deliver("short_rows", { created: 3, rejected: 1 });
  expect(warnings).toEqual({ short_row: 2 });
});
