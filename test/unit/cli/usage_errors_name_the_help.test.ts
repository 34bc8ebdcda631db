import { Writable } from "node:stream";
import { expect, test } from "vitest";
import type { Io } from "../../../scripts/cli/io.ts";
import { main } from "../../../scripts/cli/main.ts";

async function run(...args: string[]) {
  let err = "";
  const sink = (take: (text: string) => void) =>
    new Writable({ write: (chunk, _encoding, done) => (take(String(chunk)), done()) });
  const io = { env: {}, stdout: sink(() => {}), stderr: sink((text) => err += text) };
  return { code: await main(args, io as unknown as Io), err };
}

test.each([
  ["status", ["status"]],
  ["dnc", ["dnc", "load", "list.txt", "--unknown"]],
  ["suppressions", ["suppressions"]],
])("an invalid use of %s names the help of the command", async (name, args) => {
  const { code, err } = await run(...args);
  expect(code).toBe(2);
  expect(err).toMatch(new RegExp(`\nTry: sluice help ${name}\n$`));
});

test.each([["unknown"], ["--unknown"]])("%s names the overview", async (...args) => {
  const { code, err } = await run(...args);
  expect(code).toBe(2);
  expect(err).toMatch(/\nTry: sluice help\n$/);
});
