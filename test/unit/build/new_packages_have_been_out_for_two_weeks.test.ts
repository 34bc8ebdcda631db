import { expect, test } from "vitest";
import { ageProblem, changedPins } from "../../../scripts/build/package_ages.ts";

const NOW = new Date("2026-11-28T12:00:00Z");
const PIN = { name: "hono", version: "4.0.0" };

test("what a change adds or moves is asked about, in every kind of dependency, and nothing else", () => {
  expect(changedPins(
    { dependencies: { hono: "4.0.0", zod: "4.1.0" }, devDependencies: { vitest: "5.0.0" } },
    {
      dependencies: { hono: "4.0.0", zod: "4.2.0" },
      devDependencies: { vitest: "5.0.0", preact: "10.0.0" },
      optionalDependencies: { fsevents: "2.3.3" },
    },
  )).toEqual([
    { name: "zod", version: "4.2.0" },
    { name: "preact", version: "10.0.0" },
    { name: "fsevents", version: "2.3.3" },
  ]);
});

test("a version of two weeks is fine, a younger one or one without a date is not", () => {
  expect(ageProblem(PIN, "2026-11-14T12:00:00Z", NOW)).toBe(null);
  expect(ageProblem(PIN, "2026-11-14T12:00:01Z", NOW)).toContain("came out 13 days ago");
  expect(ageProblem(PIN, undefined, NOW)).toContain("no date");
});
