// The environment, read once at the start: a missing or invalid setting stops the process there and then.
import process from "node:process";
import { z } from "zod";

export type Variables = Record<string, string | undefined>;

// The form of URLs that people configure; private.url_problem is the same rule in SQL.

/**
 * A name of at least two labels in its ASCII form, and a top-level domain that does not begin with a digit: no IP
 * addresses in any spelling, no user names, no other ports, no trailing dot.
 */
const FORM =
  /^https:\/\/((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9])(?::(?:443|8443))?(?:[/?][\x21\x22\x24-\x5b\x5d-\x7e]*)?$/;
/** Names that are not on the public internet. */
const LOCAL =
  /(^|\.)(arpa|corp|home|internal|intranet|invalid|lan|local|localdomain|localhost|onion|private)$/;
const LOOPBACK =
  /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?(?:[/?][\x21\x22\x24-\x5b\x5d-\x7e]*)?$/;

/** Why a URL is refused; null when it is fine. `loopback`: http on this machine is, too. */
export function urlProblem(url: string, loopback = false): string | null {
  if (url.length > 2000) return "is longer than 2000 characters";
  if (loopback && LOOPBACK.test(url)) return null;
  const host = FORM.exec(url)?.[1];
  if (host === undefined || host.length > 253 || !URL.canParse(url)) {
    return "must be https://, a public host name in ASCII, and port 443 or 8443";
  }
  return LOCAL.test(host) ? "has a host name of a private network" : null;
}

/** The switch of development machines. */
export const loopbackAllowed = (given: Variables = process.env) =>
  given.SLUICE_LOOPBACK_URLS === "allow";

/** Addresses of providers, and of our own pages and functions for the public. */
const PUBLIC_URLS = /^(\w+_BASE_URL|SLUICE_PAGES_URL|SLUICE_PUBLIC_URL)$/;

/** The settings that the schema describes. An empty variable counts as unset, for every setting. */
export function readSettings<S extends z.ZodType>(
  schema: S,
  given: Variables = process.env,
): z.output<S> {
  const present = Object.entries(given).filter(([, value]) => value !== "");
  const read = schema.safeParse(Object.fromEntries(present));
  const known = read.success ? read.data as Record<string, unknown> : {};
  const problems = (read.error?.issues ?? []).map(({ path, message }) =>
    path.length > 0 ? `${path.join(".")}: ${message}` : message
  );
  for (const [name, value] of Object.entries(known)) {
    if (!PUBLIC_URLS.test(name) || typeof value !== "string") continue;
    const problem = urlProblem(value, loopbackAllowed(given));
    if (problem) problems.push(`${name} ${problem}`);
  }
  if (read.success && problems.length === 0) return read.data;
  throw new Error(`Invalid environment: ${problems.join("; ")}`);
}

/** A whole number from 1 to `most`. */
export const count = (otherwise: number, most: number) =>
  z.coerce.number().int().min(1).max(most).default(otherwise);

export const httpUrl = z.url({ protocol: /^https?$/ });

const MIB = 1024 * 1024;
const positive = (otherwise: number) => z.coerce.number().int().positive().default(otherwise);

const json = z.string().transform((text, context) => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue({ code: "custom", message: "invalid JSON" });
    return z.NEVER;
  }
});

/** Scheme, host and port as browsers write them in the header origin. */
const isOrigin = (text: string): boolean =>
  /^https?:\/\//.test(text) && URL.canParse(text) && new URL(text).origin === text;

const secretKey = z.string().min(16).refine((key) => !key.startsWith("sb_publishable_"), {
  message: "a publishable key is not a secret key",
});
const jwk = z.looseObject({ kty: z.string() });

const exportsSpans = (value?: string) => value !== undefined && !/^(false|0)$/i.test(value);

