// sluice source map against a real database and worker.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Io } from "../../../scripts/cli/io.ts";
import { main } from "../../../scripts/cli/main.ts";
import { type Source, startWorld, type World } from "../../http/intake/harness.ts";
import { packageOf, textRow, zipOf } from "../../support/workbook.ts";

const LIST = "Property Address,City,State,Zip,Reach,Who\n" +
  "1 Main St,Phoenix,AZ,85001,702-555-0101,Ann Roe\n2 Main St,Phoenix,AZ,85001,702-555-0102,Bo Poe\n";

let world: World;
let dir: string;
let source: Source;
let org: string;

beforeAll(async () => {
  world = await startWorld({ worker: true, env: { WORKER_SWEEP_SECONDS: "3600" } });
  dir = await mkdtemp(join(tmpdir(), "sluice-map-"));
});
afterAll(async () => {
  await world?.stop();
  await rm(dir, { recursive: true });
});
beforeEach(async () => {
  org = await world.addOrg();
  source = await world.addSource(org);
});

interface Run {
  code: number;
  out: string;
  err: string;
  json(): Record<string, never>;
}

/** `answer`: what a person types at the prompt; without it there is no terminal. */
async function sluice(args: string[], answer?: string): Promise<Run> {
  let out = "", err = "";
  const sink = (take: (text: string) => void) =>
    new Writable({
      write(chunk, _encoding, done) {
        take(String(chunk));
        done();
      },
    });
  const stdin = Object.assign(Readable.from(answer === undefined ? [] : [`${answer}\n`]), {
    isTTY: answer !== undefined,
  });
  const io: Io = {
    env: { DATABASE_URL: world.stack.adminUrl },
    stdin,
    stdout: sink((text) => out += text),
    stderr: Object.assign(sink((text) => err += text), { isTTY: answer !== undefined }),
    now: () => new Date(),
    sleep: (ms) => setTimeout(Math.min(ms, 300)),
    random: () => 0,
    uuid: () => "",
    fetch: () => Promise.reject(new Error("no network")),
  };
  const code = await main(["source", "map", source.key, ...args], io);
  return { code, out, err, json: () => JSON.parse(out.trimEnd().split("\n").at(-1)!) };
}

async function uploaded(): Promise<string> {
  const { json } = await world.upload(LIST, { query: { filename: "owners.csv" } }, source);
  expect((await world.finished(json.upload_id, source)).state).toBe("completed");
  return json.upload_id;
}

async function stored() {
  const [row] = await world
    .sql`select column_map, preset from public.sources where id = ${source.id}`;
  return row!;
}

async function owners() {
  const rows = await world.sql`
    select owner_full as owner from public.leads where org_id = ${source.orgId} order by situs_street`;
  return rows.map(({ owner }) => owner);
}

test("show prints the map, and how the columns of the last upload were mapped", async () => {
  expect((await sluice([])).out).toContain("column map: empty\nno upload yet");
  await uploaded();
  const { code, out } = await sluice(["show"]);
  expect(code).toBe(0);
  expect(out).toContain(
    `last upload: owners.csv of ${new Date().toISOString().slice(0, 10)}\ncolumns:\n`,
  );
  expect(out).toMatch(/Property Address +street \(synonym\)/);
  expect(out).toMatch(/Reach +kept as attribute/);
  expect((await sluice(["--json"])).json()).toMatchObject({
    column_map: {},
    preset: null,
    last_upload: { filename: "owners.csv" },
  });
});

test("set, remove, preset and copy change the map", async () => {
  await sluice(["set", "Reach=phone_1", "A = B=attribute", "Notes="]);
  expect((await stored()).column_map).toEqual({
    "Reach": "phone_1",
    "A = B": "attribute",
    "Notes": null,
  });
  expect((await sluice(["set", "reach=phone_2"])).out).toMatch(/^saved\n/);
  expect((await sluice(["set", "reach=phone_2"])).out).toMatch(/^unchanged\n/);
  expect((await sluice(["remove", "NOTES", "A = B"])).code).toBe(0);
  expect((await stored()).column_map).toEqual({ reach: "phone_2" });
  const presets = (await sluice(["presets"])).out;
  for (const name of ["propwire_export\n", "florida_nal\n"]) expect(presets).toContain(name);
  await sluice(["preset", "florida_nal"]);
  expect((await stored()).preset).toBe("florida_nal");
  await sluice(["preset", "propwire_export"]);
  expect((await stored()).preset).toBe("propwire_export");

  const first = source;
  source = await world.addSource(org);
  await sluice(["copy", first.key]);
  expect(await stored()).toEqual({ column_map: { reach: "phone_2" }, preset: "propwire_export" });
  await sluice(["preset", "none"]);
  expect((await stored()).preset).toBeNull();
});

test.each([
  [["set", "Reach=phone"], '"phone" is not a target; did you mean phone_1'],
  [["set", "Reach=Street"], "did you mean street"],
  [["set", "Reach"], "expected HEADER=TARGET"],
  [["set"], "expected: sluice source map KEY set HEADER=TARGET…"],
  [["remove", "Reach"], "the column map does not have Reach"],
  [["preset", "nobody"], "preset not found: nobody. Presets: "],
  [["write"], "unknown action write"],
  [["show", "--sheet", "A"], "--sheet is for test"],
])("%j is wrong usage", async (args, message) => {
  const { code, err } = await sluice(args);
  expect(code).toBe(2);
  expect(err).toContain(message);
  expect(await stored()).toEqual({ column_map: {}, preset: null });
});

