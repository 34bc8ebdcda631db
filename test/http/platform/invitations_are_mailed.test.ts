import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type SendWorld, startSendWorld } from "../delivery/harness.ts";

const DESK = "https://desk.example.com";
const people: Record<string, string> = {};
let world: SendWorld;

beforeAll(async () => {
  world = await startSendWorld({ env: { SLUICE_DESK_ORIGINS: DESK } });
  const rival = await world.addOrg();
  for (
    const [who, org, role] of [
      ["owner", world.org, "owner"],
      ["admin", world.org, "admin"],
      ["broker", world.org, "broker"],
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
});
afterAll(() => world?.stop());

interface Said {
  token: string;
  code?: string;
  mail: { state: string; reason?: string };
}

async function invite(
  who: string | null,
  email: string,
  more: Record<string, unknown> = {},
  claims: Record<string, unknown> = {},
) {
  const token = who ? await world.stack.signJwt({ sub: people[who], ...claims }) : undefined;
  const body = { org_id: world.org.id, email, role: "viewer", desk_url: `${DESK}/`, ...more };
  const { status, json } = await world.ask("POST", "/invitations", body, token);
  return { status, said: json as unknown as Said };
}

async function mailTo(email: string) {
  const response = await fetch(`${world.stack.url}/mailbox?to=${encodeURIComponent(email)}`, {
    headers: { accept: "application/json" },
  });
  return await response.json() as { subject: string; link: string }[];
}

const invitations = async () => (await world.sql`select from invitations`).length;

test.each(["owner", "admin"])("%s invites, and the person gets a link to the desk", async (who) => {
  const email = `by-${who}@example.com`;
  const { status, said } = await invite(who, email.toUpperCase());
  expect([status, said.mail]).toEqual([200, { state: "sent" }]);
  const [mail, ...others] = await mailTo(email);
  expect(others).toEqual([]);
  expect(mail?.subject).toBe("You have been invited");
  const [{ id } = {}] = await world.sql`select id from auth.users where email = ${email}`;
  expect(id).toBeDefined();
});

test.each(["broker", "viewer", "rival"])("%s does not", async (who) => {
  const before = await invitations();
  const email = `not-by-${who}@example.com`;
  expect(await invite(who, email)).toMatchObject({ status: 403, said: { code: "forbidden" } });
  expect(await mailTo(email)).toEqual([]);
  expect(await invitations()).toBe(before);
});

test("an owner with one factor does not, nor does the service", async () => {
  const before = await invitations();
  const email = "weak@example.com";
  expect(await invite("owner", email, {}, { aal: "aal1" }))
    .toMatchObject({ status: 403, said: { code: "second_factor_required" } });
  expect((await invite(null, email)).status).toBe(403);
  expect(await mailTo(email)).toEqual([]);
  expect(await invitations()).toBe(before);
});

test("an admin does not invite an owner, and the link leads to the desk alone", async () => {
  const before = await invitations();
  expect((await invite("admin", "boss@example.com", { role: "owner" })).status).toBe(422);
  const away = await invite("owner", "x@example.com", { desk_url: "https://other.example.com/" });
  expect(away).toMatchObject({ status: 400, said: { code: "malformed_request" } });
  expect(await invitations()).toBe(before);
});

test("an address that has an account gets a sign-in link, and the answer is the same", async () => {
  await world.sql`insert into auth.users (id, email, email_confirmed_at)
    values (${randomUUID()}, 'known@example.com', now())`;
  expect((await invite("owner", "known@example.com")).said.mail).toEqual({ state: "sent" });
  expect((await mailTo("known@example.com")).map(({ subject }) => subject))
    .toEqual(["Your sign-in link"]);
});

test("where Auth refuses, the invitation stays and is sent again", async () => {
  await world.sql`insert into auth.users (id, email, email_confirmed_at, banned_until)
    values (${randomUUID()}, 'often@example.com', now(), null)`;
  const first = await invite("owner", "often@example.com");
  const second = await invite("owner", "often@example.com");
  expect(first.said.mail.state).toBe("sent");
  expect(second.said.mail).toEqual({
    state: "failed",
    reason: expect.stringMatching(/Wait a minute and send it again/),
  });
  const rows = await world.sql`select revoked_at is null as open from invitations
    where email_masked = (select private.mask_contact('often@example.com')) order by created_at`;
  expect(rows.map(({ open }) => open)).toEqual([false, true]);
});

test("members of an org invite at most 20 times an hour", async () => {
  for (let n = await invitations(); n < 20; n++) {
    expect((await invite("owner", `many-${n}@example.com`)).status).toBe(200);
  }
  expect(await invite("admin", "one-more@example.com"))
    .toMatchObject({ status: 429, said: { code: "too_many_invitations" } });
  expect(await mailTo("one-more@example.com")).toEqual([]);
});
