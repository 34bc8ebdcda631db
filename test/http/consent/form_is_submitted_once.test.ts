import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { sha256Hex } from "../../../edge-functions/_shared/platform/crypto/digest.ts";
import { type OpenWorld, PHONE, startOpenWorld, TEXT } from "./harness.ts";
import { call } from "../intake/harness.ts";

let world: OpenWorld;
beforeAll(async () => {
  world = await startOpenWorld(["consent"], { TRUSTED_PROXIES: "2" });
});
afterAll(() => world?.stop());
beforeEach(async () => {
  await world.sql`delete from private.endpoint_rates`;
});

const FORM = {
  channels: ["sms"],
  agree: true,
  signature: "Ann Ames",
  text_sha256: sha256Hex(TEXT),
  page_url: "https://example.com/consent/?x=1#nonce",
  time_zone: "America/Phoenix",
};
const url = () => `${world.stack.functionsUrl}/consent`;
const show = (nonce: string) => call(url(), { headers: { "sluice-consent-token": nonce } });
const submit = (nonce: string, form: unknown = FORM) =>
  call(url(), {
    method: "POST",
    headers: {
      "sluice-consent-token": nonce,
      "content-type": "application/json",
      "user-agent": "Browser/1",
      // The client wrote the first address; a proxy before the gateway added the second.
      "x-forwarded-for": "198.51.100.1, 203.0.113.7",
    },
    body: typeof form === "string" ? form : JSON.stringify(form),
  });
const without = (problem: { correlation_id?: string }) => ({ ...problem, correlation_id: null });

test("showing the form any number of times changes nothing", async () => {
  const nonce = await world.issue();
  const before = await world.state();
  for (let i = 0; i < 3; i++) {
    const { status, json } = await show(nonce);
    expect(status).toBe(200);
    expect(json).toMatchObject({
      state: "open",
      text: TEXT,
      text_sha256: FORM.text_sha256,
      channels: ["sms", "email"],
      phone: "***-***-0101",
      email: "a***@example.com",
    });
    expect(JSON.stringify(json)).not.toContain(PHONE);
  }
  expect(await world.state()).toBe(before);
});

test("a submitted form is recorded with its evidence", async () => {
  const nonce = await world.issue();
  expect((await submit(nonce)).status).toBe(201);
  const [row] = await world.sql`
    select c.action, c.type, c.channels, c.shown_text, c.page_url, host(c.ip) as ip, c.user_agent,
      c.signature, c.time_zone, c.recorded_by, l.consent, l.consent_method
    from public.consents c join public.leads l on l.id = c.lead_id order by c.id desc limit 1`;
  expect(row).toEqual({
    action: "grant",
    type: "pewc",
    channels: ["sms"],
    shown_text: TEXT,
    page_url: "https://example.com/consent/?x=1",
    ip: "203.0.113.7",
    user_agent: "Browser/1",
    signature: "Ann Ames",
    time_zone: "America/Phoenix",
    recorded_by: "person",
    consent: true,
    consent_method: "consent form",
  });
  const again = await submit(nonce);
  expect([again.status, again.json.code]).toEqual([409, "already_used"]);
  expect((await show(nonce)).json.state).toBe("already_used");
});

test("of many concurrent submissions of one link, one is accepted", async () => {
  const nonce = await world.issue();
  const answers = await Promise.all(Array.from({ length: 8 }, () => submit(nonce)));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(409)]);
  const [row] = await world.sql`
    select count(*)::integer as n from public.consents c
    join public.consent_tokens t on t.id = c.token_id
    where t.nonce_hash = sha256(convert_to(${nonce}, 'UTF8'))`;
  expect(row!.n).toBe(1);
});

test("an expired link looks the same as an unknown one", async () => {
  const expired = await world.issue(["sms"], "1 hour", new Date(Date.now() - 7_200_000));
  const fresh = await world.issue();
  const flipped = (fresh[0] === "A" ? "B" : "A") + fresh.slice(1);
  const before = await world.state();
  const seen = new Set<string>();
  for (const nonce of [expired, flipped, "A".repeat(43), "x", "", `${fresh}A`]) {
    for (const { status, json } of [await show(nonce), await submit(nonce)]) {
      expect([status, json.code]).toEqual([404, "link_invalid"]);
      seen.add(JSON.stringify(without(json)));
    }
  }
  expect(seen.size).toBe(1);
  expect(await world.state()).toBe(before);
  expect((await submit(fresh)).status).toBe(201);
});

