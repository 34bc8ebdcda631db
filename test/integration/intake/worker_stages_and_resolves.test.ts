import { randomUUID } from "node:crypto";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  eventually,
  HEADER,
  houses,
  type Source,
  startWorld,
  type World,
} from "../../http/intake/harness.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld({
    worker: true,
    // No sweep, which would hide mistakes of the handlers.
    env: { WORKER_SLICE_ROWS: "100", WORKER_SWEEP_SECONDS: "3600", WORKER_SUPERVISE_SECONDS: "1" },
  });
});
afterAll(() => world?.stop());

const newSource = async () => await world.addSource(await world.addOrg());

async function sendParts(source: Source, bodies: [number, string | Uint8Array, object?][]) {
  const upload = randomUUID();
  for (const [part, body, headers] of bodies) {
    const query = { upload, part: String(part), parts: String(bodies.length) };
    const { status } = await world.upload(body, { query, headers: { ...headers } }, source);
    expect(status).toBe(202);
  }
  return upload;
}

async function addresses(orgId: string): Promise<string[]> {
  const rows = await world.sql<{ house: string }[]>`
    select situs_house_number as house from public.leads where org_id = ${orgId}`;
  return rows.map(({ house }) => house).sort((a, b) => Number(a) - Number(b));
}

describe("parts", () => {
  test("wait for part 1 and its header in any order", async () => {
    const source = await newSource();
    const upload = await sendParts(source, [
      [3, houses(20, 5)],
      [2, HEADER + houses(10, 5)],
      [1, HEADER + houses(1, 5)],
    ]);
    const status = await world.finished(upload, source);
    expect(status).toMatchObject({ state: "completed", counts: { received: 15, created: 15 } });
    expect((await addresses(source.orgId)).length).toBe(15);
  });

  test("become leads in the order of their numbers", async () => {
    const source = await newSource();
    const row = (name: string) => `1 Main St,Phoenix,AZ,85001,${name},,\n`;
    const upload = await sendParts(source, [[3, row("Robert")], [2, row("Bob")], [
      1,
      HEADER + row("Rob"),
    ]]);
    expect((await world.finished(upload, source)).counts).toMatchObject({ created: 1, merged: 2 });
    const [lead] = await world
      .sql`select owner_1_first from public.leads where org_id = ${source.orgId}`;
    expect(lead!.owner_1_first).toBe("Robert");
  });

  test("that are duplicates of another upload's are skipped, and their header is still used", async () => {
    const source = await newSource();
    const first = await sendParts(source, [[1, HEADER + houses(1, 3)]]);
    const query = { upload: randomUUID(), part: "1", parts: "2" };
    const duplicate = await world.upload(HEADER + houses(1, 3), { query }, source);
    expect([duplicate.status, duplicate.json.upload_id]).toEqual([200, first]);
    await world.upload(houses(50, 2), { query: { ...query, part: "2" } }, source);
    const status = await world.finished(query.upload, source);
    expect(status).toMatchObject({ state: "completed", counts: { received: 2, created: 2 } });
    expect(status.parts.map(({ state }: { state: string }) => state)).toEqual([
      "duplicate",
      "resolved",
    ]);
  });

  test("an upload of only duplicates is completed", async () => {
    const source = await newSource();
    await world.finished(await sendParts(source, [[1, HEADER + houses(1, 3)]]), source);
    const query = { upload: randomUUID(), part: "1", parts: "1" };
    expect((await world.upload(HEADER + houses(1, 3), { query }, source)).status).toBe(200);
    expect((await world.finished(query.upload, source)).state).toBe("completed");
  });

  test("many slices neither duplicate nor lose a row, also in compressed and UTF-16 files", async () => {
    const source = await newSource();
    const upload = await sendParts(source, [
      [1, gzipSync(Buffer.from("\ufeff" + HEADER + houses(1, 4500), "utf16le")), {
        "content-encoding": "gzip",
      }],
      [2, Buffer.from("\ufeff" + HEADER + houses(4501, 4505), "utf16le")],
    ]);
    const status = await world.finished(upload, source);
    expect(status.counts).toMatchObject({
      received: 9005,
      staged: 9005,
      created: 9005,
      rejected: 0,
    });
    expect(await addresses(source.orgId)).toEqual(
      Array.from({ length: 9005 }, (_, k) => String(k + 1)),
    );
  });
});

