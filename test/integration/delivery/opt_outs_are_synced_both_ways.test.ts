// SendGrid's lists are read, and our opt-outs are pushed to SendGrid and Twilio: against the sandbox, and a
// server that implements Twilio's Consent Management API.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  type OptOutSync,
  syncOptOuts,
} from "../../../edge-functions/_shared/delivery/optout_sync.ts";
import { openOptOuts } from "../../../edge-functions/_shared/providers/registry/optouts.ts";
import { openPool } from "../../../edge-functions/_shared/platform/db/pool.ts";
import { type Sandbox, startSandbox } from "../../../scripts/sandbox/sandbox.ts";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer } from "../../../scripts/dev/server.ts";

const orgId = "a0000000-0000-4000-8000-000000000000";
const otherId = "b0000000-0000-4000-8000-000000000000";
const TODAY = new Date("2026-11-18T18:00:00Z");
const later = (days: number) => new Date(TODAY.getTime() + days * 86_400_000);

let server: Awaited<ReturnType<typeof openServer>>;
let database: TestDatabase;
let sql: ReturnType<typeof connect>;
let pool: ReturnType<typeof openPool>;
let sandbox: Sandbox;
let consents: Server;
let pushed: Record<string, string>[];
let answerConsents: (item: Record<string, string>) => number;
let status = 200;

beforeAll(async () => {
  server = await openServer();
  consents = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    const items = new URLSearchParams(body).getAll("Items").map((item) => JSON.parse(item));
    if (status === 200) pushed.push(...items);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({
      items: items.map((item) => ({
        correlation_id: item.correlation_id,
        error_code: answerConsents(item),
        error_messages: [],
      })),
    }));
  });
  await new Promise<void>((done) => consents.listen(0, "127.0.0.1", done));
});
afterAll(async () => {
  consents?.close();
  await server?.release();
});

beforeEach(async () => {
  [pushed, answerConsents, status] = [[], () => 0, 200];
  sandbox = await startSandbox({ now: () => TODAY });
  database = await createTestDatabase(server);
  sql = connect(database.adminUrl, 4);
  pool = openPool(database.adminUrl, { max: 4 });
  for (const id of [orgId, otherId]) {
    await sql`insert into public.orgs (id, name) values (${id}, ${`Org ${id[0]}`})`;
  }
  await addSenders(orgId);
  return async () => {
    await sql.end();
    await pool.end();
    await database.drop();
    await sandbox.stop();
  };
});

const addSenders = (id: string, account = "default") =>
  sql`insert into public.senders
      (org_id, account, channel, provider, name, address, domain, postal_address)
    values (${id}, ${account}, 'email', 'sendgrid', 'Org', ${
    id === orgId ? "hello@example.com" : "other@example.com"
  }, 'example.com', '1 Main St'),
      (${id}, ${account}, 'sms', 'twilio', 'Org', ${
    id === orgId ? "+12135550190" : "+12135550191"
  }, null, null)`;

/** A lead with an e-mail or a phone. */
async function addLead(value: string, org = orgId): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`select set_config('sluice.actor', 'upload', true)`;
    const [lead] = await tx`
      insert into public.leads (org_id, situs_street) values (${org}, '1 Main St') returning id`;
    await tx`
      insert into public.contact_points
        (org_id, lead_id, kind, value_bidx, value_cipher, key_id, masked)
      select ${org}, ${lead!.id}, ${value.includes("@") ? "email" : "phone"},
        private.blind_index(${value}, private.blind_key(${org})),
        private.encrypt_value(${value}, private.org_key(${org}, k)), k, '***'
      from private.active_key_id(${org}, 'data') k`;
  });
}
const optOut = (value: string, reason = "opt_out", org = orgId) =>
  sql`select private.suppress_value(${org}, private.blind_index(${value}, private.blind_key(${org})),
    ${value.includes("@") ? "email" : "phone"}, null, ${reason}, 'a person', ${TODAY})`;
async function held(value: string, org = orgId): Promise<string> {
  const [row] = await sql<{ why: string | null }[]>`
    select string_agg(s.reason, ' ' order by s.reason) as why from public.suppressions s
    where s.org_id = ${org} and s.value_bidx = private.blind_index(${value}, private.blind_key(${org}))`;
  return row!.why ?? "free";
}
const inSandbox = async (email: string): Promise<boolean> => {
  const answer = await fetch(`${sandbox.sendgrid.url}/v3/asm/suppressions/global/${email}`, {
    headers: { authorization: `Bearer ${sandbox.sendgrid.apiKey}` },
  });
  return "recipient_email" in await answer.json();
};

