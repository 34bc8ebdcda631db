#!/usr/bin/env node
// The entry of `npx sluice`: runs sluice.ts under the pinned Node, whatever Node runs this file.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
if (process.features.typescript) {
  await import("./sluice.ts");
} else {
  const shipped = join(here, "..", "..", "node_modules", ".bin", "node");
  if (!existsSync(shipped)) {
    process.stderr.write("sluice: requires Node 24 or newer (npm ci installs it)\n");
    process.exit(1);
  }
  const args = [join(here, "sluice.ts"), ...process.argv.slice(2)];
  const child = spawn(shipped, args, { stdio: "inherit" });
  // Ctrl-C reaches the child by itself; the others come to this process alone.
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  process.on("SIGINT", () => {});
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
  });
}
