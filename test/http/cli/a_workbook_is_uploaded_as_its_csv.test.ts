import { utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { packageOf, textRow, zipOf } from "../../support/workbook.ts";
import { makeWorld, type World } from "./harness.ts";

let world: World;
let file: string;

beforeEach(async () => {
  world = await makeWorld();
  file = join(world.dir, "owners.xlsx");
  await writeFile(file, book("1 Oak St"));
});
afterEach(() => world.close());

function book(street: string): Uint8Array {
  const rows = (name: string) => textRow(1, ["Address", "Zip"]) + textRow(2, [name, "89101"]);
  return zipOf(packageOf({
    sheets: [{ name: "North", rows: rows(street) }, { name: "South", rows: rows("2 Elm St") }],
  }));
}

test("a sheet is sent as signed CSV with the name of workbook and sheet, once", async () => {
  const first = await world.run(["upload", file, "--sheet", "North", "--json"]);
  expect(first.code).toBe(0);
  expect(first.json()).toMatchObject({ ok: true, state: "completed", duplicate: false });
  expect(world.server.contentOf(world.server.only()).toString())
    .toBe("Address,Zip\n1 Oak St,89101\n");
  expect(decodeURIComponent(world.server.only().filename!)).toBe("owners.xlsx (North)");

  const again = await world.run(["upload", file, "--sheet", "North", "--json"]);
  expect(again.json()).toMatchObject({ duplicate: true, parts_sent: 0 });
  const south = await world.run(["upload", file, "--sheet", "South", "--json"]);
  expect(south.json()).toMatchObject({ duplicate: false, parts_sent: 1 });
});

test("a dry run reads the sheet, too", async () => {
  const { code, json } = await world.run([
    "upload",
    file,
    "--sheet",
    "South",
    "--dry-run",
    "--json",
  ]);
  expect(code).toBe(0);
  expect(json()).toMatchObject({ dry_run: true, state: "completed" });
});

test("several sheets without a choice are wrong usage, and nothing is sent", async () => {
  const { code, err } = await world.run(["upload", file]);
  expect(code).toBe(2);
  expect(err).toContain("choose one with --sheet: North, South");
  expect(world.server.received).toEqual([]);
});

test("a workbook that changes while it is sent is refused", async () => {
  world.server.accepted = async () => await utimes(file, new Date(0), new Date(0));
  const large = textRow(1, ["Address", "Zip"]) +
    Array.from({ length: 30_000 }, (_, k) => textRow(k + 2, [`${k} Oak St`, "89101"])).join("");
  await writeFile(file, zipOf(packageOf({ sheets: [{ name: "North", rows: large }] })));
  const { code, err } = await world.run(["upload", file, "--part-size", "64KiB"]);
  expect(code).toBe(1);
  expect(err).toContain("owners.xlsx changed while it was being uploaded");
  expect([...world.server.uploads.values()].every(({ expected }) => expected === null)).toBe(true);
});
