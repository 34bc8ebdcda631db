// Laws of gate_evaluate: whatever the facts, more against a contact never helps it, and time heals when it says.
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer } from "../../../scripts/dev/server.ts";

let server: Awaited<ReturnType<typeof openServer>>;
let database: TestDatabase;
let sql: ReturnType<typeof connect>;

beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = connect(database.adminUrl);
});
afterAll(async () => {
  await sql?.end();
  await database?.drop();
  await server?.release();
});

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Facts = { [key: string]: Json };
interface Answer {
  allow: boolean;
  reasons: { rule: string; detail: string }[];
  next_allowed_at: string | null;
  zones: string[];
  states: string[];
  rule_version: string;
}

async function evaluate(cases: { facts: Json; at: string }[]): Promise<Answer[]> {
  const rows = await sql<{ answer: Answer }[]>`
    select public.gate_evaluate(c -> 'facts', (c ->> 'at')::timestamptz) as answer
    from jsonb_array_elements(${sql.json(cases)}) with ordinality x (c, n) order by n`;
  return rows.map((row) => row.answer);
}

const seconds = (from: string, to: string) =>
  fc.integer({ min: Date.parse(from) / 1000, max: Date.parse(to) / 1000 })
    .map((s) => new Date(s * 1000).toISOString());
const instant = seconds("2026-01-01T00:00:00Z", "2027-12-31T00:00:00Z");
// Around openings and closings, and the days on which clocks change.
const moment = fc.oneof(
  instant,
  fc.tuple(seconds("2026-01-01T00:00:00Z", "2027-12-31T00:00:00Z"), fc.constantFrom(0, -1, 1))
    .map(([t, d]) =>
      new Date(Math.round(Date.parse(t) / 3_600_000) * 3_600_000 + d * 1000).toISOString()
    ),
  seconds("2026-03-07T12:00:00Z", "2026-03-09T12:00:00Z"),
  seconds("2026-10-31T12:00:00Z", "2026-11-02T12:00:00Z"),
);
const maybe = <T extends Json>(some: fc.Arbitrary<T>, weight = 4): fc.Arbitrary<T | null> =>
  fc.oneof({ weight, arbitrary: some }, { weight: 1, arbitrary: fc.constant(null) });

const places: [string, string, string][] = [
  ["OH", "43215", "+16145550123"],
  ["FL", "33131", "+13055550123"],
  ["FL", "32501", "+18505550123"],
  ["TX", "77002", "+17135550123"],
  ["PA", "19103", "+12155550123"],
  ["RI", "02903", "+14015550123"],
  ["MS", "39201", "+16015550123"],
  ["AZ", "86515", "+19285550123"],
  ["KY", "42784", "+12705550123"],
  ["CA", "90012", "+12135550123"],
  ["HI", "96813", "+18085550123"],
  ["ME", "04101", "+12075550123"],
  ["OR", "97914", "+15415550123"],
  ["LA", "70112", "+15045550123"],
];
const place = fc.constantFrom(...places);
const channel = fc.constantFrom("sms", "voice_manual", "voice_ai", "email");
const event: fc.Arbitrary<Json> = fc.record({
  channel: fc.constantFrom("sms", "voice_manual", "voice_ai", "email"),
  direction: fc.constantFrom("outbound", "outbound", "outbound", "inbound"),
  at: instant,
  subject: maybe(fc.constantFrom("A", "B")),
  body: maybe(fc.constantFrom("thanks", "STOP", "START", "stop calling me", "Tuesday works"), 1),
});

/** Facts that are often allowed, or fail in one or two points. */
const cases = fc.record({
  channel,
  purpose: fc.constantFrom("marketing", "marketing", "marketing", "transactional"),
  home: place,
  work: place,
  moved: fc.boolean(),
  line_type: maybe(fc.constantFrom("mobile", "mobile", "landline", "fixedVoip", "unknown")),
  consent: fc.record({
    type: fc.constantFrom("pewc", "pewc", "pewc", "pec", "ebr_purchase", "ebr_inquiry", "none"),
    obtained_at: maybe(seconds("2024-01-01T00:00:00Z", "2026-06-01T00:00:00Z"), 9),
    seller: fc.constantFrom("Acme", "Acme", "Acme", "Other"),
    phone_covered: maybe(fc.constant(true), 9),
    automated_disclosed: maybe(fc.constant(true), 9),
    not_condition_of_purchase: maybe(fc.constant(true), 9),
    signature: maybe(fc.constantFrom("typed", true), 9),
    last_transaction_at: maybe(instant),
    last_inquiry_at: maybe(instant),
    revoked_at: fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, {
      weight: 1,
      arbitrary: instant,
    }),
    revoked_via: fc.constantFrom(null, "sms", "voice", "email", "letter"),
    revoked_scope: fc.constantFrom(null, "all", "channel", "matter"),
  }),
  listed: fc.integer({ min: 0, max: 9 }),
  scrubbed_at: maybe(instant, 9),
  internal: fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, {
    weight: 1,
    arbitrary: instant,
  }),
  unsubscribed: fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, {
    weight: 1,
    arbitrary: instant,
  }),
  history: fc.array(event, { maxLength: 4 }),
  at: moment,
}).map((c): { facts: Facts; at: string } => ({
  at: c.at,
  facts: {
    channel: c.channel,
    purpose: c.purpose,
    seller: "Acme",
    state: c.home[0],
    postal_code: c.home[1],
    phone: c.moved ? c.work[2] : c.home[2],
    line_type: c.line_type,
    email: "jo@example.com",
    consent: c.consent,
    dnc: {
      federal_listed: c.listed === 1,
      state_listed: c.listed === 2,
      internal_request_at: c.internal,
      email_unsubscribed_at: c.unsubscribed,
      // Fresh at the instant, unless it is the random one.
      scrubbed_at: c.listed === 3
        ? c.scrubbed_at
        : new Date(Date.parse(c.at) - 5 * 86_400_000).toISOString(),
      lookup_error: null,
      events: [],
    },
    history: c.history,
    message: {
      subject: "A",
      message_kind: c.purpose,
      marketing_content: c.purpose === "marketing",
      confirmations_already_sent: 0,
      postal_address_in_body: true,
      unsubscribe_link: true,
      list_unsubscribe_post: true,
      from_authenticated: true,
      daily_volume_to_gmail: 10_000,
    },
    emergencies: [],
  },
}));

