// The line to the project on which it says that something changed. While there is none, pages ask by the clock.
import { signal } from "@preact/signals";
import { AFFECTED } from "./heard.ts";
import type { Surface } from "./surface.ts";

/** Whether changes are heard now. */
export const live = signal(false);

export interface Ears {
  joined(): void;
  heard(event: string): void;
  /** Once, and for any reason: refused, broken, timed out. */
  lost(): void;
}
/** Opens a line for a topic; the result hangs up. */
export type Dial = (topic: string, ears: Ears) => Promise<() => void>;

/** The first rows have the network to themselves. */
const FIRST_MS = 1_500;
const AGAIN_MS = 5_000;
const LONGEST_MS = 300_000;
/** Changes that come close together are one; and nobody asks again for each line of a long list. */
const GATHER_MS = 150;
const GAP_MS = 2_000;

interface Parts {
  dial: Dial;
  /** Asks again for what is shown of these. */
  refresh: (names: Surface[]) => Promise<void>;
  hidden?: () => boolean;
  random?: () => number;
}

/** Keeps a line for one topic at a time; null for none. */
export function keepLine({ dial, refresh, hidden = () => false, random = Math.random }: Parts) {
  /** Counts the lines: what an old one says is not heard. */
  let line = 0;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let hangUp: (() => void) | null = null;
  let gathering: ReturnType<typeof setTimeout> | undefined;
  let told = new Set<Surface>();
  let asked = -Infinity;

  function hear(event: string): void {
    for (const name of AFFECTED[event] ?? []) told.add(name);
    if (told.size === 0 || gathering !== undefined) return;
    // All windows of an org hear it at once; they do not ask at once.
    const wait = Math.max(GATHER_MS + random() * GATHER_MS, asked + GAP_MS - Date.now());
    gathering = setTimeout(() => {
      gathering = undefined;
      const names = [...told];
      told = new Set();
      asked = Date.now();
      // A window that is not in view asks when it is seen again.
      if (!hidden()) void refresh(names);
    }, wait);
  }

  function end(): void {
    line++;
    clearTimeout(timer);
    live.value = false;
    hangUp?.();
    hangUp = null;
  }

  function call(topic: string, wait: number): void {
    const mine = ++line;
    const here = () => mine === line;
    function lost(): void {
      if (!here()) return;
      end();
      const pause = Math.min(AGAIN_MS * 2 ** failures++, LONGEST_MS);
      call(topic, pause * (1 + random() / 2));
    }
    timer = setTimeout(() => {
      dial(topic, {
        joined: () => {
          if (!here()) return;
          failures = 0;
          live.value = true;
        },
        heard: (event) => here() && hear(event),
        lost,
      }).then((close) => here() ? hangUp = close : close(), lost);
    }, wait);
  }

  return {
    to(topic: string | null): void {
      end();
      clearTimeout(gathering);
      gathering = undefined;
      told = new Set();
      failures = 0;
      if (topic !== null) call(topic, FIRST_MS);
    },
  };
}
