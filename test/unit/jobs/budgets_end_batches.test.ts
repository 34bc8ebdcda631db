import { expect, test } from "vitest";
import { openBudget } from "../../../edge-functions/_shared/jobs/batch.ts";

const never = new AbortController().signal;

test("a budget is spent by work", () => {
  const { spend, shouldStop } = openBudget(60_000, 100, never);
  spend(99);
  expect(shouldStop()).toBe(false);
  spend(1);
  expect(shouldStop()).toBe(true);
});

test("a budget ends when the runtime announces the end of the process", () => {
  const unload = new AbortController();
  const { shouldStop } = openBudget(60_000, 100, unload.signal);
  expect(shouldStop()).toBe(false);
  unload.abort();
  expect(shouldStop()).toBe(true);
});

test("a budget ends with its time", () => {
  expect(openBudget(-1, 100, never).shouldStop()).toBe(true);
  expect(openBudget(60_000, 100, never).shouldStop()).toBe(false);
});
