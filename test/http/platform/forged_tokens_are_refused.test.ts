// Requests go to each function's own port, where no gateway has checked anything.
import { randomUUID } from "node:crypto";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createApp as apiApp } from "../../../edge-functions/api/app.ts";
import { createApp as consentApp } from "../../../edge-functions/consent/app.ts";
import { createApp as leadsApp } from "../../../edge-functions/leads/app.ts";
import { createApp as uploadApp } from "../../../edge-functions/csv-upload/app.ts";
import { createApp as metricsApp } from "../../../edge-functions/metrics/app.ts";
import { createApp as outreachApp } from "../../../edge-functions/outreach/app.ts";
import { createApp as unsubscribeApp } from "../../../edge-functions/unsubscribe/app.ts";
import { createApp as webhooksApp } from "../../../edge-functions/webhooks/app.ts";
import { createApp as workerApp } from "../../../edge-functions/worker/app.ts";
import { functionConfigs } from "../../../scripts/dev/config.ts";
import { stackKeys } from "../../../scripts/dev/state.ts";
import { after, type SendWorld, startSendWorld, TEXTS } from "../delivery/harness.ts";
import { type Answer, call } from "../intake/harness.ts";
import { makeKey } from "../tenancy/support.ts";

/** Whom a route admits: the service, members, or neither (a signature or a link opens it). */
interface Protected {
  route: string;
  service: boolean;
  member: boolean;
  /** Admits signed sources, too: what comes without an authorization header is looked at for a signature. */
  signed?: boolean;
  path?: () => string;
  body?: () => unknown;
}

let world: SendWorld;
let uploadId: string;
let leads: string[];
let sequenceId: string;
const owner = randomUUID();

const DESK = "https://desk.example.com";
const tryOut = () => ({
  ...{ org_id: world.org.id, lead_id: leads[2] },
  draft: { channel: "email", ...TEXTS.email },
});

const PROTECTED: Protected[] = [
  { route: "POST /worker", service: true, member: false },
  // First, while the lead still waits for its step.
  {
    ...{ route: "POST /outreach/leads/:id/:action", service: true, member: true },
    path: () => `/outreach/leads/${leads[0]}/pause`,
    body: () => ({}),
  },
  {
    ...{ route: "POST /outreach/campaigns/:id/:action", service: true, member: true },
    path: () => `/outreach/campaigns/${world.org.campaigns.email}/pause`,
    body: () => ({}),
  },
  { route: "POST /outreach/dispatch", service: true, member: false, body: () => ({ limit: 1 }) },
  { route: "POST /outreach/claim", service: true, member: false, body: () => ({ limit: 1 }) },
  {
    ...{ route: "POST /outreach/send", service: true, member: false },
    body: () => ({
      org_id: world.org.id,
      message_ids: [randomUUID()],
      lease_token: randomUUID(),
    }),
  },
  { route: "POST /outreach/preview", service: false, member: true, body: tryOut },
  { route: "POST /outreach/test-send", service: false, member: true, body: tryOut },
  {
    ...{ route: "POST /outreach/invitations", service: false, member: true },
    body: () => ({
      ...{ org_id: world.org.id, email: "new@example.com", role: "viewer", desk_url: `${DESK}/` },
    }),
  },
  {
    ...{ route: "POST /outreach/enrichment", service: true, member: false },
    body: () => ({ org_id: world.org.id, kind: "verify_email" }),
  },
  { route: "GET /outreach/due", service: true, member: true },
  { route: "GET /metrics", service: true, member: false },
  {
    ...{ route: "GET /outreach/day", service: true, member: false },
    path: () => `/outreach/day?org_id=${world.org.id}`,
  },
  {
    ...{ route: "GET /csv-upload/:id", service: false, member: true, signed: true },
    path: () => `/csv-upload/${uploadId}`,
  },
  {
    ...{ route: "GET /csv-upload/:id/rejects.csv", service: false, member: true, signed: true },
    path: () => `/csv-upload/${uploadId}/rejects.csv`,
  },
  {
    ...{ route: "POST /csv-upload", service: false, member: true, signed: true },
    path: () => "/csv-upload?source=list",
    body: () => "Property Address,City\n1 Main St,Phoenix\n",
  },
];

