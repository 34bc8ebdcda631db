// Chooses one of many by its name: what is typed is looked up on the server, so a list is never cut off unseen.
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { messageOf } from "../data/errors.ts";

export interface Choice {
  id: string;
  name: string;
}

const WAIT_MS = 200;

/**
 * `chosen` is what counts now; `look` finds what fits a text, the first names for an empty one. `name` puts the id of
 * what is chosen into a form.
 */
export function Chooser<Row extends Choice>(
  { label, hint, name, chosen, look, choose, required, small }: {
    label: string;
    hint?: string;
    name?: string;
    chosen: Choice | null;
    look: (text: string) => Promise<Row[]>;
    choose: (row: Row) => void;
    required?: boolean;
    /** In a line of fields: the label stands before the field. */
    small?: boolean;
  },
) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  /** What is typed; null while nobody chooses. */
  const [text, setText] = useState<string | null>(null);
  const [found, setFound] = useState<Row[] | null>(null);
  const [problem, setProblem] = useState("");
  const [at, setAt] = useState(0);
  const open = text !== null;

  useEffect(() => {
    if (text === null) return;
    let here = true;
    const timer = setTimeout(() => {
      look(text.trim()).then(
        (rows) => {
          if (!here) return;
          setFound(rows);
          setProblem("");
          setAt(0);
        },
        (error) => here && setProblem(messageOf(error)),
      );
    }, text === "" ? 0 : WAIT_MS);
    return () => {
      here = false;
      clearTimeout(timer);
    };
  }, [text]);
  useEffect(() => {
    field.current?.setCustomValidity(required && !chosen ? "Choose one of the list." : "");
  }, [required, chosen]);

  const rows = found ?? [];
  const take = (row: Row | undefined) => {
    if (!row) return;
    choose(row);
    setText(null);
  };
  function onKeyDown(event: KeyboardEvent) {
    if (!open) {
      if (event.key === "ArrowDown") {
        setText("");
        event.preventDefault();
      }
      return;
    }
    if (event.key === "ArrowDown") setAt(Math.min(at + 1, rows.length - 1));
    else if (event.key === "ArrowUp") setAt(Math.max(at - 1, 0));
    else if (event.key === "Enter") take(rows[at]);
    // The first Escape closes the list, and not the dialog.
    else if (event.key === "Escape") setText(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
  const about = hint || problem ? `${id}-about` : undefined;
  return (
    <div class={small ? "chooser small" : "field chooser"}>
      <label for={id}>{label}</label>
      <input
        ref={field}
        id={id}
        role="combobox"
        aria-expanded={open}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={open && rows[at] ? `${id}-${at}` : undefined}
        aria-describedby={about}
        autocomplete="off"
        spellcheck={false}
        placeholder="Type a name"
        value={text ?? chosen?.name ?? ""}
        onFocus={(event) => event.currentTarget.select()}
        onClick={() => !open && setText("")}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        onBlur={() => setText(null)}
      />
      {name && <input type="hidden" name={name} value={chosen?.id ?? ""} />}
      <div role="listbox" id={`${id}-list`} aria-label={label} hidden={!open}>
        {rows.map((row, index) => (
          <div
            role="option"
            id={`${id}-${index}`}
            aria-selected={index === at}
            // A click would take the focus first, and the field closes without it.
            onMouseDown={(event) => {
              event.preventDefault();
              take(row);
            }}
            key={row.id}
          >
            {row.name}
          </div>
        ))}
        {open && found?.length === 0 && (
          <div role="option" aria-selected="false" aria-disabled="true" class="muted">
            Nothing found.
          </div>
        )}
      </div>
      {about && (
        <span id={about}>
          {hint && <span class="hint">{hint}</span>}
          {problem && <span class="problem" role="alert">{problem}</span>}
        </span>
      )}
    </div>
  );
}
