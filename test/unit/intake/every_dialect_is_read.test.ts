import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chunks, DELIMITERS, encode, ENCODINGS, NEWLINES, read } from "./support.ts";
import { openCsv } from "../../../edge-functions/_shared/intake/csv/index.ts";

const header = ["Property Address", "City", "Phone 1", "Note"];
const rows = [
  ["12 Elm St", "Peña Blanca", "602 555 0101", 'says "hi", twice'],
  ["14 Elm St", "São José", "602 555 0102", "two\nlines"],
  ["16 Elm St", "Phoenix", "602 555 0103", "a;b\tc|d,e"],
];

function write(table: string[][], delimiter: string, newline: string): string {
  const cell = (v: string) => /[",;\t|\r\n]/.test(v) ? `"${v.replaceAll('"', '""')}"` : v;
  return table.map((row) => row.map(cell).join(delimiter) + newline).join("");
}

describe("a table reads back the same", () => {
  for (const encoding of ENCODINGS) {
    for (const delimiter of DELIMITERS) {
      for (const newline of NEWLINES) {
        it(`${encoding}, ${JSON.stringify(delimiter)}, ${JSON.stringify(newline)}`, async () => {
          const bytes = encode(write([header, ...rows], delimiter, newline), encoding);
          for (const chunk of [1, 7, bytes.length]) {
            const csv = await read(bytes, { chunk });
            expect(csv.headers).toEqual(header);
            expect(csv.rows).toEqual(rows);
            expect(csv.rejects).toEqual([]);
            expect(csv.stats).toMatchObject({ received: 3, rows: 3, bytes: bytes.length });
          }
        });
      }
    }
  }

  it("without a line end after the last record", async () => {
    const text = write([header, ...rows], ",", "\n").slice(0, -1);
    expect((await read(text)).rows).toEqual(rows);
  });

  it("with the three line ends mixed", async () => {
    const csv = await read("a,City\n1,x\r\n2,y\r3,z\n");
    expect(csv.rows).toEqual([["1", "x"], ["2", "y"], ["3", "z"]]);
    expect(csv.records.map((r) => r.line)).toEqual([2, 3, 4]);
  });

  it("when Excel's first line names the delimiter", async () => {
    const csv = await read("sep=;\r\nAddress;City\r\n1 Elm St, rear;Phoenix\r\n");
    expect(csv.headers).toEqual(["Address", "City"]);
    expect(csv.rows).toEqual([["1 Elm St, rear", "Phoenix"]]);
  });

  it("whatever the values, the dialect and the chunks (property)", async () => {
    const value = fc.oneof(
      fc.constantFrom("", '"', '""', ",", ";", "\t", "|", "\n", "\r", "\r\n", "é", "🏠", "-", "0"),
      fc.string({ maxLength: 12, unit: "grapheme" }),
      fc.string({ maxLength: 8 }),
      fc.array(fc.constantFrom('"', ",", "\n", "\r", "x", ";", "\t", " ", "|"), { maxLength: 8 })
        .map((parts) => parts.join("")),
    ).map((v) => v.replaceAll("\0", "").trim());
    const table = fc.integer({ min: 2, max: 6 }).chain((width) =>
      fc.array(fc.array(value, { minLength: width, maxLength: width }), { maxLength: 8 })
    );
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.constantFrom(...DELIMITERS),
        fc.constantFrom(...NEWLINES),
        fc.constantFrom("utf-8", "utf-8-bom", "utf-16le", "utf-16be"),
        fc.constantFrom<"all" | "needed">("all", "needed"),
        fc.boolean(),
        fc.integer({ min: 1, max: 50 }),
        async (data, delimiter, newline, encoding, quotes, padded, chunk) => {
          const width = data[0]?.length ?? 2;
          const names = Array.from({ length: width }, (_, k) => `Phone ${k + 1}`);
          const quote = (v: string) =>
            quotes === "all" || /[",;\t|\r\n]/.test(v) ? `"${v.replaceAll('"', '""')}"` : v;
          const pad = padded ? (k: number) => " ".repeat(k % 3) : () => "";
          const text = [names, ...data]
            .map((row) => row.map((v, k) => pad(k) + quote(v) + pad(k + 1)).join(delimiter))
            .join(newline);
          const csv = await read(encode(text, encoding), {
            chunk,
            dialect: {
              encoding: encoding === "utf-8-bom" ? "utf-8" : encoding,
              bomBytes: 0,
              delimiter,
              newline,
              hasHeader: true,
              sepLine: false,
            },
          });
          const filled = data.filter((row) => row.some(Boolean));
          expect(csv.rows).toEqual(filled);
          expect(csv.rejects).toEqual([]);
          expect(csv.stats.skipped.empty_rows?.n ?? 0).toBe(data.length - filled.length);
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe("the encoding", () => {
  const text = "Address,City\n1 Elm St,Peña\n2 Elm St,Köln – “x”\n";

  it("is reported", async () => {
    expect((await read(encode(text))).stats.encoding).toBe("utf-8");
    const old = await read(encode(text, "windows-1252"));
    expect(old.stats).toMatchObject({ encoding: "windows-1252", windows1252Records: 2 });
    expect(old.rows[1]).toEqual(["2 Elm St", "Köln – “x”"]);
    expect((await read(encode(text, "utf-16be"))).stats.encoding).toBe("utf-16be");
  });

  it("is detected for each record, so that a late Windows-1252 line loses nothing", async () => {
    const many = Array.from({ length: 20_000 }, (_, k) => `${k} Elm St,Peña\n`).join("");
    const head = encode(`Address,City\n${many}`);
    const tail = encode("7 Oak St,Cañon\n", "windows-1252");
    const bytes = new Uint8Array(head.length + tail.length);
    bytes.set(head);
    bytes.set(tail, head.length);
    const csv = await read(bytes, { chunk: 65_536 });
    expect(csv.rows.at(0)).toEqual(["0 Elm St", "Peña"]);
    expect(csv.rows.at(-1)).toEqual(["7 Oak St", "Cañon"]);
    expect(csv.stats).toMatchObject({
      encoding: "utf-8 and windows-1252",
      windows1252Records: 1,
      received: 20_001,
    });
  });

  it("has a character for each of the 256 bytes of Windows-1252", async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, k) => k)
      .filter((b) => b > 32 && b !== 34 && b !== 44);
    const head = encode("Address,City\nx,");
    const csv = await read(Uint8Array.from([...head, ...bytes, 10]));
    expect(csv.rows[0]?.[1]).toHaveLength(bytes.length);
  });

  it("is UTF-16 also without a byte order mark, as in the second part of a file", async () => {
    const bytes = encode(text, "utf-16le").subarray(2);
    expect((await read(bytes)).rows[0]).toEqual(["1 Elm St", "Peña"]);
  });

  it("of half a UTF-16 file: the torn record is a reject, the others are rows", async () => {
    const bytes = encode(text, "utf-16le");
    const csv = await read(bytes.subarray(0, bytes.length - 3));
    expect(csv.rows).toEqual([["1 Elm St", "Peña"]]);
    expect(csv.rejects).toMatchObject([{ line: 3, code: "invalid_text" }]);
  });
});

describe("memory", () => {
  it("stays small: records are returned in small batches, even from a single chunk", async () => {
    const lines = Array.from({ length: 50_000 }, (_, k) => `${k} Elm St,Phoenix`);
    const opened = await openCsv(chunks(encode(`Address,City\n${lines.join("\n")}`)));
    if (!opened.ok) throw new Error(opened.refusal.code);
    let total = 0;
    for await (const batch of opened.csv.batches()) {
      expect(batch.length).toBeLessThan(20_000);
      total += batch.length;
    }
    expect(total).toBe(50_000);
  });
});
