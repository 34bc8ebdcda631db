// The clock of a process. Where tests may set it, SLUICE_NOW is the time at its start, from which it
// goes on; anywhere else it is the real one.
import process from "node:process";

type Given = Record<string, string | undefined>;

/** Whether callers and the environment may say what time it is. */
export const testClock = (given: Given = process.env) => given.SLUICE_TEST_CLOCK === "allow";

export function clockOf(given: Given = process.env): () => Date {
  const start = testClock(given) && given.SLUICE_NOW ? Date.parse(given.SLUICE_NOW) : NaN;
  if (Number.isNaN(start)) return () => new Date();
  const began = performance.now();
  return () => new Date(start + performance.now() - began);
}
