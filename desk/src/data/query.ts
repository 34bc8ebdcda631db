// Answers that a page shows: remembered by name and arguments, fetched again when shown, on a timer and after writes.
import { type Signal, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { pause } from "./heard.ts";
import { live } from "./live.ts";
import { rpc } from "./rpc.ts";
import type { Surface } from "./surface.ts";

export interface Answer<Row> {
  data: Row | undefined;
  error: unknown;
  loading: boolean;
}

interface Entry {
  name: Surface;
  args: Record<string, unknown>;
  answer: Signal<Answer<unknown>>;
  running: Promise<void> | null;
  /** Counts local changes: an answer that was asked for before one does not overwrite it. */
  changes: number;
  failures: number;
  shown: number;
}

const known = new Map<string, Entry>();
const MAX_KNOWN = 80;

function entryOf(name: Surface, args: Record<string, unknown>): Entry {
  const key = `${name} ${JSON.stringify(args)}`;
  let entry = known.get(key);
  if (entry) {
    known.delete(key);
  } else {
    const answer = signal<Answer<unknown>>({ data: undefined, error: null, loading: true });
    entry = { name, args, answer, running: null, changes: 0, failures: 0, shown: 0 };
  }
  known.set(key, entry);
  if (known.size > MAX_KNOWN) {
    const oldest = [...known].find(([, { shown }]) => shown === 0);
    if (oldest) known.delete(oldest[0]);
  }
  return entry;
}

function load(entry: Entry): Promise<void> {
  entry.running ??= (async () => {
    const began = entry.changes;
    const { answer } = entry;
    if (!answer.value.loading) answer.value = { ...answer.value, loading: true };
    try {
      const data = await rpc(entry.name, entry.args, { byItself: true });
      entry.failures = 0;
      if (began === entry.changes) answer.value = { data, error: null, loading: false };
      else answer.value = { ...answer.value, loading: false };
    } catch (error) {
      entry.failures++;
      answer.value = { ...answer.value, error, loading: false };
    } finally {
      entry.running = null;
    }
  })();
  return entry.running;
}

const POLL_MS = 20_000;
const SLOWEST_MS = 300_000;

/**
 * Asks now, when the window is shown again, and with `poll` every 20 s, or after as many milliseconds (after failures,
 * up to 5 minutes apart; seldom, while the project says what changed).
 */
export function useQuery<Row>(
  name: Surface,
  args: Record<string, unknown>,
  { poll = false, when = true }: { poll?: boolean | number; when?: boolean } = {},
): Answer<Row> & { reload: () => void } {
  const entry = entryOf(name, args);
  useEffect(() => {
    if (!when) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    entry.shown++;
    const again = () => {
      clearTimeout(timer);
      if (!poll) return;
      const every = pause(entry.name, poll === true ? POLL_MS : poll, live.peek());
      const wait = Math.min(every * 2 ** entry.failures, SLOWEST_MS);
      timer = setTimeout(() => document.hidden ? again() : void load(entry).then(again), wait);
    };
    const seen = () => {
      if (!document.hidden) void load(entry).then(again);
    };
    void load(entry).then(again);
    document.addEventListener("visibilitychange", seen);
    // What was to be asked for late is asked for soon; the other way round, one more look covers the time between.
    const unsubscribe = live.subscribe((now) => now || again());
    return () => {
      unsubscribe();
      entry.shown--;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", seen);
    };
  }, [entry, poll, when]);
  return { ...entry.answer.value as Answer<Row>, reload: () => void load(entry) };
}

/** Changes what pages show now. The result takes the change back. */
export function patch<Row>(names: Surface[], change: (data: Row) => Row): () => void {
  const undo = [...known.values()]
    .filter((entry) => names.includes(entry.name) && entry.answer.value.data !== undefined)
    .map((entry) => {
      const before = entry.answer.value;
      entry.changes++;
      entry.answer.value = { ...before, data: change(before.data as Row) };
      return () => {
        entry.changes++;
        entry.answer.value = { ...entry.answer.value, data: before.data };
      };
    });
  return () => undo.forEach((back) => back());
}

/** Asks again for what is shown; what is not shown is forgotten. */
export async function refresh(names: Surface[]): Promise<void> {
  const loading: Promise<void>[] = [];
  for (const [key, entry] of known) {
    if (!names.includes(entry.name)) continue;
    if (entry.shown > 0) {
      entry.changes++;
      loading.push(Promise.resolve(entry.running).then(() => load(entry)));
    } else known.delete(key);
  }
  await Promise.all(loading);
}

/** After signing out, or in another org, nothing of before may be seen. */
export function forgetAll(): void {
  known.clear();
}
