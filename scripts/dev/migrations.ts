// The first release's migrations: one file per folder of sql/, its files in order.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./paths.ts";

export const sqlFolder = join(root, "sql");
export const migrationsFolder = join(root, "supabase", "migrations");

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
export function sqlFiles(): SqlFile[] {
  return readdirSync(sqlFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort()
    .flatMap((domain) =>
      readSorted(join(sqlFolder, domain)).map((file) => ({
        name: `${domain}/${file}`,
        text: readFileSync(join(sqlFolder, domain, file), "utf8"),
      }))
    );
}

export function migrationFiles(): SqlFile[] {
  return readSorted(migrationsFolder).map((name) => ({
    name,
    text: readFileSync(join(migrationsFolder, name), "utf8"),
  }));
}

/** What the migrations of the first release must contain for sql/ as it is. */
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

/** Whether a migration belongs to the first release; later ones are written once. */
export function isBuilt(name: string): boolean {
  return new RegExp(`^${firstDay}0\\d0\\d00_`).test(name);
}

/**
 * Migrations that people have applied must not change. The first release is out with version 1, or
 * once a later migration builds on it.
 */
export function isReleased(): boolean {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return !version.startsWith("0.") || migrationFiles().some(({ name }) => !isBuilt(name));
}

/** Writes the migrations of the first release; returns the names that changed. */
export function buildMigrations(): string[] {
  if (isReleased()) {
    throw new Error("The first release is out: write a new one with `npm run db:migration`.");
  }
  mkdirSync(migrationsFolder, { recursive: true });
  const wanted = firstRelease();
  const changed: string[] = [];
  for (const { name } of migrationFiles()) {
    if (isBuilt(name) && !wanted.some((file) => file.name === name)) {
      rmSync(join(migrationsFolder, name));
      changed.push(name);
    }
  }
  const present = new Map(migrationFiles().map((file) => [file.name, file.text]));
  for (const { name, text } of wanted) {
    if (present.get(name) === text) continue;
    writeFileSync(join(migrationsFolder, name), text);
    changed.push(name);
  }
  return changed;
}
