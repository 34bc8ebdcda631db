// A real Prometheus, with the configuration that is shipped, on what serves metrics on this machine.
import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { root } from "../dev/paths.ts";
import { freePort } from "../dev/state.ts";

export const MONITORING = join(root, "supabase", "monitoring");

export interface Sample {
  metric: Record<string, string>;
  value: string;
}

export interface Prometheus {
  /** The folder that it runs in, with its configuration and rules. */
  folder: string;
  /** An instant query; throws where Prometheus refuses the expression. */
  ask(query: string): Promise<Sample[]>;
  /** Whether it has scraped. */
  isUp(): Promise<boolean>;
  /** Rules with their health. */
  rules(): Promise<{ name: string; health: string }[]>;
  stop(): Promise<void>;
}

/** Scrapes and evaluates every second. */
export async function startPrometheus(functionsUrl: string, token: string): Promise<Prometheus> {
  const folder = mkdtempSync(join(tmpdir(), "sluice-prometheus-"));
  const port = await freePort();
  copyFileSync(join(MONITORING, "alerts.yml"), join(folder, "alerts.yml"));
  writeFileSync(join(folder, "sluice_token"), token);
  const config = readFileSync(join(MONITORING, "prometheus.yml"), "utf8")
    .replace("PROJECT.supabase.co", new URL(functionsUrl).host)
    .replace("scheme: https", "scheme: http")
    .replaceAll("_interval: 1m", "_interval: 1s");
  writeFileSync(join(folder, "prometheus.yml"), config);
  const child: ChildProcess = spawn("prometheus", [
    `--config.file=${join(folder, "prometheus.yml")}`,
    `--storage.tsdb.path=${join(folder, "data")}`,
    `--web.listen-address=127.0.0.1:${port}`,
    "--storage.tsdb.retention.size=64MB",
  ], { stdio: "ignore" });
  const ended = new Promise<void>((done) => {
    child.on("exit", () => done()).on("error", () => done());
  });
  const get = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`);
    const body = await answer.json() as { status: string; error?: string; data: unknown };
    if (body.status !== "success") throw new Error(body.error ?? `answered ${answer.status}`);
    return body.data;
  };
  const ask = async (query: string): Promise<Sample[]> => {
    const { result } = await get(`query?query=${encodeURIComponent(query)}`) as {
      result: { metric: Record<string, string>; value: [number, string] }[];
    };
    return result.map(({ metric, value }) => ({ metric, value: value[1] }));
  };
  return {
    folder,
    ask,
    isUp: () => ask('up{job="sluice"}').then(([one]) => one?.value === "1", () => false),
    async rules() {
      const { groups } = await get("rules") as {
        groups: { rules: { name: string; health: string }[] }[];
      };
      return groups.flatMap((group) => group.rules);
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Asks again until the answer is what is waited for, or the process is gone. */
export async function until<T>(
  ask: () => Promise<T>,
  fits: (value: T) => boolean,
  mostMs: number,
): Promise<T> {
  const end = performance.now() + mostMs;
  for (;;) {
    const value = await ask();
    if (fits(value) || performance.now() > end) return value;
    await sleep(250);
  }
}
