// What a pull makes of a fetched file: the entry of a ZIP file, the sheet of a workbook, and never an archive without end.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type OpenFile, partsOf } from "../../../edge-functions/_shared/intake/pull/content.ts";
import { readStrings } from "../../../edge-functions/_shared/intake/workbook/strings.ts";
import { openRecords } from "../../../edge-functions/_shared/intake/pull/records.ts";
import { fileWith, packageOf, textRow, zipOf } from "../../support/workbook.ts";

const LIST = "APN,OWNER\n1,Ann\n2,Bob\n";
const book = (...names: string[]) =>
  zipOf(packageOf({
    sheets: names.map((name) => ({
      name,
      rows: textRow(1, ["APN", "OWNER"]) + textRow(2, ["1", "Ann"]) + textRow(3, ["2", name]),
    })),
  }));

function fileOf(bytes: Uint8Array, version: string | null = null): OpenFile {
  const body = (async function* () {
    // Small pieces: what is read first says little.
    for (let at = 0; at < bytes.length; at += 4096) yield bytes.subarray(at, at + 4096);
  })();
  return { name: "list.bin", version, body, close: () => {} };
}
async function read(bytes: Uint8Array, options: { entry?: string; sheet?: string } = {}) {
  const parts = await Array.fromAsync(partsOf(fileOf(bytes), options, {}));
  return parts.map(({ csv }) => Buffer.from(csv).toString()).join("");
}
const refused = (bytes: Uint8Array, options: { entry?: string; sheet?: string } = {}) =>
  read(bytes, options).then(() => "nothing", (error: Error) => `${error.name}: ${error.message}`);

describe("a ZIP file", () => {
  test("with one file is that file; what an operating system adds does not count", async () => {
    expect(await read(zipOf({ "list.csv": LIST }))).toBe(LIST);
    const mac = { "__MACOSX/._list.csv": "x", "data/.DS_Store": "x", "data/list.csv": LIST };
    expect(await read(zipOf(mac))).toBe(LIST);
    expect(await read(zipOf({ "list.csv.gz": gzipSync(LIST) }))).toBe(LIST);
  });

  test("with several files is refused with their names, until one is named", async () => {
    const zip = zipOf({ "data/sales.csv": LIST, "data/parcels.csv": "APN\n3\n", "readme.txt": "" });
    expect(await refused(zip)).toBe(
      "PullRefused: list.bin has several files in it; choose one with --entry: " +
        "data/sales.csv, data/parcels.csv, readme.txt",
    );
    expect(await read(zip, { entry: "sales.csv" })).toBe(LIST);
    expect(await read(zip, { entry: "DATA/Sales.csv" })).toBe(LIST);
    expect(await read(zip, { entry: "par*.csv" })).toBe("APN\n3\n");
    expect(await refused(zip, { entry: "*.csv" }))
      .toContain("several files of list.bin match *.csv: data/sales.csv, data/parcels.csv");
    expect(await refused(zip, { entry: "permits.csv" })).toContain("has no entry permits.csv");
  });

  test("that is empty, damaged, protected or in another one is refused", async () => {
    expect(await refused(zipOf({}))).toContain("has no file in it");
    expect(await refused(zipOf({ "list.csv": LIST }).subarray(0, 60))).toContain("damaged");
    const secret = zipOf({ "list.csv": LIST });
    secret.writeUInt16LE(1, 6);
    secret.writeUInt16LE(1, secret.indexOf("PK\x01\x02") + 8);
    expect(await refused(secret)).toContain("list.csv in the ZIP file is protected");
    expect(await refused(zipOf({ "in.zip": zipOf({ "list.csv": LIST }) })))
      .toContain("in.zip is a ZIP file in a ZIP file");
  });
});

