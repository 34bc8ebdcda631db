// The caller: the service, or a member. The platform checks nothing (verify_jwt is off, because it refuses secret
// keys), so everything is verified here.
import { constantTimeEqual } from "../crypto/bytes.ts";
import { sha256 } from "../crypto/digest.ts";
import type { Env } from "../settings.ts";
import { type Member, memberOf } from "./member.ts";
import { unauthenticated } from "./problem.ts";
import { tokenVerifier } from "./token.ts";

export type Caller = { service: true } | { service: false; member: Member };

/** Identifies the caller, or throws 401. */
export interface CallerReader {
  (headers: Headers): Promise<Caller>;
}

export const bearerOf = (headers: Headers): string =>
  /^bearer (.+)$/i.exec(headers.get("authorization") ?? "")?.[1] ?? "";

export function callerReader(env: Env, now?: () => Date): CallerReader {
  const verify = tokenVerifier(env, now);
  const { secretKeys, legacyServiceKey } = env;
  const legacyKeys = legacyServiceKey ? [legacyServiceKey] : [];
  return async (headers) => {
    // A publishable key, which clients send beside a member's token, grants nothing and is not looked at.
    const apiKey = headers.get("apikey");
    if (apiKey && isOneOf([...secretKeys, ...legacyKeys], apiKey)) return { service: true };
    const token = bearerOf(headers);
    if (token === "") throw unauthenticated();
    if (isOneOf(legacyKeys, token)) return { service: true };
    const claims = await verify(token);
    return claims.role === "service_role"
      ? { service: true }
      : { service: false, member: memberOf(claims, env) };
  };
}

/** Compares digests, and with every key: the time shows neither a key's length nor which one matched. */
function isOneOf(keys: Env["secretKeys"], given: string): boolean {
  const digest = sha256(given);
  let matches = 0;
  for (const key of keys) matches |= Number(constantTimeEqual(sha256(key), digest));
  return matches === 1;
}
