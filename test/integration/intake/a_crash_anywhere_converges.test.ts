import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isAlive } from "../../../scripts/dev/state.ts";
import {
  type Answer,
  eventually,
  HEADER,
  houses,
  type Source,
  startWorld,
  type World,
} from "../../http/intake/harness.ts";

let world: World;
/** Parts that overlap: 6,500 rows of 5,500 houses. */
const parts = [HEADER + houses(1, 2500), houses(2001, 2500), houses(4001, 1500)];
let expected: Outcome;

interface Outcome {
  counts: Record<string, number>;
  leads: string[];
}

beforeAll(async () => {
  world = await startWorld({
    worker: true,
    env: {
      WORKER_SLICE_ROWS: "100",
      WORKER_RESOLVE_ROWS: "1000",
      WORKER_SUPERVISE_SECONDS: "1",
    },
  });
  // Attempts follow each other without the pauses of production.
  await world.sql`update pgboss.queue set retry_backoff = false, retry_delay = 0, retry_limit = 20`;
  const source = await world.addSource(await world.addOrg());
  expected = await outcome(await send(source), source);
});
afterAll(() => world?.stop());

async function send(source: Source): Promise<string> {
  const upload = randomUUID();
  for (const [k, body] of parts.entries()) {
    const query = { upload, part: String(k + 1), parts: "3" };
    expect((await world.upload(body, { query }, source)).status).toBe(202);
  }
  return upload;
}

async function outcome(upload: string, source: Source): Promise<Outcome> {
  const status = await world.finished(upload, source);
  expect(status.state).toBe("completed");
  const leads = await world.sql<{ line: string }[]>`
    select concat_ws(' ', l.situs_house_number, l.situs_street, l.owner_1_first, l.phone_verified,
      (select count(*) from public.contact_points c
        where c.org_id = l.org_id and c.lead_id = l.id),
      (select string_agg(h.action::text, ',' order by h.id) from public.lead_changes h
        where h.org_id = l.org_id and h.lead_id = l.id)) as line
    from public.leads l where l.org_id = ${source.orgId} order by 1`;
  return { counts: status.counts, leads: leads.map(({ line }) => line) };
}

const worker = () => world.stack.processes.get("worker-loop")!;

/** Like kill -9, and lets time pass for the jobs in progress. */
async function killWorker(): Promise<void> {
  const pid = worker().pid!;
  process.kill(pid, "SIGKILL");
  await eventually("the worker to be gone", () => Promise.resolve(isAlive(pid) ? null : true));
  await world.sql`update pgboss.job set heartbeat_on = now() - interval '5 minutes'
    where state = 'active'`;
}

type Part = { part: number; state: string; rows: number };
const partsOf = ({ json }: Answer): Part[] => json.parts;

describe("the worker is killed", () => {
  test.each<[string, (parts: Part[]) => boolean]>([
    [
      "while it stages the first rows",
      (all) => all.some((p) => p.state === "staging" && p.rows > 0),
    ],
    ["when part 1 is staged", (all) => all[0]?.state !== "received" && all[0]?.state !== "staging"],
    ["when part 1 is resolved", (all) => all[0]?.state === "resolved"],
    ["while the last part is staged", (all) => all[2]?.state === "staging"],
    ["when all is staged", (all) => all.every((p) => ["staged", "resolved"].includes(p.state))],
  ])("%s", async (_, reached) => {
    const source = await world.addSource(await world.addOrg());
    const upload = await send(source);
    await eventually("the moment", async () => {
      const status = await world.status(upload, source);
      return reached(partsOf(status)) || status.json.state === "completed" || null;
    });
    await killWorker();
    expect(await outcome(upload, source)).toEqual(expected);
  });

  test("in the middle of resolving: all of it is rolled back, and done again", async () => {
    const source = await world.addSource(await world.addOrg());
    let upload = "";
    await world.sql.begin(async (tx) => {
      await tx`lock table public.lead_changes in share row exclusive mode`;
      upload = await send(source);
      await eventually("the resolve to wait", async () => {
        const [waiting] = await world.sql`select from pg_locks
          where relation = 'public.lead_changes'::regclass and not granted`;
        return waiting ?? null;
      });
      await killWorker();
    });
    expect(await outcome(upload, source)).toEqual(expected);
  });

  test("between slices of resolving: they stay, and another worker applies the rest", async () => {
    const source = await world.addSource(await world.addOrg());
    const upload = await send(source);
    const slices = await eventually("a slice to be applied", async () => {
      const [found] = await world.sql<{ applied: number; open: number }[]>`
        select count(s.applied_at)::integer as applied, count(*) filter (where s.applied_at is null)::integer as open
        from private.resolve_slices s where s.upload_id = ${upload} and s.slice > 0`;
      return found!.applied > 0 ? found! : null;
    });
    await killWorker();
    expect(slices.open).toBeGreaterThan(0);
    expect(await outcome(upload, source)).toEqual(expected);
  });

  test("repeatedly", async () => {
    // How often an upload can be hit depends on the machine: where it finishes too soon, another follows.
    for (let kills = 0; kills < 4;) {
      const source = await world.addSource(await world.addOrg());
      const upload = await send(source);
      let last = "";
      while (kills < 4) {
        const state = await eventually("something to happen", async () => {
          const { json } = await world.status(upload, source);
          const now = json.state + JSON.stringify(json.parts);
          return now !== last || json.state === "completed"
            ? { now, done: json.state === "completed" }
            : null;
        });
        last = state.now;
        if (state.done) break;
        await eventually("a worker", () => Promise.resolve(worker().pid));
        await killWorker();
        kills++;
      }
      expect(await outcome(upload, source)).toEqual(expected);
    }
  });

  test("gently: it returns its jobs to their queue at once, and no attempt is lost", async () => {
    const source = await world.addSource(await world.addOrg());
    const upload = await send(source);
    await eventually(
      "staging",
      async () =>
        partsOf(await world.status(upload, source)).some(({ state }) => state === "staging") ||
        null,
    );
    process.kill(worker().pid!, "SIGTERM");
    expect(await outcome(upload, source)).toEqual(expected);
    const [jobs] = await world.sql`
      select max(j.retry_count) as retries from pgboss.job j
      where j.data ->> 'upload_id' = ${upload} or j.data ->> 'part_id' in (
        select id::text from public.upload_parts where upload_id = ${upload})`;
    expect(jobs!.retries).toBe(0);
  });
});

