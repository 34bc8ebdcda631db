// Puts what is asked for at the same time into one statement.
import { setImmediate } from "node:timers/promises";

interface Waiting<I, O> {
  item: I;
  resolve: (outcome: O) => void;
  reject: (error: unknown) => void;
}

/**
 * `send` gets the items of one key: those of one turn of the event loop, and while it is under way, those that come
 * for the next time. Its outcomes have the order of the items.
 */
export function gather<I, O>(
  most: number,
  send: (items: readonly I[]) => Promise<readonly O[]>,
): (key: string, item: I) => Promise<O> {
  const queues = new Map<string, Waiting<I, O>[]>();

  async function flush(key: string, queue: Waiting<I, O>[]) {
    await setImmediate();
    while (queue.length > 0) {
      const batch = queue.splice(0, most);
      try {
        const outcomes = await send(batch.map(({ item }) => item));
        batch.forEach(({ resolve }, n) => resolve(outcomes[n]!));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    queues.delete(key);
  }

  return (key, item) =>
    new Promise((resolve, reject) => {
      const waiting = { item, resolve, reject };
      const queue = queues.get(key);
      if (queue) queue.push(waiting);
      else {
        const begun = [waiting];
        queues.set(key, begun);
        void flush(key, begun);
      }
    });
}
