// E-mails of leads are verified at ZeroBounce's sandbox: paid once, judged by the database, safe when the provider fails.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { verifyContacts } from "../../../edge-functions/_shared/enrichment/verify_contacts.ts";
import { openPool } from "../../../edge-functions/_shared/platform/db/pool.ts";
import {
  type Gateway,
  openGateway,
} from "../../../edge-functions/_shared/providers/gateway/gateway.ts";
import {
  validateEmail,
  zerobounce,
} from "../../../edge-functions/_shared/providers/zerobounce/data.ts";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer } from "../../../scripts/dev/server.ts";
import { freePort } from "../../../scripts/dev/state.ts";
import { type Sandbox, startSandbox } from "../../../scripts/sandbox/sandbox.ts";
import { eventually } from "../../http/intake/harness.ts";

let server: Awaited<ReturnType<typeof openServer>>;
let database: TestDatabase;
let sql: ReturnType<typeof connect>;
let pool: ReturnType<typeof openPool>;
let sandbox: Sandbox;
let gateway: Gateway;
let orgId: string;
let env: Record<string, string>;
const leads: string[] = [];

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
  sandbox.zerobounce.credits = 1000;
  env = { ...sandbox.env, ZEROBOUNCE_COST_USD: "0.01" };
  gateway = openGateway({ sql: pool, given: env });
  const [org] = await sql<
    { id: string }[]
  >`insert into public.orgs (name) values ('Acme') returning id`;
  orgId = org!.id;
  leads.length = 0;
  // A pause of the project's account concerns all orgs.
  await sql`delete from private.call_limits`;
  await sql`insert into public.provider_budgets (org_id, provider, period, limit_usd)
    values (${orgId}, 'zerobounce', 'month', 1)`;
});

async function addLead(...mails: string[]): Promise<string> {
  const [lead] = await sql<{ id: string }[]>`
    insert into public.leads (org_id, owner_1_last) values (${orgId}, 'Ames') returning id`;
  for (const [n, mail] of mails.entries()) {
    await sql`
      insert into public.contact_points (org_id, lead_id, kind, value_bidx, value_cipher, key_id, masked, position)
      select ${orgId}, ${
      lead!.id
    }, 'email', private.blind_index(${mail}, private.blind_key(${orgId})),
        private.encrypt_value(${mail}, private.org_key(${orgId}, k)), k, '***', ${n + 1}
      from private.active_key_id(${orgId}, 'data') k`;
  }
  leads.push(lead!.id);
  return lead!.id;
}

/** How many contacts there are by what came of them, and how many leads by why they were not asked about. */
async function verify(now = new Date(), patienceMs = 3000): Promise<Record<string, number>> {
  const results = await verifyContacts({ sql: pool, gateway, now: () => now }, {
    provider: zerobounce,
    endpoint: validateEmail,
  }, { orgId, kind: "email", leadIds: leads, patienceMs });
  const counts: Record<string, number> = {};
  for (const { words, status, reason } of results) {
    const all = status === "done" ? words : { ...words, [reason!]: 1 };
    for (const [word, n] of Object.entries(all)) counts[word] = (counts[word] ?? 0) + n;
  }
  return counts;
}
const paid = (mail: string) => sandbox.zerobounce.charged.get(mail) ?? 0;
const spend = async () => {
  const [row] = await sql<{ text: string }[]>`
    select concat_ws(' ', trim_scale(spent_usd), trim_scale(reserved_usd)) as text
    from private.call_spend where org_id = ${orgId} and period = 'day'`;
  return row?.text;
};
const calls = async () =>
  (await sql<{ text: string }[]>`
    select concat_ws(' ', outcome, nullif(cached, false), trim_scale(cost_usd), code) as text
    from public.provider_calls where org_id = ${orgId} order by id`).map(({ text }) => text);

test("results are judged by their codes, and each address is paid for once", async () => {
  const first = await addLead("valid@example.com", "invalid@example.com");
  await addLead("catch_all@example.com");
  await addLead("gold.x@example.com");
  expect(await verify()).toEqual({ verified: 2, invalid: 1, uncertain: 1 });
  const [lead] = await sql`
    select email_verified, email_verification_codes as codes from public.leads where id = ${first}`;
  expect(lead).toEqual({ email_verified: true, codes: ["valid"] });
  expect(await spend()).toBe("0.04 0");
  // Nobody asks again within the lifetime of a verification, and another lead is served from the cache.
  expect(await verify()).toEqual({});
  leads.length = 0;
  await addLead("VALID@example.com".toLowerCase());
  expect(await verify()).toEqual({ verified: 1 });
  expect(paid("valid@example.com")).toBe(1);
  expect(await spend()).toBe("0.04 0");
  expect((await calls()).filter((text) => /^ok t/.test(text))).toHaveLength(1);
  const logged = await sql`
    select from private.pii_access_log where org_id = ${orgId} and reason = 'verification by zerobounce'`;
  expect(logged).toHaveLength(4);
});

