// Releases: supabase/released.json lists each with the digests of its migrations. From then on they never change,
// because `supabase db push` skips a version that a database has, whatever its file says by now.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  checkout,
  firstRelease,
  migrationFiles,
  type SqlFile,
  sqlFiles,
  type Tree,
  versionAndName,
} from "./migrations.ts";

export interface Release {
  version: string;
  /** The day of the release: YYYY-MM-DD. */
  date: string;
  /** SHA-256 of all its lines "digest  name". */
  digest: string;
  /** The migrations that came with it: SHA-256 by file name. */
  migrations: Record<string, string>;
}

const markerPath = (tree: Tree): string => join(tree.supabase, "released.json");

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The digest of a release, in the format of sha256sum: it can be checked without this program. */
export function releaseDigest(migrations: Record<string, string>): string {
  return sha256(
    Object.entries(migrations).map(([name, digest]) => `${digest}  ${name}\n`).join(""),
  );
}

/** Releases in their order; none before the first freeze. */
export function releases(tree = checkout): Release[] {
  const path = markerPath(tree);
  if (!existsSync(path)) return [];
  return (JSON.parse(readFileSync(path, "utf8")) as { releases: Release[] }).releases;
}

export function isReleased(tree = checkout): boolean {
  return releases(tree).length > 0;
}

/** Digests of all released migrations by file name. */
export function releasedMigrations(tree = checkout): Map<string, string> {
  return new Map(releases(tree).flatMap(({ migrations }) => Object.entries(migrations)));
}

/** Finds problems with the migrations and their releases; each sentence names a file or a version. */
export function releaseProblems(
  released: Release[],
  files: SqlFile[],
  packageVersion: string,
): string[] {
  const problems: string[] = [];
  const digests = new Map(files.map(({ name, text }) => [name, sha256(text)]));
  const known = new Map<string, string>();
  for (const { version, digest, migrations } of released) {
    if (releaseDigest(migrations) !== digest) {
      problems.push(
        `supabase/released.json: the digest of ${version} does not match its migrations.`,
      );
    }
    for (const [name, wanted] of Object.entries(migrations)) {
      known.set(name, version);
      const found = digests.get(name);
      if (found === wanted) continue;
      const renamed = [...digests].find(([other, digest]) => digest === wanted && other !== name);
      problems.push(
        found
          ? `${name} was released with ${version} and has changed since.`
          : renamed
          ? `${name} was released with ${version} and is now named ${renamed[0]}.`
          : `${name} was released with ${version} and is missing.`,
      );
    }
  }
  problems.push(...nameProblems(files.map(({ name }) => name), known));
  const newest = released.at(-1);
  if (newest && packageVersion !== newest.version) {
    problems.push(
      `package.json has version ${packageVersion}, and the last release is ${newest.version}.`,
    );
  }
  return problems;
}

/** Invalid and duplicate versions, which `supabase db push` skips or rejects, and those that come too late. */
function nameProblems(names: string[], released: ReadonlyMap<string, string>): string[] {
  const versionOf = (name: string) => versionAndName(name).version;
  const last = [...released.keys()].sort().at(-1);
  const first = new Map<string, string>();
  // Released files come first, whatever the others are called.
  for (const name of [...names].sort((a, b) => +released.has(b) - +released.has(a))) {
    if (!first.has(versionOf(name))) first.set(versionOf(name), name);
  }
  return names.filter((name) => !released.has(name)).flatMap((name) => {
    if (!/^\d{14}_[a-z0-9_]+\.sql$/.test(name)) {
      return [`${name} is not named YYYYMMDDHHMMSS_lower_case_name.sql.`];
    }
    const other = first.get(versionOf(name));
    if (other && other !== name) {
      return [`${name} has the same version as ${other}: give it a later version.`];
    }
    return last && versionOf(name) <= versionOf(last)
      ? [`${name} sorts before ${last}, the last released migration: give it a later version.`]
      : [];
  });
}

function compareVersions(one: string, two: string): number {
  const [a, b] = [one, two].map((version) => version.split(".").map(Number));
  for (let i = 0; i < 3; i++) {
    const difference = (a?.[i] ?? 0) - (b?.[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Adds a release to the marker: all migrations that no earlier release has. */
export function addRelease(version: string, date: string, tree = checkout): Release {
  if (!/^\d+\.\d+\.\d+$/.test(version)) throw new Error(`${version}: a version is X.Y.Z.`);
  if (!/^\d{4}-\d\d-\d\d$/.test(date)) throw new Error(`${date}: a date is YYYY-MM-DD.`);
  const before = releases(tree);
  const files = migrationFiles(tree);
  const newest = before.at(-1);
  const problems = releaseProblems(before, files, newest?.version ?? version);
  if (newest && compareVersions(version, newest.version) <= 0) {
    problems.push(`${version} is not newer than ${newest.version}, the last release.`);
  }
  const present = new Map(files.map(({ name, text }) => [name, text]));
  const built = newest ? [] : firstRelease(sqlFiles(tree));
  if (built.some(({ name, text }) => present.get(name) !== text)) {
    problems.push("The migrations are not what sql/ builds: run `npm run db:build` first.");
  }
  const known = releasedMigrations(tree);
  const migrations = Object.fromEntries(
    files.filter(({ name }) => !known.has(name)).map(({ name, text }) => [name, sha256(text)]),
  );
  if (Object.keys(migrations).length === 0) problems.push("No migration is unreleased.");
  if (problems.length > 0) throw new Error(problems.join("\n"));
  const release = { version, date, digest: releaseDigest(migrations), migrations };
  writeFileSync(
    markerPath(tree),
    JSON.stringify({ releases: [...before, release] }, null, 2) + "\n",
  );
  return release;
}
