import { setTimeout as pause } from "node:timers/promises";

/** How much slower than usual the machine is. */
export const pace = Number(process.env.SLUICE_TEST_PACE ?? 1);

/** Waits until a condition is true, with a limit that suits a loaded machine. */
export async function until<T>(
  what: string,
  find: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  timeout = 120_000 * pace,
): Promise<T> {
  const deadline = Date.now() + timeout;
  for (;;) {
    const found = await find();
    if (found !== null && found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`in vain waited for ${what}`);
    await pause(100);
  }
}
