import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Org, type SendWorld, startSendWorld } from "../delivery/harness.ts";
import { ALL_SCOPES, askWith, type MadeKey, makeKey } from "./support.ts";

let world: SendWorld;
let other: Org;
let all: MadeKey;
let theirs: MadeKey;
let leads: string[];
let broker: string;
const key = () => ({ "idempotency-key": randomUUID() });
const ask = (
  made: { key: string },
  route: string,
  body?: unknown,
  headers?: Record<string, string>,
) => askWith(world.stack, made.key, route, body, headers);

beforeAll(async () => {
  world = await startSendWorld({ functions: ["api", "outreach", "csv-upload", "leads"] });
  const { sql, org } = world;
  other = await world.addOrg();
  leads = await world.addLeads("sms", 4);
  all = await makeKey(sql, org.id);
  theirs = await makeKey(sql, other.id);
  await sql`insert into public.sources (org_id, key, name) values (${org.id}, 'mine', 'Mine'),
    (${other.id}, 'theirs', 'Theirs')`;
  const [row] = await sql<{ id: string }[]>`
    insert into public.brokers (org_id, name) values (${org.id}, 'Ann Ames') returning id`;
  broker = row!.id;
  await sql`update public.leads set assigned_broker_id = ${broker} where id = ${leads[0]!}`;
});
afterAll(() => world?.stop());

/** Routes with the scope that each takes; those that need no lead or campaign come last. */
const ROUTES: [route: () => string, scope: string | null, body?: () => unknown][] = [
  [() => "GET /api/v1/me", null],
  [() => `GET /api/v1/leads/${leads[0]}`, "leads.read"],
  [() => `GET /api/v1/leads/${leads[0]}?pii=true&reason=for+a+test`, "leads.pii"],
  [() => `GET /api/v1/leads/${leads[0]}/outlook`, "leads.read"],
  [() => `GET /api/v1/leads/${leads[0]}/score`, "leads.read"],
  [() => `POST /api/v1/leads/${leads[0]}/pause`, "leads.control"],
  [() => `POST /api/v1/leads/${leads[0]}/resume`, "leads.control"],
  [() => `POST /api/v1/leads/${leads[0]}/task`, "tasks.write", () => ({ kind: "to_do" })],
  [() => `POST /api/v1/leads/${leads[1]}/messages`, "messages.send", () => ({ step: "next" })],
  [() => `POST /api/v1/leads/${leads[1]}/skip`, "leads.control"],
  [() => `POST /api/v1/leads/${leads[2]}/stop`, "leads.control"],
  [() => "GET /api/v1/campaigns", "campaigns.read"],
  [
    () => `GET /api/v1/campaigns/${world.org.campaigns.email}/forecast`,
    "campaigns.control",
  ],
  [() => `POST /api/v1/campaigns/${world.org.campaigns.email}/pause`, "campaigns.control"],
  [() => `POST /api/v1/campaigns/${world.org.campaigns.email}/start`, "campaigns.control"],
  [() => `POST /api/v1/campaigns/${world.org.campaigns.voice_ai}/stop`, "campaigns.control"],
  [() => "GET /api/v1/sequences", "sequences.read"],
  [() => "GET /api/v1/templates", "sequences.read"],
  [() => "GET /api/v1/senders", "sequences.read"],
  [
    () => "POST /api/v1/uploads?source=mine&filename=list.csv",
    "uploads.write",
    () => "Property Address,City\n1 Main St,Phoenix\n",
  ],
];

describe("a route of the API", () => {
  test.each(ROUTES.map(([route, scope, body], n) => [n, scope, route, body] as const))(
    "number %i takes the scope %s",
    async (_n, scope, route, body) => {
      const answer = await ask(all, route(), body?.(), key());
      expect([answer.status, answer.text]).toEqual([
        route().includes("/uploads") ? 202 : 200,
        expect.anything(),
      ]);
      if (scope === null) return;
      const scopes = ALL_SCOPES.filter((one) => one !== scope);
      const without = await makeKey(world.sql, world.org.id, scopes);
      const refused = await ask(without, route(), body?.(), key());
      expect([refused.status, refused.json.code, refused.json.detail])
        .toEqual([403, "missing_scope", `The API key lacks the scope ${scope}.`]);
      expect(refused.headers.get("content-type")).toBe("application/problem+json");
    },
  );

  test.each(
    ROUTES.filter(([, scope]) => scope !== null).map(([route, , body], n) =>
      [n, route, body] as const
    ),
  )("number %i finds nothing of another org", async (_n, route, body) => {
    const answer = await ask(theirs, route(), body?.(), key());
    if (/GET \/api\/v1\/(campaigns|sequences|templates|senders)$/.test(route())) {
      expect(answer.status).toBe(200);
      for (const id of Object.values({ ...world.org.campaigns, ...world.org.senders })) {
        expect(answer.text).not.toContain(id);
      }
      return;
    }
    expect([answer.status, answer.json.code]).toEqual([404, "not_found"]);
  });
});

