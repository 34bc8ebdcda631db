import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  deriveSecret,
  signRequest,
} from "../../../edge-functions/_shared/platform/crypto/signature.ts";
import { call, type Source, startWorld, type World } from "./harness.ts";

let world: World;
let access: { secret: string; api_key: string };
beforeAll(async () => {
  world = await startWorld({ functions: ["csv-upload", "leads"] });
  access = await accessOf(world.source);
});
afterAll(() => world?.stop());

async function accessOf(source: Source) {
  const [row] = await world.sql<typeof access[]>`
    select * from public.source_leads_access(${source.id})`;
  return row!;
}

interface Posting {
  headers?: Record<string, string>;
  source?: string;
  path?: string;
}
const post = (body: unknown, { headers, source, path = "/v1" }: Posting = {}) =>
  call(`${world.stack.functionsUrl}/leads${path}?source=${source ?? world.source.key}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(headers ?? { apikey: access.api_key }) },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
const signed = (body: string, secret = access.secret, id: string = randomUUID(), skew = 0) =>
  signRequest({
    secrets: [secret],
    id,
    timestamp: Math.floor(Date.now() / 1000) + skew,
    body: new TextEncoder().encode(body),
  });
let number = 0;
const house = (more: Record<string, unknown> = {}) => ({
  first_name: "Ann",
  last_name: "Example",
  address: `${++number} Oak St`,
  city: "Phoenix",
  state: "AZ",
  zip: "85001",
  ...more,
});
const uploads = async () =>
  (await world.sql`select count(*)::integer as n from public.uploads`)[0]!.n as number;

describe("a lead is answered with its id and verdict", () => {
  test("created, then unchanged by the same content under another name of the delivery", async () => {
    const lead = house({ email: "ann@example.com", phone: "602-555-0101" });
    const first = await post(lead);
    expect(first.status).toBe(200);
    expect(first.json).toMatchObject({
      state: "completed",
      error: null,
      leads: [{ index: 0, verdict: "created", lead_id: expect.any(String), reason: null }],
      next_cursor: null,
    });
    const id = first.json.leads[0].lead_id;
    const [row] = await world.sql`
      select l.situs_street, l.owner_1_first, u.kind,
        (select count(*)::integer from public.contact_points c where c.lead_id = l.id) as contacts
      from public.leads l, public.uploads u where l.id = ${id} and u.id = ${first.json.submission_id}`;
    expect(row).toMatchObject({ owner_1_first: "Ann", kind: "api", contacts: 2 });

    const again = await post(lead);
    expect(again.status).toBe(200);
    expect(again.headers.get("sluice-duplicate")).toBe("true");
    expect(again.json).toMatchObject({ duplicate: true, leads: first.json.leads });

    const changed = await post({ ...lead, email: "ann2@example.com" });
    expect(changed.json.leads).toMatchObject([{ verdict: "updated", lead_id: id }]);
  });

  test("equal content of another source is a submission of its own, also when it is repeated", async () => {
    const lead = house();
    const first = await post(lead);
    const partner = await world.addSource(world.source.orgId);
    const { api_key: apikey } = await accessOf(partner);
    const theirs = await post(lead, { source: partner.key, headers: { apikey } });
    expect(theirs.json).toMatchObject({
      leads: [{ verdict: "unchanged", lead_id: first.json.leads[0].lead_id }],
    });
    expect(theirs.json.duplicate).toBeUndefined();
    expect(theirs.json.submission_id).not.toBe(first.json.submission_id);
    for (
      const [posting, given] of [[{}, first], [
        { source: partner.key, headers: { apikey } },
        theirs,
      ]] as const
    ) {
      const again = await post(lead, posting);
      expect(again.json).toMatchObject({
        duplicate: true,
        submission_id: given.json.submission_id,
      });
    }
  });

  test("a batch has a verdict for each lead, in order, with the reason of a rejection", async () => {
    const { status, json } = await post({
      leads: [house(), { first_name: "Nobody" }, house({ note: "two\nlines" }), house()],
    });
    expect(status).toBe(200);
    expect(json.leads).toMatchObject([
      { index: 0, verdict: "created" },
      { index: 1, verdict: "rejected", lead_id: null, reason: "no_identity" },
      { index: 2, verdict: "created" },
      { index: 3, verdict: "created" },
    ]);
    expect(json.leads[1].detail).toContain("cannot be identified");
    const read = (query: string) =>
      call(
        `${world.stack.functionsUrl}/leads/v1/${json.submission_id}?source=${world.source.key}${query}`,
        { headers: { authorization: `Bearer ${access.api_key}` } },
      );
    const page = (await read("&limit=3")).json;
    expect(page.leads).toEqual(json.leads.slice(0, 3));
    const rest = (await read(`&limit=3&cursor=${page.next_cursor}`)).json;
    expect(rest.leads).toEqual(json.leads.slice(3));
    expect(rest.next_cursor).toBeNull();
  });

  test("the body is stored encrypted", async () => {
    const { json } = await post(house({ note: "Quillmarker" }));
    const [chunk] = await world.sql<{ plain: Uint8Array; body: Uint8Array }[]>`
      select private.read_part_chunk(p.id, 0) as plain, c.body
      from public.upload_parts p join private.upload_part_chunks c on c.part_id = p.id
      where p.upload_id = ${json.submission_id}`;
    expect(Buffer.from(chunk!.plain).toString()).toContain("Quillmarker");
    expect(Buffer.from(chunk!.body).toString("latin1")).not.toContain("Quillmarker");
  });

  test("a submission is undone like an upload", async () => {
    const { json } = await post(house());
    const undone = await world.send("POST", `/${json.submission_id}/undo`, {
      body: JSON.stringify({ undo: json.submission_id }),
    });
    expect(undone.json).toMatchObject({ undone: { deleted: 1 } });
  });
});

describe("consent is claimed with evidence", () => {
  const consent = {
    given: true,
    at: "2026-05-01T10:00:00-07:00",
    method: "web form",
    url: "https://www.example.com/sell",
    text: "I agree to be called.",
    ip: "192.0.2.7",
    user_agent: "Browser/1",
  };

  test("it is recorded as an unproven consent with its time, method and page", async () => {
    const { json } = await post(house({ email: "c1@example.com", consent }));
    const [row] = await world.sql`
      select c.method, c.occurred_at, c.is_unproven, c.upload_id, l.attributes
      from public.consents c join public.leads l on l.id = c.lead_id
      where c.lead_id = ${json.leads[0].lead_id}`;
    expect(row).toEqual({
      method: "web form at https://www.example.com/sell",
      occurred_at: new Date(consent.at),
      is_unproven: true,
      upload_id: json.submission_id,
      // As for a list; nothing of the technical evidence.
      attributes: { consent: "yes", consented_at: "2026-05-01T17:00:00.000Z" },
    });
    const [chunk] = await world.sql<{ plain: Uint8Array }[]>`
      select private.read_part_chunk(p.id, 0) as plain from public.upload_parts p
      where p.upload_id = ${json.submission_id}`;
    expect(Buffer.from(chunk!.plain).toString()).toContain('"I agree to be called.","192.0.2.7"');
  });

  test("a consent in the future, or without a time, is refused with the place of the lead", async () => {
    const before = await uploads();
    const future = new Date(Date.now() + 3_600_000).toISOString();
    const answer = await post({
      leads: [house(), house({ consent: { ...consent, at: future } })],
    });
    expect(answer.status).toBe(400);
    expect(answer.json.detail).toContain("lead 1 has a consent that is in the future");
    const { at: _, ...untimed } = consent;
    expect((await post(house({ consent: untimed }))).status).toBe(400);
    expect(await uploads()).toBe(before);
  });
});

describe("forms of others are read by mapping", () => {
  test("Meta's lead ads and Google's lead forms name their answers", async () => {
    const meta = await post({
      id: "901",
      field_data: [
        { name: "full_name", values: ["Bea Example"] },
        { name: "email", values: ["bea@example.com"] },
        { name: "street_address", values: ["77 Elm St"] },
        { name: "city", values: ["Phoenix"] },
        { name: "state", values: ["AZ"] },
        { name: "post_code", values: ["85001"] },
      ],
    });
    expect(meta.json.leads).toMatchObject([{ verdict: "created" }]);
    const google = await post({
      user_column_data: [
        { column_id: "FULL_NAME", string_value: "Cy Example" },
        { column_id: "PHONE_NUMBER", string_value: "+1 602-555-0177" },
        { column_id: "EMAIL", string_value: "cy@example.com" },
      ],
    });
    expect(google.json.leads).toMatchObject([{ verdict: "created" }]);
    const [{ n }] = await world.sql`
      select count(*)::integer as n from public.contact_points
      where lead_id = ${google.json.leads[0].lead_id}` as unknown as [{ n: number }];
    expect(n).toBe(2);
  });

  test("the column map of the source names the fields of its form", async () => {
    const source = await world.addSource(world.source.orgId, {
      column_map: { "answers q1": "street", "answers q2": "zip", "answers q3": "owner_full" },
    });
    const { api_key } = await accessOf(source);
    const { json } = await post(
      { answers: { q1: "5 Birch Ave, Phoenix, AZ", q2: "85001", q3: "Dan Example" } },
      { source: source.key, headers: { apikey: api_key } },
    );
    expect(json.leads).toMatchObject([{ verdict: "created" }]);
  });
});

describe("a delivery counts once", () => {
  test("the same Idempotency-Key is a retry; with other content it is a conflict", async () => {
    const lead = house();
    const headers = { apikey: access.api_key, "idempotency-key": randomUUID() };
    const [first, second] = await Promise.all([post(lead, { headers }), post(lead, { headers })]);
    expect(first.json.submission_id).toBe(second.json.submission_id);
    const other = await post(house(), { headers });
    expect([other.status, other.json.code]).toEqual([409, "conflict"]);
  });

  test("twenty equal posts at the same time make one lead", async () => {
    const lead = house();
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(lead)));
    // 202: a slow machine leaves the lead to the worker.
    for (const { status } of answers) expect([200, 202]).toContain(status);
    expect(new Set(answers.map(({ json }) => json.submission_id)).size).toBe(1);
    const ids = answers.flatMap(({ json }) =>
      json.leads?.map((one: { lead_id: string }) => one.lead_id) ?? []
    );
    expect(new Set(ids).size).toBeLessThan(2);
    const [row] = await world.sql`
      select count(*)::integer as n from public.leads where situs_house_number = ${lead.address
      .split(" ")[0]!} and situs_street like '%OAK%'`;
    expect(row!.n).toBeLessThan(2);
  });
});

describe("who may post", () => {
  test("a signature by the leads secret, at both paths; its webhook-id names the delivery", async () => {
    const body = JSON.stringify(house());
    const id = randomUUID();
    expect((await post(body, { headers: signed(body, access.secret, id) })).status).toBe(200);
    const retried = await post(body, { path: "", headers: signed(body, access.secret, id) });
    expect(retried.json.duplicate).toBe(true);
  });

  test("the service posts for a source", async () => {
    expect((await post(house(), { headers: { apikey: world.stack.secretKey } })).status).toBe(200);
  });

  test("any other credential is refused and stores nothing", async () => {
    const before = await uploads();
    const other = await world.addSource(await world.addOrg());
    const body = JSON.stringify(house());
    const refused: Record<string, string>[] = [
      {},
      { apikey: "slk_wrong" },
      { apikey: world.source.secret },
      { apikey: (await accessOf(other)).api_key },
      { apikey: world.stack.publishableKey },
      { authorization: `Bearer ${await world.stack.signJwt({ sub: randomUUID() })}` },
      signed(body, world.source.secret),
      signed(body, deriveSecret(world.source.secret, "sluice webhooks/generic")),
      signed(body, (await accessOf(other)).secret),
      signed(body, access.secret, randomUUID(), -301),
      { ...signed(body + " "), apikey: access.api_key },
    ];
    for (const headers of refused) expect((await post(body, { headers })).status).toBe(401);
    expect((await post(body, { source: "nobody" })).status).toBe(401);
    // Nor does the API key open anything else.
    const status = await call(
      `${world.stack.functionsUrl}/csv-upload/${randomUUID()}?source=${world.source.key}`,
      { headers: { authorization: `Bearer ${access.api_key}` } },
    );
    expect(status.status).toBe(401);
    expect(await uploads()).toBe(before);
  });

  test("rotating the secret replaces secret and key", async () => {
    const source = await world.addSource(world.source.orgId);
    const old = await accessOf(source);
    await world.sql`select public.rotate_source_secret(${source.id}, '0 seconds')`;
    const now = await accessOf(source);
    const send = (apikey: string) => post(house(), { source: source.key, headers: { apikey } });
    expect((await send(old.api_key)).status).toBe(401);
    expect((await send(now.api_key)).status).toBe(200);
  });
});

describe("limits", () => {
  test("malformed bodies are refused with the reason, and store nothing", async () => {
    const before = await uploads();
    const cases: [unknown, string][] = [
      ["{", "not valid JSON"],
      [[house()], "request body"],
      ["7", "request body"],
      [{}, "has no values"],
      [{ leads: [] }, "leads"],
      [{ leads: Array.from({ length: 101 }, () => house()) }, "leads"],
      [{ leads: [house()], extra: 1 }, "extra"],
      ["[".repeat(20_000) + "]".repeat(20_000), "too deep"],
      [{ a: { b: { c: { d: { e: { f: "x" } } } } } }, "nested"],
      [{ note: "x".repeat(4001) }, "note"],
      ['{"first_name":"\\u0000"}', "NUL"],
      ['{"first_name":"Ann","apn":12345678901234567890}', "more digits than JSON carries"],
      ['{"__proto__":{"consent":{"given":true,"at":"x"}}}', "has no values"],
    ];
    for (const [body, detail] of cases) {
      const { status, json } = await post(body);
      expect([status, json.code], detail).toEqual([400, "malformed_request"]);
      expect(json.detail).toContain(detail);
    }
    expect((await post({ note: "x".repeat(300_000) })).status).toBe(413);
    expect(await uploads()).toBe(before);
  });

  test("leads whose fields are too many together are refused, and store nothing", async () => {
    const stored = await uploads();
    // Each is small enough by itself, but each field of one takes place in the line of every other.
    const leads = (fields: number) => ({
      leads: Array.from({ length: 100 }, (_, k) =>
        house(
          Object.fromEntries(Array.from({ length: fields }, (_, n) => [`f${k}x${n}`, "1"])),
        )),
    });
    const { status, json } = await post(leads(100));
    expect(status).toBe(400);
    expect(json.detail).toContain("have more than 2000 different fields together");
    expect(await uploads()).toBe(stored);
    expect((await post(leads(5))).status).toBeLessThan(300);
  });

  test("leads without any field that is known are refused with 422", async () => {
    const answer = await post({ weather: "fine" });
    expect([answer.status, answer.json.code]).toEqual([422, "unusable"]);
  });

  test("a source has a rate", async () => {
    const source = await world.addSource(world.source.orgId, { parts_per_minute: 2 });
    const { api_key } = await accessOf(source);
    const answers = [];
    for (let k = 0; k < 5; k++) {
      answers.push(await post(house(), { source: source.key, headers: { apikey: api_key } }));
    }
    const limited = answers.find(({ status }) => status === 429);
    expect(limited?.json.code).toBe("rate_limited");
    expect(Number(limited?.headers.get("retry-after"))).toBeGreaterThan(0);
  });

  test("a submission of another source is not found", async () => {
    const { json } = await post(house());
    const other = await world.addSource(world.source.orgId);
    const { api_key } = await accessOf(other);
    const answer = await call(
      `${world.stack.functionsUrl}/leads/v1/${json.submission_id}?source=${other.key}`,
      { headers: { apikey: api_key } },
    );
    expect(answer.status).toBe(404);
  });
});