test("nothing is asked about a person who is never to be contacted", async () => {
  const lead = await addLead("suppressed@example.com");
  await sql`
    select private.suppress_value(${orgId}, c.value_bidx, c.kind, null, 'request', 'test')
    from public.contact_points c where c.lead_id = ${lead}`;
  expect(await verify()).toEqual({});
  expect(paid("suppressed@example.com")).toBe(0);
});

test("what would break the budget is not asked", async () => {
  await sql`update public.provider_budgets set limit_usd = 0.025 where org_id = ${orgId}`;
  await addLead("b1@example.com", "b2@example.com", "b3@example.com");
  expect(await verify()).toEqual({ verified: 2, over_budget: 1 });
  expect(await spend()).toBe("0.02 0");
  await sql`delete from public.provider_budgets where org_id = ${orgId}`;
  expect(await verify()).toEqual({ no_budget: 1 });
  expect(paid("b3@example.com")).toBe(0);
});

test("an answer that was lost is not paid for a second time", async () => {
  await addLead("lost@example.com");
  sandbox.fault({ provider: "zerobounce", then: "drop_after", times: 1 });
  expect(await verify()).toEqual({ no_answer: 1 });
  expect(await spend()).toBe("0 0.01");
  expect(await verify()).toEqual({ unconfirmed: 1 });
  expect(paid("lost@example.com")).toBe(1);
  await sql`select public.reconcile_calls(${orgId}, 'zerobounce', true)`;
  expect(await verify()).toEqual({ verified: 1 });
  expect(await spend()).toBe("0.02 0");
});

test("a server error to a call that costs money is not repeated, either", async () => {
  await addLead("error@example.com");
  const fault = sandbox.fault({ provider: "zerobounce", then: { status: 502 } });
  expect(await verify()).toEqual({ no_answer: 1 });
  expect(fault.hits).toBe(1);
});

test("the shield closes the account, and says nothing about the key", async () => {
  await addLead("s1@example.com", "s2@example.com");
  const fault = sandbox.fault({ provider: "zerobounce", then: { status: 403 } });
  const first = await verify(new Date(), 500);
  expect(first.blocked ?? 0).toBeGreaterThan(0);
  fault.remove();
  expect(await verify(new Date(), 500)).toEqual({ circuit_open: 1 });
  expect(paid("s1@example.com") + paid("s2@example.com")).toBe(0);
  expect(await spend()).toBe("0 0");
});

test("a refusal with status 200 is a refusal", async () => {
  await addLead("refused@example.com");
  sandbox.zerobounce.credits = 0;
  expect(await verify()).toEqual({ out_of_credit: 1 });
  expect(await spend()).toBe("0 0");
  expect(await calls()).toEqual(["out_of_credit 0 credits"]);
  // The account waits until somebody has paid.
  sandbox.zerobounce.credits = 10;
  expect(await verify(new Date(), 200)).toEqual({ circuit_open: 1 });
});

test("a provider that asks to slow down is asked again later", async () => {
  await addLead("slow@example.com");
  sandbox.fault({ provider: "zerobounce", then: { status: 429 }, times: 1 });
  expect(await verify(new Date(), 200)).toEqual({ slow_down: 1 });
  expect(await verify(new Date(), 200)).toEqual({ limit: 1 });
  expect(await spend()).toBe("0 0");
});

test("a host that cannot be reached costs nothing, and is tried some times", async () => {
  await addLead("away@example.com");
  gateway = openGateway({
    sql: pool,
    given: { ...env, ZEROBOUNCE_BASE_URL: `http://127.0.0.1:${await freePort()}` },
  });
  expect(await verify()).toEqual({ unreachable: 1 });
  expect(await spend()).toBe("0 0");
  expect(await calls()).toEqual(["unreachable 0 unreachable"]);
});

test("without keys nothing is asked", async () => {
  await addLead("nokey@example.com");
  gateway = openGateway({ sql: pool, given: { ...env, ZEROBOUNCE_API_KEY: "" } });
  expect(await verify()).toEqual({ no_account: 1 });
});

test("an org's own account is used with its own key", async () => {
  await sql`select public.set_provider_account(${orgId}, 'zerobounce', 'own', ${
    sql.json({ ZEROBOUNCE_API_KEY: "wrong" })
  })`;
  const asked = await gateway.ask(zerobounce, validateEmail, {
    orgId,
    account: "own",
    questions: [{ question: "own@example.com" }],
  });
  expect(asked).toMatchObject([{ status: "answered", outcome: "auth" }]);
});

test("an answer to a question about a person who was erased meanwhile is dropped", async () => {
  const lead = await addLead("erased@example.com");
  sandbox.fault({ provider: "zerobounce", then: { delay: 1500 } });
  const verifying = verify();
  await eventually("the call", async () => {
    const open = await sql`select from private.call_reservations where org_id = ${orgId}`;
    return open.length > 0 ? true : null;
  });
  await sql`select public.erase_lead(${orgId}, ${lead}, 'asked on the phone')`;
  expect(await verifying).toEqual({ erased: 1 });
  expect(await spend()).toBe("0.01 0");
  expect(await sql`select from private.provider_answers where org_id = ${orgId}`).toHaveLength(0);
  expect(await sql`select from public.lead_facts where org_id = ${orgId}`).toHaveLength(0);
});
