import { setTimeout as pause } from "node:timers/promises";

/** Waits until a condition is true, with a limit that suits a loaded machine. */
export async function until<T>(
  what: string,
  find: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  timeout = 120_000,
): Promise<T> {
  const deadline = Date.now() + timeout;
  for (;;) {
    const found = await find();
    if (found !== null && found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`in vain waited for ${what}`);
    await pause(100);
  }
}
