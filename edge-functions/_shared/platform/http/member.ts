// A member's access token, issued by Supabase Auth to a signed-in user. Statements run with its claims.
import type { JWTPayload } from "jose";
import type { Env } from "../settings.ts";
import { isStorable } from "./text.ts";
import { invalidToken, tokenVerifier } from "./token.ts";

export type Member = JWTPayload & { sub: string; role: "authenticated" };

export interface MemberVerifier {
  (token: string): Promise<Member>;
}

export function memberVerifier(env: Env): MemberVerifier {
  const verify = tokenVerifier(env);
  return async (token) => memberOf(await verify(token), env);
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The member whom verified claims name; 401 if they name none. The database reads the claims: they must fit in it. */
export function memberOf(claims: JWTPayload, { issuer }: Env): Member {
  const { iss, sub, aud, role } = claims;
  const audiences = Array.isArray(aud) ? aud : [aud];
  if (
    iss !== issuer || role !== "authenticated" || !audiences.includes("authenticated") ||
    typeof sub !== "string" || !UUID.test(sub) || !isStorable(claims)
  ) throw invalidToken("not a member's token");
  return claims as Member;
}
