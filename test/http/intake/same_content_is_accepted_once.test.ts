import { createHash, randomUUID } from "node:crypto";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HEADER, houses, type Source, startWorld, type World } from "./harness.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

const sha256 = (content: string) => createHash("sha256").update(content).digest("hex");

async function partsOf(uploadId: string) {
  return await world.sql`
    select part, state, bytes::integer, encode(sha256, 'hex') as sha256, content_encoding,
      (select count(*)::integer from private.upload_part_chunks c where c.part_id = p.id) as chunks,
      (select count(*)::integer from pgboss.job j
        where j.name = 'stage-part' and j.data ->> 'part_id' = p.id::text) as jobs
    from public.upload_parts p where upload_id = ${uploadId} order by part`;
}

describe("a signed list is accepted", () => {
  test("202 with id, size, hash and status URL; bytes and job are there", async () => {
    const content = HEADER + houses(1, 3);
    const { status, json, headers } = await world.upload(content);
    expect(status).toBe(202);
    expect(json).toEqual({
      upload_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      part: 1,
      bytes: content.length,
      sha256: sha256(content),
      status_url: `${world.stack.functionsUrl}/csv-upload/${json.upload_id}`,
    });
    expect(headers.get("sluice-correlation-id")).toMatch(/^[0-9a-f-]{36}$/);
    expect(await partsOf(json.upload_id)).toEqual([{
      part: 1,
      state: "received",
      bytes: content.length,
      sha256: sha256(content),
      content_encoding: null,
      chunks: 1,
      jobs: 1,
    }]);
    const [upload] = await world.sql`
      select correlation_id, state from public.uploads where id = ${json.upload_id}`;
    expect(upload).toEqual({
      correlation_id: headers.get("sluice-correlation-id"),
      state: "processing",
    });
  });

  test("the bytes are stored encrypted, and read back unchanged", async () => {
    const content = HEADER + houses(10, 8000);
    const { json } = await world.upload(content);
    const rows = await world.sql<{ plain: Uint8Array; stored: Uint8Array }[]>`
      select private.read_part_chunk(p.id, c.seq) as plain, c.body as stored
      from public.upload_parts p join private.upload_part_chunks c on c.part_id = p.id
      where p.upload_id = ${json.upload_id} order by c.seq`;
    expect(rows.length).toBeGreaterThan(1);
    expect(Buffer.concat(rows.map((row) => row.plain)).toString()).toBe(content);
    expect(rows.some((row) => Buffer.from(row.stored).includes("Phoenix"))).toBe(false);
    expect(rows.every((row) => row.plain.length <= 1024 * 1024)).toBe(true);
  });

  test("a gzip body keeps its bytes; its hash is that of the content", async () => {
    const content = HEADER + houses(9000, 5);
    const body = gzipSync(content);
    const { status, json } = await world.upload(body, { headers: { "content-encoding": "gzip" } });
    expect(status).toBe(202);
    expect(json).toMatchObject({ bytes: body.length, sha256: sha256(content) });
    expect(await partsOf(json.upload_id)).toMatchObject([{ content_encoding: "gzip" }]);
  });

  test("the file name comes from the query or the content-disposition, without its folders", async () => {
    const names = async (sending: Parameters<World["upload"]>[1]) => {
      const { json } = await world.upload(
        HEADER + `${randomUUID()} Elm St,Mesa,AZ,85201,A,,\n`,
        sending,
      );
      return (await world.status(json.upload_id)).json.filename;
    };
    expect(await names({ query: { filename: "../a/list.csv" } })).toBe("list.csv");
    const header = "attachment; filename*=UTF-8''M%C3%A4rz%0A.csv";
    expect(await names({ headers: { "content-disposition": header } })).toBe("März.csv");
    expect(await names({})).toBe(null);
  });

  test("a request signed at the edge of the window is valid", async () => {
    for (const skew of [-295, 295]) {
      const { status } = await world.upload(HEADER + `${randomUUID()} Oak,Mesa,AZ,85201,A,,\n`, {
        skew,
      });
      expect(status).toBe(202);
    }
  });

  test("the previous secret is valid during the overlap, and not longer", async () => {
    const source = await world.addSource(await world.addOrg());
    await world.sql`select public.rotate_source_secret(${source.id}, '1 hour')`;
    expect((await world.upload(HEADER + houses(1, 1), {}, source)).status).toBe(202);
    await world.sql`update private.source_secrets set expires_at = now() - interval '1 second'
      where source_id = ${source.id} and expires_at is not null`;
    expect((await world.upload(HEADER + houses(2, 1), {}, source)).status).toBe(401);
  });
});