const inside = (facts: Facts, key: string, change: Facts): Facts => ({
  ...facts,
  [key]: { ...(facts[key] as Facts), ...change },
});
const push = (facts: Facts, key: string, item: Json): Facts => ({
  ...facts,
  [key]: [...((facts[key] ?? []) as Json[]), item],
});

// Of two requests the facts have the later one: a signed consent after it ends it.
const later = (f: Facts, key: string, at: string): Facts => {
  const had = (f.dnc as Facts)[key];
  return inside(f, "dnc", { [key]: typeof had === "string" && had > at ? had : at });
};
/** Changes after each of which nothing may be easier. */
const against = fc.oneof(
  fc.constant((f: Facts) => inside(f, "dnc", { federal_listed: true })),
  fc.constant((f: Facts) => inside(f, "dnc", { state_listed: true })),
  fc.constant((f: Facts) => inside(f, "dnc", { lookup_error: "timeout" })),
  fc.constant((f: Facts) => inside(f, "dnc", { events: ["spamreport"] })),
  instant.map((at) => (f: Facts) => later(f, "internal_request_at", at)),
  instant.map((at) => (f: Facts) => later(f, "email_unsubscribed_at", at)),
  fc.constant((f: Facts) => inside(f, "consent", { revoked_at: "2027-12-31T23:00:00Z" })),
  fc.constantFrom("OH", "FL", "TX", "KY").map((s) => (f: Facts) => push(f, "emergencies", s)),
  fc.record({
    channel: fc.constantFrom("sms", "voice_manual", "voice_ai"),
    direction: fc.constant("outbound"),
    at: instant,
    subject: fc.constantFrom(null, "A", "B"),
  }).map((e) => (f: Facts) => push(f, "history", e)),
  fc.record({
    channel,
    direction: fc.constant("inbound"),
    at: instant,
    body: fc.constantFrom("STOP", "please stop texting me", "do not contact me"),
  }).map((e) => (f: Facts) => push(f, "history", e)),
);
/** More places where the person could be. */
const wider = place.map(([state, postal_code]) => (f: Facts) =>
  push(f, "addresses", { state, postal_code })
);
/** Makes a fact unreadable. */
const paths = (
  "channel purpose seller state postal_code phone line_type email consent consent.type consent.obtained_at " +
  "consent.seller consent.phone_covered consent.automated_disclosed consent.not_condition_of_purchase " +
  "consent.signature consent.last_transaction_at consent.last_inquiry_at consent.revoked_scope " +
  "dnc dnc.federal_listed dnc.state_listed dnc.scrubbed_at dnc.events history emergencies message " +
  "message.message_kind message.marketing_content message.postal_address_in_body message.unsubscribe_link " +
  "message.list_unsubscribe_post message.from_authenticated message.daily_volume_to_gmail history.0 " +
  "history.0.at history.0.body history.0.channel history.0.direction addresses house org_id"
).split(" ");
const garbage: fc.Arbitrary<Json> = fc.constantFrom<Json>(
  "banana",
  "",
  "2026-13-45T99:99:99Z",
  -1,
  1e300,
  [],
  [null],
  ["x", {}],
  { a: 1 },
  "'; drop table",
  "true",
  "\u202e",
);
/** Empty lists, objects and texts of signatures and messages are readable: those say something else, not nothing. */
const readable = (path: string, value: Json): boolean =>
  Array.isArray(value) && value.length === 0 &&
    /^(history|emergencies|addresses|dnc.events)$/.test(path) ||
  typeof value === "object" && value !== null && "a" in value &&
    /^(dnc|consent|message|history.0)$/.test(path) ||
  typeof value === "string" && (path === "history.0.body" ||
      path === "consent.signature" && /^[^0-9]*\p{L}/u.test(value));
