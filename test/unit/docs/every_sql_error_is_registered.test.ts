import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..", "..", "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const registry = read("sql/ERRORS.md");
const ENTRY = /^- \*\*(SL\d{3})\*\* (`[^`]+`):(.*?)\. Fix:(.*)\.$/s;
const rows = registry.split(/^(?=- )/m).slice(1)
  .map((entry) => entry.trim().replace(/\n +/g, " "))
  .map((entry) => ENTRY.exec(entry)?.slice(1).map((part) => part.trim()) ?? [entry]);
const registered = rows.map(([code]) => code ?? "");

const sqlFiles = globSync("sql/**/*.sql", { cwd: root }).sort();
const raised = new Map<string, string[]>();
for (const file of sqlFiles) {
  for (const [, code = ""] of read(file).matchAll(/errcode = '([A-Z0-9]{5})'/g)) {
    if (code.startsWith("SL")) raised.set(code, [...raised.get(code) ?? [], file]);
  }
}

test("the scan finds the codes that sql/ raises", () => {
  expect(sqlFiles.length).toBeGreaterThan(30);
  expect([...new Set(raised.get("SL001"))]).toEqual([
    "sql/00_platform/04_crypto.sql",
    "sql/10_tenancy/05_org_keys.sql",
  ]);
});

test("every code that sql/ raises is registered", () => {
  expect([...raised.keys()].filter((code) => !registered.includes(code))).toEqual([]);
});

test("every registered code is raised", () => {
  expect(registered.filter((code) => !raised.has(code))).toEqual([]);
});

test("codes are registered once, in order, with a meaning and an answer", () => {
  expect(registered).toEqual([...new Set(registered)].sort());
  for (const row of rows) {
    expect(row, row[0]).toHaveLength(4);
    expect(row.filter((cell) => cell === ""), row[0]).toEqual([]);
  }
});

test("a code is raised in the registered function", () => {
  for (const [code = "", by = ""] of rows) {
    const name = by.replaceAll("`", "");
    const homes = sqlFiles.filter((file) => read(file).includes(`create function ${name}(`));
    expect(raised.get(code), `${code} by ${name}`).toEqual(expect.arrayContaining(homes));
    expect(homes, `${code} by ${name}`).toHaveLength(1);
  }
});

test("every code that TypeScript or a comment names is registered", () => {
  const files = [
    ...sqlFiles,
    ...globSync("{edge-functions,scripts,test}/**/*.{ts,sql}", { cwd: root }),
    ...globSync("{docs,sql}/**/*.md", { cwd: root }),
  ].filter((file) => !file.includes("node_modules"));
  const unknown = files.flatMap((file) =>
    [...read(file).matchAll(/\bSL\d{3}\b/g)].map(([code]) => code)
      .filter((code) => !registered.includes(code)).map((code) => `${file}: ${code}`)
  );
  expect(unknown).toEqual([]);
});
