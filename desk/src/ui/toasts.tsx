// Short messages that do not interrupt, with one action. A screen reader hears them; Ctrl+Z takes the last one back.
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

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {shown.value.map((item) => (
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
