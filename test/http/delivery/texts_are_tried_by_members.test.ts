import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Org, type SendWorld, startSendWorld, TEXTS } from "./harness.ts";

let world: SendWorld;
let rival: Org;
let leadId: string;
const DESK = "https://desk.example.com";
const people: Record<string, string> = {};

beforeAll(async () => {
  world = await startSendWorld({ env: { SLUICE_DESK_ORIGINS: DESK } });
  rival = await world.addOrg();
  for (
    const [who, org, role] of [
      ["owner", world.org, "owner"],
      ["viewer", world.org, "viewer"],
      ["rival", rival, "owner"],
    ] as const
  ) {
    const id = randomUUID();
    await world.sql`insert into auth.users (id, email, email_confirmed_at)
      values (${id}, ${`${who}@example.com`}, now())`;
    await world.sql`insert into members (org_id, user_id, role) values (${org.id}, ${id}, ${role})`;
    people[who] = id;
  }
  leadId = (await world.addLeads("email", 1))[0]!;
});
afterAll(() => world?.stop());

const ask = async (path: string, who: string | null, draft: Record<string, unknown>) => {
  const token = who ? await world.stack.signJwt({ sub: people[who] }) : undefined;
  const body = { org_id: world.org.id, lead_id: leadId, draft };
  const { status, json: said } = await world.ask("POST", path, body, token);
  return { status, said: said as Record<string, unknown> };
};
const mail = { channel: "email", ...TEXTS.email };

test("a preview is the text as it would be sent, for those who see the lead", async () => {
  const { status, said } = await ask("/preview", "owner", mail);
  expect(status).toBe(200);
  expect(said.problems).toEqual([]);
  expect(said.text).toMatch(/^Hi \w+,\n\n/);
  expect(said.text).toMatch(/Unsubscribe: http/);
  expect(said.text).not.toContain("{{");
  expect((await ask("/preview", "rival", mail)).status).toBe(403);
  expect((await ask("/preview", "viewer", mail)).status).toBe(403);
  // The service has no address of its own.
  expect((await ask("/preview", null, mail)).status).toBe(403);
});

test("a missing value is named instead of a gap", async () => {
  const { said } = await ask("/preview", "owner", {
    ...mail,
    text: "Hi {{ broker.name }}, {{ sender.postal_address }} {{ unsubscribe_url }}",
  });
  expect(said.text).toBeNull();
  expect(said.problems).toEqual([
    'text: broker.name may be empty: write {{ broker.name | default: "…" }}',
    expect.stringContaining("broker.name is empty and has no default"),
  ]);
});

test("a test goes to the own address, marked, and no lead is contacted", async () => {
  const { status, said } = await ask("/test-send", "owner", mail);
  expect(status).toBe(200);
  expect(said).toMatchObject({ state: "sent", to: "o***@example.com" });
  expect(world.sandbox.received.emails).toHaveLength(1);
  const [sent] = world.sandbox.received.emails;
  expect(sent?.to).toBe("owner@example.com");
  expect(sent?.subject).toMatch(/^\[Test\] About /);
  expect(sent?.categories).toEqual(["test"]);
  const [counts] = await world.sql`
    select (select count(*)::int from messages) as messages, (select count(*)::int from contact_attempts) as attempts,
      (select count(*)::int from private.test_messages where state = 'sent') as tests`;
  expect(counts).toEqual({ messages: 0, attempts: 0, tests: 1 });
});

test("nobody else sends one, and what the provider refuses is said", async () => {
  expect((await ask("/test-send", "viewer", mail)).status).toBe(403);
  expect((await ask("/test-send", "rival", mail)).status).toBe(403);
  const phone = await ask("/test-send", "owner", { channel: "sms", ...TEXTS.sms });
  expect(phone).toMatchObject({
    status: 422,
    said: { code: "not_possible", detail: "your account has no confirmed phone number." },
  });
  const fault = world.sandbox.fault({ provider: "sendgrid", then: { status: 403 } });
  expect((await ask("/test-send", "owner", mail)).said).toMatchObject({ state: "failed" });
  fault.remove();
});

test("only the desk may call it from a browser", async () => {
  const preflight = async (origin: string) => {
    const response = await fetch(`${world.stack.functionsUrl}/outreach/v1/preview`, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "POST" },
    });
    return response.headers.get("access-control-allow-origin");
  };
  expect(await preflight(DESK)).toBe(DESK);
  expect(await preflight("https://other.example.com")).toBeNull();
});
