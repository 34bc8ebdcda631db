// Random requests to all functions, written to sockets. FUZZ_REQUESTS sets their number, FUZZ_SEED repeats a run.
import { createHmac, randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { leadsSecret } from "../../../edge-functions/_shared/intake/api/access.ts";
import { requestSecret } from "../../../edge-functions/_shared/intake/request_secret.ts";
import {
  SECRET,
  sendgridHeaders,
  stripeSignature,
  twilioSignature,
} from "../../support/webhooks.ts";
import { askRaw, type RawAnswer } from "../../support/raw_http.ts";
import { PUBLIC_URL } from "../inbound/harness.ts";
import { makeKey } from "../tenancy/support.ts";
import { type AllWorld, type FunctionName, FUNCTIONS, startAll } from "./harness.ts";

const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 2_000);
const AT_ONCE = 20;

let world: AllWorld;
let apiKey: string;
let member: string;
let foreign: string;
let known: string[];
/** What functions logged about errors of theirs, to explain a failure. */
const failures: string[] = [];

beforeAll(async () => {
  world = await startAll({
    env: {
      // The batches of the worker end at once, and no limit turns requests away.
      ...{ WORKER_BATCH_MS: "1", WEBHOOKS_WAITING: "1000" },
    },
    log: (line) => {
      if (/"event":"failed"|panic|Uncaught|error:/.test(line)) failures.push(line);
    },
  });
  const { sql, orgId } = world;
  const [owner, stranger] = [randomUUID(), randomUUID()];
  for (const id of [owner, stranger]) {
    await sql`insert into auth.users (id, email) values (${id}, ${`${id}@example.com`})`;
  }
  await sql`
    insert into public.members (org_id, user_id, role) values (${orgId}, ${owner}, 'owner')`;
  member = await world.stack.signJwt({ sub: owner });
  foreign = await world.stack.signJwt({ sub: stranger });
  apiKey = (await makeKey(sql, orgId)).key;
  const [lead] = await sql<{ id: string }[]>`
    insert into public.leads (org_id, situs_street) values (${orgId}, '1 Main St') returning id`;
  await sql`
    insert into public.contact_points
      (org_id, lead_id, kind, value_bidx, value_cipher, key_id, masked, verified)
    select ${orgId}, ${lead!.id}, 'email', private.blind_index(v, private.blind_key(${orgId})),
      private.encrypt_value(v, private.org_key(${orgId}, k.id)), k.id,
      private.mask_contact(v), true
    from (select private.active_key_id(${orgId}, 'data') as id) k, (values ('ann@example.com')) a (v)`;
  await sql`
    insert into public.consent_texts (org_id, version, seller, title, body, channels,
      automated_disclosed, not_condition_of_purchase)
    values (${orgId}, 1, 'Org A', 'May we write?',
      'I agree that Org A may send me automated texts and e-mail. No purchase needed.',
      '{sms,email}', true, true)`;
  const [link] = await sql<{ nonce: string }[]>`
    select private.issue_consent_token(${orgId}, ${
    lead!.id
  }, '{email}', null, '1 day', p_as_of => now())
      as nonce`;
  const [token] = await sql<{ token: string }[]>`
    select private.unsubscribe_token(${orgId},
      private.blind_index('ann@example.com', private.blind_key(${orgId}))) as token`;
  known = [orgId, lead!.id, link!.nonce, token!.token];
});
afterAll(() => world?.stop());

