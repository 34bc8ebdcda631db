import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type OpenData, parcel, startOpenData } from "../../../scripts/sandbox/opendata/server.ts";
import { eventually, type Source, startWorld, type World } from "../../http/intake/harness.ts";
import { pullsOf } from "./support.ts";

let world: World;
let data: OpenData;
let pulls: ReturnType<typeof pullsOf>;
beforeAll(async () => {
  data = await startOpenData();
  world = await startWorld({ worker: true, env: { WORKER_PULL_SECONDS: "1" } });
  pulls = pullsOf(world);
});
afterAll(async () => {
  await world?.stop();
  await data?.stop();
});
beforeEach(() => {
  Object.assign(data, { robots: null, maxRecordCount: 1000, faults: [], requests: [] });
  data.gate = () => Promise.resolve();
});

const PATHS = {
  socrata: "/resource/parc-els1",
  arcgis: "/arcgis/rest/services/Parcels/FeatureServer/0",
  file: "/files/parcels.csv.gz",
};
const parcels = (count: number) => Array.from({ length: count }, (_, n) => parcel(n + 1));

const addPull = (kind: keyof typeof PATHS, more: Record<string, unknown> = {}) =>
  pulls.addPull(kind, data.url + PATHS[kind], more);
const lastRun = (source: Source) => pulls.lastRun(source);
const pulled = (source: Source) => pulls.pulled(source);
const settled = (source: Source) => pulls.settled(source);
const leadsOf = (source: Source) => pulls.leadsOf(source);

describe.each(["socrata", "arcgis", "file"] as const)("%s", (kind) => {
  test("every row becomes a lead, in pages; the same content changes nothing", async () => {
    data.rows = parcels(250);
    data.maxRecordCount = 60;
    const source = await addPull(kind, { options: world.sql.json({ page: 100 }) });
    expect(await pulled(source)).toMatchObject({ state: "completed", rows: 250 });
    expect(await leadsOf(source)).toBe(250);
    expect(data.requests.every(({ agent }) => agent.startsWith("sluice-pull/1 "))).toBe(true);

    const again = await pulled(source);
    expect(again).toMatchObject({ state: "unchanged", rows: 250, new_parts: 0 });
    data.rows = [...data.rows, parcel(251)];
    expect(await pulled(source)).toMatchObject({ state: "completed", rows: 251 });
    expect(await leadsOf(source)).toBe(251);
  });

  test("a run that loses more than a fifth of its rows is held, and a person decides", async () => {
    data.rows = parcels(20);
    const source = await addPull(kind);
    await pulled(source);
    data.rows = parcels(16).map((row) => ({ ...row, OWNER_NAME: `${row.OWNER_NAME} Jr` }));
    expect((await pulled(source)).state).toBe("completed");
    data.rows = parcels(12).map((row) => ({ ...row, OWNER_NAME: "Nobody" }));
    const held = await pulled(source);
    expect(held).toMatchObject({ state: "held", error: "12 rows, after 16 in the last good run" });
    const nobodies = async () =>
      (await world.sql`select count(*)::integer as n from public.leads
        where org_id = ${source.orgId} and owner_full = 'Nobody'`)[0]!.n;
    expect(await nobodies()).toBe(0);
    const [letter] = await world.sql`
      select source, reason from public.pipeline_dlq where org_id = ${source.orgId} and resolved_at is null`;
    expect(letter).toEqual({
      source: "pull",
      reason: "a pull lost rows and waits for a person",
    });
    await expect(world.sql`select public.run_pull(${source.id})`).rejects.toThrow("is held");
    await world.sql`select public.decide_pull(${source.id}, false)`;
    expect((await lastRun(source)).state).toBe("dropped");
    expect(await nobodies()).toBe(0);

    expect((await pulled(source)).state).toBe("held");
    await world.sql`select public.decide_pull(${source.id}, true)`;
    expect((await settled(source)).state).toBe("completed");
    expect(await leadsOf(source)).toBe(20);
    expect(await nobodies()).toBe(12);
  });
});