test("a key describes itself, without its secret", async () => {
  const { json } = await ask(all, "GET /api/v1/me");
  expect(json).toMatchObject({
    org_id: world.org.id,
    org_name: "Org 1",
    key: { id: `slk_${all.key_id}`, role: "admin", scopes: [...ALL_SCOPES].sort() },
  });
  expect(JSON.stringify(json)).not.toContain(all.key.split("_")[2]);
});

describe("plain values", () => {
  test("no answer has a name, a street or a contact without the scope and a reason", async () => {
    const plain = /ANN|AMES|MAIN ST|\+1\d{10}|lead\d+@/;
    for (const path of ["", "/outlook", "/score"]) {
      const { text } = await ask(all, `GET /api/v1/leads/${leads[3]}${path}`);
      expect(text).not.toMatch(plain);
    }
    const unexplained = await ask(all, `GET /api/v1/leads/${leads[3]}?pii=true`);
    expect([unexplained.status, unexplained.json.code]).toEqual([400, "malformed_request"]);
    const { json, text } = await ask(
      all,
      `GET /api/v1/leads/${leads[3]}?pii=true&reason=a+call+back`,
    );
    expect(text).toMatch(plain);
    expect(json.contacts.map(({ value }: { value: string }) => value)).toEqual([
      expect.stringMatching(/^\+1\d{10}$/),
      expect.stringMatching(/^lead\d+@example\.com$/),
    ]);
    expect(
      await world.sql`select key_id, user_id, reason, values_shown from private.pii_access_log
        where lead_id = ${leads[3]!}`,
    ).toEqual([{ key_id: all.key_id, user_id: null, reason: "a call back", values_shown: 2 }]);
  });

  test("a key keeps to the hourly limit", async () => {
    const { sql, org } = world;
    const made = await makeKey(sql, org.id);
    await sql`update public.orgs set settings = settings || '{"reveals_per_hour": 1}' where id = ${org.id}`;
    const read = (lead?: string) => ask(made, `GET /api/v1/leads/${lead}?pii=true&reason=a+test`);
    expect((await read(leads[0])).status).toBe(200);
    const refused = await read(leads[1]);
    expect([refused.status, refused.json.code]).toEqual([429, "hourly_limit"]);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(3000);
    await sql`update public.orgs set settings = settings - 'reveals_per_hour' where id = ${org.id}`;
  });
});

describe("a broker's key", () => {
  test("works on the broker's own leads", async () => {
    const made = await makeKey(
      world.sql,
      world.org.id,
      ["leads.read", "tasks.write", "leads.control"],
      { role: "broker", broker },
    );
    const statuses = async (lead?: string) => [
      (await ask(made, `GET /api/v1/leads/${lead}`)).status,
      (await ask(made, `POST /api/v1/leads/${lead}/task`, { kind: "to_do" }, key())).status,
      (await ask(made, `POST /api/v1/leads/${lead}/pause`)).status,
    ];
    expect(await statuses(leads[0])).toEqual([200, 200, 200]);
    expect(await statuses(leads[1])).toEqual([404, 404, 404]);
  });
});

describe("a key is refused at once, everywhere and in one way", () => {
  const paths = [
    "GET /api/v1/me",
    "GET /outreach/v1/due",
    "GET /csv-upload/v1/00000000-0000-4000-8000-000000000000",
    "POST /leads/v1?source=mine",
  ];
  const statuses = async (made: { key: string }) => {
    const answers = [];
    for (const path of paths) answers.push((await ask(made, path)).status);
    return answers;
  };
  const open = [200, 200, 404, 400];
  const closed = [401, 401, 401, 401];

  test("when it is revoked", async () => {
    const made = await makeKey(world.sql, world.org.id);
    expect(await statuses(made)).toEqual(open);
    await world.sql`select public.revoke_api_key(${world.org.id}, ${made.key_id})`;
    expect(await statuses(made)).toEqual(closed);
  });

  test("when it expires", async () => {
    const made = await makeKey(world.sql, world.org.id);
    expect(await statuses(made)).toEqual(open);
    await world.sql`update public.api_keys set created_at = now() - interval '2 days',
      expires_at = now() where id = ${made.key_id}`;
    expect(await statuses(made)).toEqual(closed);
  });

  test("when its overlap with the next one is over", async () => {
    const { sql, org } = world;
    const made = await makeKey(sql, org.id);
    const [row] = await sql<{ next: MadeKey }[]>`
      select public.rotate_api_key(${org.id}, ${made.key_id}, 1) as next`;
    expect([await statuses(made), await statuses(row!.next)]).toEqual([open, open]);
    await sql`update public.api_keys set created_at = now() - interval '2 days', expires_at = now()
      where id = ${made.key_id}`;
    expect([await statuses(made), await statuses(row!.next)]).toEqual([closed, open]);
  });

  test("when a digit is wrong", async () => {
    const last = all.key.endsWith("0") ? "1" : "0";
    expect(await statuses({ key: `${all.key.slice(0, -1)}${last}` })).toEqual(closed);
    expect(await statuses({ key: all.key.slice(0, -1) })).toEqual(closed);
  });
});

