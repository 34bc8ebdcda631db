import { randomUUID } from "node:crypto";
import { SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stackKeys } from "../../../scripts/dev/state.ts";
import {
  type Answer,
  call,
  HEADER,
  houses,
  type Source,
  startWorld,
  type World,
} from "./harness.ts";

const DESK = "https://desk.example.com";
let world: World;
beforeAll(async () => {
  world = await startWorld({
    worker: true,
    env: { SLUICE_DESK_ORIGINS: `${DESK}, http://127.0.0.1:5999` },
  });
});
afterAll(() => world?.stop());

let next = 1;
const fresh = () => HEADER + houses(next += 10, 2);

async function member(orgId: string, role: string): Promise<{ id: string; token: string }> {
  const id = randomUUID();
  await world.sql`insert into auth.users (id, email) values (${id}, ${`${id}@example.com`})`;
  await world
    .sql`insert into public.members (org_id, user_id, role) values (${orgId}, ${id}, ${role})`;
  return { id, token: await world.stack.signJwt({ sub: id }) };
}

function upload(
  token: string,
  body: string,
  { query = {}, headers = {}, source = world.source, id = randomUUID() as string }: {
    query?: Record<string, string>;
    headers?: Record<string, string>;
    source?: Source;
    id?: string;
  } = {},
): Promise<Answer> {
  const url = new URL(`${world.stack.functionsUrl}/csv-upload`);
  for (const [name, value] of Object.entries({ source: source.key, ...query })) {
    url.searchParams.set(name, value);
  }
  return call(url, {
    method: "POST",
    body,
    headers: { authorization: `Bearer ${token}`, "webhook-id": id, ...headers },
  });
}

