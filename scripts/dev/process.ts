// One Deno process: started, watched, and restarted with growing pauses when it dies.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { denoBinary, localPath, root } from "./paths.ts";
import { freePort } from "./state.ts";

export interface DenoOptions {
  name: string;
  entrypoint: string;
  denoConfig: string;
  env: Record<string, string>;
  /** Hosts that the process may connect to, besides loopback. */
  allowHosts: string[];
  /** Whether it serves HTTP: then it receives a port, and is ready when that port accepts connections. */
  serves: boolean;
  memoryMegabytes?: number;
  log: (line: string) => void;
}

const longestPause = 5_000;
const stableAfter = 10_000;

/** Ends a child with its parent, even if the parent is killed. */
function withParent(command: string, args: string[]): [string, string[]] {
  const setpriv = "/usr/bin/setpriv";
  return existsSync(setpriv)
    ? [setpriv, ["--pdeathsig", "KILL", "--", command, ...args]]
    : [command, args];
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.once("connect", () => (socket.destroy(), resolve(true)));
    socket.once("error", () => resolve(false));
  });
}

export class DenoProcess {
  readonly name: string;
  restarts = 0;
  #options: DenoOptions;
  #child: ChildProcess | null = null;
  #port = 0;
  #stopped = false;
  #running: Promise<void> = Promise.resolve();
  #ready = Promise.withResolvers<void>();

  constructor(options: DenoOptions) {
    this.name = options.name;
    this.#options = options;
    this.#ready.promise.catch(() => {});
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /** The port, once a process listens there (other than `failed`); null after the timeout. */
  async port(failed: number | null = null, timeout = 60_000): Promise<number | null> {
    const deadline = Date.now() + timeout;
    for (;;) {
      const timer = new AbortController();
      const late = pause(deadline - Date.now(), null, { signal: timer.signal }).catch(() => null);
      const port = await Promise.race([
        this.#ready.promise.then(() => this.#port, () => null),
        late,
      ]);
      timer.abort();
      if (port === null || port !== failed) return port;
      if (Date.now() > deadline) return null;
      await pause(20);
    }
  }

  /** Returns once the process at that port has ended, or after the timeout. */
  async ended(port: number, timeout = 2_000): Promise<void> {
    const deadline = Date.now() + timeout;
    while (this.#child && this.#port === port && Date.now() < deadline) await pause(10);
  }

  start(): void {
    this.#running = this.#keepRunning();
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    this.#stopped = true;
    this.#ready.reject(new Error(`${this.name} is stopped`));
    const child = this.#child;
    child?.kill(signal);
    const hard = setTimeout(() => child?.kill("SIGKILL"), 10_000);
    await this.#running;
    clearTimeout(hard);
  }

  #arguments(): string[] {
    const { entrypoint, denoConfig, allowHosts, memoryMegabytes } = this.#options;
    const hosts = ["127.0.0.1", "localhost", "[::1]", ...allowHosts];
    return [
      ...["run", "--quiet", "--no-prompt", "--cached-only", "--no-lock"],
      ...["--node-modules-dir=manual", "--config", denoConfig],
      ...["--allow-env", "--allow-sys", `--allow-net=${hosts.join(",")}`],
      ...(process.env.SLUICE_DENO ? ["--allow-read"] : [readable()]),
      ...(memoryMegabytes ? [`--v8-flags=${heapBounds(memoryMegabytes)}`] : []),
      // Older than DENO_SERVE_ADDRESS: a wrapper sets the address.
      ...(process.env.SLUICE_DENO
        ? [join(root, "scripts", "dev", "serve.ts"), entrypoint]
        : [entrypoint]),
    ];
  }

  async #keepRunning(): Promise<void> {
    let wait = 100;
    while (!this.#stopped) {
      const began = Date.now();
      const code = await this.#runOnce();
      if (this.#stopped) return;
      this.restarts++;
      wait = Date.now() - began > stableAfter ? 100 : Math.min(wait * 2, longestPause);
      this.#options.log(`${this.name}: ended with ${code}, restarts in ${wait} ms`);
      await pause(wait);
    }
  }

  async #runOnce(): Promise<number | string> {
    const { name, env, serves, log } = this.#options;
    this.#port = serves ? await freePort() : 0;
    const [command, args] = withParent(denoBinary(), this.#arguments());
    const child = spawn(command, args, {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...pick(process.env, ["PATH", "HOME", "TZ", "LANG"]),
        DENO_DIR: localPath("deno"),
        DENO_NO_UPDATE_CHECK: "1",
        NO_COLOR: "1",
        ...(serves ? { DENO_SERVE_ADDRESS: `tcp:127.0.0.1:${this.#port}` } : {}),
        ...env,
      },
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => log(`${name}: ${line}`));
    }
    const ended = new Promise<number | string>((resolve) => {
      child.once("error", (error) => resolve(error.message));
      child.once("exit", (code, signal) => resolve(signal ?? code ?? "unknown"));
    });
    let over = false;
    void ended.then(() => over = true);
    // stop() may have been called during the search for a port.
    if (this.#stopped) child.kill("SIGTERM");
    while (serves && !over && !await answers(this.#port)) await pause(20);
    if (!over) this.#ready.resolve();
    const code = await ended;
    this.#child = null;
    if (!this.#stopped) {
      this.#ready = Promise.withResolvers<void>();
      this.#ready.promise.catch(() => {});
    }
    return code;
  }
}

/**
 * Besides the code: the clock that tests and the demo set. The hosted runtime lets functions read everything, and
 * its version of Deno needs that right for `process.cwd()`, which SDKs call.
 */
const readable = () =>
  `--allow-read=${
    [join(root, "edge-functions"), join(root, "node_modules"), localPath("clock")].join(",")
  }`;

/** A small young generation is collected early; the default takes 30 to 40 MB more memory. */
const heapBounds = (megabytes: number) =>
  `--max-old-space-size=${megabytes},--max-semi-space-size=4`;

function pick(from: NodeJS.ProcessEnv, names: string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => {
    const value = from[name];
    return value === undefined ? [] : [[name, value]];
  }));
}
