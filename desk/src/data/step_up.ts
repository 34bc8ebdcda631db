// The database asks for a second factor; the desk shows the dialog, and the call is made again.
import { signal } from "@preact/signals";

export const stepUpAsked = signal<{ settle: (done: boolean) => void } | null>(null);

let asked: Promise<boolean> | null = null;
/** Who said "not now" is asked again by a click, not by a page that reads again by itself. */
let declined = false;

/** Resolves to true after the second factor, to false if the person declines. One dialog serves all calls. */
export function stepUp({ byItself }: { byItself: boolean }): Promise<boolean> {
  if (byItself && declined) return Promise.resolve(false);
  asked ??= new Promise<boolean>((resolve) => {
    stepUpAsked.value = {
      settle: (done) => {
        declined = !done;
        stepUpAsked.value = null;
        asked = null;
        resolve(done);
      },
    };
  });
  return asked;
}
