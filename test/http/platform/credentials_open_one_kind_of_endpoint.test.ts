// Every token, key and secret is presented wherever another kind is expected: it is refused and changes nothing.
import { randomUUID } from "node:crypto";
import type { TransactionSql } from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { leadsKey, leadsSecret } from "../../../edge-functions/_shared/intake/api/access.ts";
import { requestSecret } from "../../../edge-functions/_shared/intake/request_secret.ts";
import { call } from "../intake/harness.ts";
import { type AllWorld, startAll } from "./harness.ts";

const EMAIL = "ann@example.com";
const KINDS = [
  ...["unsubscribe token", "consent token", "service key", "member's token", "upload secret"],
  ...["webhook secret", "mail secret", "vapi secret", "reveal grant", "leads secret", "leads key"],
] as const;
type Kind = typeof KINDS[number];

let world: AllWorld;
let credentials: Record<Kind, string>;
let users: { owner: string; stranger: string };
let uploadId: string;

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const json = { "content-type": "application/json" };

/** A place for a credential: which kind it takes, the answer to it, and the request that carries it. */
const PLACES: [string, Kind | null, number, (credential: string) => ReturnType<typeof call>][] = [
  [
    "the header of a consent link",
    "consent token",
    200,
    (token) => ask("GET", "/consent", { "sluice-consent-token": token }),
  ],
  [
    "the header of a signed consent",
    "consent token",
    400,
    (token) => ask("POST", "/consent", { ...json, "sluice-consent-token": token }, "{}"),
  ],
  [
    "the address of an unsubscribe link",
    "unsubscribe token",
    200,
    (token) => ask("GET", `/unsubscribe?u=${encodeURIComponent(token)}`),
  ],
  ["the address of one click", "unsubscribe token", 200, (token) =>
    ask(
      "POST",
      `/unsubscribe?u=${encodeURIComponent(token)}`,
      { "content-type": "application/x-www-form-urlencoded" },
      "List-Unsubscribe=One-Click",
    )],
  [
    "the apikey of outreach",
    "service key",
    200,
    (apikey) => ask("GET", `/outreach/due?org_id=${world.orgId}`, { apikey }),
  ],
  [
    "the token of outreach",
    "member's token",
    200,
    (token) => ask("GET", `/outreach/due?org_id=${world.orgId}`, bearer(token)),
  ],
  [
    "the apikey of the worker",
    "service key",
    200,
    (apikey) => ask("POST", "/worker", { ...json, apikey }, "{}"),
  ],
  [
    "the token of the worker",
    null,
    0,
    (token) => ask("POST", "/worker", { ...json, ...bearer(token) }, "{}"),
  ],
  [
    "the token of an upload",
    "member's token",
    200,
    (token) => ask("GET", `/csv-upload/${uploadId}`, bearer(token)),
  ],
  ["the key of an upload", "upload secret", 202, (secret) => {
    const body = `Address,City,State,Zip\n${randomUUID().slice(0, 4)} Main St,Phoenix,AZ,85001\n`;
    return ask("POST", "/csv-upload?source=call-desk", signed(body, secret), body);
  }],
  ["the key of a status", "upload secret", 200, (secret) =>
    ask(
      "GET",
      `/csv-upload/${uploadId}?source=call-desk`,
      signed("", keyOf(secret, `/csv-upload/${uploadId}`)),
    )],
  ["the key of generic", "webhook secret", 200, (secret) => {
    const body = JSON.stringify({ type: "noted", data: {} });
    return ask(
      "POST",
      `/webhooks/${world.orgId}/generic?source=call-desk`,
      { ...json, ...signed(body, secret) },
      body,
    );
  }],
  ["the signature of leads", "leads secret", 200, (secret) => {
    const body = JSON.stringify({ email: "bea@example.com" });
    return ask("POST", "/leads?source=call-desk", { ...json, ...signed(body, secret) }, body);
  }],
  ["the bearer of leads", "leads key", 200, (key) =>
    ask(
      "POST",
      "/leads?source=call-desk",
      { ...json, ...bearer(key) },
      JSON.stringify({ email: "cy@example.com" }),
    )],
  [
    "the path of the mail endpoint",
    "mail secret",
    400,
    (secret) =>
      ask("POST", `/webhooks/${world.orgId}/sendgrid/inbound/${encodeURIComponent(secret)}`, {
        "content-type": "multipart/form-data; boundary=x",
      }, "--x--\r\n"),
  ],
  ["the secret of Vapi", "vapi secret", 200, (secret) =>
    ask(
      "POST",
      `/webhooks/${world.orgId}/vapi`,
      { ...json, "x-vapi-secret": secret },
      JSON.stringify({ message: { type: "noted" } }),
    )],
];

/** A text that is no secret in its form is used as the bytes of one. */
function keyOf(credential: string, path?: string): string {
  const secret = credential.startsWith("whsec_")
    ? credential
    : `whsec_${Buffer.from(credential.padEnd(32, ".").slice(0, 64)).toString("base64")}`;
  return path ? requestSecret(secret, "GET", path) : secret;
}
const signed = (body: string, credential: string) =>
  world.signed(new TextEncoder().encode(body), keyOf(credential));

function ask(method: string, path: string, headers: Record<string, string> = {}, body?: string) {
  const name = path.split(/[/?]/)[1] as keyof AllWorld["ports"];
  return call(`http://127.0.0.1:${world.ports[name]}${path}`, {
    method,
    // Links of consent are limited by address.
    headers: { "x-forwarded-for": `10.0.0.${Math.floor(Math.random() * 250)}`, ...headers },
    ...(body === undefined ? {} : { body }),
  });
}

