// Builds the migrations of the first release from sql/, until it is frozen.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  checkout,
  firstRelease,
  isBuilt,
  migrationFiles,
  migrationsFolder,
  sqlFiles,
} from "./migrations.ts";
import { isReleased } from "./releases.ts";

/** Writes the migrations of the first release; returns the names that changed. */
export function buildMigrations(tree = checkout): string[] {
  if (isReleased(tree)) {
    throw new Error(
      "The first release is frozen (supabase/released.json): write a migration with `npm run db:migration NAME`.",
    );
  }
  const folder = migrationsFolder(tree);
  mkdirSync(folder, { recursive: true });
  const wanted = firstRelease(sqlFiles(tree));
  const changed: string[] = [];
  for (const { name } of migrationFiles(tree)) {
    if (isBuilt(name) && !wanted.some((file) => file.name === name)) {
      rmSync(join(folder, name));
      changed.push(name);
    }
  }
  const present = new Map(migrationFiles(tree).map((file) => [file.name, file.text]));
  for (const { name, text } of wanted) {
    if (present.get(name) === text) continue;
    writeFileSync(join(folder, name), text);
    changed.push(name);
  }
  return changed;
}