describe("the function is killed", () => {
  const door = () => world.stack.processes.get("csv-upload")!;
  const kill = async () => {
    const pid = door().pid!;
    process.kill(pid, "SIGKILL");
    await eventually("the function to be gone", () => Promise.resolve(isAlive(pid) ? null : true));
  };
  /** The gateway answers 502 or 503 until the function is back. */
  const retried = (content: string, id: string, source: Source) =>
    eventually("the function to be back", async () => {
      const answer = await world.upload(content, { id }, source);
      return answer.status >= 500 ? null : answer;
    });
  const isStored = async (id: string) =>
    (await world.sql`select from public.ingest_replay_guard where webhook_id = ${id}`).length > 0;

  test("before the commit: nothing is stored, and the client's retry is accepted", async () => {
    const source = await world.addSource(await world.addOrg());
    const content = HEADER + houses(1, 3), id = randomUUID();
    await world.sql.begin(async (tx) => {
      await tx`lock table private.upload_part_chunks in access exclusive mode`;
      const sent = world.upload(content, { id }, source).catch(() => null);
      await eventually("the request to wait", async () => {
        const [waiting] = await world.sql`select from pg_locks
          where relation = 'private.upload_part_chunks'::regclass and not granted`;
        return waiting ?? null;
      });
      await kill();
      expect((await sent)?.status ?? 502).toBe(502);
    });
    const answer = await retried(content, id, source);
    expect(answer.status).toBe(202);
    expect((await world.finished(answer.json.upload_id, source)).counts.created).toBe(3);
  });

  test("between commit and acknowledgement: the part is stored, and the retry is a duplicate", async () => {
    const source = await world.addSource(await world.addOrg());
    const content = HEADER + houses(1, 3), id = randomUUID();
    // Commits wait for this lock: the function dies while it waits, and the database still commits.
    await world.sql.unsafe(`
      create function public.wait_at_commit() returns trigger language plpgsql as
      $$ begin perform pg_advisory_xact_lock(4711); return null; end $$;
      grant execute on function public.wait_at_commit() to public;
      create constraint trigger wait_at_commit after insert on public.upload_parts
        deferrable initially deferred for each row execute function public.wait_at_commit()`);
    try {
      await world.sql.begin(async (tx) => {
        await tx`select pg_advisory_xact_lock(4711)`;
        const sent = world.upload(content, { id }, source).catch(() => null);
        await eventually("the commit to wait", async () => {
          const [waiting] = await world.sql`select from pg_locks
            where locktype = 'advisory' and objid = 4711 and not granted`;
          return waiting ?? null;
        });
        await kill();
        expect((await sent)?.status ?? 502).toBe(502);
        expect(await isStored(id)).toBe(false);
      });
      await eventually("the commit", async () => await isStored(id) || null);
    } finally {
      await world.sql.unsafe(`drop function public.wait_at_commit() cascade`);
    }
    const answer = await retried(content, id, source);
    expect([answer.status, answer.json.duplicate]).toEqual([200, true]);
    expect((await world.finished(answer.json.upload_id, source)).counts).toMatchObject({
      received: 3,
      created: 3,
    });
  });
});