/** One transaction through the API of the database. */
async function asCaller<T>(
  claims: { role?: unknown; sub?: unknown },
  work: (tx: TransactionSql) => Promise<T>,
): Promise<T> {
  return await world.sql.begin(async (tx) => {
    await tx`select set_config('request.jwt.claims', ${JSON.stringify(claims)}, true)`;
    await tx`select set_config('role', ${claims.role as string}, true)`;
    return await work(tx);
  }) as T;
}

/** Of one org: a lead with an e-mail, a member, and both kinds of link. */
async function makeLinks(orgId: string) {
  const { sql } = world;
  const user = randomUUID();
  await sql`insert into auth.users (id, email) values (${user}, ${`${user}@example.com`})`;
  await sql`insert into public.members (org_id, user_id, role) values (${orgId}, ${user}, 'owner')`;
  const [lead] = await sql<{ id: string }[]>`
    insert into public.leads (org_id, situs_street) values (${orgId}, '1 Main St') returning id`;
  await sql`
    insert into public.contact_points
      (org_id, lead_id, kind, value_bidx, value_cipher, key_id, masked, verified)
    select ${orgId}, ${
    lead!.id
  }, 'email', private.blind_index(${EMAIL}, private.blind_key(${orgId})),
      private.encrypt_value(${EMAIL}, private.org_key(${orgId}, k.id)), k.id,
      private.mask_contact(${EMAIL}), true
    from (select private.active_key_id(${orgId}, 'data') as id) k`;
  await sql`
    insert into public.consent_texts (org_id, version, seller, title, body, channels,
      automated_disclosed, not_condition_of_purchase)
    values (${orgId}, 1, 'Org', 'May we write?',
      'I agree that Org may send me automated texts and e-mail. No purchase needed.',
      '{sms,email}', true, true)`;
  const [row] = await sql<{ consent: string; unsubscribe: string }[]>`
    select private.issue_consent_token(${orgId}, ${lead!.id}, '{email}', null, '1 day',
        p_as_of => now() - interval '1 minute') as consent,
      private.unsubscribe_token(${orgId},
        private.blind_index(${EMAIL}, private.blind_key(${orgId}))) as unsubscribe`;
  return { ...row!, user, leadId: lead!.id };
}

beforeAll(async () => {
  world = await startAll({
    env: {
      ...{ SENDGRID_INBOUND_SECRET: "a-secret-of-the-mail-endpoint", WORKER_BATCH_MS: "1" },
      VAPI_WEBHOOK_SECRET: "a-secret-of-vapi",
    },
  });
  const { sql, orgId, stack } = world;
  const own = await makeLinks(orgId);
  const [other] = await sql`insert into public.orgs (name) values ('Org B') returning id`;
  const theirs = await makeLinks(other!.id as string);
  const [upload] = await sql<{ id: string }[]>`
    insert into public.uploads (org_id, source_id, correlation_id)
    select org_id, id, ${randomUUID()} from public.sources where key = 'call-desk' returning id`;
  uploadId = upload!.id;
  const [grant] = await asCaller(
    { role: "authenticated", sub: own.user },
    (tx) =>
      tx<{ id: string }[]>`
        select public.request_reveal(${orgId}, 'contacts', ${[
        own.leadId,
      ]}, 'calling') ->> 'grant_id' as id`,
  );
  credentials = {
    "unsubscribe token": own.unsubscribe,
    "consent token": own.consent,
    "service key": stack.secretKey,
    "member's token": await stack.signJwt({ sub: own.user }),
    "upload secret": world.secret,
    "webhook secret": world.webhookSecret,
    "mail secret": "a-secret-of-the-mail-endpoint",
    "vapi secret": "a-secret-of-vapi",
    "reveal grant": grant!.id,
    "leads secret": leadsSecret(world.secret),
    "leads key": leadsKey(world.secret),
  };
  users = { owner: own.user, stranger: theirs.user };
});
afterAll(() => world?.stop());

const state = async () =>
  (await world.sql`select
    (select jsonb_agg(to_jsonb(u) order by u.id) from public.uploads u) as uploads,
    (select jsonb_agg(to_jsonb(t) order by t.id) from public.consent_tokens t) as links,
    (select count(*) from public.consents) as consents,
    (select count(*) from public.suppressions) as suppressions,
    (select count(*) from public.webhook_inbox) as inbox`)[0];

test.each(PLACES)("%s takes no other kind of credential", async (_, takes, own, present) => {
  const before = await state();
  for (const kind of KINDS) {
    if (kind === takes) continue;
    const { status } = await present(credentials[kind]);
    expect([400, 401, 403, 404].filter((refusal) => refusal !== own), kind).toContain(status);
  }
  expect(await state()).toEqual(before);
});

test("a reveal grant is for the member who asked: no other org's member and no anonymous caller", async () => {
  const redeem = (claims: Record<string, unknown>) =>
    asCaller(claims, (tx) => tx`select public.redeem_reveal(${credentials["reveal grant"]})`);
  const { owner, stranger } = users;
  await expect(redeem({ role: "authenticated", sub: stranger })).rejects.toThrow("grant not found");
  await expect(redeem({ role: "anon" })).rejects.toThrow("permission denied");
  expect(await redeem({ role: "authenticated", sub: owner })).toHaveLength(1);
});

test.each(PLACES.filter(([, takes]) => takes))(
  "%s takes its own",
  async (_, takes, status, present) => {
    expect((await present(credentials[takes!])).status).toBe(status);
  },
);
