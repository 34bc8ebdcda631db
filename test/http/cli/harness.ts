// Runs the client in this process with its own clock, or as a real process.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Io } from "../../../scripts/cli/io.ts";
import { main } from "../../../scripts/cli/main.ts";
import { SECRET, SOURCE, UploadServer } from "./support.ts";

export interface Run {
  code: number;
  out: string;
  err: string;
  /** The last line of standard output, read as JSON. */
  json(): Record<string, unknown>;
}

export interface World {
  server: UploadServer;
  dir: string;
  /** Milliseconds the client has asked to sleep, in order. */
  sleeps: number[];
  run(args: string[], over?: { stdin?: Iterable<Uint8Array>; isTTY?: boolean }): Promise<Run>;
  start(args: string[]): ChildProcess;
  close(): Promise<void>;
}

const entry = fileURLToPath(new URL("../../../scripts/cli/sluice.ts", import.meta.url));

/** A real process of the client. */
export function startClient(args: string[], env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, [entry, ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** The output and exit of a process of the client. */
export async function outcome(child: ChildProcess) {
  const [out, err] = await Promise.all([text(child.stdout!), text(child.stderr!)]);
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return { code: child.exitCode, signal: child.signalCode, out, err };
}

export async function makeWorld(): Promise<World> {
  const server = await new UploadServer().start();
  const dir = await mkdtemp(join(tmpdir(), "sluice-cli-"));
  let slept = 0;
  const sleeps: number[] = [];
  const now = () => Date.now() + slept;
  server.now = now;
  const env = { SLUICE_SECRET: SECRET, SLUICE_SOURCE: SOURCE, SLUICE_URL: server.url };
  return {
    server,
    dir,
    sleeps,
    async run(args, over = {}) {
      let out = "";
      let err = "";
      const io: Io = {
        env,
        stdin: Readable.from(over.stdin ?? []),
        stdout: sink((text) => out += text),
        stderr: Object.assign(sink((text) => err += text), { isTTY: over.isTTY ?? false }),
        now: () => new Date(now()),
        sleep: (ms) => {
          sleeps.push(ms);
          slept += ms;
          return Promise.resolve();
        },
        random: () => 0.5,
        uuid: randomUUID,
        fetch: globalThis.fetch,
      };
      const code = await main(args, io);
      return { code, out, err, json: () => JSON.parse(out.trimEnd().split("\n").at(-1)!) };
    },
    start: (args) => startClient(args, env),
    async close() {
      await server.stop();
      await rm(dir, { recursive: true });
    },
  };
}

function sink(take: (text: string) => void): Writable {
  return new Writable({
    write(chunk, _encoding, done) {
      take(String(chunk));
      done();
    },
  });
}

/** A list of `count` rows, each of about 60 bytes, some with a newline in quotes. */
export function* csvRows(count: number): Generator<string> {
  yield "address,city,zip,owner\n";
  for (let i = 1; i <= count; i++) {
    const owner = i % 7 === 0 ? `"Ann ""A"" Roe\nc/o Bo, ${i}"` : `Owner ${i}`;
    yield `${i} Main Street,Springfield,0${1000 + i % 9000},${owner}\n`;
  }
}

// For machines without curl: only the options that the script uses.
const CURL = `#!${process.execPath}
import { readFileSync } from "node:fs";
const [args, headers, rest] = [process.argv.slice(2), [], []];
let [method, body] = ["GET"];
while (args.length > 0) {
  const arg = args.shift();
  if (arg === "-X") method = args.shift();
  else if (arg === "-H") headers.push(args.shift().split(/: (.*)/).slice(0, 2));
  else if (arg === "--data-binary") body = readFileSync(args.shift().slice(1));
  else if (!["-sS", "--fail-with-body"].includes(arg)) rest.push(arg);
}
const response = await fetch(rest[0], { method, headers, body });
process.stdout.write(await response.text());
if (!response.ok) {
  process.stderr.write("curl: (22) The requested URL returned error: " + response.status + "\\n");
  process.exitCode = 22;
}
`;

/** PATH with a curl: the real one if installed. */
export async function pathWithCurl(dir: string): Promise<string> {
  const path = process.env.PATH ?? "";
  try {
    await promisify(execFile)("curl", ["--version"]);
    return path;
  } catch {
    // An .mjs suffix would not be found as "curl"; a package.json next to it has the same effect.
    await writeFile(join(dir, "package.json"), '{"type":"module"}');
    await writeFile(join(dir, "curl"), CURL, { mode: 0o755 });
    return `${dir}:${path}`;
  }
}
