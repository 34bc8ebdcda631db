// Connections, and the roles of their statements. The login is the project's database URL; every transaction
// first switches to a lesser role, so that a fault here can do no more than that role. A statement on its own
// (`alone`) calls a function that switches itself.
import { AsyncLocalStorage } from "node:async_hooks";
import type { Env } from "../settings.ts";
import { openPool } from "./pool.ts";
import type { Sql, Tx } from "./sql.ts";

export type { Sql, Tx };

const addresses = new AsyncLocalStorage<string | null>();

/** Runs `work` as part of a request from an IP address; null: unknown. Its transactions name it in the audit log. */
export const withAddress = <T>(address: string | null, work: () => T): T =>
  // It becomes part of a statement. An IPv6 zone says nothing about the client.
  addresses.run(/^[0-9a-f.:]+/i.exec(address ?? "")?.[0] ?? null, work);

/** Empty where no request is being answered, or its address is unknown. */
export const requestAddress = (): string => addresses.getStore() ?? "";

export function openDatabase(
  env: Env,
  options: { name: string; max?: number; statementTimeoutMs?: number },
): Sql {
  return openPool(env.databaseUrl, {
    name: `sluice ${options.name}`,
    max: options.max ?? env.connections,
    prepare: env.prepare,
    statementTimeoutMs: options.statementTimeoutMs,
  });
}

/** A transaction as the service. `actor` is recorded with changes of leads. */
export async function asWriter<T>(
  sql: Sql,
  work: (tx: Tx) => Promise<T>,
  actor: "upload" | "system" = "system",
): Promise<T> {
  const address = requestAddress();
  const result = await sql.begin(
    "read write",
    async (tx) => ({ value: await work(tx) }),
    `set local role pipeline_writer; set local sluice.actor = '${actor}'` +
      (address ? `; set local sluice.client_address = '${address}'` : ""),
  );
  return (result as { value: T }).value;
}

/** A transaction as a signed-in member: the policies apply. */
export async function asMember<T>(
  sql: Sql,
  claims: Record<string, unknown>,
  work: (tx: Tx) => Promise<T>,
  access: "read only" | "read write" = "read only",
): Promise<T> {
  const result = await sql.begin(access, async (tx) => {
    await tx`select set_config('request.jwt.claims', ${JSON.stringify(claims)}, true),
      set_config('sluice.client_address', ${requestAddress()}, true),
      set_config('role', 'authenticated', true)`;
    return { value: await work(tx) };
  });
  return (result as { value: T }).value;
}

const UNAVAILABLE = new Set([
  ...["CONNECT_TIMEOUT", "CONNECTION_CLOSED", "CONNECTION_ENDED", "CONNECTION_DESTROYED"],
  ...["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "EHOSTUNREACH", "ENOTFOUND", "ENOENT"],
  // too_many_connections, admin_shutdown, crash_shutdown, cannot_connect_now, query_canceled (timeout)
  ...["53300", "57P01", "57P02", "57P03", "57014"],
]);

/** Whether the database was unavailable, rather than refusing the statement. */
export function isDatabaseUnavailable(error: unknown): boolean {
  const { code, severity } = (error ?? {}) as { code?: unknown; severity?: unknown };
  // A fatal error ends the connection or prevents it: the statement did not run.
  if (severity === "FATAL" || severity === "PANIC") return true;
  return typeof code === "string" && (UNAVAILABLE.has(code) || /^08/.test(code));
}

/** NUL, a lone surrogate or invalid UTF-8 in a value: only what a client sent can contain them. */
export function isInvalidText(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === "22021" || code === "22P05";
}

/** Nothing can be encrypted or decrypted until Vault has the wrapping key. */
export function hasNoWrappingKey(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === "SL001";
}

/** Two transactions conflicted: another attempt may well succeed. */
export function isTransient(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === "40001" || code === "40P01" || code === "55P03";
}
