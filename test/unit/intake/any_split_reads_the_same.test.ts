import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RecordCutter, sniffCsv } from "../../../edge-functions/_shared/intake/csv/index.ts";
import type { Dialect } from "../../../edge-functions/_shared/intake/csv/index.ts";
import { RecordScanner } from "../../../edge-functions/_shared/intake/csv/scan.ts";
import { chunks, DELIMITERS, encode, NEWLINES, read } from "./support.ts";
import type { Encoding } from "./support.ts";

function cut(bytes: Uint8Array, dialect: Dialect, partBytes: number, chunk: number) {
  const cutter = new RecordCutter({ dialect, partBytes });
  const cuts: number[] = [];
  for (const piece of chunks(bytes, chunk)) cuts.push(...cutter.push(piece));
  cuts.push(...cutter.end());
  const edges = [0, ...cuts, bytes.length];
  const parts = edges.slice(1).map((edge, k) => bytes.subarray(edges[k], edge));
  return { parts, cuts, prefix: cutter.prefix };
}

function join(...pieces: Uint8Array[]): Uint8Array {
  return Uint8Array.from(pieces.flatMap((piece) => [...piece]));
}

const plain: Dialect = {
  encoding: "utf-8",
  bomBytes: 0,
  delimiter: ",",
  newline: "\n",
  hasHeader: true,
  sepLine: false,
};
const H = "Address,City,Zip";
const HEADERS = ["Address", "City", "Zip"];

const cell = fc.oneof(
  fc.constantFrom("1 Elm St", "Mesa", "", " x ", '"a, b"', '"two\nlines"', '"""q"""', "é", '5"'),
  fc.constantFrom('"open', 'shut"', '"', '"a"b', "\0", '","', '"\n"'),
);
const lines = fc.array(
  fc.oneof(fc.array(cell, { minLength: 1, maxLength: 4 }), fc.constant([])),
  { maxLength: 12 },
);

/** The records of all parts, without their lines, in order. */
async function readParts(parts: Uint8Array[], prefix: Uint8Array | null, dialect: Dialect) {
  const out: unknown[] = [];
  for (const [k, part] of parts.entries()) {
    const bytes = k > 0 && prefix ? join(prefix, part) : part;
    const csv = await read(bytes, k > 0 ? { dialect, header: HEADERS } : { dialect });
    for (const r of csv.records) out.push([r.fields, r.reject?.code]);
  }
  return out;
}