/** `#0` to `#3` stand for an org, a lead, a consent link and an unsubscribe token, which only the run knows. */
const KNOWN = fc.constantFrom("#0", "#1", "#2", "#3");
const fill = (text: string) => text.replace(/#([0-3])/g, (_, n) => known[Number(n)]!);

const ODD = fc.constantFrom(
  ...[
    "\0",
    "a\0b",
    "\ud800",
    "\udfff\ud800",
    "\uffff",
    "\u202e",
    "'",
    '"',
    "\\",
    "{}",
    "[]",
    "null",
  ],
  ...["constructor", "__proto__", "toString", "true", "-1", "0", "1e400", "99999999999999999999"],
  ...["NaN", "Infinity", "0001-01-01", "0000-00-00", "9999-12-31", "2026-02-30", "-infinity"],
  ...[
    "0000-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999Z",
    "+275760-09-13T00:00:00Z",
    "2026-11-27",
  ],
  ...[
    "2026-11-27T08:00:00Z",
    "2026-11-27T08:00:00+15:59",
    "call-desk",
    "One-Click",
    "sms",
    "email",
  ],
  ...["voice_ai", "https://example.com/", "https://\0/", "+12135550101", "ann@example.com", ""],
);
const Text = fc.oneof(ODD, KNOWN, fc.string({ unit: "binary", maxLength: 30 }), fc.uuid());
const NAMES = [
  ...["source", "dry_run", "upload", "part", "parts", "filename", "u", "org_id", "as_of", "date"],
  ...["message_id", "bodySHA256", "channel", "limit", "message_ids", "lease_token", "reason"],
  ...["channels", "agree", "signature", "text_sha256", "page_url", "time_zone", "certificate_id"],
  ...["List-Unsubscribe", "from", "type", "timestamp", "data", "words", "phone", "email", "text"],
  ...[
    "id",
    "created",
    "message",
    "call",
    "triggerEvent",
    "payload",
    "uid",
    "event",
    "sg_message_id",
  ],
  ...["MessageSid", "MessageStatus", "CallSid", "From", "Body", "AccountSid", "replay", "undo"],
];
const Name = fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...NAMES) }, Text);

const Leaf = fc.oneof(
  { weight: 4, arbitrary: Text },
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom(1e308, -0, 2 ** 53, 1e21),
);
const { tree: Tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    Leaf,
    fc.array(tie("tree"), { maxLength: 4 }),
    fc.array(fc.tuple(Name, tie("tree")), { maxLength: 6 }).map((list) => Object.fromEntries(list)),
  ),
}));
const Json = fc.oneof(
  { weight: 6, arbitrary: Tree.map((value) => JSON.stringify(value) ?? "null") },
  {
    weight: 6,
    arbitrary: fc.array(fc.tuple(Name, Tree), { maxLength: 7 })
      .map((list) => JSON.stringify(Object.fromEntries(list))),
  },
  fc.constantFrom(
    ...['{"__proto__":{"x":1}}', '{"reason":"\\u0000"}', '{"reason":"\\ud800"}', '{"limit":1e999}'],
    ...[
      `${"[".repeat(20_000)}${"]".repeat(20_000)}`,
      `${'{"data":'.repeat(5_000)}1${"}".repeat(5_000)}`,
    ],
    ...[`{"limit":${"9".repeat(5_000)}}`, "[]", "{}", "", " ", "{", '"', "\ufeff{}"],
  ),
);
const VALID = [
  '{"org_id":"#0","reason":"r"}',
  '{"org_id":"#0","channel":"sms","limit":5}',
  '{"org_id":"#0","message_ids":["#1"],"lease_token":"#1"}',
  '{"type":"contact.replied","data":{"channel":"sms","from":"+12135550101","text":"a\\u0000b"}}',
  '{"type":"contact.opted_out","data":{"phone":"+12135550101","words":"\\ud800"}}',
  '{"type":"booking.made","timestamp":1e300,"data":{"uid":"\\u0000","lead_id":"#1"}}',
  '{"triggerEvent":"BOOKING_CREATED","payload":{"uid":"\\u0000","metadata":{"lead_id":"#1"}}}',
  '{"message":{"type":"end-of-call-report","call":{"id":"\\u0000"},"cost":1e999}}',
  '{"id":"evt_\\u0000","type":"\\ud800"}',
  '[{"event":"delivered","sg_message_id":"\\u0000","timestamp":1e20,"email":"ann@example.com"}]',
  '{"channels":["sms"],"agree":true,"signature":"\\u0000","text_sha256":"' + "0".repeat(64) +
  '","page_url":"https://example.com"}',
  '{"replay":"call-desk","upload":null}',
  "List-Unsubscribe=One-Click",
  "List-Unsubscribe=One-Click&x=%00",
  "List-Unsubscribe=One-Click&x=%ff",
  "MessageSid=SM" + "0".repeat(32) + "&MessageStatus=delivered&From=%2B12135550101&Body=%00",
  "Property Address,City,State,Zip\n1 Main St,Phoenix,AZ,85001\n",
];
const Form = fc.array(fc.tuple(Name, Text), { maxLength: 6 }).map((list) =>
  list.map(([name, value]) => `${encode(name)}=${encode(value)}`).join("&")
);
const Body = fc.oneof(
  { weight: 5, arbitrary: Json.map((text) => Buffer.from(text)) },
  { weight: 4, arbitrary: fc.constantFrom(...VALID).map((text) => Buffer.from(text)) },
  { weight: 2, arbitrary: Form.map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
);

/** Percent-encodes bytes; a lone surrogate as the bytes that it would have. */
function encode(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    return "%ed%a0%80";
  }
}

