// The import graph of the TypeScript modules, for tests of how they may depend on each other.
import { globSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

/** The domains under edge-functions/_shared; each imports only itself and those before it. */
export const DOMAINS: readonly string[] = [
  ...["platform", "jobs", "intake", "matching", "consent", "gate", "providers", "campaigns"],
  ...["delivery", "notify", "inbound", "enrichment", "scoring"],
  // Packs.
  "prospects",
  "audits",
];

const root = fileURLToPath(new URL("../../", import.meta.url));

/** A module as its path from the root, and the modules and packages that it imports, types included. */
export type Modules = ReadonlyMap<string, readonly string[]>;

export function readModules(patterns: readonly string[]): Modules {
  const files = globSync([...patterns], { cwd: root }).map((file) => file.replaceAll("\\", "/"));
  return new Map(files.sort().map((file) => [file, importsOf(file)]));
}

export const textOf = (file: string) => readFileSync(root + file, "utf8");

function importsOf(file: string): string[] {
  const { importedFiles } = ts.preProcessFile(textOf(file), true, true);
  return importedFiles.map(({ fileName }) =>
    fileName.startsWith(".") ? posix.join(posix.dirname(file), fileName) : fileName
  );
}

/** The domain of a file under edge-functions/_shared; null for any other file. */
export function domainOf(file: string): string | null {
  return /^edge-functions\/_shared\/([^/]+)\//.exec(file)?.[1] ?? null;
}

/** The function that a file belongs to; null for shared files. */
export function functionOf(file: string): string | null {
  const name = /^edge-functions\/([^/]+)\//.exec(file)?.[1] ?? null;
  return name === "_shared" ? null : name;
}

/** Each cycle once, as the path that leads back to its first module. */
export function cyclesOf(modules: Modules): string[][] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string) => {
    const at = path.indexOf(file);
    if (at >= 0) return void cycles.push([...path.slice(at), file]);
    if (done.has(file)) return;
    path.push(file);
    for (const imported of modules.get(file) ?? []) if (modules.has(imported)) visit(imported);
    path.pop();
    done.add(file);
  };
  for (const file of modules.keys()) visit(file);
  return cycles;
}

/** All modules that a module imports, directly or not, and itself. */
export function reachOf(modules: Modules, file: string): Set<string> {
  const reach = new Set([file]);
  for (const one of reach) {
    for (const imported of modules.get(one) ?? []) if (modules.has(imported)) reach.add(imported);
  }
  return reach;
}
