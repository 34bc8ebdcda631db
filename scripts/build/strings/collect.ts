// Which files hold text, and how each kind of file is read.
import { globSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { root } from "../../dev/paths.ts";
import { fromHtml, fromJson, fromMarkdown } from "./other.ts";
import { fromSql } from "./sql.ts";
import { fromTypeScript } from "./typescript.ts";
import { type Found, type Located, oneLine } from "./types.ts";

const SOURCES = [
  "sql/**/*.{sql,md}",
  "edge-functions/**/*.ts",
  "scripts/**/*.{ts,mjs,sql}",
  "pages/**/*.{html,js}",
  "n8n-workflows/*.{json,md}",
  "n8n-workflows/sequences/**/*.json",
  "n8n-workflows/nodes/{credentials,nodes,shared}/**/*.ts",
  "supabase/snippets/*.sql",
  "test/**/*.{ts,sql}",
  "docs/**/*.md",
  "*.md",
];
/** Generated files, lists that no person reads, and the patterns of this tool itself. */
const EXCLUDED = [
  "**/node_modules/**",
  "n8n-workflows/package*.json",
  "docs/schema.md",
  "scripts/build/strings/suspicious.ts",
  "test/fixtures/**",
  "test/unit/build/strings*",
];

export function textFiles(): string[] {
  return SOURCES.flatMap((pattern) => globSync(pattern, { cwd: root, exclude: EXCLUDED }))
    .filter((file) => !file.includes("node_modules")).sort();
}

export function collect(files: readonly string[] = textFiles()): Located[] {
  return files.flatMap((file) =>
    extract(file, readFileSync(join(root, file), "utf8"))
      .map((found) => ({ ...found, file, text: oneLine(found.text) }))
      .filter(({ text }) => text !== "")
      .sort((a, b) => a.line - b.line)
  );
}

export function extract(file: string, source: string): Found[] {
  const isTest = file.startsWith("test/");
  switch (extname(file)) {
    case ".sql":
      return fromSql(source, { isTest });
    case ".json":
      return fromJson(source);
    case ".html":
      return fromHtml(source);
    case ".md":
      return fromMarkdown(source);
    default:
      return fromTypeScript(source, { isTest });
  }
}
