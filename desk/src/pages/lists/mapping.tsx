// Where each column of a list goes, and its correction: the column map of the source.
import { TARGETS } from "../../../../edge-functions/_shared/intake/csv/targets.ts";
import { rpc } from "../../data/rpc.ts";
import { words } from "../../ui/format.ts";
import { Table, Tag } from "../../ui/parts.tsx";

/** Header to target; null leaves the column out. */
export type ColumnMap = Record<string, string | null>;

export interface MappedColumn {
  header: string;
  field: string | null;
  how: string | null;
  note?: string | null;
  samples?: string[];
}

const IGNORED = "ignored";
const ATTRIBUTE = "attribute";
/** Of the targets that have a number, the first few are offered. */
const NUMBERS = [1, 2, 3, 4];

const OPTIONS: [string, string][] = Object.keys(TARGETS).flatMap((name): [string, string][] =>
  name.includes("_N")
    ? NUMBERS.map((n) => [name.replace("_N", `_${n}`), words(name.replace("_N", ` ${n}`))])
    : [[name, words(name)]]
);

const HOW: Record<string, string> = {
  column_map: "set by hand",
  source_map: "set by hand",
  preset: "known export",
  exact: "name of the field",
  synonym: "another name of the field",
  values: "read from the values",
  ignored: "identity document",
};

/** What a column is now: a target, kept as an attribute, or left out. */
const targetOf = ({ field, how }: MappedColumn) =>
  field ?? (how === IGNORED || how === "column_map" ? IGNORED : ATTRIBUTE);

function Target({ column, changes, change }: {
  column: MappedColumn;
  changes: ColumnMap;
  change: (header: string, target: string | null) => void;
}) {
  const changed = column.header in changes;
  const value = changed ? changes[column.header] ?? IGNORED : targetOf(column);
  const known = OPTIONS.some(([name]) => name === value) || value === IGNORED ||
    value === ATTRIBUTE;
  return (
    <select
      aria-label={`Where “${column.header}” goes`}
      value={value}
      onChange={(event) => {
        const target = event.currentTarget.value;
        change(column.header, target === IGNORED ? null : target);
      }}
    >
      <option value={ATTRIBUTE}>kept as an attribute</option>
      <option value={IGNORED}>left out</option>
      {!known && <option value={value}>{words(value)}</option>}
      {OPTIONS.map(([name, label]) => <option value={name} key={name}>{label}</option>)}
    </select>
  );
}

/** The table of columns; without `change` it is only shown. */
export function Columns({ columns, changes = {}, change }: {
  columns: MappedColumn[];
  changes?: ColumnMap;
  change?: ((header: string, target: string | null) => void) | undefined;
}) {
  return (
    <Table
      label="Columns"
      rows={columns}
      id={(row) => row.header}
      columns={[
        {
          label: "Column",
          show: (row) => (
            <>
              <strong>{row.header}</strong>
              {row.samples && row.samples.length > 0 && (
                <span class="sub">{row.samples.join(" | ")}</span>
              )}
            </>
          ),
        },
        {
          label: "Goes to",
          labelled: true,
          show: (row) =>
            change
              ? <Target column={row} changes={changes} change={change} />
              : words(targetOf(row)),
        },
        {
          label: "Found by",
          labelled: true,
          show: (row) => row.header in changes
            ? <Tag tone="warn">changed</Tag>
            : <>{[HOW[row.how ?? ""] ?? "", row.note].filter(Boolean).join("; ")}</>,
        },
      ]}
    />
  );
}

export const saveMap = (source: string, changes: ColumnMap) =>
  rpc("map_columns", { p_source_id: source, p_entries: changes });
