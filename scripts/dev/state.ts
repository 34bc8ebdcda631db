// State of the private cluster between runs: port, path and generated secrets, readable by the
// owner of the checkout only.
import { generateKeyPairSync, type JsonWebKey, randomBytes } from "node:crypto";
import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { localPath } from "./paths.ts";

export interface ClusterState {
  port: number;
  dataDirectory: string;
  /** Password of supabase_admin (superuser) and of postgres (owner of the schema). */
  adminPassword: string;
  password: string;
}

export function readJson<T>(path: string): T | null {
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) as T : null;
}

export function writeJson(path: string, value: unknown): void {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(value, null, 2) + "\n", { mode: 0o600 });
  renameSync(draft, path);
}

export function randomHex(bytes = 32): string {
  return randomBytes(bytes).toString("hex");
}

/** The keys of this checkout's stack, of every kind that a project has. */
export interface StackKeys {
  /** `sb_publishable_…` and `sb_secret_…`. */
  publishableKey: string;
  secretKey: string;
  /** HS256 secret of the legacy keys, and of members' tokens in older projects. */
  jwtSecret: string;
  /** Private ES256 key of members' tokens. */
  signingKey: JsonWebKey & { kid: string };
}

const apiKey = (kind: string) =>
  `sb_${kind}_${randomBytes(16).toString("base64url")}_${randomBytes(6).toString("base64url")}`;

function makeKeys(): StackKeys {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return {
    publishableKey: apiKey("publishable"),
    secretKey: apiKey("secret"),
    jwtSecret: randomHex(),
    signingKey: { ...privateKey.export({ format: "jwk" }), kid: randomHex(8) },
  };
}

/** Generated on first use. Of processes that start at the same time, one makes them for all. */
export function stackKeys(): StackKeys {
  const path = localPath("keys.json");
  const found = readJson<StackKeys>(path);
  if (found) return found;
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(makeKeys(), null, 2) + "\n", { mode: 0o600 });
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(draft);
  }
  return readJson<StackKeys>(path) as StackKeys;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

/** `preferred` if it is free, else a port chosen by the system. */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred && await isFree(preferred)) return preferred;
  return await new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A process that has ended keeps its pid until its parent has waited for it.
    const stat = `/proc/${pid}/stat`;
    return !(existsSync(stat) && /\) Z /.test(readFileSync(stat, "utf8")));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Runs `work` while no other process of this checkout runs under the same name. */
export async function withLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  const folder = localPath(`${name}.lock`);
  const owner = `${folder}/pid`;
  for (;;) {
    try {
      mkdirSync(folder);
      writeFileSync(owner, String(process.pid));
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const pid = existsSync(owner) ? Number(readFileSync(owner, "utf8")) : 0;
      if (pid && !isAlive(pid)) rmSync(folder, { recursive: true, force: true });
      else await pause(100);
    }
  }
  try {
    return await work();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
