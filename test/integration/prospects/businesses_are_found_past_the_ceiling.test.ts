// A whole run over a place with more businesses than one search lists: forecast, confirmation, cells, places, websites.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sourcePlaces } from "../../../edge-functions/_shared/prospects/jobs/source_places.ts";
import type { Work } from "../../../edge-functions/_shared/jobs/job.ts";
import { Queue } from "../../../edge-functions/_shared/jobs/queue.ts";
import { openPool } from "../../../edge-functions/_shared/platform/db/pool.ts";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer } from "../../../scripts/dev/server.ts";
import { type Sandbox, startSandbox } from "../../../scripts/sandbox/sandbox.ts";

const LOS_ANGELES = { latitude: 34.05, longitude: -118.25 };
let server: Awaited<ReturnType<typeof openServer>>;
let database: TestDatabase;
let sql: ReturnType<typeof connect>;
let pool: ReturnType<typeof openPool>;
let sandbox: Sandbox;
let orgId: string;
const sites: Server[] = [];
const visits: string[] = [];
const environment = new Map<string, string | undefined>();
let now = new Date("2026-11-20T15:00:00Z");

/** A website of its own port: a page, robots.txt, and perhaps a page of contacts. */
async function site(pages: Record<string, string>): Promise<string> {
  const listener = createServer((request, response) => {
    visits.push(`${request.headers.host}${request.url}`);
    const page = pages[request.url ?? ""];
    response.writeHead(page === undefined ? 404 : 200, { "content-type": "text/html" });
    response.end(page ?? "");
  });
  sites.push(listener);
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(listener.address() as AddressInfo).port}/`;
}

beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = connect(database.adminUrl, 4);
  pool = openPool(database.adminUrl, { name: "test", max: 3, prepare: true });
  sandbox = await startSandbox();
  // The gateway of a process reads its environment.
  for (const [name, value] of Object.entries(sandbox.env)) {
    environment.set(name, process.env[name]);
    process.env[name] = value;
  }
  const [org] = await sql<
    { id: string }[]
  >`insert into public.orgs (name) values ('Acme') returning id`;
  orgId = org!.id;
  await sql`select public.switch_pack(${orgId}, 'prospects', true)`;
  await sql`insert into public.provider_budgets (org_id, provider, period, limit_usd)
    select ${orgId}, p, 'month', 100 from unnest('{google,yelp}'::text[]) p`;
  const listings = sandbox.google.listings;
  // 75 dentists in one corner, more than the 60 of a search, and one outside of the circle.
  for (let n = 0; n < 75; n++) {
    listings.push({
      ...{ id: `g${String(n).padStart(3, "0")}`, name: `Dentist ${n}`, googleType: "dentist" },
      yelpCategory: "dentists",
      latitude: LOS_ANGELES.latitude + 0.004 + (n % 9) * 0.0005,
      longitude: LOS_ANGELES.longitude + 0.004 + Math.floor(n / 9) * 0.0005,
    });
  }
  Object.assign(listings[0]!, {
    name: "Ames Dental",
    phone: "(213) 555-0101",
    website: await site({
      "/":
        `<title>Ames Dental</title><a href="tel:213-555-0101">call</a><a href="/contact">contact</a>`,
      "/contact":
        `<script type="application/ld+json">{"@type": "Dentist", "name": "Ames Dental", "address":
        {"streetAddress": "12 Main St", "addressLocality": "Los Angeles", "addressRegion": "CA",
        "postalCode": "90001"}}</script><a href="mailto:hello@ames.example.com">write</a>`,
    }),
  });
  Object.assign(listings[1]!, {
    name: "Dale Dental",
    website: await site({
      "/": "<title>Dale</title>",
      "/robots.txt": "User-agent: *\nDisallow: /",
    }),
  });
  Object.assign(listings[2]!, { name: "Cole Dental", closed: true });
  listings.push({
    ...{ id: "outside", name: "Far Dental", googleType: "dentist", yelpCategory: "dentists" },
    // In the box around the circle, not in the circle.
    ...{ latitude: LOS_ANGELES.latitude + 0.0089, longitude: LOS_ANGELES.longitude + 0.0105 },
  });
});
afterAll(async () => {
  for (const [name, value] of environment) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  for (const listener of sites) listener.close();
  await sandbox?.stop();
  await pool?.end();
  await sql?.end();
  await database?.drop();
  await server?.release();
});

interface Run {
  state: string;
  reason: string | null;
  forecast: Record<string, number>;
  spent_usd: number;
  calls: number;
  cells: number;
  places_new: number;
  places_read: number;
  businesses_new: number;
}

async function work(run: string): Promise<Run> {
  const doing = {
    ...{ sql: pool, queue: new Queue(pool), now: () => now, log: () => {}, spend: () => {} },
    ...{
      shouldStop: () => false,
      sliceRows: 1,
      resolveRows: 1,
      resolveSlices: 1,
      env: process.env,
    },
  } as unknown as Work;
  const job = { id: crypto.randomUUID(), data: { run_id: run, org_id: orgId, task: "source" } };
  await sourcePlaces(doing, job as never, { loopback: true, pause: () => Promise.resolve() });
  const [row] = await sql<Run[]>`
    select state, reason, forecast, spent_usd::float8, calls, cells, places_new, places_read, businesses_new
    from public.source_runs where id = ${run}`;
  return row!;
}

async function universe(definition: Record<string, unknown>): Promise<string> {
  const [row] = await sql<{ id: string }[]>`
    select public.save_universe(${orgId}, ${
    sql.json({
      ...{ name: "Dentists", provider: "google", verticals: ["dentist"], floor_metres: 200 },
      ...{ area: [{ kind: "radius", ...LOS_ANGELES, metres: 1000 }], daily_quota: 3 },
      ...definition,
    } as never)
  }) ->> 'universe_id' as id`;
  return row!.id;
}

async function plan(id: string): Promise<string> {
  const [row] = await sql<
    { id: string }[]
  >`select public.plan_source_run(${orgId}, ${id}, ${now}) as id`;
  return row!.id;
}

test("more places than a search lists are found, each read once, and only websites fill businesses", async () => {
  const dentists = await universe({});
  const run = await plan(dentists);
  await expect(plan(dentists)).rejects.toThrow("it has a run today");
  const planned = await work(run);
  expect(planned).toMatchObject({ state: "planned", calls: 0, spent_usd: 0 });
  expect(planned.forecast).toMatchObject({
    cells: 1,
    search_usd: 0,
    read_usd: 0.035,
    reads_most: 3,
  });
  expect(sandbox.google.searches).toHaveLength(0);
  // Not confirmed: nothing happens.
  await work(run);
  expect(sandbox.google.searches).toHaveLength(0);

  await sql`select public.confirm_source_run(${run}, ${now})`;
  const done = await work(run);
  expect(done).toMatchObject({ state: "done", reason: null, places_read: 3, businesses_new: 1 });
  expect(done.places_new).toBe(76);
  expect(done.spent_usd).toBeCloseTo(3 * 0.035, 6);
  const states = await sql<{ text: string }[]>`
    select place_id || ' ' || state || coalesce(' ' || reason, '') as text from public.business_places
    where org_id = ${orgId} and state <> 'new' order by place_id`;
  expect(states.map(({ text }) => text)).toEqual([
    "g000 read",
    "g001 left_out unreadable: robots",
    "g002 left_out closed",
  ]);
  const [business] = await sql`
    select b.name, b.street, b.zip, p.match ->> 'confidence' as confidence,
      (select array_agg(c.masked || ' ' || c.provider order by c.kind) from public.business_contacts c
        where c.business_id = b.id) as contacts,
      (select array_agg(distinct f.provider || ' ' || f.terms) from public.business_facts f
        where f.business_id = b.id) as facts
    from public.businesses b join public.business_places p on p.org_id = b.org_id and p.business_id = b.id
    where b.org_id = ${orgId}`;
  expect(business).toMatchObject({
    ...{ name: "Ames Dental", zip: "90001", facts: ["website published"] },
    contacts: [expect.stringMatching(/ website$/), expect.stringMatching(/ website$/)],
  });
  expect(Number(business!.confidence)).toBeGreaterThan(0.9);
  const ends = await sql`
    select from public.place_displays where expires_at > obtained_at + interval '24 hours'`;
  expect(ends).toHaveLength(0);
  expect(visits.filter((visit) => visit.endsWith("/robots.txt"))).toHaveLength(2);
  // Of the site that does not want to be read, nothing else was asked.
  const second = new URL(sandbox.google.listings[1]!.website!).host;
  expect(visits.filter((visit) => visit.startsWith(second))).toEqual([`${second}/robots.txt`]);
});

test("the next day asks for no cell again and reads on; after a month, only full or changed cells", async () => {
  const searches = sandbox.google.searches.length;
  const [{ id: dentists }] = await sql<
    { id: string }[]
  >`select id from public.universes where org_id = ${orgId}`;
  now = new Date("2026-11-21T15:00:00Z");
  const next = await plan(dentists!);
  expect((await work(next)).forecast).toMatchObject({ cells: 0, places_waiting: 73 });
  await sql`select public.confirm_source_run(${next}, ${now})`;
  expect(await work(next)).toMatchObject({ state: "done", places_new: 0, places_read: 3 });
  expect(sandbox.google.searches).toHaveLength(searches);
  expect(new Set(sandbox.google.read).size).toBe(sandbox.google.read.length);

  now = new Date("2026-12-25T15:00:00Z");
  const later = await plan(dentists!);
  const [cells] = await sql`
    select count(*) filter (where state = 'complete' and results = 0)::integer as empty,
      count(*) filter (where state = 'complete' and results_new > 0)::integer as changed
    from public.source_cells where org_id = ${orgId}`;
  expect(cells!.empty).toBeGreaterThan(0);
  expect((await work(later)).forecast).toMatchObject({ cells: cells!.changed });
});

test("what is paid for needs a budget and stays within what was confirmed", async () => {
  now = new Date("2026-11-22T15:00:00Z");
  await sql`update public.provider_budgets set limit_usd = 0.04 where org_id = ${orgId} and provider = 'yelp'`;
  sandbox.yelp.listings.push(...sandbox.google.listings);
  const both = await universe({ name: "By Yelp", provider: "yelp" });
  const run = await plan(both);
  expect((await work(run)).forecast).toMatchObject({
    read_usd: null,
    reads_most: 0,
    budget_left_usd: 0.04,
  });
  await sql`select public.confirm_source_run(${run}, ${now})`;
  const done = await work(run);
  // Two pages of 50 list the 76 of the circle around the cell; 63 of them lie in the drawn area.
  expect(done).toMatchObject({ state: "done", places_new: 63, places_read: 3, businesses_new: 0 });
  expect(done.spent_usd).toBeCloseTo(0.02, 6);
  expect(sandbox.yelp.searches).toHaveLength(2);
  const [linked] = await sql`
    select count(*)::integer as n from public.business_places p join public.businesses b on b.id = p.business_id
    where p.org_id = ${orgId} and p.provider = 'yelp' and p.state = 'read'`;
  expect(linked!.n).toBe(1);

  await sql`update public.provider_budgets set limit_usd = 0 where org_id = ${orgId} and provider = 'yelp'`;
  const poor = await universe({
    name: "Without money",
    provider: "yelp",
    area: [{ kind: "radius", latitude: 34.2, longitude: -118.25, metres: 1000 }],
  });
  const second = await plan(poor);
  await work(second);
  await sql`select public.confirm_source_run(${second}, ${now})`;
  expect(await work(second)).toMatchObject({ state: "paused", reason: "over_budget", calls: 0 });
});

test("while the pack is off, a confirmed run does nothing", async () => {
  now = new Date("2026-11-23T15:00:00Z");
  const [{ id: dentists }] = await sql<{ id: string }[]>`
    select id from public.universes where org_id = ${orgId} and name = 'Dentists'`;
  await sql`update public.source_runs set state = 'cancelled', ended_at = ${now} where state = 'planned'`;
  const run = await plan(dentists!);
  await work(run);
  await sql`select public.confirm_source_run(${run}, ${now})`;
  await sql`select public.switch_pack(${orgId}, 'prospects', false)`;
  const read = sandbox.google.read.length;
  expect(await work(run)).toMatchObject({ state: "running", places_read: 0 });
  await sql`select public.switch_pack(${orgId}, 'prospects', true)`;
  expect(await work(run)).toMatchObject({ state: "done", places_read: 3 });
  expect(sandbox.google.read.length).toBe(read + 3);
});
