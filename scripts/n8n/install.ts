// n8n itself: installed next to the workflows from its own lock file, not part of Sluice.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../dev/paths.ts";

export const workflowFolder = join(root, "n8n-workflows");
export const n8nProgram = join(workflowFolder, "node_modules", "n8n", "bin", "n8n");

function version(path: string): string | null {
  if (!existsSync(path)) return null;
  return (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
}

function pinnedVersion(): string {
  const text = readFileSync(join(workflowFolder, "package.json"), "utf8");
  return (JSON.parse(text) as { dependencies: { n8n: string } }).dependencies.n8n;
}

export function isInstalled(): boolean {
  const found = version(join(workflowFolder, "node_modules", "n8n", "package.json"));
  // npm writes the hidden lock file last: without it, the installation was interrupted.
  return found === pinnedVersion() &&
    existsSync(join(workflowFolder, "node_modules", ".package-lock.json"));
}

/** Installs the pinned n8n if missing, at low priority: 2.2 GB, two to four minutes. */
export function ensureInstalled(log: (line: string) => void): void {
  if (isInstalled()) return;
  log(`Installing n8n ${pinnedVersion()} in n8n-workflows (npm ci: 2.2 GB, some minutes) …`);
  const npm = ["npm", "ci", "--ignore-scripts", "--loglevel=error"];
  const polite = spawnSync("nice", ["true"]).status === 0 ? ["nice", "-n", "10", ...npm] : npm;
  const { status } = spawnSync(polite[0] as string, polite.slice(1), {
    cwd: workflowFolder,
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0 || !isInstalled()) throw new Error("npm ci in n8n-workflows failed.");
}
