// A member's access token: signed by Supabase Auth with the project's keys (JWKS) or, in older
// projects and the local stack, with its HS256 secret.
import { createRemoteJWKSet, decodeProtectedHeader, type JWTPayload, jwtVerify } from "jose";
import type { Env } from "../settings.ts";
import { Problem } from "./problem.ts";

export type Member = JWTPayload & { sub: string; role: "authenticated" };

export interface MemberVerifier {
  (token: string, now: Date): Promise<Member>;
}

export function memberVerifier(env: Env): MemberVerifier {
  const secret = env.jwtSecret ? new TextEncoder().encode(env.jwtSecret) : null;
  const remote = env.supabaseUrl
    ? createRemoteJWKSet(new URL(`${env.supabaseUrl}/auth/v1/.well-known/jwks.json`))
    : null;
  return async (token, now) => {
    try {
      const options = {
        audience: "authenticated",
        requiredClaims: ["sub", "exp"],
        currentDate: now,
      };
      const symmetric = decodeProtectedHeader(token).alg === "HS256";
      if (symmetric ? !secret : !remote) throw new Error("no key for this token's algorithm");
      const { payload } = symmetric
        ? await jwtVerify(token, secret as Uint8Array, { ...options, algorithms: ["HS256"] })
        : await jwtVerify(token, remote as NonNullable<typeof remote>, {
          ...options,
          algorithms: ["ES256", "RS256", "EdDSA"],
        });
      if (payload.role !== "authenticated") throw new Error("not a user's token");
      return payload as Member;
    } catch (cause) {
      throw new Problem(401, "unauthorized", "Invalid or expired access token.", { cause });
    }
  };
}
