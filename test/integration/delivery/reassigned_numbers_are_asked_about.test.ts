// Texts on an old consent wait for the answer of the register of reassigned numbers: a worker asks Twilio's sandbox.
import { afterAll, beforeAll, expect, test } from "vitest";
import { after, type SendWorld, startSendWorld } from "../../http/delivery/harness.ts";
import { eventually } from "../../http/intake/harness.ts";

/** The consents are 100 days old then. */
const LATER = 70 * 24 * 60;

let world: SendWorld;
/** Leads by the last digits of their phones, which choose the sandbox's answer. */
const leads = new Map<string, string>();
beforeAll(async () => {
  world = await startSendWorld({ env: { WORKER_ASK_SECONDS: "1" } });
  const ids = await world.addLeads("sms", 100);
  const phones = await world.sql<{ lead_id: string; value: string }[]>`
    select c.lead_id, private.decrypt_value(c.value_cipher, private.org_key(c.org_id, c.key_id)) as value
    from public.contact_points c where c.kind = 'phone'`;
  for (const { lead_id, value } of phones) leads.set(value.slice(-2), lead_id);
  const asked = ["94", "95", "96", "97"].map((digits) => leads.get(digits)!);
  await world.sql`
    update public.sequence_runs set next_at = ${after(LATER * 2)}
    where lead_id = any (${ids}::uuid[]) and lead_id <> all (${asked}::uuid[])`;
  await world.sql`
    insert into public.provider_budgets (org_id, provider, period, limit_usd)
    values (${world.org.id}, 'twilio', 'month', 10)`;
  await world.sql`
    insert into public.org_gate_rules (org_id, key, value, reason, reviewed_on)
    values (${world.org.id}, 'reassigned_check_days', '30', 'test', '2026-11-01')`;
});
afterAll(() => world?.stop());

const checks = async () =>
  new Map(
    (await world.sql<{ lead_id: string; said: string; since: string; request_id: string }[]>`
      select distinct on (lead_id) lead_id, coalesce(answer, error) as said, since::text, request_id
      from public.reassigned_checks order by lead_id, id desc`).map((row) => [row.lead_id, row]),
  );
const texts = () => world.sandbox.received.messages.map(({ to }) => to.slice(-2)).sort();

test("a text on an old consent goes out only after the register has said no", async () => {
  const first = world.startWorker(after(LATER));
  const answers = await eventually("four answers", async () => {
    const found = await checks();
    return found.size === 4 ? found : null;
  });
  await first.stop("SIGTERM");
  expect(texts()).toEqual([]);
  const said = (digits: string) => answers.get(leads.get(digits)!)!;
  expect(["94", "95", "96", "97"].map((digits) => said(digits).said)).toEqual(
    ["no", "60610", "no_data_available", "yes"],
  );
  // The consent was given 30 days before November 18.
  expect(said("94").since).toBe("2026-10-19");
  expect(said("94").request_id).toMatch(/^RQ[0-9a-f]{32}$/);

  const calls = await world.sql`
    select outcome::text, code, cached, cost_usd::float as usd from public.provider_calls
    where provider = 'twilio' and endpoint = 'reassigned_number' order by code nulls last, outcome`;
  expect(calls).toEqual([
    { outcome: "empty", code: "60610", cached: false, usd: 0.05 },
    ...[1, 2, 3].map(() => ({ outcome: "ok", code: null, cached: false, usd: 0.05 })),
  ]);
  expect(await world.sql`select from private.provider_answers where provider = 'twilio'`)
    .toHaveLength(0);

  const second = world.startWorker(after(LATER + 25));
  await eventually("the text", () => Promise.resolve(texts().length > 0 ? true : null));
  await eventually("the gate's answers about the others", async () => {
    const [row] = await world.sql`
      select count(distinct lead_id)::int as n from public.gate_decisions
      where as_of >= ${after(LATER + 25)} and rules && '{reassigned_unchecked,reassigned_unknown}'`;
    return row!.n === 2 ? true : null;
  });
  // Not killed: a question that may have been paid for is not asked again (unconfirmed).
  await second.stop("SIGTERM");
  expect(texts()).toEqual(["94"]);
});

test("a reassigned number ends consent and is wrong for its owner; others stay as they are", async () => {
  const rows = await world.sql`
    select right(c.masked, 2) as digits, c.invalid_at is not null as wrong,
      exists (select from public.consents r where r.value_bidx = c.value_bidx and r.method = 'number reassigned') as ended,
      l.campaign_status::text as status
    from public.contact_points c join public.leads l on l.id = c.lead_id
    where c.kind = 'phone' and l.id = any (${
    ["94", "95", "96", "97"].map((d) => leads.get(d)!)
  }::uuid[])
    order by 1`;
  expect(rows.map(({ wrong, ended }) => [wrong, ended])).toEqual([
    ...[[false, false], [false, false], [false, false]],
    [true, true],
  ]);
});

test("a question that was not answered is asked again, and refuses until then", async () => {
  const before =
    (await world.sql`select from public.reassigned_checks where error = '60610'`).length;
  const third = world.startWorker(after(LATER + 60));
  await eventually("another question", async () => {
    const rows = await world.sql`select from public.reassigned_checks where error = '60610'`;
    return rows.length > before ? true : null;
  });
  await third.stop("SIGTERM");
  expect(texts()).not.toContain("95");
});

test("what a budget refuses is not asked, and the gate refuses meanwhile", async () => {
  const asked = async () =>
    (await world.sql`select from public.provider_calls where provider = 'twilio'`).length;
  await world.sql`update public.provider_budgets set limit_usd = 0 where provider = 'twilio'`;
  const before = await asked();
  const fourth = world.startWorker(after(LATER + 900));
  await eventually("the refusal on record", async () => {
    const rows = await world.sql`
      select from public.reassigned_checks where error = 'over_budget' and answer is null`;
    return rows.length > 0 ? true : null;
  });
  await fourth.stop("SIGKILL");
  expect(await asked()).toBe(before);
  expect(texts()).not.toContain("95");
});
