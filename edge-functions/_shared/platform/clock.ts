// The clock of a process. Where tests may set it, SLUICE_NOW is the time at which it starts to run, and the
// file SLUICE_CLOCK_FILE, while it exists, contains the current time; otherwise it is the real clock.
import { readFileSync } from "node:fs";
import process from "node:process";

type Given = Record<string, string | undefined>;

/** Whether callers and the environment may set the time. */
export const testClock = (given: Given = process.env) => given.SLUICE_TEST_CLOCK === "allow";

export function clockOf(given: Given = process.env): () => Date {
  if (!testClock(given)) return () => new Date();
  const start = given.SLUICE_NOW ? Date.parse(given.SLUICE_NOW) : NaN;
  const began = performance.now();
  const running = () =>
    Number.isNaN(start) ? new Date() : new Date(start + performance.now() - began);
  const file = given.SLUICE_CLOCK_FILE;
  return file ? () => timeIn(file) ?? running() : running;
}

function timeIn(file: string): Date | null {
  try {
    const at = new Date(readFileSync(file, "utf8").trim());
    return Number.isNaN(at.getTime()) ? null : at;
  } catch {
    return null;
  }
}

/**
 * The time to pass to the database: null, which means its own clock, shared by all processes. Leases would be
 * unreliable between processes whose clocks differ. Tests set it for all.
 */
export function sharedClockOf(given: Given = process.env): () => Date | null {
  return testClock(given) && (given.SLUICE_NOW || given.SLUICE_CLOCK_FILE)
    ? clockOf(given)
    : () => null;
}