function spoil(facts: Facts, path: string, value: Json): Facts {
  const copy = structuredClone(facts);
  const keys = path.split(".");
  let at = copy as Json;
  for (const key of keys.slice(0, -1)) {
    if (typeof at !== "object" || at === null || !(key in at)) return copy;
    at = (at as Facts)[key] ?? null;
  }
  if (typeof at === "object" && at !== null && (!Array.isArray(at) || at.length > 0)) {
    (at as Facts)[keys[keys.length - 1] ?? ""] = value;
  }
  return copy;
}

async function neverHelps(
  pairs: { facts: Facts; at: string; change: (f: Facts) => Facts }[],
): Promise<void> {
  const answers = await evaluate(
    pairs.flatMap(({ facts, at, change }) => [{ facts, at }, { facts: change(facts), at }]),
  );
  const broken = pairs.filter((_, n) => !answers[2 * n]?.allow && answers[2 * n + 1]?.allow)
    .map(({ facts, at, change }) => ({ at, before: facts, after: change(facts) }));
  expect(broken).toEqual([]);
}
test("the cases are meaningful: some are allowed, some are not, on every channel", async () => {
  const some = fc.sample(cases, { numRuns: 1000, seed: 1 });
  const answers = await evaluate(some);
  for (const one of ["sms", "voice_manual", "voice_ai", "email"]) {
    const asked = answers.filter((_, n) => some[n]?.facts.channel === one);
    const share = asked.filter((answer) => answer.allow).length / asked.length;
    expect(share).toBeGreaterThan(0.05);
    expect(share).toBeLessThan(0.95);
  }
});

const withChange = (change: fc.Arbitrary<(f: Facts) => Facts>) =>
  fc.array(
    fc.tuple(cases, change).map(([c, change]) => ({ ...c, change })),
    { minLength: 40, maxLength: 40 },
  );
// A failure names its facts; shrinking a batch of forty would only take long.
const runs = { numRuns: 40, endOnFailure: true };

test("adding a suppression, a listing or an attempt never turns a no into a yes", () =>
  fc.assert(fc.asyncProperty(withChange(against), neverHelps), runs));

test("more places where the person could be never turn a no into a yes", () =>
  fc.assert(fc.asyncProperty(withChange(wider), neverHelps), runs));

test("an unreadable fact never turns a no into a yes, and never raises", () => {
  const spoiling = fc.tuple(fc.constantFrom(...paths), garbage)
    .filter(([path, value]) => !readable(path, value))
    .map(([path, value]) => (f: Facts) => spoil(f, path, value));
  return fc.assert(fc.asyncProperty(withChange(spoiling), neverHelps), runs);
});

test("the same facts get the same answer, allowed exactly when no reason is given", () =>
  fc.assert(
    fc.asyncProperty(fc.array(cases, { minLength: 40, maxLength: 40 }), async (some) => {
      const [once, again] = [await evaluate(some), await evaluate(some)];
      expect(once).toEqual(again);
      for (const answer of once) expect(answer.allow).toBe(answer.reasons.length === 0);
    }),
    { numRuns: 20, endOnFailure: true },
  ));

test("next_allowed_at is the first instant at which time alone permits it", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(cases, { minLength: 40, maxLength: 40 }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 6, maxLength: 6 }),
      async (some, shares) => {
        const answers = await evaluate(some);
        const waiting = some.flatMap(({ facts, at }, n) => {
          const next = answers[n]?.next_allowed_at;
          return next ? [{ facts, at, next, allow: answers[n]?.allow }] : [];
        });
        const then = await evaluate(waiting.map(({ facts, next }) => ({ facts, at: next })));
        expect(waiting.filter((_, n) => !then[n]?.allow)).toEqual([]);
        // Nothing before it is allowed: a second before, and here and there between.
        const before = waiting.filter(({ allow }) => !allow).flatMap(({ facts, at, next }) => {
          const span = Date.parse(next) - Date.parse(at);
          return [...shares.map((share) => share * (span - 1000)), span - 1000].map((ms) => ({
            facts,
            at: new Date(Date.parse(at) + Math.max(0, Math.floor(ms))).toISOString(),
          }));
        });
        const early = await evaluate(before);
        expect(before.filter((_, n) => early[n]?.allow)).toEqual([]);
      },
    ),
    { numRuns: 20, endOnFailure: true },
  ));

test("any JSON at all gets an answer", () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.json(), { minLength: 20, maxLength: 20 }), async (texts) => {
      const answers = await evaluate(
        texts.map((text) => ({ facts: JSON.parse(text) as Json, at: "2026-11-18T18:00:00Z" })),
      );
      expect(answers.every((answer) => !answer.allow && answer.reasons.length > 0)).toBe(true);
    }),
    { numRuns: 20, endOnFailure: true },
  ));