describe("a workbook", () => {
  test("is its only sheet or the one that is named, also in a ZIP file", async () => {
    expect(await read(book("Bob"))).toBe(LIST);
    expect(await read(zipOf({ "list.xlsx": book("Bob") }))).toBe(LIST);
    const two = book("Bob", "Cid");
    expect(await refused(two)).toBe(
      "SheetUnclear: list.bin has several sheets with data; choose one with --sheet: Bob, Cid",
    );
    expect(await read(two, { sheet: "Bob" })).toBe(LIST);
    expect(await read(zipOf({ "a.xlsx": two, "b.csv": "" }), { entry: "a.xlsx", sheet: "Bob" }))
      .toBe(LIST);
    expect(await refused(two, { entry: "a.csv" })).toContain("is a workbook");
  });

  test("options of one are refused for another kind of file", async () => {
    expect(await read(Buffer.from(LIST))).toBe(LIST);
    expect(await refused(Buffer.from(LIST), { sheet: "A" })).toContain("is not a workbook");
    expect(await refused(Buffer.from(LIST), { entry: "A" })).toContain("is not a ZIP file");
    expect(await refused(zipOf({ "list.csv": LIST }), { sheet: "A" }))
      .toContain("list.csv is not a workbook");
    expect(await refused(Buffer.from("d0cf11e0a1b11ae1", "hex"))).toContain(".xlsx is needed");
  });
});

describe("what unpacks to far more than it is", () => {
  const zeros = Buffer.alloc(65 << 20, "0,0\n");
  test("is refused before it is read as ZIP file or workbook, and while it is read as gzip", async () => {
    expect(await refused(zipOf({ "list.csv": zeros }))).toContain("unpacks to over 200 times");
    expect(await refused(zipOf({ ...packageOf({ sheets: [] }), "xl/a.xml": zeros })))
      .toContain("unpacks to over 200 times");
    expect(await refused(gzipSync(zeros))).toContain("unpacks to over 200 times");
  });
  test("is refused where the directory lies about the size", async () => {
    const zip = zipOf({ "list.csv": zeros });
    const entry = zip.indexOf("PK\x01\x02");
    zip.writeUInt32LE(1000, entry + 24);
    expect(await refused(zip)).toContain("the ZIP file is damaged: too many bytes");
  });
  // Each packs to less than 64 MiB, or to no more than 200 times its size: its parts are counted, too.
  describe("is refused while it is read as a workbook", () => {
    const sheet = { name: "List", rows: textRow(1, ["APN"]) + textRow(2, ["1"]) };
    const rows = (cells: string) => ({ sheets: [{ ...sheet, rows: `<row r="1">${cells}</row>` }] });
    const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
    test.each<[string, () => Record<string, string | Uint8Array>, string]>([
      [
        "styles",
        () => ({
          ...packageOf({ sheets: [sheet] }),
          "xl/styles.xml": `<styleSheet ${main}><cellXfs>${
            '<xf numFmtId="1"/>'.repeat(70_000)
          }</cellXfs></styleSheet>`,
        }),
        "too many styles",
      ],
      [
        "merged cells of the head",
        () => packageOf({ sheets: [{ ...sheet, merges: Array(60_000).fill("A1:B2") }] }),
        "too many merged cells",
      ],
      [
        "a text in pieces",
        () =>
          packageOf(
            rows(
              `<c r="A1" t="inlineStr"><is>${
                `<r><t>${"x".repeat(1000)}</t></r>`.repeat(1100)
              }</is></c>`,
            ),
          ),
        "a cell has more than",
      ],
      [
        "a value in pieces",
        () => packageOf(rows(`<c r="A1"><v>${`${"1".repeat(1000)}<x/>`.repeat(1100)}</v></c>`)),
        "a cell has more than",
      ],
    ])("for its %s", async (_, parts, message) => {
      expect(await refused(zipOf(parts()))).toContain(message);
    });

    test("for its empty shared texts", async () => {
      const texts = async function* () {
        const some = Buffer.from("<si/>".repeat(10_000));
        yield Buffer.from("<sst>");
        for (let k = 0; k < 100; k++) yield some;
        yield Buffer.from("</sst>");
      };
      await expect(readStrings(texts(), 1 << 20)).rejects.toThrow("MiB of text");
      await expect(readStrings(texts(), 1 << 24)).resolves.toBeDefined();
    });
  });

  test("a list that packs well is read", async () => {
    const rows = Array.from({ length: 60_000 }, (_, n) => `${n},Owner of ${n * 7919 % 60_000}\n`);
    const csv = "APN,OWNER\n" + rows.join("");
    expect(await read(zipOf({ "list.csv": csv }))).toBe(csv);
  });
});

