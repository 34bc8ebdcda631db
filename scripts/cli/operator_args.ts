// Command lines of the desk: commands that work on the database itself, not through the upload API.
import { UsageError } from "./errors.ts";
import { parseArgs } from "node:util";

export type DeskCommand =
  & { json: boolean; databaseUrl: string }
  & (
    | { name: "why"; lead: string; channel: string | null; at: Date | null }
    | { name: "export"; lead: string; file: string | null }
    | { name: "erase"; lead: string; reason: string }
    | { name: "dnc"; load: DncLoad }
  );

export interface DncLoad {
  file: string;
  kind: "national" | "state" | "litigator" | "internal";
  areaCode: number | null;
  state: string | null;
  org: string | null;
  list: string;
  version: string;
  obtainedAt: Date;
  change: boolean;
  acceptShrink: boolean;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const CHANNELS = ["email", "sms", "voice_manual", "voice_ai"];
const KINDS = ["national", "state", "litigator", "internal"] as const;

const COMMON = {
  help: { type: "boolean", short: "h" },
  json: { type: "boolean" },
  "database-env": { type: "string" },
} as const;

const OPTIONS = {
  why: { ...COMMON, channel: { type: "string" }, at: { type: "string" } },
  export: { ...COMMON, out: { type: "string" } },
  erase: { ...COMMON, reason: { type: "string" } },
  dnc: {
    ...COMMON,
    kind: { type: "string" },
    "area-code": { type: "string" },
    state: { type: "string" },
    org: { type: "string" },
    list: { type: "string" },
    version: { type: "string" },
    "obtained-at": { type: "string" },
    change: { type: "boolean" },
    "accept-shrink": { type: "boolean" },
  },
} as const;

export function isDeskCommand(name: string): name is keyof typeof OPTIONS {
  return Object.hasOwn(OPTIONS, name);
}

/** Null when help is asked for. */
export function parseDesk(
  name: keyof typeof OPTIONS,
  args: string[],
  env: Record<string, string | undefined>,
): DeskCommand | null {
  const { values, positionals } = parse(name, args);
  if (values.help) return null;
  const text = (key: string) => typeof values[key] === "string" ? values[key] as string : null;
  const variable = text("database-env") ?? "DATABASE_URL";
  const operands = name === "dnc" ? ["load", "FILE"] : ["LEAD_ID"];
  if (positionals.length !== operands.length || (name === "dnc" && positionals[0] !== "load")) {
    throw new UsageError(`the command is: ${name} ${operands.join(" ")}`);
  }
  const common = (): { json: boolean; databaseUrl: string } => {
    const databaseUrl = env[variable];
    if (!databaseUrl) {
      throw new UsageError(`the environment variable ${variable} must hold the database's URL`);
    }
    return { json: values.json === true, databaseUrl };
  };
  if (name === "dnc") {
    const load = dncLoad(positionals[1]!, values, text);
    return { name, load, ...common() };
  }
  const lead = positionals[0]!.toLowerCase();
  if (!UUID.test(lead)) throw new UsageError(`not a lead id: ${positionals[0]}`);
  switch (name) {
    case "why": {
      const channel = text("channel");
      if (channel !== null && !CHANNELS.includes(channel)) {
        throw new UsageError(`--channel is one of ${CHANNELS.join(", ")}`);
      }
      const at = text("at");
      return { name, lead, channel, at: at === null ? null : instant("--at", at), ...common() };
    }
    case "export":
      return { name, lead, file: text("out"), ...common() };
    case "erase": {
      const reason = text("reason");
      if (reason === null || reason.trim().length < 3) {
        throw new UsageError("--reason is missing: who asked, and when");
      }
      return { name, lead, reason, ...common() };
    }
  }
}

function dncLoad(
  file: string,
  values: Record<string, unknown>,
  text: (key: string) => string | null,
): DncLoad {
  const kind = KINDS.find((known) => known === text("kind"));
  if (!kind) throw new UsageError(`--kind is one of ${KINDS.join(", ")}`);
  const area = text("area-code");
  const state = text("state");
  const org = text("org");
  if (area !== null && (kind !== "national" || !/^[2-9]\d\d$/.test(area))) {
    throw new UsageError("--area-code is three digits, for --kind national");
  }
  if ((kind === "state") !== (state !== null) || (state !== null && !/^[A-Z]{2}$/.test(state))) {
    throw new UsageError("--state XX goes with --kind state");
  }
  if ((kind === "internal") !== (org !== null) || (org !== null && !UUID.test(org))) {
    throw new UsageError("--org ID goes with --kind internal");
  }
  const obtained = text("obtained-at");
  if (obtained === null) {
    throw new UsageError("--obtained-at is missing: when the copy was obtained from its publisher");
  }
  const obtainedAt = instant("--obtained-at", obtained);
  return {
    file,
    kind,
    areaCode: area === null ? null : Number(area),
    state,
    org,
    list: text("list") ?? "",
    version: text("version") ?? obtainedAt.toISOString().slice(0, 10),
    obtainedAt,
    change: values.change === true,
    acceptShrink: values["accept-shrink"] === true,
  };
}

function parse(name: keyof typeof OPTIONS, args: string[]) {
  try {
    const { values, positionals } = parseArgs({
      args,
      options: OPTIONS[name],
      allowPositionals: true,
    });
    return { values: values as Record<string, string | boolean | undefined>, positionals };
  } catch (error) {
    throw new UsageError((error as Error).message.split(". ")[0]!);
  }
}

function instant(option: string, value: string): Date {
  // Without an offset it would be the zone of this machine.
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(value)) {
    throw new UsageError(`${option} is a date, or a time with its offset: 2026-11-21T18:00:00Z`);
  }
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) throw new UsageError(`${option}: there is no ${value}`);
  return date;
}
