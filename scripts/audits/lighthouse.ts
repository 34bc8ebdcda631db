// Lighthouse, pinned by a lock file of its own and installed apart (177 MB): nobody else needs it.
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../dev/paths.ts";

const folder = join(root, ".local", "audits");
const entry = join(folder, "node_modules", "lighthouse", "core", "index.js");
const wanted = join(import.meta.dirname, "package-lock.json");

export type Lighthouse = (
  url: string,
  flags: Record<string, unknown>,
) => Promise<{ lhr: unknown } | undefined>;

const isInstalled = () => {
  const lock = join(folder, "package-lock.json");
  return existsSync(entry) && existsSync(lock) &&
    readFileSync(lock, "utf8") === readFileSync(wanted, "utf8");
};

/** Installs it where it is missing; throws where that fails. */
export function installLighthouse(): void {
  if (isInstalled()) return;
  process.stderr.write(
    "Installing Lighthouse in .local/audits (npm ci: 177 MB) …\n",
  );
  mkdirSync(folder, { recursive: true });
  for (const name of ["package.json", "package-lock.json"]) {
    copyFileSync(join(import.meta.dirname, name), join(folder, name));
  }
  const { status } = spawnSync("npm", [
    "ci",
    "--ignore-scripts",
    "--loglevel=error",
  ], {
    cwd: folder,
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) throw new Error("npm ci in .local/audits failed.");
}

/** Null where it is not installed: an audit then has no such part. */
export async function loadLighthouse(): Promise<Lighthouse | null> {
  if (!isInstalled()) return null;
  const { default: lighthouse } = await import(entry) as {
    default: Lighthouse;
  };
  return lighthouse;
}