const Segment = fc.oneof(
  { weight: 4, arbitrary: Text.map(encode) },
  { weight: 4, arbitrary: KNOWN },
  fc.constantFrom(
    ...[
      "%00",
      "%ff",
      "%c3%28",
      "%",
      "%zz",
      "..",
      ".",
      "",
      "%2e%2e",
      "%2f",
      "a%00b",
      "\xff",
      "\xc3\xa9",
    ],
    ...["replay", "undo", "rejects.csv", "dispatch", "claim", "send", "due", "day", "leads"],
    ...["campaigns", "pause", "resume", "stop", "skip", "sendgrid", "twilio", "events", "inbound"],
  ),
);
const ROUTES: Record<FunctionName, string[]> = {
  "csv-upload": ["", "/replay", "/#1", "/#1/rejects.csv", "/#1/undo", "?source=call-desk"],
  worker: ["", "/x"],
  outreach: [
    ...["/dispatch", "/claim", "/send", "/due", "/day", "/leads/#1/pause", "/leads/#1/stop"],
    ...[
      "/campaigns/#1/pause",
      "/due?org_id=#0",
      "/day?org_id=#0",
      "/day?org_id=#0&date=0000-01-01",
    ],
  ],
  webhooks: [
    ...[
      "sendgrid/events",
      `sendgrid/inbound/${SECRET}`,
      "twilio/sms",
      "twilio/status",
      "twilio/voice",
    ],
    ...["vapi", "calcom", "stripe", "generic?source=call-desk", "generic?source=%00", "generic"],
  ].map((path) => `/#0/${path}`),
  consent: [""],
  unsubscribe: ["", "?u=#3"],
  leads: ["?source=call-desk", "/#1?source=call-desk", "/v1?source=call-desk", ""],
  metrics: ["", "/v1"],
  api: [
    ...[
      "/me",
      "/leads/#1",
      "/leads/#1/outlook",
      "/leads/#1/score",
      "/leads/#1/pause",
      "/campaigns",
    ],
    ...["/leads/#1/task", "/leads/#1/messages", "/campaigns/#1/forecast", "/campaigns/#1/start"],
    ...["/uploads?source=call-desk", "/uploads/#1", "/sequences", "/templates", "/senders"],
    ...["/leads/#1?pii=true&reason=a+test", "/campaigns?cursor=eyJ9", "/v1/sequences?limit=1"],
  ],
};
const Query = fc.array(
  fc.tuple(
    fc.oneof({ weight: 6, arbitrary: Name.map(encode) }, Segment),
    fc.oneof(Text.map(encode), Segment),
  ),
  { maxLength: 4 },
).map((list) => list.map(([name, value]) => `${name}=${value}`).join("&"));

interface Case {
  name: FunctionName;
  method: string;
  path: string;
  auth: string;
  headers: [string, string][];
  body: Buffer | null;
}

