import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openBudget } from "../../../edge-functions/_shared/jobs/batch.ts";
import { readWorkerSettings } from "../../../edge-functions/worker/settings.ts";
import { root } from "../../../scripts/dev/paths.ts";

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

test("a batch ends before the schedule stops waiting for its answer", () => {
  const sql = readFileSync(join(root, "sql/99_schedule/02_wake_worker.sql"), "utf8");
  const waits = Number(/timeout_milliseconds := ([0-9]+)/.exec(sql)?.[1]);
  // What has begun at the end of the time is finished: a slice, or a request to a provider.
  expect(readWorkerSettings({}).WORKER_BATCH_MS).toBeLessThanOrEqual(waits - 10_000);
});
