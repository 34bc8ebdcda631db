// The real client as a separate process, with the resources that it used.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { root } from "../dev/paths.ts";
import { peakMiB } from "./processes.ts";
import type { World } from "./world.ts";

export interface ClientRun {
  answer: Record<string, unknown>;
  startedAt: number;
  peakMiB: number | null;
}

export function runClient(world: World, file: string, more: string[] = []): Promise<ClientRun> {
  const startedAt = Date.now();
  const child = spawn(process.execPath, [
    join(root, "scripts", "cli", "sluice.ts"),
    ...["upload", file, "--source", world.sourceKey, "--url", world.stack.functionsUrl],
    ...["--rejects", `${file}.rejects.csv`, "--json", ...more],
  ], {
    cwd: root,
    env: { ...process.env, SLUICE_SECRET: world.secret },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let peak: number | null = null;
  const look = () => peak = Math.max(peak ?? 0, peakMiB(child.pid ?? null) ?? 0) || null;
  const timer = setInterval(look, 50);
  return new Promise((done, failed) => {
    let output = "";
    let errors = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => output += text);
    child.stderr.setEncoding("utf8").on(
      "data",
      (text: string) => errors = (errors + text).slice(-2000),
    );
    child.on("error", failed);
    child.on("close", (code) => {
      clearInterval(timer);
      const last = output.trimEnd().split("\n").at(-1) ?? "";
      if (code === 0 && last.startsWith("{")) {
        done({ answer: JSON.parse(last), startedAt, peakMiB: peak });
      } else failed(new Error(`The client ended with code ${code}: ${last}\n${errors}`));
    });
  });
}
