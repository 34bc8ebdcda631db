// The n8n process: start, readiness, stop and kill, including its task runner.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { n8nProgram } from "./install.ts";
import { n8nEnvironment, type N8nSettings, n8nUrl } from "./settings.ts";

type Log = (line: string) => void;

/** Ends n8n with its parent, even if the parent is killed. */
function command(args: string[]): [string, string[]] {
  const setpriv = "/usr/bin/setpriv";
  const node = [process.execPath, n8nProgram, ...args];
  return existsSync(setpriv)
    ? [setpriv, ["--pdeathsig", "KILL", "--", ...node]]
    : [process.execPath, node.slice(1)];
}

function launch(settings: N8nSettings, args: string[], log: Log): ChildProcess {
  const [program, programArgs] = command(args);
  const child = spawn(program, programArgs, {
    cwd: settings.folder,
    // A separate process group: the task runner is n8n's child and must end with it.
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: n8nEnvironment(settings),
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface({ input: stream }).on("line", log);
  }
  return child;
}

const isRunning = (child: ChildProcess) => child.exitCode === null && child.signalCode === null;

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Runs one command of n8n to its end. */
export async function runN8n(settings: N8nSettings, args: string[], log: Log): Promise<void> {
  const lines: string[] = [];
  const child = launch(settings, args, (line) => lines.push(line));
  const timer = setTimeout(() => signalGroup(child, "SIGKILL"), 300_000);
  const [code] = await once(child, "exit") as [number | null];
  clearTimeout(timer);
  for (const line of lines) log(line);
  // The import commands exit with 0 even when they fail.
  const failed = lines.some((line) => /An error occurred|could not be|Error:/i.test(line));
  if (code !== 0 || failed) throw new Error(`n8n ${args[0]} failed:\n${lines.join("\n")}`);
}

export class N8nProcess {
  #settings: N8nSettings;
  #log: Log;
  #child: ChildProcess | null = null;

  constructor(settings: N8nSettings, log: Log = () => {}) {
    this.#settings = settings;
    this.#log = log;
  }

  get url(): string {
    return n8nUrl(this.#settings);
  }

  /** Starts n8n and waits until it responds. */
  async start(timeout = 180_000): Promise<void> {
    const child = launch(this.#settings, ["start"], this.#log);
    this.#child = child;
    const deadline = Date.now() + timeout;
    while (!await this.#isReady()) {
      if (!isRunning(child)) {
        throw new Error("n8n ended during its start; see its log.");
      }
      if (Date.now() > deadline) throw new Error("n8n did not respond in time.");
      await pause(250);
    }
  }

  async #isReady(): Promise<boolean> {
    try {
      const { status } = await fetch(`${this.url}/healthz/readiness`);
      return status === 200;
    } catch {
      return false;
    }
  }

  /** Resolves when n8n has ended for any reason. */
  async ended(): Promise<void> {
    const child = this.#child;
    if (child && isRunning(child)) await once(child, "exit");
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    if (isRunning(child)) child.kill("SIGTERM");
    const hard = setTimeout(() => signalGroup(child, "SIGKILL"), 20_000);
    await this.ended();
    clearTimeout(hard);
    signalGroup(child, "SIGKILL");
  }

  /** Like a power failure: no shutdown, no output. */
  async kill(): Promise<void> {
    if (!this.#child) return;
    signalGroup(this.#child, "SIGKILL");
    await this.ended();
  }

  /** Resident memory of n8n and its runner now, in MB. */
  memory(): number {
    const group = this.#child?.pid;
    return group === undefined ? 0 : Math.round(residentKilobytes(group) / 1024);
  }
}

function residentKilobytes(group: number): number {
  let total = 0;
  for (const pid of processesOf(group)) {
    const status = readIfThere(`/proc/${pid}/status`);
    total += Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
  }
  return total;
}

function processesOf(pid: number): number[] {
  const children = readIfThere(`/proc/${pid}/task/${pid}/children`).split(" ").filter(Boolean);
  return [pid, ...children.flatMap((child) => processesOf(Number(child)))];
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
