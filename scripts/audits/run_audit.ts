// Runs an audit as a child process under limits of time and memory, and keeps the parts that it finished, however it ends.
// The child leads a process group, to which its browser belongs: both end together.
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Part, type PartName, PARTS } from "../../edge-functions/_shared/audits/types.ts";

export interface ToChild {
  url: string;
  parts: readonly PartName[];
}
export type FromChild =
  | { kind: "begun"; part: PartName }
  | { kind: "home"; url: string }
  | { kind: "part"; part: Part }
  | { kind: "end"; code: string | null; reason: string | null };

export interface Limits {
  seconds: number;
  /** Of the child and its browser together. */
  mib: number;
}

export interface Ran {
  /** Where the first page was found. */
  url: string | null;
  parts: Part[];
  /** Why the site could not be audited, as a code and in words; null where its first page could. */
  code: string | null;
  reason: string | null;
  peakMib: number;
  tookMs: number;
}

export interface RunOptions {
  parts?: readonly PartName[];
  limits?: Partial<Limits>;
  onPart?: (part: Part) => void | Promise<void>;
  signal?: AbortSignal;
  env?: Record<string, string | undefined>;
}

export const LIMITS: Limits = { seconds: 150, mib: 2048 };
const CHECK_MS = 500;

/** An address that people write: a domain, or a URL. */
export function siteUrl(text: string): string {
  const url = /^https?:\/\//i.test(text) ? text : `https://${text}/`;
  if (!URL.canParse(url)) throw new Error(`invalid address: ${text}`);
  return new URL(url).href;
}

export async function runAudit(
  url: string,
  { parts = PARTS, limits = {}, onPart, signal, env }: RunOptions = {},
): Promise<Ran> {
  const { seconds, mib } = { ...LIMITS, ...limits };
  const began = performance.now();
  // Its files, and those of its browser, go with it.
  const folder = mkdtempSync(join(tmpdir(), "sluice-audit-"));
  const child = spawn(process.execPath, [
    "--max-old-space-size=1024",
    join(import.meta.dirname, "child.ts"),
  ], {
    detached: true,
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    env: { ...childEnv(env ?? process.env), TMPDIR: folder, HOME: folder },
  });
  const ran: Ran = {
    url: null,
    parts: [],
    code: null,
    reason: null,
    peakMib: 0,
    tookMs: 0,
  };
  let part: { name: PartName; since: number } | null = null;
  let ended = false;
  let cause: string | null = null;
  let keeping: Promise<unknown> = Promise.resolve();
  const keep = (made: Part) => {
    ran.parts.push(made);
    keeping = keeping.then(() => onPart?.(made));
    // Whoever keeps it hears of its own error at the end.
    keeping.catch(() => {});
  };
  const kill = (why: string) => {
    cause ??= why;
    killGroup(child.pid);
  };
  child.on("message", (message: FromChild) => {
    if (message.kind === "begun") {
      part = { name: message.part, since: performance.now() };
    } else if (message.kind === "home") ran.url = message.url;
    else if (message.kind === "part") {
      part = null;
      keep(message.part);
    } else {
      ended = true;
      ran.code = message.code;
      ran.reason = message.reason;
    }
  });
  const timer = setTimeout(
    () => kill(`it took longer than ${seconds} seconds`),
    seconds * 1000,
  );
  const watch = setInterval(() => {
    const used = memoryOf(child.pid);
    ran.peakMib = Math.max(ran.peakMib, used);
    if (used > mib) kill(`it used more than ${mib} MiB of memory`);
  }, CHECK_MS);
  const stop = () => kill("the worker was stopped");
  signal?.addEventListener("abort", stop, { once: true });
  if (signal?.aborted) stop();
  child.send(
    { url, parts } satisfies ToChild,
    (error) => error && kill("it did not start"),
  );
  const exit = await new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once(
      "close",
      (code, by) => resolve(by ? `signal ${by}` : `code ${code}`),
    );
  });
  clearTimeout(timer);
  clearInterval(watch);
  signal?.removeEventListener("abort", stop);
  // The browser of a child that was killed.
  killGroup(child.pid);
  rmSync(folder, {
    recursive: true,
    force: true,
    maxRetries: 5,
    retryDelay: 200,
  });
  const why = cause ?? (ended ? null : `its process ended (${exit})`);
  if (why !== null) {
    const { name, since } = part ?? { name: null, since: 0 };
    if (name !== null) {
      const tookMs = Math.round(performance.now() - since);
      keep({ part: name, result: null, error: `stopped: ${why}`, tookMs });
    }
    if (
      !ran.parts.some((made) => made.part === "page" && made.result !== null)
    ) {
      ran.code = "stopped";
      ran.reason = `the audit was stopped: ${why}`;
    }
  }
  await keeping;
  ran.tookMs = Math.round(performance.now() - began);
  return ran;
}

/** No key and no database: a child reads what strangers wrote. */
function childEnv(from: Record<string, string | undefined>): NodeJS.ProcessEnv {
  const names = [
    ...[
      "PATH",
      "HOME",
      "TMPDIR",
      "LANG",
      "SLUICE_CHROMIUM",
      "SLUICE_FINGERPRINTS",
    ],
    ...["SLUICE_LOOPBACK_URLS", "SLUICE_AUDIT_LAB", "SLUICE_AUDIT_LAB_CA"],
  ];
  return Object.fromEntries(names.map((name) => [name, from[name]]));
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}

/** MiB of a process group: memory that several of its processes share is counted once. 0 where /proc does not tell. */
export function memoryOf(group: number | undefined): number {
  let kib = 0;
  for (const pid of pidsOf(group)) {
    try {
      const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
      kib += Number(/^Pss:\s+(\d+)/m.exec(text)?.[1] ?? 0);
    } catch {
      // It has ended.
    }
  }
  return Math.round(kib / 1024);
}

function pidsOf(group: number | undefined): string[] {
  if (group === undefined || process.platform !== "linux") return [];
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      // After the name in brackets: state, parent, group.
      const text = readFileSync(`/proc/${pid}/stat`, "utf8");
      return Number(text.slice(text.lastIndexOf(")") + 2).split(" ")[2]) ===
        group;
    } catch {
      return false;
    }
  });
}