describe.each(["socrata", "arcgis"] as const)("%s", (kind) => {
  test("a worker that is killed in the middle loses and repeats nothing", async () => {
    data.rows = parcels(kind === "socrata" ? 300 : 45_000);
    data.maxRecordCount = 2000;
    const source = await addPull(kind, {
      options: world.sql.json({ page: kind === "socrata" ? 100 : 2000 }),
    });
    const reached = Promise.withResolvers<void>();
    const open = Promise.withResolvers<void>();
    const pages = kind === "socrata" ? 3 : 12;
    data.gate = async () => {
      if (data.requests.length < pages) return;
      reached.resolve();
      await open.promise;
    };
    await world.sql`select public.run_pull(${source.id})`;
    await reached.promise;
    const before = await lastRun(source);
    expect(before).toMatchObject({ state: "running", attempts: 1 });
    expect(before.parts).toBeGreaterThan(0);
    process.kill(world.stack.processes.get("worker-loop")!.pid!, "SIGKILL");
    data.gate = () => Promise.resolve();
    open.resolve();
    const asked = data.requests.length;
    // The lease of the dead worker would run out after five minutes.
    await world.sql`update public.pull_runs set lease_until = null where id = ${before.id}`;
    const after = await settled(source);
    expect(after).toMatchObject({ state: "completed", rows: data.rows.length, attempts: 2 });
    expect(data.requests.length - asked).toBeLessThan(kind === "socrata" ? 4 : 25);
    expect(await leadsOf(source)).toBe(data.rows.length);
  });
});

describe("errors", () => {
  test("429 and errors that pass are repeated; a token is sent and stored encrypted", async () => {
    data.rows = parcels(5);
    const source = await addPull("socrata");
    await world.sql`select public.set_pull_token(${source.id}, 'quillmarker')`;
    data.faults = [{ status: 429, retryAfter: "0" }, { status: 503, retryAfter: "0" }];
    expect(await pulled(source)).toMatchObject({ state: "completed", attempts: 1 });
    expect(new Set(data.requests.map(({ token }) => token))).toEqual(new Set(["quillmarker"]));
    const [stored] = await world.sql<{ token_cipher: Uint8Array }[]>`
      select token_cipher from public.pulls where source_id = ${source.id}`;
    expect(Buffer.from(stored!.token_cipher).toString("latin1")).not.toContain("quillmarker");
  });

  test("an error object of ArcGIS with 200 fails the run, with a dead letter that can be replayed", async () => {
    data.rows = parcels(5);
    const source = await addPull("arcgis");
    data.faults = [{}, { arcgis: 400 }];
    expect(await pulled(source)).toMatchObject({
      state: "failed",
      error: expect.stringContaining("400 Unable to complete"),
    });
    expect(await leadsOf(source)).toBe(0);
    const letters = () =>
      world.sql`select reason from public.pipeline_dlq
        where org_id = ${source.orgId} and resolved_at is null`;
    expect([...await letters()]).toEqual([{ reason: "a pull failed" }]);
    expect(await pulled(source)).toMatchObject({ state: "completed", rows: 5 });
    expect(await letters()).toHaveLength(0);
  });

  test("robots.txt is honoured", async () => {
    data.rows = parcels(5);
    data.robots = "User-agent: *\nDisallow: /files/\n";
    const source = await addPull("file");
    expect(await pulled(source)).toMatchObject({
      state: "failed",
      error: "robots.txt of the server does not allow it",
    });
    expect(data.requests).toEqual([]);
    data.robots = "User-agent: *\nDisallow: /other/\n";
    expect((await pulled(source)).state).toBe("completed");
  });

  test("robots.txt is asked where a redirect leads, too", async () => {
    data.rows = parcels(5);
    // The first URL is allowed, and the file is not.
    data.robots = "User-agent: *\nDisallow: /files/\n";
    const source = await addPull("file", { url: `${data.url}/moved` });
    expect(await pulled(source)).toMatchObject({
      state: "failed",
      error: "robots.txt of the server does not allow it",
    });
  });

  test("redirects are followed for files", async () => {
    data.rows = parcels(5);
    const source = await addPull("file", { url: `${data.url}/moved` });
    expect((await pulled(source)).state).toBe("completed");
  });
});

test("a pull runs at its local time, once", async () => {
  data.rows = parcels(3);
  const source = await addPull("socrata", { time_zone: "UTC" });
  const [day] = await world.sql<{ day: string }[]>`
    update public.pulls set created_at = created_at - interval '2 days' where source_id = ${source.id}
    returning to_char(now() at time zone 'UTC', 'YYYY-MM-DD') as day`;
  const run = await eventually("the run that is due", () => lastRun(source).then((r) => r ?? null));
  expect(await settled(source)).toMatchObject({ id: run.id, state: "completed" });
  const [{ due }] = await world.sql`
    select to_char(due_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as due from public.pull_runs
    where id = ${run.id}` as unknown as [{ due: string }];
  expect(due).toBe(`${day!.day} 00:00`);
  await world.sql`select private.open_due_pulls()`;
  expect(await world.sql`select from public.pull_runs where source_id = ${source.id}`).toHaveLength(
    1,
  );
});
