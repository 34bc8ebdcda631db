// The limits of an account at a provider, by any clock: no window ever has more calls than the limit, and little of the
// limit is lost.
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer } from "../../../scripts/dev/server.ts";

let server: Awaited<ReturnType<typeof openServer>>;
let database: TestDatabase;
let sql: ReturnType<typeof connect>;
beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = connect(database.adminUrl, 4);
});
afterAll(async () => {
  await sql?.end();
  await database?.drop();
  await server?.release();
});

interface Limit {
  name: string;
  calls: number;
  seconds: number;
  burst?: number;
}

let accounts = 0;
const START = Date.parse("2026-11-20T18:00:00Z");

/** Takes calls from time to time; returns when each was granted, in microseconds. */
async function take(limits: Limit[], wishes: { pauseMs: number; wanted: number }[], at = START) {
  const account = `a${++accounts}`;
  const granted: number[] = [];
  let now = at;
  for (const { pauseMs, wanted } of wishes) {
    now += pauseMs;
    const [row] = await sql<{ waits: number[] | null }[]>`
      select array(select (extract(epoch from w) * 1000000)::bigint::float8 from unnest(t.waits) w) as waits
      from private.take_calls('acme', ${account}, ${
      sql.json(limits as never)
    }, ${wanted}, interval '1 second',
        ${new Date(now)}) t`;
    granted.push(...row!.waits!.map((wait) => (now - at) * 1000 + wait));
  }
  return granted;
}

function mostIn(times: number[], seconds: number): number {
  let first = 0;
  let most = 0;
  for (let last = 0; last < times.length; last++) {
    while (times[last]! - times[first]! >= seconds * 1e6) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

const limit = fc.record({
  calls: fc.integer({ min: 1, max: 120 }),
  seconds: fc.constantFrom(1, 2, 10, 60),
  burst: fc.option(fc.integer({ min: 1, max: 120 }), { nil: undefined }),
});
const wishes = fc.array(
  fc.record({
    pauseMs: fc.integer({ min: 0, max: 1500 }),
    wanted: fc.integer({ min: 1, max: 60 }),
  }),
  { minLength: 1, maxLength: 25 },
);

test("no window of any limit has more calls than it allows", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(limit, { minLength: 1, maxLength: 3 }),
      wishes,
      async (given, list) => {
        const limits = given.map((one, n) => ({ name: `l${n}`, ...one }));
        const times = await take(limits, list);
        expect(times).toEqual([...times].sort((a, b) => a - b));
        for (const { calls, seconds } of limits) {
          expect(mostIn(times, seconds)).toBeLessThanOrEqual(calls);
        }
      },
    ),
    { numRuns: 150 },
  );
});

test("who always wants more gets at least 95 % of the limit", async () => {
  const list = Array.from({ length: 100 }, () => ({ pauseMs: 100, wanted: 50 }));
  for (const calls of [1, 7, 50, 400]) {
    const times = await take([{ name: "second", calls, seconds: 1 }], list);
    const inTime = times.filter((time) => time < 10e6).length;
    expect(inTime).toBeGreaterThanOrEqual(Math.floor(0.95 * calls * 9.9));
    expect(mostIn(times, 1)).toBeLessThanOrEqual(calls);
  }
});

test("four workers at once share one limit", async () => {
  const limits = [{ name: "second", calls: 50, seconds: 1 }];
  const now = new Date(START);
  const granted = (await Promise.all(Array.from({ length: 40 }, () =>
    sql<{ waits: number[] }[]>`
      select array(select (extract(epoch from w) * 1000000)::bigint::float8 from unnest(t.waits) w) as waits
      from private.take_calls('acme', 'shared', ${
      sql.json(limits)
    }, 4, interval '3 seconds', ${now}) t`))).flatMap(([row]) => row!.waits);
  granted.sort((a, b) => a - b);
  expect(granted.length).toBeGreaterThan(140);
  expect(mostIn(granted, 1)).toBeLessThanOrEqual(50);
});

test("a provider that asks for a pause gets it from all of its account's workers", async () => {
  await sql`select private.pause_calls('acme', 'paused', ${new Date(START + 30_000)})`;
  const ask = async (at: number) =>
    (await sql<{ n: number }[]>`
      select cardinality(t.waits) as n
      from private.take_calls('acme', 'paused', '[{"name": "second", "calls": 9, "seconds": 1}]', 1,
        interval '1 second', ${new Date(at)}) t`)[0]!.n;
  expect(await ask(START + 28_000)).toBe(0);
  expect(await ask(START + 30_000)).toBe(1);
});
