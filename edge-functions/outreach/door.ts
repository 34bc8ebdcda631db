// What the routes share: who may call, bodies as a schema wants them, whose clock counts.
import { z } from "zod";
import { testClock } from "../_shared/platform/clock.ts";
import { asMember, asWriter, type Tx } from "../_shared/platform/db/client.ts";
import { readBody } from "../_shared/platform/http/body.ts";
import { type Caller, callerOf } from "../_shared/platform/http/caller.ts";
import type { MemberVerifier } from "../_shared/platform/http/member.ts";
import { forbidden, malformed } from "../_shared/platform/http/problem.ts";
import type { Sending } from "../_shared/delivery/dispatch.ts";

export interface Door extends Sending {
  verifyMember: MemberVerifier;
}

export interface Asked {
  request: Request;
  caller: Caller;
  params: Record<string, string>;
}

export type Handler = (door: Door, asked: Asked) => Promise<Response>;

const MAX_BODY = 256 * 1024;

export const Channel = z.enum(["email", "sms", "voice_ai"]);
export const AsOf = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

export function open(door: Door, request: Request): Promise<Caller> {
  return callerOf(request.headers, door.verifyMember, door.now);
}

export function serviceOnly({ caller }: Asked): void {
  if (!caller.service) throw forbidden("This is for the service role.");
}

/** A body as the schema wants it; none is as good as an empty one. */
export async function readJson<S extends z.ZodType>(request: Request, schema: S) {
  const text = new TextDecoder().decode(await joined(request));
  let json: unknown;
  try {
    json = text.trim() === "" ? {} : JSON.parse(text);
  } catch {
    throw malformed("The body is no JSON.");
  }
  return check(schema, json, "body");
}

/** The query as the schema wants it; what stands twice is a mistake. */
export function readQuery<S extends z.ZodType>(request: Request, schema: S): z.output<S> {
  const search = new URL(request.url).searchParams;
  if ([...search.keys()].length !== new Set(search.keys()).size) {
    throw malformed("The query names something twice.");
  }
  return check(schema, Object.fromEntries(search), "query");
}

export function check<S extends z.ZodType>(schema: S, given: unknown, what: string): z.output<S> {
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  throw malformed(`The ${what} makes no sense: ${issue?.path.join(".") || issue?.message}.`);
}

async function joined(request: Request): Promise<Uint8Array> {
  const chunks = await readBody(request, MAX_BODY);
  return new Uint8Array(await new Blob(chunks as Uint8Array<ArrayBuffer>[]).arrayBuffer());
}

/** The time that the caller gives, where the service may: in tests and demos, never by accident. */
export function clockFor(door: Door, { caller }: Asked, asOf: Date | undefined): Date | null {
  if (asOf === undefined) return door.clock();
  if (!caller.service || !testClock()) throw forbidden("The clock is not the caller's to set.");
  return asOf;
}

/** A transaction with the caller's own rights. */
export function asCaller<T>(
  { sql }: Door,
  caller: Caller,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  return caller.service ? asWriter(sql, work) : asMember(sql, caller.member, work, "read write");
}
