import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { clockOf } from "../../../edge-functions/_shared/platform/clock.ts";

const folder = mkdtempSync(join(tmpdir(), "clock-"));
const file = join(folder, "now");
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const year = (date: Date) => date.getUTCFullYear();

it("is the real clock, whatever the environment contains, unless tests may set it", () => {
  const given = { SLUICE_NOW: "2031-01-01T00:00:00Z", SLUICE_CLOCK_FILE: file };
  expect(year(clockOf(given)())).toBeLessThan(2031);
  expect(year(clockOf({ ...given, SLUICE_TEST_CLOCK: "allow" })())).toBe(2031);
  expect(year(clockOf({ SLUICE_TEST_CLOCK: "allow" })())).toBeLessThan(2031);
});

it("follows a file while it exists and contains a time", () => {
  const now = clockOf({
    SLUICE_TEST_CLOCK: "allow",
    SLUICE_CLOCK_FILE: join(folder, "..", "none"),
  });
  expect(year(now())).toBeLessThan(2031);
  const path = join(mkdtempSync(join(tmpdir(), "clock-")), "now");
  const set = clockOf({ SLUICE_TEST_CLOCK: "allow", SLUICE_CLOCK_FILE: path });
  writeFileSync(path, "2032-02-03T04:05:06.000Z\n");
  expect(set().toISOString()).toBe("2032-02-03T04:05:06.000Z");
  writeFileSync(path, "2033-02-03T04:05:06.000Z");
  expect(set().toISOString()).toBe("2033-02-03T04:05:06.000Z");
  writeFileSync(path, "soon");
  expect(year(set())).toBeLessThan(2031);
  rmSync(join(path, ".."), { recursive: true });
  expect(year(set())).toBeLessThan(2031);
});