test("test reads the head of a file here: mapping, masked values, warnings, rejects", async () => {
  await sluice(["set", "Reach=phone_1"]);
  const file = join(dir, "new.csv");
  await writeFile(
    file,
    'Property Address,City,State,Zip,Reach,Who,Nobody\n"1 Main St",Boston,MA,2108,702-555-0101,Ann Roe,\n' +
      "2 Main St,Boston,MA,02108,702-555-0102,Bo Poe,,extra\n",
  );
  const { code, out } = await sluice(["test", file]);
  expect(code).toBe(0);
  expect(out).toContain("Reach             phone_1 (column map)  7**-5**-0***");
  expect(out).toContain("Who               kept as attribute  A** R**");
  expect(out).toContain("Nobody            kept as attribute  no values");
  expect(out).toContain('not mapped: "Who", "Nobody"');
  expect(out).toContain("2 rows, 1 rejected by the reader");
  expect(out).toContain("zip_leading_zero  1  line 2");
  expect(out).toContain("line 3: too_many_fields: ");
  for (const value of ["0101", "Roe", "2108", "Main"]) expect(out).not.toContain(value);
  expect(await world.sql`select from public.uploads where source_id = ${source.id}`).toHaveLength(
    0,
  );
});

test("test reads a sheet of a workbook, and only the first 1,000 rows", async () => {
  const file = join(dir, "book.xlsx");
  const rows = textRow(1, ["Owners"]) + textRow(2, ["Property Address", "Zip"]) +
    Array.from({ length: 1500 }, (_, k) => textRow(k + 3, [`${k + 1} Main St`, "85001"])).join("");
  await writeFile(file, zipOf(packageOf({ sheets: [{ name: "A", rows }, { name: "B", rows }] })));
  expect((await sluice(["test", file])).err).toContain("choose one with --sheet: A, B");
  const { out, err, json } = await sluice(["test", file, "--sheet", "B", "--json"]);
  expect(json()).toMatchObject({ rows: 1000, whole: false, rejected: 0, unusable: null });
  expect(out).not.toContain("Main");
  expect(err).toContain("B: 1 row above the header left out: 1");
});

test("test of a file that would be refused says why and fails", async () => {
  const file = join(dir, "useless.csv");
  await writeFile(file, "Colour,Size\nred,1\nblue,2\n");
  const { code, out } = await sluice(["test", file]);
  expect(code).toBe(1);
  expect(out).toContain("the file would be refused: No column contains an address");
});

test("after a change, finished uploads are offered, and read again once", async () => {
  const first = await uploaded();
  const set = await sluice(["set", "Who=owner_full"]);
  expect(set.code).toBe(0);
  expect(set.out).toContain(
    `1 finished upload (2 rows) read with other settings; to read them again: sluice source map ${source.key} rerun`,
  );
  expect(await owners()).toEqual([null, null]);

  const rerun = await sluice(["rerun"]);
  expect(rerun.code).toBe(0);
  expect(rerun.out).toMatch(/owners\.csv of .* read again as .*: completed, received 2, updated 2/);
  expect(rerun.out).toContain("  Who: kept as attribute -> owner_full");
  expect(await owners()).toEqual(["Ann Roe", "Bo Poe"]);
  expect((await sluice(["rerun"])).out).toContain(
    "every finished upload was read with these settings",
  );

  const json = (await sluice(["set", "Reach=phone_1", "--rerun", "--json"])).json();
  expect(json).toMatchObject({
    changed: true,
    reruns: [{ rerun_of: first, state: "completed", counts: { updated: 2 } }],
    offered: [],
  });
  const [made] = await world.sql`
    select count(*)::int as n from public.uploads where rerun_of_upload_id = ${first}`;
  expect(made!.n).toBe(2);
});

test("at a terminal a person is asked, and only yes reads again", async () => {
  await uploaded();
  const no = await sluice(["set", "Who=owner_full"], "n");
  expect(no.err).toContain("Read 1 finished upload (2 rows) again now? [y/N]");
  expect(await owners()).toEqual([null, null]);
  expect((await sluice(["set", "Who=owner_full", "--no-rerun"], "y")).err).toBe("");
  expect(await owners()).toEqual([null, null]);
  expect((await sluice(["set", "Who=owner_full"], "y")).out).toContain("read again as");
  expect(await owners()).toEqual(["Ann Roe", "Bo Poe"]);
});

test("uploads whose bytes are gone or that failed are named", async () => {
  const gone = await uploaded();
  await world.sql`delete from private.upload_part_chunks c using public.upload_parts p
    where p.id = c.part_id and p.upload_id = ${gone}`;
  const { json } = await world.upload("Colour,Size\nred,1\nblue,2\n", {}, source);
  await world.finished(json.upload_id, source);
  const { out } = await sluice(["set", "Who=owner_full", "--rerun"]);
  expect(out).toContain(
    `(${gone}) cannot be read again: its bytes are no longer stored; send the file again`,
  );
  expect(out).toContain(`${json.upload_id} of `);
  expect(out).toContain(`failed; to try it again: sluice replay --source ${source.key}`);
});

test("a source that does not exist is an error", async () => {
  source = { ...source, key: "no-such-source" };
  const { code, err } = await sluice([]);
  expect([code, err]).toEqual([1, "sluice: source no-such-source not found\n"]);
});
