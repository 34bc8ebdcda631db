import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Stack, startStack } from "../../../scripts/dev/stack.ts";
import { eventually, type Source, startWorld, type World } from "../../http/intake/harness.ts";

const env = { WORKER_SLICE_ROWS: "100", WORKER_STAGE_LANES: "3", WORKER_RESOLVE_LANES: "2" };
let world: World;
let second: Stack;
beforeAll(async () => {
  world = await startWorld({ worker: true, env });
  // A second worker on the same database.
  second = await startStack({
    database: { url: world.stack.databaseUrl, adminUrl: world.stack.adminUrl },
    functions: [],
    worker: true,
    env,
  });
});
afterAll(async () => {
  await second?.stop();
  await world?.stop();
});

const COLUMNS = "Property Address,City,State,Zip,APN,County,Owner First Name,Phone 1,Email 1\n";

/**
 * All data of a house follows from its number, so that the order of the uploads does not matter. Some rows
 * name it by its parcel only, some by its address only, some by both.
 */
function row(n: number, by: "both" | "address" | "parcel"): string {
  const address = by === "parcel" ? ",," : `${n} Main St,Phoenix,AZ`;
  const zip = by === "parcel" ? "" : "85001";
  const parcel = by === "address" ? "," : `${100 + n}-22-${n},Maricopa`;
  const state = by === "parcel" ? ",,AZ" : address;
  const phone = `602-555-01${String(n % 100).padStart(2, "0")}`;
  return `${state},${zip},${parcel},Owner${n},${phone},o${n}@example.com\n`;
}

const KINDS = ["both", "address", "parcel"] as const;

/** Four uploads of three parts; each house is in several of them, and twice within one part. */
function lists(): string[][] {
  return Array.from({ length: 4 }, (_, u) =>
    Array.from({ length: 3 }, (_, p) => {
      // Everything is introduced by both keys in the first part of every upload.
      const kind = (k: number) => p === 0 ? "both" : KINDS[(k + u + p) % 3]!;
      const numbers = Array.from({ length: 700 }, (_, k) => 1 + (k * 7 + u * 90) % 900);
      const rows = numbers.map((n, k) => row(n, kind(k)));
      // The content of a part must be new.
      return COLUMNS + rows.join("") + row(5000 + u * 10 + p, "both");
    }));
}

async function sendAll(source: Source, atOnce: boolean): Promise<string[]> {
  const uploads: string[] = [];
  const sending: Promise<unknown>[] = [];
  for (const parts of lists()) {
    const upload = randomUUID();
    uploads.push(upload);
    for (const [k, body] of parts.entries()) {
      const query = { upload, part: String(k + 1), parts: String(parts.length) };
      const sent = world.upload(body, { query }, source);
      sending.push(sent);
      if (!atOnce) expect((await sent).status).toBe(202);
    }
    if (!atOnce) await world.finished(upload, source);
  }
  await Promise.all(sending);
  return uploads;
}

async function dump(source: Source): Promise<string[]> {
  const rows = await world.sql<{ line: string }[]>`
    select concat_ws('|', l.county_fips, l.apn, l.situs_house_number, l.situs_street, l.situs_zip,
      l.owner_1_first, (select string_agg(c.kind || ' ' || c.masked, ',' order by c.kind, c.masked)
        from public.contact_points c where c.org_id = l.org_id and c.lead_id = l.id)) as line
    from public.leads l where l.org_id = ${source.orgId} order by 1`;
  return rows.map(({ line }) => line);
}

describe("several parts and uploads at once, on two workers", () => {
  test("give the same leads as one after the other", async () => {
    const one = await world.addSource(await world.addOrg());
    const other = await world.addSource(await world.addOrg());
    await sendAll(one, false);
    const uploads = await sendAll(other, true);
    const counts: Record<string, number> = {};
    for (const upload of uploads) {
      const status = await world.finished(upload, other);
      expect([status.state, status.error]).toEqual(["completed", null]);
      const { received, created, updated, unchanged, merged, conflict, rejected } = status.counts;
      expect(created + updated + unchanged + merged + conflict + rejected).toBe(received);
      for (const [name, n] of Object.entries<number>(status.counts)) {
        counts[name] = (counts[name] ?? 0) + n;
      }
    }
    const leads = await dump(one);
    expect(leads).toHaveLength(912);
    expect(await dump(other)).toEqual(leads);
    expect(counts).toMatchObject({ received: 12 * 701, conflict: 0, rejected: 0, created: 912 });
  });

  test("the same list from many senders at once is staged and resolved once", async () => {
    const source = await world.addSource(await world.addOrg());
    const body = COLUMNS + Array.from({ length: 300 }, (_, n) => row(7000 + n, "both")).join("");
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => world.upload(body, {}, source)),
    );
    const [id, ...rest] = new Set(answers.map(({ json }) => json.upload_id as string));
    expect(rest).toEqual([]);
    expect((await world.finished(id!, source)).counts).toMatchObject({
      received: 300,
      created: 300,
    });
  });

  test("a part that two workers open is staged once", async () => {
    const source = await world.addSource(await world.addOrg());
    const body = COLUMNS + Array.from({ length: 6000 }, (_, n) => row(10_000 + n, "both")).join("");
    const upload = (await world.upload(body, {}, source)).json.upload_id;
    const [part] = await world.sql`select id from public.upload_parts where upload_id = ${upload}`;
    await eventually("staging to begin", async () => {
      const [now] = await world.sql`select state from public.upload_parts where id = ${part!.id}`;
      return now!.state === "received" ? null : true;
    });
    // As if the first worker had been considered dead while it is alive.
    await world.sql`insert into pgboss.job (name, data, singleton_key, policy)
      select 'stage-part', jsonb_build_object('part_id', ${part!.id}::text), ${
      part!.id
    } || n::text, 'short'
      from generate_series(1, 4) n`;
    const { counts } = await world.finished(upload, source);
    expect(counts).toMatchObject({ received: 6000, staged: 6000, created: 6000 });
    // The worker that has lost the part notices before it writes, so no job fails.
    await eventually("the other jobs to end", async () => {
      const open = await world.sql`
        select from pgboss.job where data ->> 'part_id' = ${part!.id} and state <= 'active'`;
      return open.length === 0 || null;
    });
    const [jobs] = await world.sql`
      select count(*)::integer, max(retry_count)::integer as retries from pgboss.job
      where data ->> 'part_id' = ${part!.id} and state = 'completed'`;
    expect(jobs).toEqual({ count: 5, retries: 0 });
  });
});
