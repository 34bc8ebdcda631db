import { expect, test } from "vitest";
import { dncCopyLines, readDncLine } from "../../../scripts/cli/dnc_file.ts";
import { UsageError } from "../../../scripts/cli/errors.ts";
import { parseCommand } from "../../../scripts/cli/program.ts";

const ENV = { DATABASE_URL: "postgresql://example.com/db" };
const LEAD = "0b7d2c3e-3b1f-4d52-9c0a-1f2e3d4c5b6a";
const LOAD = ["dnc", "load", "f.txt", "--obtained-at", "2026-11-20"];

async function parse(args: string[], env: Record<string, string> = ENV) {
  const parsed = await parseCommand(args, env, () => {});
  return { name: parsed!.name, ...parsed!.input as Record<string, unknown> };
}

test("an operator command needs neither source nor secret, but the database", async () => {
  expect(await parse(["why", LEAD, "--channel", "sms", "--at", "2026-11-18T10:00:00-08:00"]))
    .toMatchObject({
      name: "why",
      lead: LEAD,
      channel: "sms",
      at: new Date("2026-11-18T18:00:00Z"),
    });
  await expect(parse(["why", LEAD], {})).rejects.toThrow("DATABASE_URL");
  expect(await parse(["why", LEAD, "--database-env", "DB"], { DB: "x" }))
    .toMatchObject({ database: { databaseUrl: "x" } });
});

test("dnc load reads the kind of the list and when it was obtained", async () => {
  expect(await parse([...LOAD, "--kind", "national", "--area-code", "310"])).toMatchObject({
    name: "dnc load",
    load: { kind: "national", areaCode: 310, version: "2026-11-20", change: false },
  });
  expect(await parse([...LOAD, "--kind", "state", "--state", "FL", "--change", "--version", "v2"]))
    .toMatchObject({ load: { kind: "state", state: "FL", change: true, version: "v2" } });
});

test("an invalid operator command is refused", async () => {
  const wrong = [
    ["why"],
    ["why", "x"],
    ["why", LEAD, "--channel", "fax"],
    ["why", LEAD, "--at", "noon"],
    ["why", LEAD, "--at", "2026-11-18T10:00:00"],
    ["why", LEAD, "--at", "2026-11-99"],
    ["person", "erase", "--org", "x", "--lead", LEAD],
    ["person", "erase", "--org", "x", "--lead", LEAD, "--requester", " "],
    ["person", "erase", "--org", "x", "--lead", "1", "--requester", "Ann Roe"],
    ["person", "export", "--org", "x", "--lead", LEAD, "--requester", "Ann Roe"],
    ["person", "find", "--org", "x", "--name", "Ann Roe"],
    ["person", "find", "--phone", "2135550101"],
    ["replay", "day", "yesterday", "--org", "x"],
    ["replay", "day", "2026-11-23"],
    LOAD,
    [...LOAD, "--kind", "federal"],
    [...LOAD, "--kind", "state"],
    [...LOAD, "--kind", "national", "--state", "FL"],
    [...LOAD, "--kind", "national", "--area-code", "110"],
    [...LOAD, "--kind", "internal"],
    ["dnc", "load", "f.txt", "--kind", "national"],
    ["dnc"],
    ["dnc", "drop", "f.txt", "--kind", "national", "--obtained-at", "2026-11-20"],
  ];
  for (const args of wrong) {
    await expect(parse(args), args.join(" ")).rejects.toThrow(UsageError);
  }
});

test("a number is read in any notation, and anything else is refused", () => {
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

test("lines are read across chunks; a header is skipped, another invalid line is an error", async () => {
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
