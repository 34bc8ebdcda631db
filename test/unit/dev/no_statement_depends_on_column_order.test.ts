import { expect, test } from "vitest";
import { sqlFiles } from "../../../scripts/dev/migrations.ts";

// ALTER TABLE adds a column at the end only, so a migrated table and a fresh one may order their columns differently.

// pg-boss's own tables are pg-boss's own business.
const files = sqlFiles().filter(({ name }) => name !== "12_jobs/01_pgboss.sql");
const tables = new Set(
  files.flatMap(({ text }) =>
    [...text.matchAll(/^create (?:unlogged )?table ([\w.]+)/gm)].map(([, name]) => name)
  ),
);

/** Statements of one shape, with file and line. */
function occurrences(pattern: RegExp): { where: string; match: RegExpMatchArray }[] {
  return files.flatMap(({ name, text }) =>
    [...text.matchAll(pattern)].map((match) => ({
      where: `sql/${name}:${text.slice(0, match.index).split("\n").length}`,
      match,
    }))
  );
}

test("an insert names its columns, unless it writes whole rows of that table", () => {
  const wholeRow =
    /^select (\w+\.\*|\(jsonb_populate_record\(null::[\w.]+, [\w.]+\)\)\.\*|\* from moved)/;
  const found = occurrences(
    /\binsert\s+into\s+[\w.%]+(?:\s+as\s+\w+)?\s+(?=((?:select|values|table|with)\b[^;]*))/g,
  );
  expect(found.length).toBeGreaterThan(0);
  expect(found.filter(({ match }) => !wholeRow.test(match[1] ?? "")).map(({ where }) => where))
    .toEqual([]);
});

test("no row constructor is cast to the row type of a table", () => {
  expect(tables.size).toBeGreaterThan(50);
  const found = occurrences(/\)::((?:public|private)\.\w+)\b(?!\[)/g);
  expect(found.length).toBeGreaterThan(0);
  expect(found.filter(({ match }) => tables.has(match[1] ?? "")).map(({ where }) => where))
    .toEqual([]);
});

test("a hash of rows does not print them as text", () => {
  const found = occurrences(/\b(\w+)::text (?:as \w+ )?from (?:public|private)\.\w+ \1\b/g);
  expect(found.map(({ where }) => where)).toEqual([]);
});
