// What every page is made of.
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { DeskError, messageOf } from "../data/errors.ts";
import type { Answer } from "../data/query.ts";
import { exactly, when } from "./format.ts";
import { param, route, setQuery } from "./router.ts";

export type Tone = "good" | "warn" | "bad" | "info" | "accent" | "plain";

export const Tag = ({ tone = "plain", children }: { tone?: Tone; children: ComponentChildren }) => (
  <span class={`tag ${tone}`}>{children}</span>
);

/** A point in time, its exact value on hover. */
export const At = ({ value }: { value: string | null | undefined }) =>
  value ? <time dateTime={value} title={exactly(value)}>{when(value)}</time> : <>–</>;

export function Score({ value }: { value: number | null | undefined }) {
  if (value === null || value === undefined) return <span class="muted">no score</span>;
  return (
    <span class="score">
      <meter min={0} max={100} value={value} aria-label={`Score ${value} of 100`} />
      {value}
    </span>
  );
}

/** The heading of a page: it takes the focus when the page opens, and names the window. */
export function Head(
  { title, sub, children }: {
    title: string;
    sub?: ComponentChildren;
    children?: ComponentChildren;
  },
) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Sluice desk`;
  }, [title]);
  useEffect(() => {
    if (document.activeElement === document.body || document.activeElement?.closest(".side")) {
      heading.current?.focus({ preventScroll: true });
    }
  }, []);
  return (
    <header class="head">
      <div>
        <h1 tabIndex={-1} ref={heading}>{title}</h1>
        {sub && <p class="muted">{sub}</p>}
      </div>
      {children && <div class="end">{children}</div>}
    </header>
  );
}

export function Panel(
  { title, aside, flush, children, label }: {
    title?: string;
    label?: string;
    aside?: ComponentChildren;
    flush?: boolean;
    children: ComponentChildren;
  },
) {
  const id = useId();
  return (
    <section class="panel" aria-labelledby={title ? id : undefined} aria-label={label}>
      {title && (
        <header>
          <h2 id={id}>{title}</h2>
          {aside && <div class="row end">{aside}</div>}
        </header>
      )}
      <div class={flush ? "body flush" : "body"}>{children}</div>
    </section>
  );
}

export const Empty = (
  { title, children }: { title: string; children?: ComponentChildren },
) => (
  <div class="empty">
    <strong>{title}</strong>
    {children}
  </div>
);

export const Waiting = () => (
  <div class="waiting" role="status">
    <span class="seen-by-readers">Loading…</span>
    <span /> <span /> <span /> <span />
  </div>
);

export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  const hint = error instanceof DeskError ? error.hint : "";
  return (
    <div class="note bad" role="alert">
      <p>{messageOf(error)}</p>
      {hint && <p class="muted">{hint}</p>}
      {retry && <button type="button" onClick={retry}>Try again</button>}
    </div>
  );
}

/** Waiting, failure, nothing, or the data: the four states that every answer has. */
export function Shown<Row>(
  { of, empty, children }: {
    of: Answer<Row> & { reload: () => void };
    empty?: ComponentChildren;
    children: (data: Row) => ComponentChildren;
  },
) {
  if (of.data === undefined || of.data === null) {
    if (of.error) return <Failed error={of.error} retry={of.reload} />;
    return of.loading ? <Waiting /> : <>{empty}</>;
  }
  const nothing = Array.isArray(of.data) && of.data.length === 0;
  return (
    <>
      {!!of.error && <Failed error={of.error} retry={of.reload} />}
      {nothing && empty ? empty : children(of.data)}
    </>
  );
}

export interface Column<Row> {
  label: string;
  num?: boolean;
  show: (row: Row) => ComponentChildren;
  /** On a narrow screen the label is shown before the value. */
  labelled?: boolean;
}

/** A table that becomes cards on a narrow screen; j and k move through its rows. */
export function Table<Row>(
  { label, columns, rows, id }: {
    label: string;
    columns: Column<Row>[];
    rows: Row[];
    id: (row: Row) => string;
  },
) {
  return (
    <table class="cards" role="table">
      <caption class="seen-by-readers">{label}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((column) => (
            <th scope="col" role="columnheader" class={column.num ? "num" : ""} key={column.label}>
              {column.label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr role="row" key={id(row)} data-row={id(row)}>
            {columns.map((column) => (
              <td
                role="cell"
                class={column.num ? "num" : ""}
                data-label={column.labelled ? column.label : undefined}
                key={column.label}
              >
                {column.show(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Pages of a list by the cursor of the last row, which the address holds; "back" is the browser's. */
export function Pager({ cursor, full, name = "after" }: {
  cursor: string | null | undefined;
  full: boolean;
  name?: string;
}) {
  const here = param(name);
  if (!here && !full) return null;
  return (
    <nav class="pager" aria-label="Pages">
      {here && (
        <button
          type="button"
          onClick={() => setQuery({ [name]: null }, { keepPage: name !== "after" })}
        >
          First page
        </button>
      )}
      {full && cursor && (
        <button
          type="button"
          onClick={() => setQuery({ [name]: cursor }, { keepPage: true })}
        >
          Next page
        </button>
      )}
    </nav>
  );
}

/** Links that set one value of the address. */
export function Tabs({ name, label, options, standard }: {
  name: string;
  label: string;
  options: [value: string, label: string][];
  standard: string;
}) {
  const chosen = param(name) || standard;
  return (
    <nav class="tabs" aria-label={label}>
      {options.map(([value, text]) => {
        const query = new URLSearchParams(route.value.query);
        query.delete("after");
        if (value === standard) query.delete(name);
        else query.set(name, value);
        const path = route.value.path.map(encodeURIComponent).join("/");
        return (
          <a
            href={`#/${path}${query.size > 0 ? `?${query}` : ""}`}
            aria-current={value === chosen ? "true" : undefined}
            key={value}
          >
            {text}
          </a>
        );
      })}
    </nav>
  );
}

/** A filter of the address. */
export function Choose({ name, label, options }: {
  name: string;
  label: string;
  options: [value: string, label: string][];
}) {
  return (
    <select
      aria-label={label}
      value={param(name)}
      onChange={(event) => setQuery({ [name]: event.currentTarget.value })}
    >
      <option value="">{label}: all</option>
      {options.map(([value, text]) => <option value={value} key={value}>{text}</option>)}
    </select>
  );
}

export function Field(
  { label, hint, problem, children }: {
    label: string;
    hint?: ComponentChildren;
    problem?: string | undefined;
    children: (attributes: { id: string; "aria-describedby"?: string }) => JSX.Element;
  },
) {
  const id = useId();
  const about = hint || problem ? `${id}-about` : undefined;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children(about ? { id, "aria-describedby": about } : { id })}
      {about && (
        <span id={about}>
          {hint && <span class="hint">{hint}</span>}
          {problem && <span class="problem" role="alert">{problem}</span>}
        </span>
      )}
    </div>
  );
}

/** A dialog of the browser: Escape closes it, focus stays inside and returns afterwards. */
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
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    dialog.current?.showModal();
    return () => before?.isConnected ? before.focus() : undefined;
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
    </dialog>
  );
}

/** The values of a form by name; an empty field is absent. */
export function valuesOf(form: HTMLFormElement): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && value.trim() !== "") values[name] = value.trim();
  }
  return values;
}

export function onSubmit(
  work: (values: Record<string, string>, form: HTMLFormElement) => unknown,
): (event: SubmitEvent) => void {
  return (event) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    void work(valuesOf(form), form);
  };
}
