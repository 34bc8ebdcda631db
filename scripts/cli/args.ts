// Command line to command.
import { parseArgs } from "node:util";
import { type DeskCommand, isDeskCommand, parseDesk } from "./operator_args.ts";
import { UsageError } from "./errors.ts";
import { parseSize } from "./size.ts";
import type { UploadOptions } from "./upload.ts";

const DEFAULT_URL = "http://127.0.0.1:54321/functions/v1";
const DEFAULT_SECRET_ENV = "SLUICE_SECRET";
// Small enough that a file of some ten MB makes several parts, which are staged and resolved at the same time.
const DEFAULT_PART_BYTES = 4 * 2 ** 20;
const MIN_PART_BYTES = 1024;
const MAX_PART_BYTES = 32 * 2 ** 20;
const DEFAULT_TIMEOUT_SECONDS = 3600;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export interface Common {
  url: string;
  source: string;
  secret: string;
  json: boolean;
}

export type Command =
  | { name: "help"; topic: string | null }
  | { name: "version" }
  | { name: "upload"; common: Common; options: UploadOptions }
  | { name: "status" | "undo"; common: Common; id: string }
  | { name: "rejects"; common: Common; id: string; file: string | null }
  | { name: "replay"; common: Common; id: string | null }
  | { name: "desk"; command: DeskCommand };

const COMMON = {
  help: { type: "boolean", short: "h" },
  version: { type: "boolean" },
  json: { type: "boolean" },
  url: { type: "string" },
  source: { type: "string", short: "s" },
  "secret-env": { type: "string" },
} as const;

const OPTIONS = {
  upload: {
    ...COMMON,
    "dry-run": { type: "boolean" },
    "part-size": { type: "string" },
    gzip: { type: "boolean" },
    concurrency: { type: "string" },
    wait: { type: "boolean", default: true },
    timeout: { type: "string" },
    rejects: { type: "string" },
    upload: { type: "string" },
  },
  status: COMMON,
  rejects: { ...COMMON, rejects: { type: "string" } },
  undo: COMMON,
  replay: { ...COMMON, upload: { type: "string" } },
} as const;

type Env = Record<string, string | undefined>;
type Values = Record<string, string | boolean | undefined>;

export function parseCommand(argv: readonly string[], env: Env): Command {
  const [name, ...rest] = argv;
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    return { name: "help", topic: rest[0] ?? null };
  }
  if (name === "--version" || name === "version") return { name: "version" };
  if (isDeskCommand(name)) {
    const command = parseDesk(name, rest, env);
    return command ? { name: "desk", command } : { name: "help", topic: name };
  }
  if (!Object.hasOwn(OPTIONS, name)) throw new UsageError(`unknown command "${name}"`);
  const command = name as keyof typeof OPTIONS;
  const { values, positionals } = parse(command, rest);
  if (values.help) return { name: "help", topic: command };
  if (values.version) return { name: "version" };
  const operands = (expected: string[]) => {
    if (positionals.length !== expected.length) {
      throw new UsageError(
        `${command} takes ${expected.length === 0 ? "no operand" : expected.join(" ")}, ` +
          `got ${positionals.length === 0 ? "none" : positionals.join(" ")}`,
      );
    }
    return positionals;
  };
  switch (command) {
    case "upload": {
      const [file] = operands(["FILE"]);
      const common = commonOf(values, env);
      return { name: "upload", common, options: uploadOptions(file!, common, values) };
    }
    case "status":
    case "undo": {
      const id = uuid(operands(["UPLOAD_ID"])[0]!);
      return { name: command, common: commonOf(values, env), id };
    }
    case "rejects": {
      const id = uuid(operands(["UPLOAD_ID"])[0]!);
      return { name: "rejects", common: commonOf(values, env), id, file: text(values.rejects) };
    }
    case "replay": {
      operands([]);
      const id = text(values.upload);
      return { name: "replay", common: commonOf(values, env), id: id === null ? null : uuid(id) };
    }
  }
}

function parse(command: keyof typeof OPTIONS, args: string[]) {
  try {
    const parsed = parseArgs({
      args,
      options: OPTIONS[command],
      allowPositionals: true,
      allowNegative: true,
    });
    return { values: parsed.values as Values, positionals: parsed.positionals };
  } catch (error) {
    throw new UsageError((error as Error).message.split(". ")[0]!);
  }
}

function commonOf(values: Values, env: Env): Common {
  const source = text(values.source) ?? env.SLUICE_SOURCE;
  if (!source) throw new UsageError("--source KEY is missing (or SLUICE_SOURCE)");
  const secretEnv = text(values["secret-env"]) ?? DEFAULT_SECRET_ENV;
  const secret = env[secretEnv];
  if (!secret) {
    throw new UsageError(`the environment variable ${secretEnv} must hold the signing secret`);
  }
  return {
    url: baseUrl(text(values.url) ?? env.SLUICE_URL ?? DEFAULT_URL),
    source,
    secret: secret.trim(),
    json: values.json === true,
  };
}

function uploadOptions(file: string, common: Common, values: Values): UploadOptions {
  const size = text(values["part-size"]);
  const partBytes = size === null ? DEFAULT_PART_BYTES : parseSize(size);
  if (partBytes === null || partBytes < MIN_PART_BYTES || partBytes > MAX_PART_BYTES) {
    throw new UsageError("--part-size is from 1KiB to 32MiB");
  }
  const id = text(values.upload);
  return {
    file,
    source: common.source,
    uploadId: id === null ? null : uuid(id),
    dryRun: values["dry-run"] === true,
    // Compressing costs more than it saves when the bytes never leave the machine.
    gzip: typeof values.gzip === "boolean" ? values.gzip : !isLoopback(common.url),
    partBytes,
    concurrency: integer("--concurrency", values.concurrency, 2, 1, 8),
    wait: values.wait !== false,
    timeoutSeconds: integer("--timeout", values.timeout, DEFAULT_TIMEOUT_SECONDS, 1, 604_800),
    rejects: text(values.rejects),
  };
}

function baseUrl(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.search || url.hash) {
    throw new UsageError(`not a usable URL: ${given}`);
  }
  return url.href.replace(/\/+$/, "").replace(/\/csv-upload$/, "");
}

export function isLoopback(url: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(url).hostname);
}

function text(value: string | boolean | undefined): string | null {
  return typeof value === "string" ? value : null;
}

function uuid(value: string): string {
  if (!UUID.test(value)) throw new UsageError(`not an upload id: ${value}`);
  return value.toLowerCase();
}

function integer(
  name: string,
  value: string | boolean | undefined,
  fallback: number,
  min: number,
  max: number,
): number {
  if (value === undefined) return fallback;
  const number = /^\d+$/.test(String(value)) ? Number(value) : NaN;
  if (!(number >= min && number <= max)) throw new UsageError(`${name} is from ${min} to ${max}`);
  return number;
}
