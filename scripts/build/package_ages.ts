// node scripts/build/package_ages.ts [BASE]: whether the direct dependencies that differ from those of the git revision
// BASE (default: origin/main) have been out for two weeks, by which time a hijacked release is usually found. Asks npm's
// registry about these packages; CI runs it.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../dev/paths.ts";
import type { Manifest } from "../test/supply.ts";

export const LEAST_DAYS = 14;

export interface Pin {
  name: string;
  version: string;
}

const pinsOf = (manifest: Manifest): Map<string, string> =>
  new Map(
    Object.entries({
      ...manifest.dependencies,
      ...manifest.devDependencies,
      ...manifest.optionalDependencies,
    }),
  );

/** What a change adds or moves to another version. */
export function changedPins(before: Manifest, after: Manifest): Pin[] {
  const known = pinsOf(before);
  return [...pinsOf(after)].filter(([name, version]) => known.get(name) !== version)
    .map(([name, version]) => ({ name, version }));
}

/** Null: old enough. A version without a date cannot be judged, and is refused. */
export function ageProblem(
  { name, version }: Pin,
  published: string | undefined,
  now: Date,
): string | null {
  const days = (now.getTime() - Date.parse(published ?? "")) / 86_400_000;
  if (Number.isNaN(days)) return `${name}@${version}: the registry says no date`;
  if (days >= LEAST_DAYS) return null;
  return `${name}@${version} came out ${
    Math.floor(days)
  } days ago: wait until it is ${LEAST_DAYS}, or take an older one`;
}

function output(program: string, args: string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr}`);
  return stdout;
}

function main(base: string): number {
  const manifests = output("git", ["ls-files", "package.json", "*/package.json"]).trim().split(
    "\n",
  );
  const problems: string[] = [];
  let asked = 0;
  for (const file of manifests) {
    // A file that the base does not have pins nothing there.
    const before = spawnSync("git", ["show", `${base}:${file}`], { cwd: root, encoding: "utf8" });
    const pins = changedPins(
      before.status === 0 ? JSON.parse(before.stdout) : {},
      JSON.parse(readFileSync(join(root, file), "utf8")),
    );
    for (const pin of pins) {
      asked += 1;
      const times = JSON.parse(output("npm", ["view", pin.name, "time", "--json"]));
      const problem = ageProblem(pin, times[pin.version], new Date());
      if (problem !== null) problems.push(`${file}: ${problem}`);
    }
  }
  console.log([`${asked} packages asked about`, ...problems].join("\n"));
  return problems.length === 0 ? 0 : 1;
}

if (import.meta.main) process.exitCode = main(process.argv[2] ?? "origin/main");
