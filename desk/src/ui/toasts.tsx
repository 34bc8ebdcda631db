// Short messages that do not interrupt, with one action. A screen reader hears them; Ctrl+Z takes the last one back.
// Whatever is outside of an open dialog is behind it and cannot be reached: the messages are shown inside.
import { signal } from "@preact/signals";

export interface Toast {
  text: string;
  kind?: "ok" | "error";
  ms?: number;
  action?: { label: string; run: () => unknown } | undefined;
  onExpire?: () => unknown;
}

interface Shown extends Toast {
  id: number;
  timer: ReturnType<typeof setTimeout>;
}

const shown = signal<Shown[]>([]);
let last = 0;

const remove = (id: number) => shown.value = shown.value.filter((item) => item.id !== id);

export function toast(given: Toast): void {
  const id = ++last;
  const timer = setTimeout(() => {
    remove(id);
    given.onExpire?.();
  }, given.ms ?? 10_000);
  shown.value = [...shown.value.slice(-3), { ...given, id, timer }];
}

function take(item: Shown): void {
  clearTimeout(item.timer);
  remove(item.id);
  void item.action?.run();
}

/** The last toast's undo. Returns whether there was one. */
export function undoLast(): boolean {
  const item = shown.value.findLast(({ action }) => action?.label === "Undo");
  if (item) take(item);
  return !!item;
}

/** The open dialogs, the one on top last. */
const dialogs = signal<object[]>([]);

/** A dialog that opens; the result closes it. */
export function openDialog(dialog: object): () => void {
  dialogs.value = [...dialogs.value, dialog];
  return () => dialogs.value = dialogs.value.filter((one) => one !== dialog);
}

/** The place of the messages in a dialog, or on the page; they are in the one that is on top. */
export function Toasts({ inside = null }: { inside?: object | null }) {
  const here = (dialogs.value.at(-1) ?? null) === inside;
  return (
    <div class="toasts" role="status" aria-live="polite">
      {here && shown.value.map((item) => (
        <div class={`toast ${item.kind ?? "ok"}`} key={item.id}>
          <span>{item.text}</span>
          {item.action && (
            <button type="button" class="quiet" onClick={() => take(item)}>
              {item.action.label}
            </button>
          )}
          {!item.onExpire && (
            <button
              type="button"
              class="quiet close"
              aria-label="Dismiss"
              onClick={() => {
                clearTimeout(item.timer);
                remove(item.id);
              }}
            >
              ×
            </button>
          )}
        </div>
      ))}
    </div>
  );
}
