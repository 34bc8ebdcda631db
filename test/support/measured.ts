// Lines that `npm test` prints below the stage: what a test measured.
import { appendFileSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { localPath } from "../../scripts/dev/paths.ts";

export function printMeasured(project: "unit" | "http" | "integration", line: string): void {
  const path = localPath(`measured-${project}.txt`);
  mkdirSync(dirname(path), { recursive: true });
  appendFileSync(path, `${line}\n`);
}