/** Opened by an API key and by nothing else, in the order in which the key is tried. */
const KEYED: Omit<Protected, "service" | "member">[] = [
  { route: "GET /api/me" },
  ...["GET /api/leads/:id", "GET /api/leads/:id/outlook", "GET /api/leads/:id/score"],
  ...["POST /api/leads/:id/pause", "POST /api/leads/:id/resume", "POST /api/leads/:id/skip"],
  { route: "POST /api/leads/:id/stop", path: () => `/api/leads/${leads[1]}/stop` },
  { route: "POST /api/leads/:id/task", body: () => ({ kind: "to_do" }) },
  {
    route: "POST /api/leads/:id/messages",
    body: () => ({ step: "next" }),
    path: () => `/api/leads/${leads[3]}/messages`,
  },
  { route: "GET /api/campaigns" },
  ...["GET /api/campaigns/:id/forecast", "POST /api/campaigns/:id/pause"],
  ...["POST /api/campaigns/:id/start", "POST /api/campaigns/:id/stop"],
  {
    route: "POST /api/uploads",
    path: () => "/api/uploads?source=list",
    body: () => "Property Address,City\n9 Main St,Phoenix\n",
  },
  { route: "GET /api/uploads/:id", path: () => `/api/uploads/${uploadId}` },
  ...["GET /api/sequences", "GET /api/templates", "GET /api/senders"],
  {
    route: "POST /api/sequences/publish",
    body: () => ({ workflow: { nodes: [], connections: {} }, version: null, dry_run: true }),
  },
  ...["GET /api/sequences/:id", "GET /api/sequences/:id/workflow"],
  "POST /api/sequences/:id/move",
].map((it) => {
  const route = typeof it === "string" ? { route: it } : it;
  const [, pattern = ""] = route.route.split(" ");
  return {
    path: () =>
      pattern.replace(
        ":id",
        pattern.includes("/leads/")
          ? leads[2]!
          : pattern.includes("/sequences/")
          ? sequenceId
          : world.org.campaigns.voice_ai,
      ),
    ...route,
  };
});

/** For members only, neither the service nor API keys: a test goes to the caller's own address. */
const MEMBERS = [
  ...["POST /outreach/preview", "POST /outreach/test-send"],
  "POST /outreach/invitations",
];

/** Opened by a signature or a link: no token changes what they answer. */
const OTHER: { route: string; path?: () => string }[] = [
  { route: "POST /csv-upload/replay", path: () => "/csv-upload/replay?source=x" },
  {
    route: "POST /csv-upload/:id/undo",
    path: () => `/csv-upload/${uploadId}/undo?source=x`,
  },
  { route: "POST /leads", path: () => "/leads?source=x" },
  { route: "GET /leads/:id", path: () => `/leads/${uploadId}?source=x` },
  { route: "POST /webhooks/*", path: () => `/webhooks/${world.org.id}/stripe` },
  { route: "GET /consent" },
  { route: "POST /consent" },
  { route: "GET /unsubscribe" },
  { route: "POST /unsubscribe" },
];

beforeAll(async () => {
  world = await startSendWorld({
    functions: functionConfigs().map(({ name }) => name),
    env: { SLUICE_DESK_ORIGINS: DESK },
  });
  const { sql, org } = world;
  await sql`insert into auth.users (id, email, email_confirmed_at)
    values (${owner}, 'owner@example.com', now())`;
  await sql`insert into public.members (org_id, user_id, role)
    values (${org.id}, ${owner}, 'owner')`;
  const [sequence] = await world
    .sql`select id from public.sequences where org_id = ${world.org.id}`;
  sequenceId = sequence!.id;
  leads = [...await world.addLeads("sms", 2), ...await world.addLeads("email", 2)];
  const [source] = await sql<{ id: string }[]>`
    insert into public.sources (org_id, key, name) values (${org.id}, 'list', 'List') returning id`;
  const [upload] = await sql<{ id: string }[]>`
    insert into public.uploads (org_id, source_id, correlation_id)
    values (${org.id}, ${source!.id}, ${randomUUID()}) returning id`;
  uploadId = upload!.id;
});
afterAll(() => world?.stop());

const textOf = (body: unknown): string => typeof body === "string" ? body : JSON.stringify(body);