describe("the other functions", () => {
  test("outreach is for the key's own org", async () => {
    const body = { org_id: other.id, limit: 1 };
    expect((await ask(all, "POST /outreach/v1/dispatch", body)).status).toBe(404);
    expect((await ask(all, `GET /outreach/v1/day?org_id=${other.id}`)).status).toBe(404);
    await world.addLeads("sms", 1, other);
    const claimed = await ask(all, "POST /outreach/v1/claim", { limit: 100 });
    expect(claimed.status).toBe(200);
    for (const { org_id } of claimed.json.messages) expect(org_id).toBe(world.org.id);
    const own = await ask(theirs, "POST /outreach/v1/claim", { limit: 100, org_id: other.id });
    expect(own.status).toBe(200);
    const less = await makeKey(world.sql, world.org.id, ["leads.read"]);
    expect((await ask(less, "POST /outreach/v1/claim", {})).json.code).toBe("missing_scope");
    expect((await ask(less, `POST /outreach/v1/leads/${leads[0]}/pause`)).json.code)
      .toBe("missing_scope");
  });

  test("runs about the leads fed next take a scope of their own, for the key's own org", async () => {
    const enrich = (made: { key: string }, body: Record<string, unknown> = {}) =>
      ask(made, "POST /outreach/v1/enrichment", { kind: "verify_email", ...body });
    const run = await enrich(all);
    expect([run.status, run.json.kind]).toEqual([200, "verify_email"]);
    expect((await enrich(all, { org_id: world.org.id })).json.run_id).toBe(run.json.run_id);
    expect((await enrich(all, { org_id: other.id })).status).toBe(404);
    const less = await makeKey(
      world.sql,
      world.org.id,
      ALL_SCOPES.filter((one) => one !== "enrichment.run"),
    );
    expect((await enrich(less)).json.code).toBe("missing_scope");
    const days = await ask(all, "GET /outreach/v1/day");
    expect([days.status, days.json.open_dead_letters]).toEqual([200, 0]);
  });

  test("uploads and leads are for sources of the key's org", async () => {
    const csv = "Property Address,City\n2 Main St,Phoenix\n";
    const upload = (source: string, made: { key: string }) =>
      ask(made, `POST /csv-upload/v1?source=${source}`, csv, { "webhook-id": randomUUID() });
    const accepted = await upload("mine", all);
    expect(accepted.status).toBe(202);
    const id = accepted.json.upload_id;
    expect((await upload("theirs", all)).status).toBe(403);
    expect((await ask(all, `GET /csv-upload/v1/${id}`)).status).toBe(200);
    expect((await ask(all, `GET /api/v1/uploads/${id}`)).status).toBe(200);
    expect((await ask(theirs, `GET /csv-upload/v1/${id}`)).status).toBe(404);
    expect((await ask(theirs, `GET /api/v1/uploads/${id}`)).status).toBe(404);
    // Rejected rows are plain values of people.
    expect((await ask(all, `GET /csv-upload/v1/${id}/rejects.csv`)).status).toBe(403);
    const less = await makeKey(world.sql, world.org.id, ["leads.write"]);
    expect((await upload("mine", less)).json.code).toBe("missing_scope");

    const lead = { address: "3 Main St", city: "Phoenix", state: "AZ", email: "x@example.com" };
    const post = (source: string, made: { key: string }) =>
      ask(made, `POST /leads/v1?source=${source}`, lead, key());
    expect((await post("mine", less)).status).toBeLessThan(300);
    expect((await post("theirs", less)).status).toBe(401);
    const reads = await makeKey(world.sql, world.org.id, ["uploads.write"]);
    expect((await post("mine", reads)).json.code).toBe("missing_scope");
  });
});
