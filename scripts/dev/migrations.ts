// sql/ and the migrations as files: what `db:build` makes of sql/ until the first release, and what comes after it.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./paths.ts";

/** The folders that belong together: a test works on copies of them. */
export interface Tree {
  /** The folder of sql/. */
  sql: string;
  /** The folder that holds supabase/: config.toml, migrations/ and released.json. */
  supabase: string;
}

export const checkout: Tree = { sql: join(root, "sql"), supabase: join(root, "supabase") };

export const migrationsFolder = (tree: Tree): string => join(tree.supabase, "migrations");

/** The first release's day; a domain's number NN becomes the time 0N:0N:00. */
const firstDay = "20261121";

export interface SqlFile {
  name: string;
  text: string;
}

function readSorted(folder: string): string[] {
  return existsSync(folder)
    ? readdirSync(folder).filter((name) => name.endsWith(".sql")).sort()
    : [];
}

/** Files of sql/ in the order in which they apply. */
export function sqlFiles(tree = checkout): SqlFile[] {
  return readdirSync(tree.sql, { withFileTypes: true })
    .filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort()
    .flatMap((domain) =>
      readSorted(join(tree.sql, domain)).map((file) => ({
        name: `${domain}/${file}`,
        text: readFileSync(join(tree.sql, domain, file), "utf8"),
      }))
    );
}

/** Migrations in the order in which they apply. */
export function migrationFiles(tree = checkout): SqlFile[] {
  const folder = migrationsFolder(tree);
  return readSorted(folder).map((name) => ({
    name,
    text: readFileSync(join(folder, name), "utf8"),
  }));
}

/** The version and the name in a migration's file name, as the Supabase CLI records them. */
export function versionAndName(file: string): { version: string; name: string } {
  const [version = "", name = ""] = file.replace(/\.sql$/, "").split(/_(.*)/s);
  return { version, name };
}

/** The migrations of the first release, built from sql/ as it is. */
export function firstRelease(files: SqlFile[] = sqlFiles()): SqlFile[] {
  const domains = Map.groupBy(files, (file) => file.name.split("/")[0] ?? "");
  return [...domains].map(([domain, parts]) => {
    const [, number, name] = /^(\d\d)_(.+)$/.exec(domain) ?? [];
    if (!number || !name) throw new Error(`sql/${domain} is not named NN_domain.`);
    const body = parts.map((part) => `-- sql/${part.name}\n\n${part.text.trim()}\n`).join("\n");
    return {
      name: `${firstDay}0${number[0]}0${number[1]}00_${name}.sql`,
      text: `-- Built from sql/${domain} by \`npm run db:build\`; edit there.\n\n${body}`,
    };
  });
}

/** Whether a migration was built from a folder of sql/; later ones are written once. */
export function isBuilt(name: string): boolean {
  return new RegExp(`^${firstDay}0\\d0\\d00_`).test(name);
}
