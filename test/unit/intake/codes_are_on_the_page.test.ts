import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  READER_REJECTS,
  ROW_REJECTS,
  WARNINGS,
} from "../../../edge-functions/_shared/intake/csv/codes.ts";
import { intakeCodesDocument } from "../../../scripts/build/intake_codes_page.ts";
import { root } from "../../../scripts/dev/paths.ts";

const textOf = (pattern: string) =>
  globSync(pattern, { cwd: root }).filter((file) => !file.endsWith("csv/codes.ts")).sort()
    .map((file) => readFileSync(join(root, file), "utf8")).join("\n");
/** Comments of objects name codes, too: they produce none. */
const sql = [..."18_normalise 25_intake 30_matching".split(" ")]
  .map((domain) => textOf(`sql/${domain}/*.sql`)).join("\n")
  .replace(/^comment on [^;]*;/gm, "").replace(/^\s*--.*$/gm, "");
const code = textOf("edge-functions/_shared/intake/**/*.ts");

/** How SQL writes a code: appended to warnings, or as a constant of the rows that are counted. */
const IN_SQL = [
  /array_append\(warnings, '(\w+)'\)/g,
  /warnings \|\| '\{(\w+)\}'::text\[\]/g,
  /select '(\w+)'(?: as code)?, (?:count\(\*\)|s\.line_no|p\.line_no)/g,
  /then '(\w+_unusable)'/g,
  /else '(\w+_unusable)'/g,
  /jsonb_build_object\('(\w+)', jsonb_build_object\('n'/g,
  /line_number, '(\w+)',/g,
  /coalesce\(s\.reject_code, '(\w+)'\)/g,
  /'((?:filler|phone|email)_(?:unusable|phone|email|mak|apn))'/g,
];

test("the page is made from the list", () => {
  expect(readFileSync(join(root, "docs/intake_codes.md"), "utf8")).toBe(intakeCodesDocument());
});

test("every code that SQL writes is in the list", () => {
  const written = new Set(
    IN_SQL.flatMap((form) => [...sql.matchAll(form)].map((match) => match[1]!)),
  );
  expect(written.size).toBeGreaterThan(8);
  const listed = Object.keys({ ...WARNINGS, ...READER_REJECTS, ...ROW_REJECTS });
  expect([...written].filter((name) => !listed.includes(name))).toEqual([]);
});

test("every code of the list is written somewhere", () => {
  const listed = Object.keys({ ...WARNINGS, ...READER_REJECTS, ...ROW_REJECTS });
  const written = (name: string) =>
    new RegExp(`["'{]${name}["'}]|\\b${name}:`).test(code) ||
    new RegExp(`['{]${name}['}]`).test(sql);
  expect(listed.filter((name) => !written(name))).toEqual([]);
});

test("every entry is a sentence", () => {
  const texts = Object.values({ ...WARNINGS, ...READER_REJECTS, ...ROW_REJECTS })
    .flatMap(({ meaning, fix }) => fix === null ? [meaning] : [meaning, fix]);
  expect(texts.filter((text) => !/^[A-Z].*\.$/s.test(text))).toEqual([]);
});