describe("any split of a file at record boundaries gives the same records (property)", () => {
  it("for valid and broken files, with and without the header repeated", async () => {
    await fc.assert(
      fc.asyncProperty(
        lines,
        fc.constantFrom(...DELIMITERS),
        fc.constantFrom(...NEWLINES),
        fc.constantFrom<Encoding>("utf-8", "utf-8-bom", "utf-16le", "utf-16be"),
        fc.integer({ min: 1, max: 120 }),
        fc.integer({ min: 1, max: 40 }),
        async (table, delimiter, newline, encoding, partBytes, chunk) => {
          const text = [H, ...table.map((row) => row.join(","))].join("\n")
            .replaceAll(",", delimiter).replaceAll("\n", newline);
          const bytes = encode(text, encoding);
          const wide = encoding === "utf-16le" || encoding === "utf-16be";
          const dialect: Dialect = {
            ...plain,
            encoding: wide ? encoding : "utf-8",
            bomBytes: wide ? 2 : encoding === "utf-8-bom" ? 3 : 0,
            delimiter,
          };
          const whole = (await read(bytes, { dialect })).records
            .map((r) => [r.fields, r.reject?.code]);
          const { parts, prefix } = cut(bytes, dialect, partBytes, chunk);
          expect(await readParts(parts, null, dialect)).toEqual(whole);
          expect(await readParts(parts, prefix, dialect)).toEqual(whole);
          expect(join(...parts)).toEqual(bytes);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("and the cuts do not depend on the chunks", () => {
    fc.assert(
      fc.property(lines, fc.integer({ min: 1, max: 80 }), (table, partBytes) => {
        const bytes = encode([H, ...table.map((row) => row.join(","))].join("\n"));
        const once = cut(bytes, plain, partBytes, bytes.length).cuts;
        expect(cut(bytes, plain, partBytes, 1).cuts).toEqual(once);
      }),
      { numRuns: 300 },
    );
  });

  it("also for records over 1 MiB", async () => {
    const chain = `a,"b\n${`x","y\n`.repeat(180_000)}`;
    const bytes = encode(`${H}\n1,2,3\n${chain}"\n1,2,3\n4,5,6\n`);
    const whole = (await read(bytes, { dialect: plain })).records.map((r) => r.reject?.code);
    const { parts } = cut(bytes, plain, 100_000, 65_536);
    expect(parts.length).toBeGreaterThan(1);
    const codes = (await readParts(parts, null, plain)).map((r) => (r as unknown[])[1]);
    expect(codes).toEqual(whole);
  });
});

describe("a cut", () => {
  const rows = (n: number) => Array.from({ length: n }, (_, k) => `${k} Elm St,"Me\nsa",85001\n`);

  it("makes parts as large as allowed, and no larger", () => {
    const bytes = encode(`${H}\n${rows(1000).join("")}`);
    const { parts } = cut(bytes, plain, 1000, 64);
    for (const part of parts) expect(part.length).toBeLessThanOrEqual(1000);
    for (const part of parts.slice(0, -1)) expect(part.length).toBeGreaterThan(960);
  });

  it("grows from a small first part to the largest allowed", () => {
    const bytes = encode(`${H}\n${rows(1000).join("")}`);
    const cutter = new RecordCutter({ dialect: plain, partBytes: 4000, firstPartBytes: 1000 });
    const edges = [0, ...cutter.push(bytes), ...cutter.end(), bytes.length];
    const sizes = edges.slice(1).map((edge, k) => edge - edges[k]!);
    for (const [k, limit] of [1000, 2000, 4000, 4000].entries()) {
      expect(sizes[k]).toBeLessThanOrEqual(limit);
      expect(sizes[k]).toBeGreaterThan(limit - 40);
    }
  });

  it("leaves a record whole that is larger than a part", () => {
    const bytes = encode(`${H}\n1,2,3\n1,"${"x".repeat(5000)}",3\n4,5,6\n`);
    const { parts } = cut(bytes, plain, 100, 64);
    expect(parts.map((p) => p.length > 100)).toEqual([false, true, false]);
  });

  it("is not made in a file that fits into one part", () => {
    expect(cut(encode(`${H}\n1,2,3\n`), plain, 1000, 4).cuts).toEqual([]);
  });

  it("keeps the first record with the header, and the prefix is the header", () => {
    const bytes = encode(`\n${H}\r\n1,2,3\r\n4,5,6\r\n`, "utf-16le");
    const sniffed = sniffCsv(bytes, true);
    if (!sniffed.ok) throw new Error(sniffed.refusal.code);
    const { parts, prefix } = cut(bytes, sniffed.dialect, 1, 3);
    expect(parts).toHaveLength(2);
    expect(new TextDecoder("utf-16le").decode(parts[1])).toBe("4,5,6\r\n");
    expect(new TextDecoder("utf-16le").decode(prefix ?? undefined)).toBe(`${H}\r\n`);
    expect(prefix?.subarray(0, 2)).toEqual(Uint8Array.of(0xff, 0xfe));
  });
});

describe("a hostile file is scanned a few times at most, not again from each of its lines", () => {
  const effort = (text: string) => {
    const bytes = encode(text);
    const scanner = new RecordScanner(",");
    let records = 0;
    for (const chunk of chunks(bytes, 65_536)) {
      scanner.push(chunk);
      while (scanner.next()) records++;
    }
    scanner.finish();
    while (scanner.next()) records++;
    return { records, passes: scanner.work / bytes.length };
  };
  const files: Record<string, string> = {
    "quotes that open and never close": `a,"b\n`.repeat(200_000),
    "a chain of quotes over many lines": `a,"b\n${`x","y\n`.repeat(200_000)}`,
    "a chain that breaks at its end": `a,"b\n${`x","y\n`.repeat(170_000)}""z"`.repeat(4),
    "a chain that meets a long value": `a,"${`x","y\n`.repeat(99_000)}${"z".repeat(70_000)}`
      .repeat(5),
    "doubled quotes behind an open one": `"a\n${`""b\n`.repeat(16_000)}`.repeat(40),
    "blanks before quotes": `${" ".repeat(50)}x"`.repeat(80_000),
  };
  for (const [name, text] of Object.entries(files)) {
    it(name, () => {
      const { records, passes } = effort(text);
      expect(records).toBeGreaterThan(0);
      expect(passes).toBeLessThan(3);
    });
  }

  it("any pattern, repeated (property)", () => {
    const piece = fc.constantFrom('"', '"', ",", "\n", "\r", " ", "a", '""', '","', '"\n"');
    const pattern = fc.array(piece, { minLength: 1, maxLength: 12 }).map((p) => p.join(""));
    fc.assert(
      fc.property(pattern, pattern, pattern, (start, middle, end) => {
        const text = `${start}${middle.repeat(Math.ceil(20_000 / middle.length))}${end}`;
        expect(effort(text.repeat(3)).passes).toBeLessThan(5);
      }),
      { numRuns: 300 },
    );
  });
});
