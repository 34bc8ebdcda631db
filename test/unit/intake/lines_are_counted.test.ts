import { describe, expect, test } from "vitest";
import { openCsv } from "../../../edge-functions/_shared/intake/csv/index.ts";

async function read(text: string, first?: string) {
  const bytes = (of: string) => [new TextEncoder().encode(of)];
  const part1 = first === undefined ? null : await openCsv(bytes(first));
  const opened = await openCsv(
    bytes(text),
    part1?.ok ? { dialect: part1.csv.dialect, header: part1.csv.headers } : {},
  );
  if (!opened.ok) throw new Error(opened.refusal.message);
  const lines: number[] = [];
  for await (const record of opened.csv.records()) lines.push(record.line);
  const { lines: total, repeatedHeaderLines } = opened.csv.stats;
  return { lines, total, repeatedHeaderLines };
}

describe("lines are counted as an editor counts them", () => {
  test.each([
    ["a,b,c\n1,2,3\n4,5,6\n", [2, 3], 3],
    ["a,b,c\n1,2,3\n4,5,6", [2, 3], 3],
    ["a,b,c\r\n1,2,3\r\n", [2], 2],
    ["a,b,c\r1,2,3\r", [2], 2],
    ['a,b,c\n"1\n\n",2,3\n\n4,5,6\n', [2, 6], 6],
    ["a,b,c\n1,2\n", [2], 2],
  ])("%j", async (text, lines, total) => {
    expect(await read(text)).toEqual({ lines, total, repeatedHeaderLines: 0 });
  });
});

describe("a later part", () => {
  const first = "a,b,c\n1,2,3\n";
  test("that repeats the header reports the number of its lines", async () => {
    expect(await read(first, first)).toEqual({ lines: [2], total: 2, repeatedHeaderLines: 1 });
    const tall = '"a\nx",b,c\n1,2,3\n';
    expect(await read(tall, tall)).toEqual({ lines: [3], total: 3, repeatedHeaderLines: 2 });
  });

  test("that does not repeat it reports none", async () => {
    expect(await read("4,5,6\n", first)).toEqual({ lines: [1], total: 1, repeatedHeaderLines: 0 });
  });
});
