// The Supabase CLI against databases by URL: no Docker, no project, no telemetry.
import { spawn } from "node:child_process";
import { root, tool } from "./paths.ts";

export interface Outcome {
  status: number;
  stdout: string;
  stderr: string;
}

export function run(command: string, args: string[], input?: string): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, SUPABASE_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1", NO_COLOR: "1" },
      stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout?.setEncoding("utf8").on("data", (text) => stdout += text);
    child.stderr?.setEncoding("utf8").on("data", (text) => stderr += text);
    child.stdin?.end(input);
    child.on("error", reject);
    child.on("close", (status) => resolve({ status: status ?? 1, stdout, stderr }));
  });
}

/** `--remote=`, `--from` and `--to` take these: loopback needs no TLS, which the CLI would report twice. */
export function plainUrl(url: string): string {
  const plain = new URL(url);
  const isLocal = ["127.0.0.1", "localhost", "[::1]"].includes(plain.hostname);
  if (isLocal && !plain.searchParams.has("sslmode")) plain.searchParams.set("sslmode", "disable");
  return plain.href;
}

export function supabase(...args: string[]): Promise<Outcome> {
  return run(tool("supabase"), [...args, "--agent", "no"]);
}
