// Shared by the routes of outreach: the caller's rights and the caller's clock.
import type { Context, Hono } from "hono";
import { z } from "zod";
import type { Sending } from "../_shared/delivery/sending.ts";
import { testClock } from "../_shared/platform/clock.ts";
import { asMember, asWriter, type Tx } from "../_shared/platform/db/client.ts";
import type { RequestVariables } from "../_shared/platform/http/app.ts";
import type { ApiKey, KeyClaims } from "../_shared/platform/http/api_key.ts";
import type { Caller } from "../_shared/platform/http/caller.ts";
import { forbidden, malformed, notFound } from "../_shared/platform/http/problem.ts";

export type OutreachDeps = Sending;

/** A machine with an API key acts for its org only, with claims for the scope of the route. */
export type OutreachCaller = Caller | { service: false; member: KeyClaims; key: ApiKey };
export type OutreachEnv = { Variables: RequestVariables & { caller: OutreachCaller } };
export type OutreachApp = Hono<OutreachEnv>;
export type OutreachContext = Context<OutreachEnv>;

export const MAX_BODY = 256 * 1024;

export const Channel = z.enum(["email", "sms", "voice_ai"]);
export const AsOf = z.iso.datetime({ offset: true }).regex(/^20/).transform((text) =>
  new Date(text)
);

/** The deps with a log that carries the request's correlation id. */
export const sendingOf = (deps: OutreachDeps, c: OutreachContext): Sending => ({
  ...deps,
  log: c.var.log,
});

/** The time that the caller sets. Only machines may, and only where tests and demos allow it. */
export function clockFor(
  deps: OutreachDeps,
  c: OutreachContext,
  asOf: Date | undefined,
): Date | null {
  if (asOf === undefined) return deps.clock();
  const { caller } = c.var;
  if (!(caller.service || "key" in caller) || !testClock()) {
    throw forbidden("You do not have permission to set the clock.");
  }
  return asOf;
}

/** The org of a request: of an API key always its own, whichever the request names. */
export function orgFor<T extends string | undefined>(
  { var: { caller } }: OutreachContext,
  given: T,
): T | string {
  if (!("key" in caller)) return given;
  if (given !== undefined && given.toLowerCase() !== caller.key.orgId) throw notFound();
  return caller.key.orgId;
}

/** As `orgFor`, for requests about one org: the service names it. */
export function namedOrg(c: OutreachContext, given: string | undefined): string {
  const orgId = orgFor(c, given);
  if (orgId === undefined) throw malformed("org_id is required.");
  return orgId;
}

/** A transaction with the caller's own rights. */
export function asCaller<T>(
  { sql }: OutreachDeps,
  { var: { caller } }: OutreachContext,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  return caller.service ? asWriter(sql, work) : asMember(sql, caller.member, work, "read write");
}
