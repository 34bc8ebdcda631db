// The result of every stage of `npm test`.
export interface Check {
  name: string;
  ok: boolean;
  /** The problem, as a complete text. */
  detail?: string;
  /** The file of the test, from the root, where it is one. */
  file?: string;
  /** What was measured, printed with the result of the stage. */
  measured?: string[];
}

export interface Stage {
  name: string;
  title: string;
  run(): Promise<Check[]>;
}

export function check(name: string, problems: string): Check {
  const detail = problems.trim();
  return detail ? { name, ok: false, detail } : { name, ok: true };
}

/** Runs `work` on each item, `width` at a time, and keeps the order. */
export async function inParallel<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const lane = async () => {
    for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i] as T);
  };
  await Promise.all(Array.from({ length: width }, lane));
  return results;
}
