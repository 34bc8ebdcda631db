// The database asks for a second factor; the desk shows the dialog, and the call is made again.
import { signal } from "@preact/signals";

export const stepUpAsked = signal<{ settle: (done: boolean) => void } | null>(null);

/** Resolves to true after the second factor, to false if the person declines. */
export function stepUp(): Promise<boolean> {
  const open = stepUpAsked.value;
  return new Promise((resolve) => {
    stepUpAsked.value = {
      settle: (done) => {
        open?.settle(done);
        stepUpAsked.value = null;
        resolve(done);
      },
    };
  });
}
