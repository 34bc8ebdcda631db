import { expect, test } from "vitest";
import { UsageError } from "../../../scripts/cli/errors.ts";
import { parseCommand } from "../../../scripts/cli/program.ts";

const ID = "0b7d2c3e-3b1f-4d52-9c0a-1f2e3d4c5b6a";

async function parse(...args: string[]) {
  const env = { DATABASE_URL: "postgresql://example.com/db" };
  const parsed = await parseCommand(["conflicts", ...args, "--org", "Acme"], env, () => {});
  return { name: parsed!.name, ...parsed!.input as Record<string, unknown> };
}

test("one conflict has a number and one answer, several have conditions", async () => {
  expect(await parse("answer", "7", "--lead", ID)).toMatchObject({
    id: "7",
    answer: "same",
    lead: ID,
  });
  expect(await parse("answer", "7", "--own")).toMatchObject({ id: "7", answer: "own", lead: null });
  expect(await parse("answer", "--same", "--upload", ID.toUpperCase()))
    .toMatchObject({ id: null, answer: "same", upload: ID });
  expect(
    await parse("answer", "--dismiss", "--building", "1 Main St", "--zip", "85001", "--dry-run"),
  )
    .toMatchObject({
      answer: "dismiss",
      place: { street: "1 Main St", zip: "85001" },
      dryRun: true,
    });
  expect(await parse("rule", "--building", "1 Main St", "--zip", "85001", "--county", "04013"))
    .toMatchObject({ name: "conflicts rule", county: "04013", remove: null });
});

test.each([
  ["answer", "7"],
  ["answer", "--own"],
  ["answer", "7", "--own", "--dismiss"],
  ["answer", "7", "--own", "--lead", ID],
  ["answer", "7", "--lead", "x"],
  ["answer", "x", "--own"],
  ["answer", "7", "--own", "--upload", ID],
  ["answer", "7", "--same"],
  ["answer", "7", "--own", "--dry-run"],
  ["answer", "--lead", ID, "--upload", ID],
  ["answer", "--own", "--upload", "x"],
  ["answer", "--own", "--reason", "other"],
  ["rule"],
  ["rule", "--building", "1 Main St", "--remove", "1"],
  ["rule", "--remove", "x"],
  ["rule", "--building", "1 Main St", "--county", "Maricopa"],
])("%s %s %s %s is refused", async (...args) => {
  await expect(parse(...args)).rejects.toThrow(UsageError);
});
