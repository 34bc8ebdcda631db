// Wakes lanes that wait for a queue.

export class WakeSignal {
  readonly #signal: AbortSignal;
  readonly #counts = new Map<string, number>();
  readonly #waiting = new Map<string, Set<() => void>>();

  /** When `signal` aborts, nobody waits any longer. */
  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener("abort", () => {
      for (const name of [...this.#waiting.keys()]) this.notify(name);
    });
  }

  /** Number of notifications so far: read it before looking for work, and wait with it afterwards. */
  count(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  notify(name: string): void {
    this.#counts.set(name, this.count(name) + 1);
    const all = this.#waiting.get(name);
    this.#waiting.delete(name);
    all?.forEach((wake) => wake());
  }

  /** Waits for a notification after the first `seen` ones, so that none is missed, or so many ms. */
  async wait(name: string, seen: number, ms: number): Promise<void> {
    if (this.count(name) !== seen || this.#signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const all = this.#waiting.get(name) ?? new Set();
    this.#waiting.set(name, all.add(resolve));
    const timer = setTimeout(resolve, ms);
    await promise;
    clearTimeout(timer);
    all.delete(resolve);
  }
}
