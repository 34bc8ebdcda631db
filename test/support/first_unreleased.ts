// Where the migrations of the first release end, for tests that fill its database and upgrade it.
import type { SqlFile } from "../../scripts/dev/migrations.ts";
import { releases } from "../../scripts/dev/releases.ts";

/** The index of the first migration that the first release does not have. */
export function firstUnreleased(files: SqlFile[]): number {
  const released = Object.keys(releases()[0]!.migrations);
  return files.findIndex(({ name }) => !released.includes(name));
}
