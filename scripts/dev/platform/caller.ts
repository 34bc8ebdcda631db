// Who calls: the API key decides whether the request may enter at all, the token in `authorization` whose it is.
import { timingSafeEqual } from "node:crypto";
import { createLocalJWKSet, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from "jose";
import { json } from "./http.ts";

export interface Keys {
  publishableKey: string;
  secretKey: string;
  jwtSecret: string;
  /** The public half of the key that signs members' tokens. */
  jwks: { keys: Record<string, unknown>[] };
}

export type Claims = JWTPayload & { role?: string; session_id?: string; aal?: string };

export class InvalidToken extends Error {
  readonly expired: boolean;
  constructor(message: string, expired = false) {
    super(message);
    this.expired = expired;
  }
}

const same = (a: string, b: string) =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

/** Claims of a token whose signature and expiry hold. */
export async function verifyToken(keys: Keys, token: string, now: Date): Promise<Claims> {
  try {
    const { alg } = decodeProtectedHeader(token);
    const options = { currentDate: now };
    if (alg === "HS256") {
      const secret = new TextEncoder().encode(keys.jwtSecret);
      return (await jwtVerify(token, secret, { ...options, algorithms: ["HS256"] })).payload;
    }
    const set = createLocalJWKSet(keys.jwks as never);
    return (await jwtVerify(token, set, { ...options, algorithms: ["ES256"] })).payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw new InvalidToken("JWT expired", true);
    throw new InvalidToken((error as Error).message);
  }
}

const noKey = {
  message: "No API key found in request",
  hint: "No `apikey` request header or url param was found.",
};
const wrongKey = {
  message: "Invalid API key",
  hint: "Double check your Supabase `anon` or `service_role` API key.",
};

/** The role of an API key, new or legacy; null for anything else. */
async function roleOfKey(keys: Keys, key: string, now: Date): Promise<string | null> {
  if (same(key, keys.publishableKey)) return "anon";
  if (same(key, keys.secretKey)) return "service_role";
  const claims = key.startsWith("sb_") ? null : await verifyToken(keys, key, now).catch(() => null);
  return claims?.role === "anon" || claims?.role === "service_role" ? claims.role : null;
}

export function bearer(request: Request): string | null {
  return /^bearer\s+(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1] ?? null;
}

export interface Caller {
  /** The role of the API key. */
  keyRole: string;
  /** The token, unless `authorization` only repeats the API key. */
  token: string | null;
}

/** The caller by key and header, or the platform's answer to a missing or wrong API key. */
export async function callerOf(
  keys: Keys,
  request: Request,
  now: Date,
): Promise<Caller | Response> {
  const key = request.headers.get("apikey") ?? new URL(request.url).searchParams.get("apikey");
  if (!key) return json(401, noKey);
  const keyRole = await roleOfKey(keys, key, now);
  if (!keyRole) return json(401, wrongKey);
  const token = bearer(request);
  return { keyRole, token: token === null || same(token, key) ? null : token };
}
