// Dialogs of the browser: Escape closes them, the focus stays inside and returns afterwards.
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { onSubmit } from "./form.tsx";
import { focusRow } from "./keys.ts";
import { Failed } from "./states.tsx";
import { openDialog, Toasts } from "./toasts.tsx";

export function Dialog(
  { title, close, children, kind = "" }: {
    title: string;
    close: () => void;
    children: ComponentChildren;
    kind?: string;
  },
) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const [self] = useState(() => ({}));
  useEffect(() => {
    const leave = openDialog(self);
    const before = document.activeElement as HTMLElement | null;
    const row = before?.closest<HTMLElement>("main [data-row]")?.dataset.row;
    const shown = dialog.current;
    shown?.showModal();
    return () => {
      leave();
      // As long as it is open, nothing outside of it takes the focus.
      shown?.close();
      before?.focus();
      // What opened it may have been drawn again: then its row takes the focus.
      if (document.activeElement === document.body && row) {
        const again = document.querySelector<HTMLElement>(`main [data-row="${CSS.escape(row)}"]`);
        if (again) focusRow(again);
      }
      // Or it is gone or disabled: then the page begins at its heading again.
      if (document.activeElement === document.body) {
        document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
      }
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={kind}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      onClick={(event) => event.target === dialog.current && close()}
    >
      <h2 id={id} class={kind === "palette" ? "seen-by-readers" : "dialog-title"}>{title}</h2>
      {children}
      <Toasts inside={self} />
    </dialog>
  );
}

/** A form in a dialog: a failure of `save` is shown in it, and nothing that was typed is lost. */
export function FormDialog(
  { title, close, submit = "Save", cancel = "Cancel", save, children }: {
    title: string;
    close: () => void;
    /** The label of the button; null where there is nothing to save. */
    submit?: string | null;
    cancel?: string;
    save: (values: Record<string, string>, form: HTMLFormElement) => unknown;
    children: ComponentChildren;
  },
) {
  const [problem, setProblem] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  async function run(values: Record<string, string>, form: HTMLFormElement) {
    if (busy) return;
    setBusy(true);
    setProblem(null);
    try {
      await save(values, form);
    } catch (error) {
      setProblem(error);
    }
    setBusy(false);
  }
  return (
    <Dialog title={title} close={close}>
      <form onSubmit={onSubmit(run)}>
        {children}
        {!!problem && <Failed error={problem} />}
        <footer>
          <button type="button" onClick={close}>{cancel}</button>
          {submit !== null && (
            // A disabled button would lose the focus, and after a failure it would be nowhere.
            <button type="submit" class="primary" aria-disabled={busy}>{submit}</button>
          )}
        </footer>
      </form>
    </Dialog>
  );
}

interface Question {
  title: string;
  text: string;
  /** What the button does: "Undo the upload". */
  action: string;
}

const question = signal<Question & { settle: (yes: boolean) => void } | null>(null);

/** Asks before something that cannot be taken back. */
export function confirmed(asked: Question): Promise<boolean> {
  question.value?.settle(false);
  return new Promise((resolve) => {
    question.value = {
      ...asked,
      settle: (yes) => {
        question.value = null;
        resolve(yes);
      },
    };
  });
}

/** The place where `confirmed` asks. */
export function Confirm() {
  const asked = question.value;
  if (!asked) return null;
  return (
    <Dialog title={asked.title} close={() => asked.settle(false)}>
      <div class="inside">
        <p>{asked.text}</p>
        <footer>
          <button type="button" autofocus onClick={() => asked.settle(false)}>Cancel</button>
          <button type="button" class="danger" onClick={() => asked.settle(true)}>
            {asked.action}
          </button>
        </footer>
      </div>
    </Dialog>
  );
}