test("parts are the same however the file comes in pieces", () => {
  const record = fc.string({ unit: fc.constantFrom("a", ",", '"b\n"', "c"), maxLength: 12 });
  fc.assert(
    fc.property(
      fc.array(record, { maxLength: 30 }),
      fc.infiniteStream(fc.integer({ min: 1, max: 40 })),
      (
        lines,
        sizes,
      ) => {
        const bytes = Buffer.from("head\n" + lines.map((one) => `${one}\n`).join(""));
        const cut = (next: () => number) => {
          const records = openRecords(32);
          const parts = [];
          for (let at = 0; at < bytes.length;) {
            const size = next();
            parts.push(...records.push(bytes.subarray(at, at + size)));
            at += size;
          }
          parts.push(...records.end());
          return parts.map(({ csv }) => Buffer.from(csv).toString());
        };
        const parts = cut(() => sizes.next().value!);
        expect(parts).toEqual(cut(() => bytes.length));
        expect(parts.map((part, k) => (k === 0 ? part : part.slice("head\n".length))).join(""))
          .toBe(bytes.toString());
        for (const part of parts) {
          expect(part.startsWith("head\n") && part.endsWith("\n")).toBe(true);
        }
      },
    ),
  );
});

describe("after a crash", () => {
  const csv = "APN,OWNER\n" +
    Array.from({ length: 60_000 }, (_, n) => `${n},Owner ${n} ${"x".repeat(80)}\n`).join("");
  const parts = (version: string, position: Record<string, unknown>) =>
    Array.fromAsync(partsOf(fileOf(zipOf({ "a.csv": csv }), version), {}, position));
  test("the parts that were stored are left out; a file that changed begins again", async () => {
    const all = await parts("v1", {});
    expect(all.length).toBeGreaterThan(1);
    expect(all.map(({ position }) => position))
      .toEqual(all.map((_, k) => ({ parts: k + 1, version: "v1" })));
    expect(await parts("v1", all[0]!.position)).toEqual(all.slice(1));
    expect(await parts("v2", all[0]!.position)).toHaveLength(all.length);
  });
});

const content = fileURLToPath(
  new URL("../../../edge-functions/_shared/intake/pull/content.ts", import.meta.url),
);
const script = `
  const { partsOf } = await import(process.argv[1]);
  const { createReadStream } = await import("node:fs");
  const body = createReadStream(process.argv[2]);
  let rows = 0, most = 0;
  for await (const part of partsOf({ name: "a", version: null, body, close() {} }, {}, {})) {
    rows += part.rows;
    // Not the maximum that the system reports: a process inherits that of its parent.
    most = Math.max(most, process.memoryUsage.rss());
  }
  console.log(JSON.stringify({ rows, mebibytes: most / 1024 / 1024 }));
`;

test("a zipped list of 100 MB needs no more memory than its ZIP file and a few parts", async () => {
  const filler = "x".repeat(180);
  const line = (n: number) => `${n},${n * 2654435761 % 4294967296},Owner ${n} ${filler}\n`;
  const csv = "APN,ID,OWNER\n" + Array.from({ length: 500_000 }, (_, n) => line(n)).join("");
  const zip = zipOf({ "list.csv": csv });
  const file = await fileWith("list.zip", zip);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module", "-e", script, content, file],
  );
  const { rows, mebibytes } = JSON.parse(stdout);
  expect(csv.length).toBeGreaterThan(100_000_000);
  expect(rows).toBe(500_000);
  // A process without a list has about 100; what is kept of the list would come on top of it twice.
  expect(mebibytes).toBeLessThan(256);
});
