// The caller: the service, or a member. The platform has checked the token's signature where verify_jwt
// is on; a member's is checked again, because statements run with that member's rights.
import { decodeJwt } from "jose";
import type { Deps } from "../deps.ts";
import type { Member, MemberVerifier } from "./member.ts";
import { unauthenticated } from "./problem.ts";

export type Caller = { service: true } | { service: false; member: Member };

export const bearerOf = (headers: Headers): string =>
  /^bearer (.+)$/i.exec(headers.get("authorization") ?? "")?.[1] ?? "";

export function isService(token: string): boolean {
  try {
    return decodeJwt(token).role === "service_role";
  } catch {
    return false;
  }
}

export async function callerOf(
  headers: Headers,
  verify: MemberVerifier,
  now: Deps["now"],
): Promise<Caller> {
  const token = bearerOf(headers);
  if (token === "") throw unauthenticated();
  return isService(token)
    ? { service: true }
    : { service: false, member: await verify(token, now()) };
}
