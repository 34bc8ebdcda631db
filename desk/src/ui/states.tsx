// Waiting, failure, nothing: what stands where an answer is not yet, or is not.
import type { ComponentChildren } from "preact";
import { DeskError, messageOf } from "../data/errors.ts";
import type { Answer } from "../data/query.ts";
import { Head } from "./head.tsx";

export type Asked<Data> = Answer<Data> & { reload: () => void };

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

export function Failed({ error, retry }: { error: unknown; retry?: (() => void) | undefined }) {
  const hint = error instanceof DeskError ? error.hint : "";
  return (
    <div class="note bad" role="alert">
      <p>{typeof error === "string" ? error : messageOf(error)}</p>
      {hint && <p class="muted">{hint}</p>}
      {retry && <button type="button" onClick={retry}>Try again</button>}
    </div>
  );
}

/** Waiting, failure, nothing, or the data: the four states that every answer has. */
export function Shown<Data>(
  { of, empty, children }: {
    of: Asked<Data>;
    empty?: ComponentChildren;
    children: (data: Data) => ComponentChildren;
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

/** A page about one thing before there is any, or where there is none. */
export const Absent = (
  { title, of, children }: {
    title: string;
    of: Asked<unknown>;
    children?: ComponentChildren;
  },
) => (
  <>
    <Head title={title} />
    <Shown
      of={{ ...of, data: undefined }}
      empty={
        <Empty
          title={`This ${title.toLowerCase()} does not exist, or you do not have access to it.`}
        >
          {children}
        </Empty>
      }
    >
      {() => null}
    </Shown>
  </>
);