const HeaderValue = fc.oneof(
  fc.constantFrom(
    ...["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"],
    ...[
      "multipart/form-data",
      "text/csv",
      "\xff\xfe",
      "\xc3\xa9",
      "gzip",
      "br",
      "",
      "a;b=c;;",
      "-1",
    ],
    ...[
      'attachment; filename="\xff"',
      "attachment; filename*=UTF-8''%00%ff",
      "application/json; charset=\xff",
    ],
    ...["203.0.113.7", "::1", "2001:db8::\xff", "example.com:99999", "a b", "http", "bytes=0-"],
  ),
  fc.string({
    unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
    maxLength: 40,
  })
    .map((text) => text.replace(/\x7f/g, "")),
);
const Header = fc.tuple(
  fc.constantFrom(
    ...["content-type", "content-type", "content-encoding", "content-disposition", "user-agent"],
    ...[
      "x-forwarded-host",
      "x-forwarded-proto",
      "host",
      "accept",
      "origin",
      "cookie",
      "x-request-id",
    ],
    ...["webhook-id", "webhook-timestamp", "webhook-signature", "sluice-consent-token", "apikey"],
    ...["authorization", "stripe-signature", "x-cal-signature-256", "x-vapi-signature"],
    ...["x-vapi-timestamp", "x-twilio-signature", "x-twilio-email-event-webhook-signature"],
  ),
  HeaderValue,
);

const Case: fc.Arbitrary<Case> = fc.constantFrom(...FUNCTIONS).chain((name) =>
  fc.record({
    name: fc.constant(name),
    method: fc.oneof(
      { weight: 10, arbitrary: fc.constantFrom("POST", "POST", "GET") },
      fc.constantFrom("PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "PROPFIND", "x"),
    ),
    path: fc.tuple(
      fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom(...ROUTES[name]) },
        fc.array(Segment, { maxLength: 5 }).map((list) => list.map((one) => `/${one}`).join("")),
      ),
      fc.oneof({ weight: 2, arbitrary: fc.constant("") }, Query),
    ).map(([route, query]) =>
      `/${name}${route}` + (query ? `${route.includes("?") ? "&" : "?"}${query}` : "")
    ),
    auth: fc.constantFrom(
      "none",
      "signed",
      "signed",
      "forged",
      "member",
      "foreign",
      "service",
      "key",
    ),
    headers: fc.array(Header, { maxLength: 3 }),
    body: fc.oneof({ weight: 6, arbitrary: Body }, fc.constant(null)),
  })
);

const CONTENT_TYPE: Partial<Record<FunctionName, string>> = {
  unsubscribe: "application/x-www-form-urlencoded",
};

/** The key that the endpoint expects. */
function secretOf({ name, method, path }: Case): string {
  const [pathname = ""] = path.split("?");
  if (name === "webhooks") return world.webhookSecret;
  if (name === "leads") return leadsSecret(world.secret);
  return /^.csv-upload.?$/.test(pathname)
    ? world.secret
    : requestSecret(world.secret, method, pathname);
}

function authHeaders(given: Case, body: Uint8Array): Record<string, string> {
  const { name, path, auth } = given;
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  switch (auth) {
    case "member":
      return bearer(member);
    case "foreign":
      return bearer(foreign);
    case "service":
      return { apikey: world.stack.serviceRoleKey };
    case "key":
      return { ...bearer(apiKey), "idempotency-key": randomUUID() };
    case "forged":
      return { ...bearer(`${member}x`), ...world.signed(Buffer.from("other")) };
    case "signed":
      if (name === "api") return { ...bearer(apiKey), "idempotency-key": randomUUID() };
      return {
        ...world.signed(body, secretOf(given)),
        ...(name === "consent" ? { "sluice-consent-token": known[2]! } : {}),
        ...(name === "webhooks" ? providerHeaders(path, body) : {}),
      };
    default:
      return {};
  }
}

function providerHeaders(path: string, body: Uint8Array): Record<string, string> {
  const text = Buffer.from(body).toString();
  const url = `${PUBLIC_URL}/functions/v1${path}`;
  const form = Object.fromEntries(new URLSearchParams(text));
  return {
    ...sendgridHeaders(body, new Date()),
    "x-vapi-secret": SECRET,
    "x-cal-signature-256": createHmac("sha256", SECRET).update(body).digest("hex"),
    "stripe-signature": stripeSignature(text, new Date()),
    "x-twilio-signature": twilioSignature(url, form),
  };
}

