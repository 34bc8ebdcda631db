// Lists of rows: a table or items in a panel, with their states and pages.
import type { ComponentChildren } from "preact";
import { count } from "./format.ts";
import { Panel } from "./panel.tsx";
import { param, setQuery } from "./router.ts";
import { type Asked, Shown } from "./states.tsx";

export interface Column<Row> {
  label: string;
  num?: boolean;
  show: (row: Row) => ComponentChildren;
  /** On a narrow screen the label is shown before the value. */
  labelled?: boolean;
}

/** A column of numbers. */
export const counted = <Row,>(
  label: string,
  of: (row: Row) => number | null | undefined,
  show: (value: number | null | undefined) => string = count,
): Column<Row> => ({ label, num: true, labelled: true, show: (row) => show(of(row)) });

export interface Action {
  text: string;
  /** For readers, where the text does not say of what. */
  name?: string;
  danger?: boolean;
  run: () => unknown;
}

/** The last column: what can be done with a row. */
export const actions = <Row,>(
  of: (row: Row) => (Action | false | null | undefined)[],
): Column<Row> => ({
  label: "Actions",
  num: true,
  show: (row) => (
    <span class="row actions">
      {of(row).map((action) =>
        action && (
          <button
            type="button"
            class={action.danger ? "danger" : ""}
            aria-label={action.name}
            onClick={() => void action.run()}
            key={action.text}
          >
            {action.text}
          </button>
        )
      )}
    </span>
  ),
});

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
    <nav class="pager" aria-label="Pages of this list">
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

interface Listed<Row> {
  /** The heading, or with `bare` only the name for readers. */
  title: string;
  bare?: boolean;
  aside?: ComponentChildren;
  of: Asked<Row[]>;
  empty: ComponentChildren;
  /** Rows of a page, and the cursor behind one: without them there is one page. */
  limit?: number;
  cursor?: (last: Row) => string | null | undefined;
  /** Whether there is more, where that does not follow from the number of rows. */
  more?: (rows: Row[]) => boolean;
  /** The name of the cursor in the address, where a page has more than one list. */
  pager?: string;
}

/** Rows of an answer as a table (`columns`, `id`), or as `children` make them. */
export function List<Row>(
  props:
    & Listed<Row>
    & (
      | { columns: Column<Row>[]; id: (row: Row) => string }
      | { children: (rows: Row[]) => ComponentChildren }
    ),
) {
  const { title, bare, aside, of, empty, limit, cursor, more, pager = "after" } = props;
  const rows = of.data ?? [];
  const last = rows.at(-1);
  return (
    <Panel title={bare ? undefined : title} label={title} aside={aside} flush>
      <Shown of={of} empty={empty}>
        {(found) =>
          "columns" in props
            ? <Table label={title} rows={found} columns={props.columns} id={props.id} />
            : props.children(found)}
      </Shown>
      {limit !== undefined && cursor && (
        <Pager
          name={pager}
          cursor={last === undefined ? null : cursor(last)}
          full={more ? more(rows) : rows.length >= limit}
        />
      )}
    </Panel>
  );
}
