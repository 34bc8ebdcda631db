// A change by a person: shown at once, taken back if it fails, and for ten seconds on request.
import { messageOf } from "./errors.ts";
import { refresh } from "./query.ts";
import type { Surface } from "./surface.ts";
import { toast } from "../ui/toasts.tsx";

export const UNDO_MS = 10_000;

export interface Act {
  /** What is done, in the past tense: "Task done". */
  done: string;
  /** Shows the change; the result takes it back. */
  show?: () => () => void;
  run: () => Promise<unknown>;
  /** What takes it back; undefined where nothing does. */
  undo?: (() => Promise<unknown>) | undefined;
  /** What to read again afterwards. */
  refresh?: Surface[];
}

export async function act({ done, show, run, undo, refresh: names = [] }: Act): Promise<boolean> {
  const back = show?.();
  try {
    await run();
  } catch (error) {
    back?.();
    toast({
      kind: "error",
      text: messageOf(error),
      action: {
        label: "Try again",
        run: () => void act({ done, show, run, undo, refresh: names }),
      },
    });
    return false;
  }
  void refresh(names);
  toast({
    text: done,
    action: undo && {
      label: "Undo",
      run: async () => {
        back?.();
        try {
          await undo();
          toast({ text: "Undone" });
        } catch (error) {
          toast({ kind: "error", text: `Not undone: ${messageOf(error)}` });
        }
        await refresh(names);
      },
    },
  });
  return true;
}

/** Says what was done by a form that shows its own failure. */
export function report(done: string, names: Surface[] = []): void {
  void refresh(names);
  toast({ text: done });
}

/** For what cannot be called back, such as an answer to a person: it waits for the time of the undo. */
export function actLater(
  { done, run, show, refresh: names = [] }: Omit<Act, "undo">,
): Promise<boolean> {
  const back = show?.();
  const stay = (event: BeforeUnloadEvent) => event.preventDefault();
  addEventListener("beforeunload", stay);
  return new Promise((resolve) => {
    const over = (result: boolean) => {
      removeEventListener("beforeunload", stay);
      resolve(result);
    };
    toast({
      text: `${done} in ten seconds`,
      ms: UNDO_MS,
      action: {
        label: "Undo",
        run: () => {
          back?.();
          over(false);
        },
      },
      onExpire: async () => {
        try {
          await run();
          toast({ text: `${done} now` });
          await refresh(names);
          over(true);
        } catch (error) {
          back?.();
          toast({ kind: "error", text: messageOf(error) });
          over(false);
        }
      },
    });
  });
}
