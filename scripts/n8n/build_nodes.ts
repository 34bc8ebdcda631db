// Builds n8n-nodes-sluice with the types of the installed n8n, into the folder where n8n keeps community packages.
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { tool } from "../dev/paths.ts";
import { workflowFolder } from "./install.ts";

export const nodesFolder = join(workflowFolder, "nodes");
const packageName = "n8n-nodes-sluice";

/** Hash of everything that the built package depends on. */
function sourceHash(): string {
  const hash = createHash("sha256");
  const files = globSync([
    "package.json",
    "tsconfig.json",
    "{credentials,icons,nodes,shared}/**/*.*",
  ], {
    cwd: nodesFolder,
  });
  for (const file of files.sort()) hash.update(file).update(readFileSync(join(nodesFolder, file)));
  return hash.digest("hex");
}

/** Installs the package for the n8n of this folder; nothing to do if the sources are the same. */
export function installNodes(n8nFolder: string, log: (line: string) => void = () => {}): string {
  const target = join(n8nFolder, ".n8n", "nodes", "node_modules", packageName);
  const mark = join(target, "built-from");
  const hash = sourceHash();
  if (existsSync(mark) && readFileSync(mark, "utf8") === hash) return target;
  log(`Building ${packageName} …`);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true, mode: 0o700 });
  const { status, stdout, stderr } = spawnSync(
    tool("tsc"),
    ["-p", nodesFolder, "--outDir", join(target, "dist")],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`${packageName} does not build:\n${stdout}${stderr}`);
  cpSync(join(nodesFolder, "icons"), join(target, "dist", "icons"), { recursive: true });
  cpSync(join(nodesFolder, "package.json"), join(target, "package.json"));
  writeFileSync(mark, hash);
  return target;
}
