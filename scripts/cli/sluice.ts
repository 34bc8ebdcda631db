// Entry of the command-line client: calls main() with the real environment.
import { randomUUID } from "node:crypto";
import { enableCompileCache } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Io } from "./io.ts";

// Types are stripped and code is compiled once, not at each start: a fifth of a second. In the package's own folder,
// where only its owner writes; where that is not allowed, Node goes without.
enableCompileCache(fileURLToPath(new URL("../../node_modules/.cache/sluice", import.meta.url)));
const { main } = await import("./main.ts");

// `sluice rejects ID | head` closes the pipe early; that is not a failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 1);
});
process.on("SIGINT", () => {
  process.stderr.write("\nsluice: interrupted; run the same command to resume\n");
  process.exit(130);
});

const io: Io = {
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  now: () => new Date(),
  sleep: (ms) => sleep(ms),
  random: Math.random,
  uuid: randomUUID,
  fetch: globalThis.fetch,
};
const argv = process.argv.slice(2);
// Loaded only where somebody collects spans.
process.exitCode = Object.keys(process.env).some((name) => name.startsWith("OTEL_EXPORTER_OTLP_"))
  ? await (await import("./spans.ts")).traced(argv, io, main)
  : await main(argv, io);
