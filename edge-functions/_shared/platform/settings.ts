// The environment, read once at the start: a missing or senseless setting is told there and then.
import process from "node:process";
import { z } from "zod";

const MIB = 1024 * 1024;
const positive = (otherwise: number) => z.coerce.number().int().positive().default(otherwise);

const schema = z.object({
  /** Own database URL; on Supabase SUPABASE_DB_URL is there by itself. */
  DATABASE_URL: z.string().optional(),
  SUPABASE_DB_URL: z.string().optional(),
  /** `false` behind a pooler in transaction mode. */
  DATABASE_PREPARE: z.enum(["true", "false"]).default("true"),
  DATABASE_CONNECTIONS: positive(4),
  /** Base of the project's URLs, for links and for the keys that sign members' tokens. */
  SUPABASE_URL: z.string().optional(),
  /** What the outside calls SUPABASE_URL, where it differs (behind a proxy). */
  SLUICE_PUBLIC_URL: z.string().optional(),
  SUPABASE_JWT_SECRET: z.string().min(16).optional(),
  SB_JWT_SECRET: z.string().min(16).optional(),
  /** The header in which the proxy in front says who knocks; what a client sends under it, it overwrites. */
  CLIENT_ADDRESS_HEADER: z.enum(["cf-connecting-ip", "x-real-ip", "x-forwarded-for"]).optional(),
  /** How many proxies of our own add to x-forwarded-for: the address that the outermost saw counts. */
  TRUSTED_PROXIES: positive(1),
  /** Largest body as received; a source may set less. */
  MAX_PART_BYTES: positive(32 * MIB),
  /** Largest content of a compressed body. */
  MAX_INFLATED_BYTES: positive(128 * MIB),
});

export interface Env {
  databaseUrl: string;
  prepare: boolean;
  connections: number;
  publicUrl: string | null;
  supabaseUrl: string | null;
  jwtSecret: string | null;
  clientAddress: { header: string; proxies: number };
  maxPartBytes: number;
  maxInflatedBytes: number;
}

export function readEnv(given: Record<string, string | undefined> = process.env): Env {
  // An empty value is as good as none.
  const present = Object.entries(given).filter(([, value]) => value !== "");
  const read = schema.safeParse(Object.fromEntries(present));
  if (!read.success) {
    throw new Error(`environment: ${z.prettifyError(read.error)}`);
  }
  const env = read.data;
  const databaseUrl = env.DATABASE_URL ?? env.SUPABASE_DB_URL;
  if (!databaseUrl) throw new Error("environment: DATABASE_URL or SUPABASE_DB_URL must be set");
  return {
    databaseUrl,
    prepare: env.DATABASE_PREPARE === "true",
    connections: env.DATABASE_CONNECTIONS,
    publicUrl: trimSlash(env.SLUICE_PUBLIC_URL ?? env.SUPABASE_URL),
    supabaseUrl: trimSlash(env.SUPABASE_URL),
    jwtSecret: env.SB_JWT_SECRET ?? env.SUPABASE_JWT_SECRET ?? null,
    clientAddress: {
      // Cloudflare stands in front of every hosted project.
      header: env.CLIENT_ADDRESS_HEADER ??
        (/^https:\/\/[^/]+[.]supabase[.]co(\/|$)/.test(env.SUPABASE_URL ?? "")
          ? "cf-connecting-ip"
          : "x-forwarded-for"),
      proxies: env.TRUSTED_PROXIES,
    },
    maxPartBytes: env.MAX_PART_BYTES,
    maxInflatedBytes: env.MAX_INFLATED_BYTES,
  };
}

function trimSlash(url: string | undefined): string | null {
  return url ? url.replace(/\/+$/, "") : null;
}
