// The weights of the learned reader are those that the labelled replies give.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { weightsFile, weightsPath } from "../../../scripts/build/reader_model.ts";
import { labelledExamples } from "../../../scripts/build/reader_model/examples.ts";

test("weights.ts is what node scripts/build/reader_model.ts writes", () => {
  const examples = labelledExamples();
  const file = weightsFile(examples);
  expect(readFileSync(weightsPath, "utf8") === file, "run node scripts/build/reader_model.ts").toBe(
    true,
  );
  expect(weightsFile(examples.slice(1)) === file).toBe(false);
}, 60_000);