describe("a file that is not a list", () => {
  test("fails as a whole with a reason, at the first attempt, and leaves a dead letter", async () => {
    const source = await newSource();
    const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, ...new Uint8Array(500)]);
    const upload = await sendParts(source, [[2, houses(1, 2)], [1, png]]);
    const status = await world.finished(upload, source);
    expect(status.state).toBe("failed");
    expect(status.error).toMatch(/\w/);
    expect(status.parts.map(({ state }: { state: string }) => state)).toEqual(["failed", "failed"]);
    expect(status.parts[1].error).toContain("Part 1");
    const letters = await world.sql`
      select d.source, d.reason, d.attempts, d.correlation_id from public.pipeline_dlq d
      join public.upload_parts p on p.id = (d.payload ->> 'part_id')::uuid
      where p.upload_id = ${upload} order by p.part`;
    expect(letters).toMatchObject([
      { source: "stage-part", reason: "the file was refused", attempts: 1 },
      { source: "stage-part", reason: "part 1 failed", attempts: 1 },
    ]);
    expect(letters[0]!.correlation_id).toBe(status.correlation_id);
    const [job] = await world.sql`
      select max(j.retry_count) as retries from pgboss.job j join public.upload_parts p
        on j.data ->> 'part_id' = p.id::text where p.upload_id = ${upload}`;
    expect(job!.retries).toBe(0);
    expect(await addresses(source.orgId)).toEqual([]);
  });

  test("a header without rows is an empty list", async () => {
    const source = await newSource();
    const upload = await sendParts(source, [[1, HEADER]]);
    expect(await world.finished(upload, source)).toMatchObject({ state: "completed" });
  });
});

test("a dry run reports what would happen and writes no lead", async () => {
  const source = await newSource();
  await world.finished(await sendParts(source, [[1, HEADER + houses(1, 3)]]), source);
  const { json } = await world.upload(
    HEADER + houses(2, 4),
    { query: { dry_run: "true" } },
    source,
  );
  const status = await world.finished(json.upload_id, source);
  expect(status).toMatchObject({ state: "completed", dry_run: true });
  expect(status.counts).toMatchObject({ received: 4, created: 2, unchanged: 2 });
  expect(await addresses(source.orgId)).toEqual(["1", "2", "3"]);
});

describe("failures", () => {
  test("staged rows that a crash of the database lost are staged again", async () => {
    const source = await newSource();
    const lock = await world.sql.reserve();
    await lock`select pg_advisory_lock(hashtextextended(${source.orgId}::text, 1))`;
    const upload = await sendParts(source, [[1, HEADER + houses(1, 250)], [2, houses(300, 250)]]);
    await eventually("both parts to be staged", async () => {
      const { json } = await world.status(upload, source);
      return json.parts.every(({ state }: { state: string }) => state === "staged") || null;
    });
    await world.sql`delete from public.leads_staging where upload_id = ${upload}`;
    await world.sql`delete from private.leads_staging_contacts where part_id in (
      select id from public.upload_parts where upload_id = ${upload})`;
    await lock`select pg_advisory_unlock_all()`;
    lock.release();
    const status = await world.finished(upload, source);
    expect(status.counts).toMatchObject({ received: 500, staged: 500, created: 500 });
  });

  test("a busy org does not delay another", async () => {
    const busy = await newSource(), other = await newSource();
    const lock = await world.sql.reserve();
    await lock`select pg_advisory_lock(hashtextextended(${busy.orgId}::text, 1))`;
    const held = await sendParts(busy, [[1, HEADER + houses(1, 3)]]);
    expect(
      (await world.finished(await sendParts(other, [[1, HEADER + houses(1, 2)]]), other)).state,
    )
      .toBe("completed");
    expect((await world.status(held, busy)).json.state).toBe("processing");
    await lock`select pg_advisory_unlock_all()`;
    lock.release();
    expect((await world.finished(held, busy)).counts.created).toBe(3);
  });

  test("work that fails repeatedly becomes a dead letter; after a fix and a replay it is done", async () => {
    const source = await newSource();
    await world.sql`update pgboss.queue set retry_limit = 1, retry_delay = 0, retry_backoff = false
      where name = 'stage-part'`;
    const pid = world.stack.processes.get("worker-loop")!.pid!;
    process.kill(pid, "SIGSTOP");
    const upload = await sendParts(source, [[1, HEADER + houses(1, 3)]]);
    const [kept] = await world.sql`
      update private.upload_part_chunks c set body = 'damaged' from public.upload_parts p
      where p.id = c.part_id and p.upload_id = ${upload}
      returning c.part_id, (select o.body from private.upload_part_chunks o where o.part_id = c.part_id)`;
    process.kill(pid, "SIGCONT");
    const failed = await world.finished(upload, source);
    expect(failed.state).toBe("failed");
    const letters = await world.sql`
      select d.reason, d.payload, d.resolved_at from public.pipeline_dlq d
      where d.payload ->> 'part_id' = ${kept!.part_id}`;
    expect(letters).toMatchObject([{
      reason: "staging failed repeatedly",
      payload: { part_id: kept!.part_id },
      resolved_at: null,
    }]);
    await world.sql`update private.upload_part_chunks set body = ${kept!.body}
      where part_id = ${kept!.part_id}`;
    const replay = { body: JSON.stringify({ replay: source.key, upload: null }) };
    expect((await world.send("POST", "/replay", replay, source)).json).toEqual({ replayed: 1 });
    expect(await world.finished(upload, source)).toMatchObject({
      state: "completed",
      counts: { created: 3 },
    });
    await world.sql`update pgboss.queue set retry_limit = 6, retry_delay = 1, retry_backoff = true
      where name = 'stage-part'`;
  });
});

test("a file sent whole becomes leads in any worker, and no part is left waiting", async () => {
  const open = await world.sql`select p.state from public.upload_parts p
    where p.state in ('received', 'staging', 'staged')`;
  expect(open).toEqual([]);
});