function sync(at: Date, more: Partial<OptOutSync> = {}) {
  const { port } = consents.address() as AddressInfo;
  return syncOptOuts({
    sql: pool,
    now: () => at,
    log: () => {},
    shouldStop: () => false,
    open: (provider, account) =>
      openOptOuts(provider, account, 15_000, {
        ...sandbox.env,
        SENDGRID_API_KEY_WEST: "",
        TWILIO_BASE_URL: `http://127.0.0.1:${port}`,
        TWILIO_CONSENTS: "on",
      }),
    ...more,
  });
}
const ledger = async () => {
  const [row] = await sql`
    select state::text, error from private.daily_runs where task = 'opt_out_sync'
    order by local_date desc limit 1`;
  return row;
};

test("each of SendGrid's lists ends contact for its own reason, for orgs that send with it", async () => {
  sandbox.suppress("unsubscribes", "ann@example.com");
  sandbox.suppress("spam_reports", "bob@example.com");
  sandbox.suppress("bounces", "cyd@example.com");
  sandbox.suppress("invalid_emails", "dee@example.com");
  sandbox.suppress("blocks", "eve@example.com");
  await addLead("ann@example.com");
  expect(await sync(TODAY)).toMatchObject({
    sendgrid_unsubscribes: 1,
    sendgrid_spam_reports: 1,
    sendgrid_bounces: 1,
    sendgrid_invalid_emails: 1,
  });
  expect(
    await Promise.all(
      ["ann", "bob", "cyd", "dee", "eve", "fay"].map((n) => held(`${n}@example.com`)),
    ),
  ).toEqual(["unsubscribe", "complaint", "bounce", "bounce", "free", "free"]);
  expect(await held("ann@example.com", otherId)).toBe("free");
  const [revocation] = await sql`select action, channels, method from public.consents`;
  expect(revocation).toEqual({
    action: "revoke",
    channels: ["email"],
    method: "sendgrid unsubscribes",
  });
  expect(await ledger()).toEqual({ state: "done", error: null });
});

test("the sync runs once a day, and running it again changes nothing", async () => {
  sandbox.suppress("unsubscribes", "ann@example.com");
  expect(await sync(TODAY)).not.toBeNull();
  expect(await sync(TODAY)).toBeNull();
  expect(await sync(new Date("2026-11-19T09:59:59Z"))).toBeNull();
  sandbox.suppress("unsubscribes", "bob@example.com", later(0.5));
  expect(await sync(later(1))).toMatchObject({ sendgrid_unsubscribes: 1, sendgrid_pushed: 0 });
  const rows = await sql`select id from public.suppressions`;
  expect(rows.length).toBe(2);
});

test("only new entries are requested, and a new org gets them all", async () => {
  sandbox.suppress("unsubscribes", "old@example.com", later(-30));
  await sync(TODAY);
  const [read] =
    await sql`select entries::int from private.opt_out_pulls where list = 'unsubscribes'`;
  expect(read!.entries).toBe(1);
  await sync(later(1));
  const [again] =
    await sql`select entries::int from private.opt_out_pulls where list = 'unsubscribes'`;
  expect(again!.entries).toBe(1);
  await addSenders(otherId);
  expect(await held("old@example.com", otherId)).toBe("free");
  await sync(later(2));
  expect(await held("old@example.com", otherId)).toBe("unsubscribe");
});

test("a long list is read page by page, and an interrupted run continues", async () => {
  for (let n = 0; n < 1100; n++) {
    sandbox.suppress("unsubscribes", `n${n}@example.com`, later(-n / 100));
  }
  let asked = 0;
  await sync(TODAY, { shouldStop: () => ++asked > 1 });
  const [half] = await sql`select count(*)::int as n from public.suppressions`;
  expect(half!.n).toBe(500);
  expect(await ledger()).toMatchObject({ state: "failed" });
  await sync(new Date(TODAY.getTime() + 120_000));
  const [all] = await sql`select count(*)::int as n from public.suppressions`;
  expect(all!.n).toBe(1100);
  expect((await ledger())!.state).toBe("done");
});