describe("an upload with a member's token", () => {
  test.each(["owner", "admin"])("is accepted from an %s, and becomes leads", async (role) => {
    const { token } = await member(world.source.orgId, role);
    const { status, json } = await upload(token, fresh(), { query: { filename: "list.csv" } });
    expect(status).toBe(202);
    const done = await world.finished(json.upload_id);
    expect([done.state, done.counts.created, done.filename]).toEqual(["completed", 2, "list.csv"]);
  });

  test.each(["broker", "viewer"])("is refused from a %s", async (role) => {
    const { token } = await member(world.source.orgId, role);
    const { status, json } = await upload(token, fresh());
    expect([status, json.code]).toEqual([403, "forbidden"]);
  });

  test("is refused for a source of another org, an unknown and an inactive one, alike", async () => {
    const { token } = await member(world.source.orgId, "owner");
    const foreign = await world.addSource(await world.addOrg());
    const inactive = await world.addSource(world.source.orgId, { active: false });
    const answers = await Promise.all(
      [foreign, inactive, { ...foreign, key: "no-such-source" }].map((source) =>
        upload(token, fresh(), { source })
      ),
    );
    const shown = answers.map(({ status, json }) => [status, json.code, json.detail]);
    expect(new Set(shown.map(String)).size).toBe(1);
    expect(shown[0]).toEqual([
      403,
      "forbidden",
      "Only owners and admins of its org may upload to a source.",
    ]);
  });

  test("is refused without a member's valid token, and stores nothing", async () => {
    const { id, token } = await member(world.source.orgId, "owner");
    const claims = {
      iss: world.stack.issuer,
      sub: id,
      role: "authenticated",
      aud: "authenticated",
    };
    const sign = (secret: string, expires: string | number, more = {}) =>
      new SignJWT({ ...claims, ...more }).setProtectedHeader({ alg: "HS256" })
        .setExpirationTime(expires).sign(new TextEncoder().encode(secret));
    const { jwtSecret } = stackKeys();
    const count = async () => (await world.sql`select count(*) from public.upload_parts`)[0]!.count;
    const before = await count();
    for (
      const bad of [
        await sign(jwtSecret, Math.floor(Date.now() / 1000) - 60),
        await sign("another secret, long enough for it", "1h"),
        await sign(jwtSecret, "1h", { role: "anon" }),
        "x",
      ]
    ) {
      const { status, json } = await upload(bad, fresh());
      expect([status, json.code]).toEqual([401, "unauthorized"]);
    }
    expect(await count()).toBe(before);
    expect((await upload(token, fresh())).status).toBe(202);
  });

  test("ends with the membership", async () => {
    const { id, token } = await member(world.source.orgId, "admin");
    expect((await upload(token, fresh())).status).toBe(202);
    await world.sql`delete from public.members where user_id = ${id}`;
    expect((await upload(token, fresh())).status).toBe(403);
  });

  test("obeys the same guard: a webhook-id is used once, content too", async () => {
    const { token } = await member(world.source.orgId, "owner");
    const [id, body] = [randomUUID() as string, fresh()];
    const first = await upload(token, body, { id });
    expect(first.status).toBe(202);
    const again = await upload(token, body, { id });
    expect([again.status, again.json.duplicate]).toEqual([200, true]);
    expect((await upload(token, fresh(), { id })).status).toBe(409);
    const signed = await world.upload(body);
    expect([signed.status, signed.json.duplicate]).toEqual([200, true]);
    expect((await upload(token, fresh(), { id: "with.dot" })).status).toBe(400);
  });

  test("comes in parts, and obeys the limits of the source", async () => {
    const { token } = await member(world.source.orgId, "owner");
    const id = randomUUID();
    const parts = [fresh(), houses(next += 10, 2)];
    for (const [n, body] of parts.entries()) {
      const query = { upload: id, part: String(n + 1), parts: "2" };
      expect((await upload(token, body, { query })).status).toBe(202);
    }
    expect((await world.finished(id)).counts.created).toBe(4);
    const slow = await world.addSource(world.source.orgId, {
      parts_per_minute: 1,
      max_part_bytes: 1024,
    });
    expect((await upload(token, fresh() + " ".repeat(2000), { source: slow })).status).toBe(413);
    const statuses = await Promise.all(
      [1, 2, 3, 4].map(async () => (await upload(token, fresh(), { source: slow })).status),
    );
    expect(statuses.filter((status) => status === 202).length).toBeLessThanOrEqual(2);
    expect(statuses).toContain(429);
  });

  test("is in the audit log under the member's name", async () => {
    const { id, token } = await member(world.source.orgId, "admin");
    const webhookId = randomUUID();
    await upload(token, fresh(), { id: webhookId });
    const rows = await world.sql`
      select action, detail from private.audit_events where user_id = ${id}`;
    expect(rows).toEqual([{
      action: "upload.sent",
      detail: { source_id: world.source.id, webhook_id: webhookId },
    }]);
  });
});

describe("browsers", () => {
  const preflight = (origin: string) =>
    call(`${world.stack.functionsUrl}/csv-upload?source=${world.source.key}`, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "POST" },
    });

  test.each([DESK, "http://127.0.0.1:5999"])("on a configured page may ask: %s", async (origin) => {
    const { status, headers } = await preflight(origin);
    expect([status, headers.get("access-control-allow-origin")]).toEqual([204, origin]);
    expect(headers.get("access-control-allow-headers")).toContain("webhook-id");
    expect(headers.get("access-control-allow-credentials")).toBeNull();
    const { token } = await member(world.source.orgId, "owner");
    const sent = await upload(token, fresh(), { headers: { origin } });
    expect([sent.status, sent.headers.get("access-control-allow-origin")]).toEqual([202, origin]);
    const refused = await upload("x", fresh(), { headers: { origin } });
    expect([refused.status, refused.headers.get("access-control-allow-origin")])
      .toEqual([401, origin]);
  });

  test.each(["https://desk.example.com.evil.example", "null", "https://example.com"])(
    "on other pages may not: %s",
    async (origin) => {
      const { status, headers } = await preflight(origin);
      expect([status, headers.get("access-control-allow-origin")]).toEqual([405, null]);
      const { token } = await member(world.source.orgId, "owner");
      const sent = await upload(token, fresh(), { headers: { origin } });
      expect(sent.headers.get("access-control-allow-origin")).toBeNull();
    },
  );
});
