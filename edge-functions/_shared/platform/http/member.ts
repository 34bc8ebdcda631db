// A member's access token, issued by Supabase Auth to a signed-in user. Statements run with its claims.
import type { JWTPayload } from "jose";
import type { Env } from "../settings.ts";
import { invalidToken, tokenVerifier } from "./token.ts";

export type Member = JWTPayload & { sub: string; role: "authenticated" };

export interface MemberVerifier {
  (token: string): Promise<Member>;
}

export function memberVerifier(env: Env): MemberVerifier {
  const verify = tokenVerifier(env);
  return async (token) => memberOf(await verify(token), env);
}

/** The member whom verified claims name; 401 if they name none. */
export function memberOf(claims: JWTPayload, { issuer }: Env): Member {
  const { iss, sub, aud, role } = claims;
  const audiences = Array.isArray(aud) ? aud : [aud];
  if (
    iss !== issuer || role !== "authenticated" || !audiences.includes("authenticated") ||
    typeof sub !== "string" || sub === ""
  ) throw invalidToken("not a member's token");
  return claims as Member;
}
