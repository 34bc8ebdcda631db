// The clock of a process. Where tests may set it, SLUICE_NOW is the time at its start, from which it
// goes on, and the file SLUICE_CLOCK_FILE, while there is one, says what time it is; anywhere else it is
// the real one.
import { readFileSync } from "node:fs";
import process from "node:process";

type Given = Record<string, string | undefined>;

/** Whether callers and the environment may say what time it is. */
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
 * The time to hand to the database: none, which there is its own clock, that all processes share.
 * Leases would not hold between processes whose clocks differ. Tests set it for all.
 */
export function sharedClockOf(given: Given = process.env): () => Date | null {
  return testClock(given) && (given.SLUICE_NOW || given.SLUICE_CLOCK_FILE)
    ? clockOf(given)
    : () => null;
}
