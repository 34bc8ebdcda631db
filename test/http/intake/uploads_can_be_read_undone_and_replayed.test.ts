import { randomUUID } from "node:crypto";
import { decodeJwt, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { generateSecret } from "../../../edge-functions/_shared/platform/crypto/signature.ts";
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

let world: World;
let uploadId: string;
const content = HEADER + houses(1, 3) + `"=cmd|'/c'!A1",Nowhere,,,,,\n1 Elm,Mesa\n` + houses(1, 1);
beforeAll(async () => {
  world = await startWorld({ worker: true });
  const { json } = await world.upload(content, { query: { filename: "list.csv" } });
  uploadId = json.upload_id;
  await world.finished(uploadId);
});
afterAll(() => world?.stop());

async function member(orgId: string, role: string): Promise<string> {
  const id = randomUUID();
  await world.sql`insert into auth.users (id, email) values (${id}, ${`${id}@example.com`})`;
  await world
    .sql`insert into public.members (org_id, user_id, role) values (${orgId}, ${id}, ${role})`;
  return await world.stack.signJwt({ sub: id });
}

const asMember = (token: string, path = `/${uploadId}`): Promise<Answer> =>
  call(`${world.stack.functionsUrl}/csv-upload${path}`, {
    headers: { authorization: `Bearer ${token}` },
  });

describe("the status", () => {
  test("reports the outcome of every row and column", async () => {
    const { status, json } = await world.status(uploadId);
    expect(status).toBe(200);
    expect(json).toMatchObject({
      upload_id: uploadId,
      source: world.source.key,
      state: "completed",
      filename: "list.csv",
      dry_run: false,
      progress: 1,
      parts_expected: 1,
      error: null,
      rejects_url: `${world.stack.functionsUrl}/csv-upload/${uploadId}/rejects.csv`,
      correlation_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(json.counts).toEqual({
      ...{ received: 6, staged: 4, created: 3, updated: 0, unchanged: 0, merged: 1, conflict: 0 },
      rejected: 2,
    });
    expect(json.parts).toEqual([{
      ...{ part: 1, state: "resolved", bytes: content.length, rows: 6, error: null },
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    }]);
    expect(json.mapping.map(({ field }: { field: string }) => field)).toEqual(
      ["street", "city", "state", "zip", "owner_1_first", "phone_1", "email_1"],
    );
    expect(json.timings.seconds).toBeGreaterThan(0);
  });

  test("is for the source that sent it: 404 for another, 401 for a stranger", async () => {
    const other = await world.addSource(await world.addOrg());
    expect((await world.status(uploadId, other)).status).toBe(404);
    const forged = await world.send("GET", `/${uploadId}`, { secrets: [generateSecret()] });
    expect(forged.status).toBe(401);
    expect((await call(`${world.stack.functionsUrl}/csv-upload/${uploadId}`)).status).toBe(400);
  });

  test.each(["owner", "admin", "viewer"])("is for members: %s", async (role) => {
    const { status, json } = await asMember(await member(world.source.orgId, role));
    expect([status, json.upload_id]).toEqual([200, uploadId]);
  });

  test("is not for brokers, nor for members of another org", async () => {
    expect((await asMember(await member(world.source.orgId, "broker"))).status).toBe(404);
    expect((await asMember(await member(await world.addOrg(), "owner"))).status).toBe(404);
    expect((await asMember(await world.stack.signJwt({ sub: randomUUID() }))).status).toBe(404);
  });

  test("401 for an invalid or expired token", async () => {
    const sub = randomUUID();
    await world.sql`insert into auth.users (id, email) values (${sub}, 'x@example.com')`;
    await world.sql`insert into public.members (org_id, user_id, role)
      values (${world.source.orgId}, ${sub}, 'owner')`;
    const signed = await world.stack.signJwt({ sub });
    expect((await asMember(signed)).status).toBe(200);
    const { jwtSecret } = stackKeys();
    const { iss, session_id } = decodeJwt(signed);
    const sign = (secret: string, expires: string | number, claims = {}) =>
      new SignJWT({ iss, sub, session_id, role: "authenticated", aud: "authenticated", ...claims })
        .setProtectedHeader({ alg: "HS256" }).setExpirationTime(expires)
        .sign(new TextEncoder().encode(secret));
    expect((await asMember(await sign(jwtSecret, "1h"))).status).toBe(200);
    const foreign = await sign("another secret, long enough for it", "1h");
    const expired = await sign(jwtSecret, Math.floor(Date.now() / 1000) - 60);
    const noUser = await sign(jwtSecret, "1h", { role: "anon" });
    const otherAudience = await sign(jwtSecret, "1h", { aud: "elsewhere" });
    const plain = `${btoa('{"alg":"none"}')}.${btoa(JSON.stringify({ sub, exp: 9e9 }))}.`;
    const otherIssuer = await sign(jwtSecret, "1h", { iss: "supabase" });
    const { anonKey, serviceRoleKey, secretKey } = world.stack;
    const tokens = [
      foreign,
      expired,
      noUser,
      otherAudience,
      otherIssuer,
      plain,
      "x.y.z",
      anonKey,
      serviceRoleKey,
      secretKey,
    ];
    for (const token of tokens) {
      const { status, json } = await asMember(token);
      expect([status, json.code]).toEqual([401, "unauthorized"]);
    }
  });
});

describe("the rejects", () => {
  test("are the original columns with line and reason, safe to open", async () => {
    const { status, text, headers } = await world.send("GET", `/${uploadId}/rejects.csv`);
    expect(status).toBe(200);
    expect(headers.get("content-type")).toBe("text/csv; charset=utf-8");
    const [header, first, second, rest] = text.split("\r\n");
    expect(header).toBe(`${HEADER.trim()},line,reason,detail`);
    expect(first).toMatch(/^'=cmd\|'\/c'!A1|^"'=cmd/);
    expect(first).toContain(",5,no_identity,");
    expect(second).toContain("1 Elm,Mesa,,,,,,6,too_few_fields,");
    expect(rest).toBe("");
  });

  test("are for the source and members who may export, and each download is logged", async () => {
    const path = `/${uploadId}/rejects.csv`;
    const reads = async () =>
      (await world.sql`
        select count(*)::integer as n from private.pii_access_log
        where subject = 'rejects' and user_id is not null and values_shown = 2
          and upload_id = (select id from public.uploads where id::text = ${uploadId})`)[0]!.n;
    expect(await reads()).toBe(0);
    const refused = await asMember(await member(world.source.orgId, "admin"), path);
    expect([refused.status, refused.json.code]).toEqual([403, "forbidden"]);
    expect(await reads()).toBe(0);
    expect((await asMember(await member(world.source.orgId, "owner"), path)).status).toBe(200);
    expect(await reads()).toBe(1);
    expect((await asMember(await member(await world.addOrg(), "owner"), path)).status).toBe(404);
    expect(await reads()).toBe(1);
    const other = await world.addSource(await world.addOrg());
    expect((await world.send("GET", path, {}, other)).status).toBe(404);
  });

  test("count their lines over the parts of the file, whether the header is repeated or not", async () => {
    const upload = randomUUID();
    const bodies = [
      HEADER + houses(1000, 2) + "broken,line 4\n",
      houses(1010, 1) + "broken,line 6\n",
      HEADER + "broken,line 7\n" + houses(1020, 1),
    ];
    for (const [k, body] of bodies.entries()) {
      await world.upload(body, { query: { upload, part: String(k + 1), parts: "3" } });
    }
    await world.finished(upload);
    const { text } = await world.send("GET", `/${upload}/rejects.csv`);
    const lines = [...text.matchAll(/^broken,line (\d+),.*?,(\d+),too_few_fields/gm)];
    expect(lines.map(([, said, found]) => [said, found])).toEqual([["4", "4"], ["6", "6"], [
      "7",
      "7",
    ]]);
  });

  test("are complete, however many there are", async () => {
    const rows = Array.from({ length: 1203 }, (_, k) => `broken,${k}\n`).join("");
    const { json } = await world.upload(HEADER + rows + houses(1100, 1));
    const status = await world.finished(json.upload_id);
    expect(status.counts).toMatchObject({ received: 1204, rejected: 1203 });
    const { text } = await world.send("GET", `/${json.upload_id}/rejects.csv`);
    const found = [...text.matchAll(/^broken,(\d+),/gm)].map(([, n]) => Number(n));
    expect(found).toEqual(Array.from({ length: 1203 }, (_, k) => k));
  });
});

describe("undo", () => {
  const undo = (id: string, sending = {}, source?: Source) =>
    world.send("POST", `/${id}/undo`, { body: JSON.stringify({ undo: id }), ...sending }, source);

  test("reverts the upload's leads, once, and the content may be sent again", async () => {
    const source = await world.addSource(await world.addOrg());
    const body = HEADER + houses(2000, 3);
    const first = (await world.upload(body, {}, source)).json.upload_id;
    await world.finished(first, source);
    const { status, json } = await undo(first, {}, source);
    expect(status).toBe(200);
    expect(json).toEqual({ undone: { deleted: 3, reverted: 0, unmerged: 0 }, kept: [] });
    expect((await world.status(first, source)).json.state).toBe("undone");
    const again = await undo(first, {}, source);
    expect([again.status, again.json.code]).toEqual([409, "conflict"]);
    const second = await world.upload(body, {}, source);
    expect(second.status).toBe(202);
    expect((await world.finished(second.json.upload_id, source)).counts.created).toBe(3);
  });

  test("is for the source that sent it, and tied to its body", async () => {
    const source = await world.addSource(await world.addOrg());
    const id = (await world.upload(HEADER + houses(2100, 1), {}, source)).json.upload_id;
    await world.finished(id, source);
    expect((await undo(id)).status).toBe(404);
    expect((await undo(id, { secrets: [generateSecret()] }, source)).status).toBe(401);
    expect((await undo(id, { body: JSON.stringify({ undo: uploadId }) }, source)).status).toBe(400);
    expect((await undo(id, { body: "" }, source)).status).toBe(400);
    expect((await world.status(id, source)).json.state).toBe("completed");
    expect((await undo(id, {}, source)).status).toBe(200);
  });
});

describe("replay", () => {
  const replay = (source: Source, upload: string | null = null, sending = {}) =>
    world.send("POST", "/replay", {
      query: upload ? { upload } : {},
      body: JSON.stringify({ replay: source.key, upload }),
      ...sending,
    }, source);

  test("rejected rows become leads after the cause is fixed, and only once", async () => {
    const source = await world.addSource(await world.addOrg());
    const list =
      "Property Address,City,State,Beds\n3 Main St,Phoenix,AZ,1\n1 Main St,,,3\n2 Main St,,,4\n";
    const { json } = await world.upload(list, {}, source);
    const before = await world.finished(json.upload_id, source);
    expect(before.counts).toMatchObject({ received: 3, created: 1, rejected: 2 });
    await world.sql`update public.sources set default_city = 'Phoenix', default_state = 'AZ'
      where id = ${source.id}`;
    const answer = await replay(source, json.upload_id);
    expect([answer.status, answer.json]).toEqual([200, { replayed: 1 }]);
    const after = await world.finished(json.upload_id, source);
    expect(after.counts).toMatchObject({ received: 3, created: 3, rejected: 0 });
    expect((await replay(source)).json).toEqual({ replayed: 0 });
    expect(
      (await world.send("GET", `/${json.upload_id}/rejects.csv`, {}, source)).text.split("\r\n"),
    )
      .toHaveLength(2);
    const leads = await world.sql`select from public.leads where org_id = ${source.orgId}`;
    expect(leads).toHaveLength(3);
  });

  test("a file that was refused is read again, with today's column map", async () => {
    const source = await world.addSource(await world.addOrg());
    const { json } = await world.upload(
      'Where,Beds\n"1 Main St, Phoenix, AZ 85001",3\n',
      {},
      source,
    );
    const before = await world.finished(json.upload_id, source);
    expect(before).toMatchObject({ state: "failed", error: expect.stringMatching(/./) });
    expect((await replay(source)).json).toEqual({ replayed: 1 });
    expect((await world.finished(json.upload_id, source)).state).toBe("failed");
    await world.sql`update public.sources set column_map = '{"Where": "address_full"}'
      where id = ${source.id}`;
    expect((await replay(source)).json).toEqual({ replayed: 1 });
    const after = await world.finished(json.upload_id, source);
    expect(after).toMatchObject({ state: "completed", counts: { received: 1, created: 1 } });
    expect((await replay(source)).json).toEqual({ replayed: 0 });
  });

  test("is tied to its body and its source", async () => {
    const source = await world.addSource(await world.addOrg());
    expect((await replay(source, uploadId)).status).toBe(404);
    expect((await replay(source, null, { secrets: [generateSecret()] })).status).toBe(401);
    const other = { body: JSON.stringify({ replay: "other", upload: null }) };
    expect((await replay(source, null, other)).status).toBe(400);
    expect((await replay(source)).json).toEqual({ replayed: 0 });
  });
});