describe("the same content is accepted once", () => {
  test("200 with the first upload's id, and no work is repeated", async () => {
    const content = HEADER + houses(100, 2);
    const first = await world.upload(content);
    const second = await world.upload(content);
    expect([first.status, second.status]).toEqual([202, 200]);
    expect(second.json).toEqual({ ...first.json, duplicate: true });
    expect(second.headers.get("sluice-duplicate")).toBe("true");
    expect(first.headers.get("sluice-duplicate")).toBe(null);
    expect(await partsOf(first.json.upload_id)).toHaveLength(1);
  });

  test("a retry under the same webhook-id is the same delivery", async () => {
    const id = randomUUID();
    const content = HEADER + houses(110, 2);
    const answers = [await world.upload(content, { id }), await world.upload(content, { id })];
    expect(answers.map(({ status }) => status)).toEqual([202, 200]);
  });

  test("compression makes no difference", async () => {
    const content = HEADER + houses(120, 2);
    const first = await world.upload(content);
    const second = await world.upload(gzipSync(content), {
      headers: { "content-encoding": "gzip" },
    });
    expect(second.status).toBe(200);
    expect(second.json.upload_id).toBe(first.json.upload_id);
  });

  test("ten concurrent requests make one upload", async () => {
    const content = HEADER + houses(130, 2);
    const answers = await Promise.all(Array.from({ length: 10 }, () => world.upload(content)));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(9).fill(200), 202]);
    expect(new Set(answers.map(({ json }) => json.upload_id)).size).toBe(1);
  });

  test("other orgs and dry runs are separate", async () => {
    const content = HEADER + houses(140, 2);
    const other = await world.addSource(await world.addOrg());
    const answers = [
      await world.upload(content),
      await world.upload(content, {}, other),
      await world.upload(content, { query: { dry_run: "true" } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect((await world.status(answers[2]!.json.upload_id)).json.dry_run).toBe(true);
  });
});

describe("parts of one file", () => {
  test("arrive in any order, the number of parts with the last", async () => {
    const upload = randomUUID();
    const send = (part: number, query = {}) =>
      world.upload(HEADER + houses(200 + part * 10, 2), {
        query: { upload, part: String(part), ...query },
      });
    expect((await send(2)).json).toMatchObject({ upload_id: upload, part: 2 });
    expect((await world.status(upload)).json).toMatchObject({
      state: "receiving",
      parts_expected: null,
    });
    expect((await send(1)).status).toBe(202);
    expect((await send(3, { parts: "3" })).status).toBe(202);
    expect((await world.status(upload)).json).toMatchObject({
      state: "processing",
      parts_expected: 3,
    });
  });

  test("a repeated part is 200; different content under its number is 409", async () => {
    const query = { upload: randomUUID(), part: "1", parts: "2" };
    expect((await world.upload(HEADER + houses(300, 2), { query })).status).toBe(202);
    expect((await world.upload(HEADER + houses(300, 2), { query })).status).toBe(200);
    const other = await world.upload(HEADER + houses(310, 2), { query });
    expect([other.status, other.json.code]).toEqual([409, "conflict"]);
  });

  test("a different number of parts is 409; the same number is accepted", async () => {
    const upload = randomUUID();
    const send = (from: number, part: string, parts: string) =>
      world.upload(HEADER + houses(from, 2), { query: { upload, part, parts } });
    expect((await send(400, "1", "3")).status).toBe(202);
    expect((await send(410, "2", "2")).status).toBe(409);
    expect((await send(410, "2", "3")).status).toBe(202);
  });

  test("an upload's id is its source's own: others can neither see nor block it", async () => {
    const upload = randomUUID();
    const other = await world.addSource(await world.addOrg());
    const send = (from: number, part: string, source?: Source) =>
      world.upload(HEADER + houses(from, 2), { query: { upload, part, parts: "2" } }, source);
    await send(500, "1");
    // The other org answers with the same words as where nobody has the id.
    const unused = await world.status(randomUUID(), other);
    const seen = await world.status(upload, other);
    expect([seen.status, seen.json.code, seen.json.detail])
      .toEqual([404, unused.json.code, unused.json.detail]);
    const own = await send(510, "2", other);
    expect([own.status, own.json.upload_id, own.json.part]).toEqual([202, upload, 2]);
    expect(own.json.status_url).toContain(upload);
    expect((await send(511, "2", other)).status).toBe(409);
    const undo = { body: JSON.stringify({ undo: upload }) };
    expect((await world.send("POST", `/${upload}/undo`, undo, other)).status).toBe(409);
    const status = await world.status(upload, other);
    expect(status.json).toMatchObject({ upload_id: upload, source: other.key, state: "receiving" });
    expect(status.json.parts).toMatchObject([{ part: 2 }]);
    // And the first source goes on as if nothing had happened.
    expect((await world.status(upload)).json.parts).toMatchObject([{ part: 1 }]);
    expect((await send(520, "2")).status).toBe(202);
    expect((await world.status(upload)).json).toMatchObject({ state: "processing" });
  });

  test("a webhook-id that was used with different content is 409", async () => {
    const id = randomUUID();
    expect((await world.upload(HEADER + houses(600, 2), { id })).status).toBe(202);
    const reused = await world.upload(HEADER + houses(610, 2), { id });
    expect([reused.status, reused.json.code]).toEqual([409, "conflict"]);
    // The ids of another source are independent.
    const other = await world.addSource(await world.addOrg());
    expect((await world.upload(HEADER + houses(610, 2), { id }, other)).status).toBe(202);
  });
});