test("a newer consent outranks what the provider still has", async () => {
  sandbox.suppress("unsubscribes", "ann@example.com", later(-10));
  await addLead("ann@example.com");
  await sql`
    insert into public.consents (org_id, value_bidx, kind, action, type, channels, method, occurred_at, recorded_by)
    values (${orgId}, private.blind_index('ann@example.com', private.blind_key(${orgId})), 'email', 'grant',
      'pec', '{email}', 'form', ${later(-5)}, 'person')`;
  await sync(TODAY);
  expect(await held("ann@example.com")).toBe("free");
});

test("our opt-outs are pushed to SendGrid and Twilio once; theirs are not", async () => {
  for (const value of ["ann@example.com", "bob@example.com", "+12135550101", "+12135550102"]) {
    await addLead(value);
  }
  await optOut("ann@example.com");
  await optOut("bob@example.com", "bounce");
  await optOut("+12135550101", "stop_keyword");
  await optOut("+12135550102", "litigator");
  await optOut("+12135550103");
  sandbox.suppress("unsubscribes", "cyd@example.com");
  expect(await sync(TODAY)).toMatchObject({ sendgrid_pushed: 1, twilio_pushed: 1 });
  expect([await inSandbox("ann@example.com"), await inSandbox("bob@example.com")]).toEqual([
    true,
    false,
  ]);
  expect(pushed).toMatchObject([{
    contact_id: "+12135550101",
    sender_id: "+12135550190",
    status: "opt-out",
    date_of_consent: TODAY.toISOString(),
  }]);
  expect(pushed[0]!.correlation_id).toMatch(/^[0-9a-f]{32}$/);
  // A value whose lead was added only now is pushed now.
  await addLead("+12135550103");
  expect(await sync(later(1))).toMatchObject({ sendgrid_pushed: 0, twilio_pushed: 1 });
  expect(pushed.map((item) => item.contact_id)).toEqual(["+12135550101", "+12135550103"]);
  const [seen] = await sql`select count(*)::int as n from private.pii_access_log`;
  expect(seen!.n).toBe(3);
});

test("a refusal by a provider is recorded and holds back nothing else", async () => {
  for (const n of [1, 2]) {
    await addLead(`+1213555010${n}`);
    await optOut(`+1213555010${n}`);
  }
  answerConsents = (item) => item.contact_id === "+12135550101" ? 60001 : 0;
  expect(await sync(TODAY)).toMatchObject({ twilio_pushed: 1 });
  const rows = await sql`select refusal from private.opt_out_pushes order by suppression_id`;
  expect(rows.map((row) => row.refusal)).toEqual(["error 60001", null]);
  expect(await sync(later(1))).toMatchObject({ twilio_pushed: 0 });
});

test("an unavailable provider fails only its own part, which is retried", async () => {
  await addLead("+12135550101");
  await optOut("+12135550101");
  sandbox.suppress("unsubscribes", "ann@example.com");
  status = 503;
  expect(await sync(TODAY)).toMatchObject({ sendgrid_unsubscribes: 1 });
  expect(await ledger()).toEqual({
    state: "failed",
    error: "twilio answered 503 to /v1/Consents/Bulk",
  });
  status = 200;
  expect(await sync(TODAY)).toBeNull();
  expect(await sync(new Date(TODAY.getTime() + 3_600_000))).toMatchObject({ twilio_pushed: 1 });
  expect((await ledger())!.state).toBe("done");
});

test("an org that sends with another account is not synced with this one", async () => {
  await sql`insert into private.provider_accounts (org_id, provider, name)
    select ${otherId}, p, 'west' from unnest('{sendgrid,twilio,vapi}'::text[]) p`;
  await addSenders(otherId, "west");
  await addLead("+12135550101", otherId);
  await optOut("+12135550101", "opt_out", otherId);
  sandbox.suppress("unsubscribes", "ann@example.com");
  expect(await sync(TODAY)).toMatchObject({ sendgrid_unsubscribes: 1, twilio_pushed: 0 });
  expect(await held("ann@example.com", otherId)).toBe("free");
  await sql`delete from private.provider_accounts where org_id = ${otherId}`;
  await sql`update public.senders set account = 'default' where org_id = ${otherId}`;
  expect(await sync(later(1))).toMatchObject({ sendgrid_unsubscribes: 1, twilio_pushed: 1 });
  expect(await held("ann@example.com", otherId)).toBe("unsubscribe");
});

test("a run whose worker died is taken over", async () => {
  await sql`select private.start_opt_out_sync(${TODAY})`;
  expect(await sync(new Date(TODAY.getTime() + 60_000))).toBeNull();
  expect(await sync(new Date(TODAY.getTime() + 3_700_000))).not.toBeNull();
});