test("a tampered form is refused, and the link stays valid", async () => {
  const nonce = await world.issue(["sms"]);
  const before = await world.state();
  const cases: [unknown, number, string][] = [
    [{ ...FORM, text_sha256: sha256Hex("another text") }, 422, "not_what_was_shown"],
    [{ ...FORM, channels: ["sms", "voice_ai"] }, 422, "not_what_was_shown"],
    [{ ...FORM, channels: [] }, 422, "incomplete"],
    [{ ...FORM, agree: false }, 422, "incomplete"],
    [{ ...FORM, signature: " " }, 422, "incomplete"],
    [{ ...FORM, agree: "yes" }, 400, "malformed_request"],
    [{ ...FORM, lead_id: world.leadId }, 400, "malformed_request"],
    [{ ...FORM, channels: ["fax"] }, 400, "malformed_request"],
    [{ ...FORM, page_url: "javascript:alert(1)" }, 400, "malformed_request"],
    ["{", 400, "malformed_request"],
    [{ ...FORM, signature: "x".repeat(20_000) }, 413, "too_large"],
  ];
  for (const [form, status, code] of cases) {
    const answer = await submit(nonce, form);
    expect([answer.status, answer.json.code], JSON.stringify(form).slice(0, 80))
      .toEqual([status, code]);
  }
  expect(await world.state()).toBe(before);
  expect((await submit(nonce)).status).toBe(201);
});

test("a page on any host may use it; other methods and paths are refused", async () => {
  const preflight = await call(url(), { method: "OPTIONS", headers: { origin: "https://x.com" } });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get("access-control-allow-headers")).toContain("sluice-consent-token");
  expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
  expect(preflight.headers.get("access-control-allow-credentials")).toBeNull();
  const refused = await show("x");
  expect(refused.headers.get("access-control-allow-origin")).toBe("*");
  expect((await call(url(), { method: "PUT" })).json.code).toBe("method_not_allowed");
  expect((await call(`${url()}/more`)).json.code).toBe("not_found");
});

test("one address may send thirty requests a minute and no more", async () => {
  const nonce = await world.issue();
  // The test's clock may cross a minute; the counter that matters is full in either.
  await world.sql`
    select private.count_endpoint_request('consent', '203.0.113.9', 30, m)
    from generate_series(1, 29), (select now() as m) x`;
  let forged = 1;
  const ask = (from: string) =>
    call(url(), {
      headers: {
        "sluice-consent-token": nonce,
        "x-forwarded-for": `198.51.100.${forged++}, ${from}`,
      },
    });
  await world
    .sql`update private.endpoint_rates set requests = 29, minute = date_trunc('minute', now())`;
  expect((await ask("203.0.113.9")).status).toBe(200);
  const over = await ask("203.0.113.9");
  expect([over.status, over.headers.get("retry-after")]).toEqual([429, "60"]);
  expect((await ask("203.0.113.10")).status).toBe(200);
});

test("all addresses of an IPv6 network count as one client", async () => {
  const nonce = await world.issue();
  const ask = (from: string) =>
    call(url(), { headers: { "sluice-consent-token": nonce, "x-forwarded-for": from } });
  expect((await ask("2001:db8:0:1::1")).status).toBe(200);
  // As if the network had used up its minute.
  await world
    .sql`update private.endpoint_rates set requests = 30, minute = date_trunc('minute', now())`;
  expect((await ask("2001:db8:0:1:ffff::2")).status).toBe(429);
  expect((await ask("2001:db8:0:2::1")).status).toBe(200);
});

test("the page sends what the function accepts, and ticks nothing in advance", async () => {
  const read = (file: string) =>
    readFile(new URL(`../../../pages/consent/${file}`, import.meta.url), "utf8");
  const [html, script] = [await read("index.html"), await read("consent.js")];
  expect(html).toContain("<html lang=");
  expect(html).toContain('name="viewport"');
  expect(html).not.toMatch(/<[^>]+\bchecked\b/);
  expect(script).not.toMatch(/\bchecked\s*[:=]|innerHTML|eval\(/);
  for (const id of [...html.matchAll(/<input[^>]*\bid="([^"]+)"/g)].map(([, id]) => id)) {
    expect(html).toContain(`for="${id}"`);
  }
  // Nothing is loaded from elsewhere.
  expect([...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, to]) => to))
    .toEqual(["consent.css", "consent.js"]);
  for (const field of Object.keys(FORM)) expect(script).toContain(field);
});
