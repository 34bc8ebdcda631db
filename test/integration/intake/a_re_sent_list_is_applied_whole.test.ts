// List A, then B about the same houses, then A with one more row: every house has the owner of A again.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Source, startWorld, type World } from "../../http/intake/harness.ts";

let world: World;

beforeAll(async () => {
  world = await startWorld({ worker: true });
});
afterAll(() => world?.stop());

const HEADER = "APN,County,Property Address,City,State,Zip,Owner First Name\n";

/** Parcels of a street, all owned by members of one family. */
const houses = (from: number, count: number, family: string): string =>
  Array.from(
    { length: count },
    (_, k) => `${from + k}-${from + k}-9,Maricopa,${from + k} Main St,Phoenix,AZ,85001,${family}\n`,
  )
    .join("");

async function send(source: Source, parts: string[]) {
  const upload = randomUUID();
  const statuses = [];
  for (const [k, body] of parts.entries()) {
    const query = { upload, part: String(k + 1), parts: String(parts.length) };
    statuses.push((await world.upload(HEADER + body, { query }, source)).status);
  }
  return { statuses, status: await world.finished(upload, source), upload };
}

async function families(source: Source): Promise<Record<string, number>> {
  const rows = await world.sql<{ family: string; houses: number }[]>`
    select owner_1_first as family, count(*)::integer as houses from public.leads
    where org_id = ${source.orgId} group by 1`;
  return Object.fromEntries(rows.map(({ family, houses }) => [family, houses]));
}

test("after another list has changed its leads, every part is applied again", async () => {
  const orgId = await world.addOrg();
  const [a, b] = [await world.addSource(orgId), await world.addSource(orgId)];
  const list = [houses(1, 300, "Ames"), houses(301, 300, "Ames"), houses(601, 300, "Ames")];
  await send(a, list);
  await send(b, [houses(101, 400, "Cole")]);
  expect(await families(a)).toEqual({ Ames: 500, Cole: 400 });

  const again = await send(a, [list[0]!, list[1]!, list[2]! + houses(901, 1, "Ames")]);
  expect(again.statuses).toEqual([202, 202, 202]);
  expect(await families(a)).toEqual({ Ames: 901 });
  expect(again.status.counts).toMatchObject({
    received: 901,
    created: 1,
    updated: 400,
    unchanged: 500,
  });
  expect(again.status.skipped.parts).toBe(0);
});

test("while nothing newer has changed them, known parts at its beginning are skipped and counted", async () => {
  const orgId = await world.addOrg();
  const [a, b] = [await world.addSource(orgId), await world.addSource(orgId)];
  const list = [houses(1, 300, "Ames"), houses(301, 300, "Ames"), houses(601, 300, "Ames")];
  const first = await send(a, list);
  // Other houses: nothing of the list is touched.
  await send(b, [houses(5001, 10, "Cole")]);

  const again = await send(a, [list[0]!, list[1]!, list[2]! + houses(901, 1, "Ames")]);
  expect(again.statuses).toEqual([200, 200, 202]);
  expect(again.status.skipped).toEqual({ parts: 2, rows: 600, uploads: [first.upload] });
  expect(again.status.counts).toMatchObject({ received: 301, created: 1, unchanged: 300 });
  expect(await families(a)).toEqual({ Ames: 901, Cole: 10 });
});

test("a known part after a new one is read after all, and the later row wins as in one file", async () => {
  const source = await world.addSource(await world.addOrg());
  const list = [houses(1, 100, "Ames"), houses(101, 100, "Ames"), houses(201, 100, "Ames")];
  await send(source, list);
  // Part 2 claims houses of part 3, whose rows come later in the file.
  const again = await send(source, [list[0]!, houses(150, 100, "Cole"), list[2]!]);
  expect(again.statuses).toEqual([200, 202, 202]);
  expect(await families(source)).toEqual({ Ames: 249, Cole: 51 });
});

test("undoing the list that has the skipped parts makes the later one read them", async () => {
  const source = await world.addSource(await world.addOrg());
  const list = [houses(1, 100, "Ames"), houses(101, 100, "Ames")];
  const first = await send(source, list);
  const later = await send(source, [list[0]!, list[1]! + houses(201, 1, "Ames")]);
  expect(later.statuses).toEqual([200, 202]);
  const body = JSON.stringify({ undo: first.upload });
  expect((await world.send("POST", `/${first.upload}/undo`, { body }, source)).status).toBe(200);
  const status = await world.finished(later.upload, source);
  expect(status).toMatchObject({ state: "completed", skipped: { parts: 0 } });
  // The rows of part 2 had been read, and had changed nothing: their leads go with the first list.
  expect(await families(source)).toEqual({ Ames: 101 });
});
