import { expect, test } from "vitest";
import {
  clockOf,
  sharedClockOf,
  testClock,
} from "../../../edge-functions/_shared/platform/clock.ts";

const SLUICE_NOW = "2026-11-18T18:00:00Z";
const allowed = { SLUICE_TEST_CLOCK: "allow", SLUICE_NOW };

test("the environment sets the time only where tests are allowed to", () => {
  expect(clockOf(allowed)().toISOString()).toMatch(/^2026-11-18T18:/);
  for (const given of [{}, { SLUICE_NOW }, { SLUICE_NOW, SLUICE_TEST_CLOCK: "yes" }]) {
    expect(testClock(given)).toBe(false);
    expect(Math.abs(clockOf(given)().getTime() - Date.now())).toBeLessThan(60_000);
  }
});

test("leases use the database's clock, unless a test sets it for all processes", () => {
  expect(sharedClockOf({})()).toBeNull();
  expect(sharedClockOf({ SLUICE_NOW })()).toBeNull();
  expect(sharedClockOf({ SLUICE_TEST_CLOCK: "allow" })()).toBeNull();
  expect(sharedClockOf(allowed)()?.toISOString()).toMatch(/^2026-11-18T18:/);
});