/** What every function still answers after all this. */
const PERMITTED: [FunctionName, string, string, string, string | null][] = [
  ["csv-upload", "POST", "/csv-upload?source=call-desk", "signed", VALID.at(-1)!],
  ["worker", "POST", "/worker", "service", ""],
  ["outreach", "GET", "/outreach/due?org_id=#0", "member", null],
  ["webhooks", "POST", "/webhooks/#0/sendgrid/events", "signed", "[]"],
  ["consent", "GET", "/consent", "signed", null],
  ["unsubscribe", "POST", "/unsubscribe?u=#3", "none", "List-Unsubscribe=One-Click"],
  ["leads", "POST", "/leads?source=call-desk", "signed", '{"email":"ann@example.com"}'],
  ["api", "GET", "/api/me", "key", null],
  ["metrics", "GET", "/metrics", "key", null],
];

let sent = 0;
async function send(given: Case): Promise<RawAnswer | null> {
  const path = fill(given.path.replace(/[^\x21-\xff]/g, "%00"));
  const body = given.body ? Buffer.from(fill(given.body.toString("latin1")), "latin1") : undefined;
  const one = { ...given, path };
  const n = ++sent;
  return await askRaw({
    port: world.ports[given.name],
    method: given.method,
    path,
    headers: {
      // Each from an address of its own: what is tested is not the limit per address.
      "x-forwarded-for": `10.${n >> 16 & 255}.${n >> 8 & 255}.${n & 255}`,
      "content-type": path.includes("/twilio/")
        ? "application/x-www-form-urlencoded"
        : CONTENT_TYPE[given.name] ?? "application/json",
      ...authHeaders(one, body ?? new Uint8Array()),
      ...Object.fromEntries(given.headers.map(([name, value]) => [name, value.trim()])),
    },
    ...(body ? { body } : {}),
  });
}

test(`of ${REQUESTS} random requests none is answered with a 5xx`, async () => {
  const statuses = new Map<string, number>();
  const seed = process.env.FUZZ_SEED ? Number(process.env.FUZZ_SEED) : undefined;
  await fc.assert(
    fc.asyncProperty(
      fc.array(Case, { minLength: AT_ONCE, maxLength: AT_ONCE, size: "max" }),
      async (cases) => {
        const answers = await Promise.all(cases.map(send));
        for (const [k, answer] of answers.entries()) {
          const key = `${cases[k]!.name} ${answer?.status ?? "none"}`;
          statuses.set(key, (statuses.get(key) ?? 0) + 1);
          // Bytes that HTTP does not allow in a path may also end the connection.
          const unanswered = !answer && !/[^\x21-\x7e]/.test(cases[k]!.path);
          if (unanswered || (answer?.status ?? 0) >= 500) {
            const { name, method, path, auth, headers, body } = cases[k]!;
            throw new Error(
              `${answer?.status ?? "no answer"}: ${
                JSON.stringify({ name, method, path, auth, headers, body: body?.toString() })
              }\n${answer?.text}\n${failures.slice(-3).join("\n")}`,
            );
          }
        }
      },
    ),
    {
      numRuns: Math.ceil(REQUESTS / AT_ONCE),
      ...(seed === undefined ? {} : { seed }),
      // Each failing request names itself; shrinking would send it hundreds of times.
      endOnFailure: true,
    },
  );
  console.log([...statuses].sort().map(([key, count]) => `${key}: ${count}`).join(", "));
  for (const name of FUNCTIONS) {
    expect([name, world.stack.processes.get(name)!.restarts]).toEqual([name, 0]);
  }
  for (const [name, method, path, auth, text] of PERMITTED) {
    const body = text === null ? null : Buffer.from(text);
    const answer = await send({ name, method, path, auth, headers: [], body });
    expect([path, Math.floor((answer?.status ?? 0) / 100)]).toEqual([path, 2]);
  }
}, 3_600_000);
