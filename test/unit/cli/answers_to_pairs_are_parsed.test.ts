import { expect, test } from "vitest";
import { UsageError } from "../../../scripts/cli/errors.ts";
import { parseCommand } from "../../../scripts/cli/program.ts";

async function parse(...args: string[]) {
  const env = { DATABASE_URL: "postgresql://example.com/db" };
  const parsed = await parseCommand(["candidates", ...args, "--org", "Acme"], env, () => {});
  return parsed!.input as Record<string, unknown>;
}

test("pairs are named by numbers or conditions", async () => {
  expect(await parse("answer", "7", "8", "--same")).toMatchObject({
    ids: ["7", "8"],
    answer: "same",
  });
  expect(
    await parse("answer", "--different", "--max-probability", "0.4", "--like", "9", "--dry-run"),
  )
    .toMatchObject({ ids: [], answer: "different", from: null, to: 0.4, like: "9", dryRun: true });
  expect(await parse("list", "--state", "different")).toMatchObject({
    state: "different",
    limit: 20,
  });
});

test.each([
  ["answer", "7"],
  ["answer", "--same"],
  ["answer", "7", "--same", "--different"],
  ["answer", "7", "--same", "--min-probability", "0.9"],
  ["answer", "x", "--same"],
  ["answer", "7", "--same", "--dry-run"],
  ["answer", "--same", "--min-probability", "2"],
  ["list", "--state", "closed"],
])("invalid usage: %s %s %s %s %s", async (...args) => {
  await expect(parse(...args)).rejects.toThrow(UsageError);
});
