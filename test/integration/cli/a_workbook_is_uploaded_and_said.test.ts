// A workbook through the client, the function and the worker: what is printed, and where its rows are.
import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Io } from "../../../scripts/cli/io.ts";
import { main } from "../../../scripts/cli/main.ts";
import { type Source, startWorld, type World } from "../../http/intake/harness.ts";
import { packageOf, textRow, zipOf } from "../../support/workbook.ts";

let world: World;
let source: Source;
let dir: string;
let file: string;

beforeAll(async () => {
  world = await startWorld({ worker: true });
  source = world.source;
  dir = await mkdtemp(join(tmpdir(), "sluice-book-"));
  file = join(dir, "owners.xlsx");
  const cell = (reference: string, value: number, style: number) =>
    `<c r="${reference}" s="${style}"><v>${value}</v></c>`;
  const row = (number: number, house: string, zip: number, phone: string) =>
    textRow(number, [house, "Boston", "MA", null, phone]).replace(
      "</row>",
      `${cell(`D${number}`, zip, 1)}</row>`,
    );
  const rows = textRow(1, ["Owners 2026"]) +
    textRow(3, ["Address", "City", "State", "Zip", "Phone"]) +
    row(4, "1 Main\nSt", 2108, "617-555-0101") + row(6, "2 Main St", 2108, "nobody") +
    textRow(9, ["", "", "", "", ""]) + textRow(10, [null, "Boston", "MA", null, null]);
  await writeFile(
    file,
    zipOf(packageOf({ sheets: [{ name: "Owners", rows, merges: ["A1:E1"] }], formats: ["00000"] })),
  );
});
afterAll(async () => {
  await world?.stop();
  await rm(dir, { recursive: true });
});

async function sluice(...args: string[]) {
  let out = "", err = "";
  const sink = (take: (text: string) => void) =>
    new Writable({
      write(chunk, _encoding, done) {
        take(String(chunk));
        done();
      },
    });
  const io: Io = {
    env: {
      SLUICE_URL: world.stack.functionsUrl,
      SLUICE_SOURCE: source.key,
      SLUICE_SECRET: source.secret,
    },
    stdin: Readable.from([]),
    stdout: sink((text) => out += text),
    stderr: sink((text) => err += text),
    now: () => new Date(),
    sleep: (ms) => setTimeout(Math.min(ms, 300)),
    random: () => 0,
    uuid: randomUUID,
    fetch,
  };
  return { code: await main(args, io), out, err };
}

test("rejects and warnings name the rows of the sheet, and the mapping is printed", async () => {
  const dry = await sluice("upload", file, "--dry-run");
  expect(dry.out).toContain("dry run: the expected result");
  expect(await world.sql`select from public.leads where org_id = ${source.orgId}`).toHaveLength(0);

  const { code, out, err } = await sluice("upload", file);
  expect(code).toBe(0);
  expect(err).toContain("Owners: 1 row above the header left out: 1");
  expect(out).toMatch(/ created +2\n/);
  expect(out).toMatch(/ rejected +1\n/);
  expect(out).toMatch(/phone_unusable +1 +line 6\n/);
  expect(out).toMatch(/ Zip +zip \(exact\)/);
  expect(await readFile(`${file}.rejects.csv`, "utf8")).toMatch(/,10,no_identity,/);
  const leads = await world.sql`
    select situs_street as street, situs_zip as zip from public.leads where org_id = ${source.orgId}
    order by 1`;
  expect(leads).toEqual([{ street: "1 Main St", zip: "02108" }, {
    street: "2 Main St",
    zip: "02108",
  }]);
});
