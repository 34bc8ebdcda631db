import { expect, test } from "vitest";
import { parseCommand } from "../../../scripts/cli/args.ts";
import { dncCopyLines, readDncLine } from "../../../scripts/cli/dnc_file.ts";
import { UsageError } from "../../../scripts/cli/errors.ts";

const ENV = { DATABASE_URL: "postgresql://example.com/db" };
const LEAD = "0b7d2c3e-3b1f-4d52-9c0a-1f2e3d4c5b6a";
const LOAD = ["dnc", "load", "f.txt", "--obtained-at", "2026-11-20"];

test("a command of the desk needs neither source nor secret, but the database", () => {
  expect(parseCommand(["why", LEAD, "--channel", "sms", "--at", "2026-11-18T10:00:00-08:00"], ENV))
    .toMatchObject({
      name: "desk",
      command: { lead: LEAD, channel: "sms", at: new Date("2026-11-18T18:00:00Z") },
    });
  expect(() => parseCommand(["why", LEAD], {})).toThrow("DATABASE_URL");
  expect(parseCommand(["why", LEAD, "--database-env", "DB"], { DB: "x" }))
    .toMatchObject({ command: { databaseUrl: "x" } });
});

test("a list says of which kind it is and when it was obtained", () => {
  expect(parseCommand([...LOAD, "--kind", "national", "--area-code", "310"], ENV)).toMatchObject({
    command: { load: { kind: "national", areaCode: 310, version: "2026-11-20", change: false } },
  });
  expect(parseCommand([...LOAD, "--kind", "state", "--state", "FL", "--change"], ENV))
    .toMatchObject({ command: { load: { kind: "state", state: "FL", change: true } } });
});

test("a command of the desk is refused when it makes no sense", () => {
  const wrong = [
    ["why"],
    ["why", "x"],
    ["why", LEAD, "--channel", "fax"],
    ["why", LEAD, "--at", "noon"],
    ["why", LEAD, "--at", "2026-11-18T10:00:00"],
    ["why", LEAD, "--at", "2026-11-99"],
    ["erase", LEAD],
    ["erase", LEAD, "--reason", " "],
    LOAD,
    [...LOAD, "--kind", "federal"],
    [...LOAD, "--kind", "state"],
    [...LOAD, "--kind", "national", "--state", "FL"],
    [...LOAD, "--kind", "national", "--area-code", "110"],
    [...LOAD, "--kind", "internal"],
    ["dnc", "load", "f.txt", "--kind", "national"],
    ["dnc", "drop", "f.txt", "--kind", "national", "--obtained-at", "2026-11-20"],
  ];
  for (const args of wrong) {
    expect(() => parseCommand(args, ENV), args.join(" ")).toThrow(UsageError);
  }
});

test("a number is read in any dress, and what is none is not", () => {
  const read = (line: string) => {
    const found = readDncLine(line);
    return found && `${found.gone ? "-" : "+"}${found.number}`;
  };
  for (
    const line of [
      ...["3105550100", "310,5550100", "(310) 555-0100", "+1 310 555 0100", "1-310-555-0100"],
      ...['"310-555-0100"', "310\t555-0100", "3105550100,2026-11-20,A", "310,5550100,2026-11-20,A"],
    ]
  ) {
    expect(read(line), line).toBe("+3105550100");
  }
  expect(read("310,5550100,2026-11-20T10:00:00,D")).toBe("-3105550100");
  for (
    const line of ["5550100", "1105550100", "hello", "31055501000", "2026-11-20", "310,555010"]
  ) {
    expect(read(line), line).toBe(null);
  }
});

test("lines are read across chunks; a header is passed over, another odd line is not", async () => {
  async function all(chunks: string[], change = false) {
    const counts = { numbers: 0, deletions: 0 };
    async function* source() {
      for (const chunk of chunks) yield new TextEncoder().encode(chunk);
    }
    let out = "";
    for await (const text of dncCopyLines(source(), change, counts)) out += text;
    return [out, counts.numbers, counts.deletions];
  }
  expect(await all(["phone\r\n31055", "50100\r\n\n3105550101"]))
    .toEqual(["3105550100\n3105550101\n", 2, 0]);
  expect(await all(["3105550100,D\n", "3105550101,A"], true))
    .toEqual(["3105550100\tt\t1\n3105550101\tf\t2\n", 2, 1]);
  await expect(all(["3105550100\nphone\n"])).rejects.toThrow("line 2");
  await expect(all(["3105550100,D\n"])).rejects.toThrow("--change");
});