async function ask(
  { route, path, body }: Omit<Protected, "service" | "member">,
  headers: Record<string, string>,
): Promise<Answer> {
  const [method, pattern] = route.split(" ") as [string, string];
  const target = path?.() ?? pattern;
  const process = world.stack.processes.get(target.split(/[/?]/)[1]!)!;
  return await call(`http://127.0.0.1:${await process.port()}${target}`, {
    method,
    headers: { "content-type": "application/json", "webhook-id": "forged", ...headers },
    ...(method === "GET" ? {} : { body: textOf(body?.() ?? {}) }),
  });
}

/** Everything that a caller could have changed. */
async function snapshot(): Promise<unknown> {
  const [row] = await world.sql`
    select
      (select jsonb_agg(to_jsonb(m) order by m.id) from public.messages m) as messages,
      (select jsonb_agg(to_jsonb(r) order by r.lead_id) from public.sequence_runs r) as runs,
      (select jsonb_agg(to_jsonb(c) order by c.id) from public.campaigns c) as campaigns,
      (select jsonb_agg(to_jsonb(u) order by u.id) from public.uploads u) as uploads,
      (select jsonb_agg(to_jsonb(l) order by l.id) from public.leads l) as leads,
      (select count(*) from public.gate_decisions) as decisions,
      (select count(*) from public.webhook_inbox) as inbox,
      (select count(*) from public.suppressions) as suppressions,
      (select count(*) from public.invitations) as invitations,
      (select count(*) from private.test_messages) as tests,
      (select count(*) from public.consents) as consents,
      (select jsonb_agg(to_jsonb(j) order by j.id) from pgboss.job j) as jobs`;
  return { ...row, requests: { ...world.sandbox.received.requests } };
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const HOUR = () => Math.floor(Date.now() / 1000) + 3600;

async function forgeries(): Promise<[string, Record<string, string>][]> {
  const { stack } = world;
  const { jwtSecret, signingKey } = stackKeys();
  const foreign = await generateKeyPair("ES256", { extractable: true });
  const foreignJwk = await exportJWK(foreign.publicKey);
  const hs256 = (
    claims: JWTPayload,
    { secret = jwtSecret, exp = HOUR() as number | null, header = {} } = {},
  ) => {
    const token = new SignJWT(claims).setProtectedHeader({ alg: "HS256", ...header });
    if (exp !== null) token.setExpirationTime(exp);
    return token.sign(new TextEncoder().encode(secret));
  };
  const es256 = (claims: JWTPayload, header: Record<string, unknown>) =>
    new SignJWT(claims).setProtectedHeader({ alg: "ES256", ...header }).setExpirationTime(HOUR())
      .sign(foreign.privateKey);
  const { d: _, ...publicJwk } = signingKey;
  const found: [string, Record<string, string>][] = [
    ["no credential", {}],
    ["an empty token", { authorization: "Bearer " }],
    ["another scheme", { authorization: `Basic ${btoa(`service_role:${stack.secretKey}`)}` }],
    ["the anon key", bearer(stack.anonKey)],
    ["the anon key as apikey", { apikey: stack.anonKey }],
    ["the publishable key", { apikey: stack.publishableKey }],
    ["the publishable key twice", {
      apikey: stack.publishableKey,
      ...bearer(stack.publishableKey),
    }],
    ["the secret key as bearer token only", bearer(stack.secretKey)],
    ["an unknown secret key", { apikey: `sb_secret_${"a".repeat(22)}_${"b".repeat(8)}` }],
    ["a prefix of the secret key", { apikey: stack.secretKey.slice(0, -1) }],
    ["two keys in one header", { apikey: `${stack.secretKey}, ${stack.secretKey}` }],
    ["the name of the secret key", { apikey: "default" }],
    ["the HS256 secret", { apikey: jwtSecret, ...bearer(jwtSecret) }],
  ];
  const member = { iss: stack.issuer, aud: "authenticated", role: "authenticated", sub: owner };
  for (
    const [who, claims] of [
      ["service", { iss: "supabase", role: "service_role" }],
      ["member", member],
    ] as [string, JWTPayload][]
  ) {
    const valid = await hs256(claims);
    const [head, , signature] = valid.split(".");
    const body = encode({ ...claims, exp: HOUR() + 60 });
    const tokens: [string, string][] = [
      ["with alg none", `${encode({ alg: "none" })}.${body}.`],
      ["with alg None", `${encode({ alg: "None" })}.${body}.`],
      ["with no signature", `${head}.${body}.`],
      ["with a signature of other claims", `${head}.${body}.${signature}`],
      ["with a cut signature", valid.slice(0, -2)],
      ["of a foreign secret", await hs256(claims, { secret: "a secret that nobody agreed upon" })],
      ["of an empty secret", await hs256(claims, { secret: "\0" })],
      [
        "signed with the public key as secret",
        await hs256(claims, {
          secret: JSON.stringify(publicJwk),
          header: { kid: signingKey.kid },
        }),
      ],
      ["that is expired", await hs256(claims, { exp: HOUR() - 3660 })],
      ["without expiry", await hs256(claims, { exp: null })],
      ["of another issuer", await hs256({ ...claims, iss: "https://x.example.com/auth/v1" })],
      ["without issuer", await hs256({ ...claims, iss: undefined })],
      ["of a foreign key", await es256(claims, { kid: signingKey.kid })],
      ["of a foreign key with another kid", await es256(claims, { kid: "other" })],
      ["that brings its own key", await es256(claims, { jwk: foreignJwk })],
      [
        "that names where its key is",
        await es256(claims, { jku: "http://127.0.0.1:1/jwks.json", kid: "x" }),
      ],
    ];
    for (const [what, token] of tokens) {
      found.push([`a ${who}'s token ${what}`, bearer(token)]);
      found.push([`a ${who}'s token ${what}, as apikey`, { apikey: token }]);
    }
  }
  for (
    const [what, claims] of [
      ["another audience", { ...member, aud: "elsewhere" }],
      ["no audience", { ...member, aud: undefined }],
      ["no subject", { ...member, sub: undefined }],
      ["role anon", { ...member, role: "anon" }],
      ["role postgres", { ...member, role: "postgres" }],
      ["the service's role in its metadata", {
        ...{ ...member, role: "anon", app_metadata: { role: "service_role" } },
        user_metadata: { role: "service_role" },
      }],
    ] as [string, JWTPayload][]
  ) found.push([`a signed token with ${what}`, bearer(await hs256(claims))]);
  return found;
}

test("every route of every function is listed here", () => {
  const env = { connections: 1, bodies: { bytes: 1, timeoutMs: 1 } };
  const deps = { env, sql: null, log: () => {}, now: () => new Date() } as never;
  const apps = {
    ...{ "csv-upload": uploadApp(deps), outreach: outreachApp(deps) },
    ...{ leads: leadsApp(deps), consent: consentApp(deps), unsubscribe: unsubscribeApp(deps) },
    webhooks: webhooksApp(deps, {} as never, {} as never),
    worker: workerApp(deps, {} as never, new AbortController().signal),
    api: apiApp(deps),
    metrics: metricsApp(deps, { token: null }),
  };
  expect(Object.keys(apps).sort()).toEqual(functionConfigs().map(({ name }) => name).sort());
  const routes = Object.values(apps).flatMap(({ routes }) =>
    routes.filter(({ method }) => !["ALL", "OPTIONS"].includes(method))
      .map(({ method, path }) => `${method} ${path.replace(/\/$/, "")}`)
  );
  expect([...new Set(routes)].sort())
    .toEqual([...PROTECTED, ...KEYED, ...OTHER].map(({ route }) => route).sort());
});

describe("directly at its port, and with nothing changed", () => {
  let tokens: [string, Record<string, string>][];
  beforeAll(async () => void (tokens = await forgeries()));

  test.each(PROTECTED)("$route refuses a caller without proof", async (endpoint) => {
    const before = await snapshot();
    for (const [what, headers] of tokens) {
      const { status, json } = await ask(endpoint, headers);
      // Without an authorization header, uploads look for a signature.
      const unsigned = endpoint.signed && !("authorization" in headers);
      expect([what, status, json.code])
        .toEqual([what, ...(unsigned ? [400, "malformed_request"] : [401, "unauthorized"])]);
    }
    expect(await snapshot()).toEqual(before);
  });

  test.each(OTHER)("$route answers the same with any token", async (endpoint) => {
    const before = await snapshot();
    const plain = await ask(endpoint, {});
    expect(plain.status).toBeGreaterThanOrEqual(400);
    const { secretKey, serviceRoleKey, signJwt } = world.stack;
    const member = await signJwt({ sub: owner });
    for (
      const headers of [
        { apikey: secretKey },
        { apikey: serviceRoleKey, ...bearer(serviceRoleKey) },
        bearer(member),
        ...tokens.filter((_, index) => index % 8 === 0).map(([, headers]) => headers),
      ]
    ) {
      const answer = await ask(endpoint, headers);
      expect([answer.status, answer.json?.code]).toEqual([plain.status, plain.json?.code]);
    }
    expect(await snapshot()).toEqual(before);
  });

  test.each(PROTECTED.filter(({ member }) => !member))(
    "$route refuses members",
    async (endpoint) => {
      const before = await snapshot();
      for (const algorithm of ["HS256", "ES256"] as const) {
        const token = await world.stack.signJwt({ sub: owner }, algorithm);
        const { status, json } = await ask(endpoint, bearer(token));
        expect([status, json.code]).toEqual([403, "forbidden"]);
      }
      expect(await snapshot()).toEqual(before);
    },
  );

  test.each(PROTECTED.filter(({ service, signed }) => !service && !signed))(
    "$route is for members, not for the service",
    async (endpoint) => {
      const before = await snapshot();
      const { status, json } = await ask(endpoint, { apikey: world.stack.secretKey });
      expect([status, json.code]).toEqual([403, "forbidden"]);
      expect(await snapshot()).toEqual(before);
    },
  );

  test.each(PROTECTED.filter(({ signed }) => signed))(
    "$route is for signed sources and members, not for the service",
    async (endpoint) => {
      const { secretKey, serviceRoleKey } = world.stack;
      expect((await ask(endpoint, { apikey: secretKey })).status).toBe(400);
      expect((await ask(endpoint, bearer(serviceRoleKey))).status).toBe(401);
    },
  );
});

describe("directly at its port, a route for machines", () => {
  test.each(KEYED)("$route refuses everything but an API key", async (endpoint) => {
    const before = await snapshot();
    const { secretKey, serviceRoleKey, signJwt } = world.stack;
    const never = `slk_${"0".repeat(16)}_${"0".repeat(48)}`;
    for (
      const headers of [
        { apikey: secretKey },
        bearer(serviceRoleKey),
        bearer(await signJwt({ sub: owner })),
        bearer(never),
        { apikey: never },
        ...(await forgeries()).map(([, headers]) => headers),
      ]
    ) {
      const { status, json } = await ask(endpoint, headers);
      expect([status, json.code]).toEqual([401, "unauthorized"]);
    }
    expect(await snapshot()).toEqual(before);
  });

  test.each(MEMBERS)("%s is for members", async (route) => {
    const before = await snapshot();
    for (const [what, headers] of await forgeries()) {
      expect([what, (await ask({ route }, headers)).status]).toEqual([what, 401]);
    }
    const { key } = await makeKey(world.sql, world.org.id);
    expect((await ask({ route }, bearer(key))).status).toBe(401);
    expect((await ask({ route }, { apikey: world.stack.secretKey })).status).toBe(403);
    // Past the check of the caller, the empty body is the problem.
    const member = bearer(await world.stack.signJwt({ sub: owner }));
    expect((await ask({ route }, member)).status).toBe(400);
    expect(await snapshot()).toEqual(before);
  });

  test("each admits an API key", async () => {
    const { key } = await makeKey(world.sql, world.org.id);
    leads = await world.addLeads("sms", 4);
    for (const endpoint of KEYED) {
      const headers = { ...bearer(key), "idempotency-key": randomUUID() };
      const { status, text } = await ask(endpoint, headers);
      expect([endpoint.route, status, text])
        .toEqual([endpoint.route, status === 202 ? 202 : 200, expect.anything()]);
    }
  });
});

describe("directly at its port", () => {
  test.each(PROTECTED.filter(({ service }) => service))("$route admits the service", async (it) => {
    const { secretKey, serviceRoleKey, publishableKey, issuer } = world.stack;
    const signed = await world.stack.signJwt({ role: "service_role", iss: issuer }, "ES256");
    const symmetric = await world.stack.signJwt({ role: "service_role" }, "HS256");
    for (
      const headers of [
        { apikey: secretKey },
        { apikey: serviceRoleKey },
        bearer(serviceRoleKey),
        bearer(signed),
        { apikey: publishableKey, ...bearer(symmetric) },
      ]
    ) {
      const { status, text } = await ask(it, headers);
      expect([status, text]).toEqual([200, expect.anything()]);
    }
  });

  test.each(PROTECTED.filter(({ member }) => member))("$route admits members", async (it) => {
    for (const algorithm of ["HS256", "ES256"] as const) {
      const headers = bearer(await world.stack.signJwt({ sub: owner }, algorithm));
      for (const more of [headers, { ...headers, apikey: world.stack.publishableKey }]) {
        const { status, text } = await ask(it, more);
        // 202: an upload, which is a duplicate afterwards.
        expect([[200, 202].includes(status), text]).toEqual([true, expect.anything()]);
      }
    }
  });

  test("the service's request has its effect", async () => {
    await world.addLeads("sms", 1);
    const headers = { apikey: world.stack.secretKey };
    const body = () => ({ org_id: world.org.id, channel: "sms", as_of: after(1).toISOString() });
    const dispatch = { route: "POST /outreach/dispatch", body };
    const before = world.sandbox.received.requests.twilio;
    expect((await ask(dispatch, headers)).json).toMatchObject({ sent: expect.any(Number) });
    expect(world.sandbox.received.requests.twilio).toBeGreaterThan(before);
  });
});

// The tenant matrix of routes: the list of routes is complete by the test above, so that a new route is in it.
describe("for somebody of another org", () => {
  const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;
  /** The same request for what nobody has. */
  const ofNobody = (text: string) =>
    text.replace(UUID, (id) => id.replace(/^.{8}/, "dddddddd")).replace(
      "source=list",
      "source=none",
    );
  /** Without what differs from request to request. */
  const told = ({ status, text }: Answer) => [
    status,
    text.replace(UUID, "#").replace(/\d{4}-\d\d-\d\dT[\d:.]+Z|(?<=_seconds )[\d.]+/g, "#"),
  ];
  let outsiders: [string, Record<string, string>][];
  let secrets: string[];

  beforeAll(async () => {
    const { sql, org, stack } = world;
    const people = { rival: randomUUID(), removed: randomUUID(), stranger: randomUUID() };
    for (const [name, id] of Object.entries(people)) {
      await sql`insert into auth.users (id, email, email_confirmed_at)
        values (${id}, ${`${name}@example.com`}, now())`;
    }
    const [other] = await sql<{ id: string }[]>`
      insert into public.orgs (name) values ('Other') returning id`;
    await sql`insert into public.members (org_id, user_id, role) values
      (${other!.id}, ${people.rival}, 'owner'), (${org.id}, ${people.removed}, 'admin')`;
    await sql`delete from public.members where user_id = ${people.removed}`;
    const { key } = await makeKey(sql, other!.id);
    outsiders = [["another org's key", bearer(key)]];
    for (const [name, sub] of Object.entries(people)) {
      outsiders.push([name, bearer(await stack.signJwt({ sub }))]);
    }
    secrets = [...leads, uploadId, sequenceId, ...Object.values(org.campaigns)];
  });

  test.each([...PROTECTED, ...KEYED])("$route tells nothing", async (endpoint) => {
    const { path = () => endpoint.route.split(" ")[1]!, body = () => ({}) } = endpoint;
    const before = await snapshot();
    for (const [who, headers] of outsiders) {
      const request = (change: (text: string) => string) =>
        ask(
          { ...endpoint, path: () => change(path()), body: () => change(textOf(body())) },
          { ...headers, "idempotency-key": randomUUID() },
        );
      const own = await request((text) => text);
      expect([who, ...told(own)]).toEqual([who, ...told(await request(ofNobody))]);
      // An answer that is no refusal is about the caller's own org.
      const named = secrets.filter((id) => own.text.includes(id) && !path().includes(id));
      expect([who, named]).toEqual([who, []]);
    }
    expect(await snapshot()).toEqual(before);
  });
});