const schema = z.object({
  /** Overrides the database URL; Supabase sets SUPABASE_DB_URL itself. */
  DATABASE_URL: z.string().optional(),
  SUPABASE_DB_URL: z.string().optional(),
  /** `false` behind a pooler in transaction mode; the default on port 6543, where Supabase's poolers are in that mode. */
  DATABASE_PREPARE: z.enum(["true", "false"]).optional(),
  /** Of one instance of a function; the platform starts more instances where one is busy. */
  DATABASE_CONNECTIONS: positive(1),
  /** Base of the project's URLs, for links and for the keys that sign members' tokens. */
  SUPABASE_URL: z.string().optional(),
  /** The public form of SUPABASE_URL, where it differs (behind a proxy). */
  SLUICE_PUBLIC_URL: z.string().optional(),
  /** Where the folder pages/ is hosted, for the unsubscribe links of e-mails. */
  SLUICE_PAGES_URL: httpUrl.optional(),
  /** Origins of pages, with commas: browsers on them may call csv-upload. */
  SLUICE_DESK_ORIGINS: z.string().transform((text) => text.split(",").map((one) => one.trim()))
    .refine(
      (origins) => origins.every(isOrigin),
      "must be origins like https://desk.example.com, with commas",
    )
    .default([]),
  /** Secret keys by name, as Supabase sets them, or a list. Whoever sends one as `apikey` is the service. */
  SUPABASE_SECRET_KEYS: json.pipe(
    z.union([z.array(secretKey), z.record(z.string(), secretKey).transform(Object.values<string>)]),
  ).default([]),
  /** The legacy secret key, a JWT. */
  SUPABASE_SERVICE_ROLE_KEY: z.string().min(16).optional(),
  /** The keys that sign members' tokens; without them they are fetched from SUPABASE_URL. */
  SUPABASE_JWKS: json.pipe(
    z.union([z.object({ keys: z.array(jwk) }), z.array(jwk).transform((keys) => ({ keys }))]),
  ).optional(),
  /** The issuer of members' tokens, where it is not SUPABASE_URL/auth/v1. */
  SB_JWT_ISSUER: z.string().optional(),
  /** The HS256 secret of projects that sign members' tokens with one. */
  SUPABASE_JWT_SECRET: z.string().min(16).optional(),
  SB_JWT_SECRET: z.string().min(16).optional(),
  /** The header in which the proxy in front names the client; it overwrites a header that the client sends. */
  CLIENT_ADDRESS_HEADER: z.enum(["cf-connecting-ip", "x-real-ip", "x-forwarded-for"]).optional(),
  /** Number of our own proxies that add to x-forwarded-for: the address that the outermost saw counts. */
  TRUSTED_PROXIES: positive(1),
  /** Largest body as received; a source may set a lower limit. */
  MAX_PART_BYTES: positive(32 * MIB),
  /** Largest content of a compressed body. */
  MAX_INFLATED_BYTES: positive(128 * MIB),
  /** All request bodies in the memory of one process; further ones get 503. Half of it for one client. */
  BODY_BUDGET_BYTES: positive(96 * MIB),
  /** How long a body may take; a large one as long as it arrives with 64 KB a second. */
  BODY_TIMEOUT_MS: positive(20_000),
  /** `allow` on a development machine: configured URLs may be http on this machine. */
  SLUICE_LOOPBACK_URLS: z.enum(["allow"]).optional(),
  /** Deno's exporter of OpenTelemetry, and what keeps URLs out of its spans and callers' baggage from providers. */
  OTEL_DENO: z.string().optional(),
  OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: z.string().optional(),
  OTEL_PROPAGATORS: z.string().optional(),
}).refine((env) => !exportsSpans(env.OTEL_DENO) || env.OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT === "1", {
  message: "OTEL_DENO needs OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT=1: Deno's spans contain whole URLs",
}).refine((env) => !exportsSpans(env.OTEL_DENO) || env.OTEL_PROPAGATORS === "tracecontext", {
  message: "OTEL_DENO needs OTEL_PROPAGATORS=tracecontext: Deno hands callers' baggage on",
}).refine((env) => !env.SLUICE_LOOPBACK_URLS || !env.SUPABASE_URL?.startsWith("https:"), {
  message: "SLUICE_LOOPBACK_URLS is for development machines: unset it",
}).refine((env) => env.BODY_BUDGET_BYTES >= 2 * env.MAX_PART_BYTES, {
  message: "BODY_BUDGET_BYTES must be at least twice MAX_PART_BYTES",
}).refine((env) => env.DATABASE_URL ?? env.SUPABASE_DB_URL, {
  message: "DATABASE_URL or SUPABASE_DB_URL is required",
});

export interface Env {
  databaseUrl: string;
  prepare: boolean;
  connections: number;
  publicUrl: string | null;
  pagesUrl: string | null;
  supabaseUrl: string | null;
  deskOrigins: string[];
  secretKeys: string[];
  legacyServiceKey: string | null;
  jwks: { keys: { kty: string; [name: string]: unknown }[] } | null;
  issuer: string | null;
  jwtSecret: string | null;
  clientAddress: { header: string; proxies: number };
  maxPartBytes: number;
  maxInflatedBytes: number;
  bodies: { bytes: number; timeoutMs: number };
}

export function readEnv(given: Variables = process.env): Env {
  const env = readSettings(schema, given);
  const databaseUrl = (env.DATABASE_URL ?? env.SUPABASE_DB_URL) as string;
  return {
    databaseUrl,
    prepare: env.DATABASE_PREPARE
      ? env.DATABASE_PREPARE === "true"
      : !URL.canParse(databaseUrl) || new URL(databaseUrl).port !== "6543",
    connections: env.DATABASE_CONNECTIONS,
    publicUrl: trimSlash(env.SLUICE_PUBLIC_URL ?? env.SUPABASE_URL),
    pagesUrl: trimSlash(env.SLUICE_PAGES_URL),
    deskOrigins: env.SLUICE_DESK_ORIGINS,
    supabaseUrl: trimSlash(env.SUPABASE_URL),
    secretKeys: env.SUPABASE_SECRET_KEYS,
    legacyServiceKey: env.SUPABASE_SERVICE_ROLE_KEY ?? null,
    jwks: env.SUPABASE_JWKS ?? null,
    issuer: env.SB_JWT_ISSUER ??
      (env.SUPABASE_URL ? `${trimSlash(env.SUPABASE_URL)}/auth/v1` : null),
    jwtSecret: env.SB_JWT_SECRET ?? env.SUPABASE_JWT_SECRET ?? null,
    clientAddress: {
      // Cloudflare is in front of every hosted project.
      header: env.CLIENT_ADDRESS_HEADER ??
        (/^https:\/\/[^/]+[.]supabase[.]co(\/|$)/.test(env.SUPABASE_URL ?? "")
          ? "cf-connecting-ip"
          : "x-forwarded-for"),
      proxies: env.TRUSTED_PROXIES,
    },
    maxPartBytes: env.MAX_PART_BYTES,
    maxInflatedBytes: env.MAX_INFLATED_BYTES,
    bodies: { bytes: env.BODY_BUDGET_BYTES, timeoutMs: env.BODY_TIMEOUT_MS },
  };
}

function trimSlash(url: string | undefined): string | null {
  return url ? url.replace(/\/+$/, "") : null;
}
