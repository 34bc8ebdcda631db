// Sessions: access tokens, and refresh tokens that rotate. A refresh token that was used already is a sign of theft,
// unless the answer was lost (it is the parent of the current one) or came within the grace of ten seconds.
import { randomBytes, randomUUID } from "node:crypto";
import { importJWK, SignJWT } from "jose";
import type { Context } from "./context.ts";
import { AuthError } from "./errors.ts";
import { refuseBanned, shownUser, type Tx, userById, type UserRow } from "./users.ts";

export const GRACE_SECONDS = 10;

export interface Session {
  id: string;
  user_id: string;
  aal: "aal1" | "aal2" | null;
  created_at: Date;
  not_after: Date | null;
}

interface Token {
  id: string;
  token: string;
  revoked: boolean;
  updated_at: Date;
  parent: string | null;
  session_id: string;
  user_id: string;
}

export interface TokenAnswer {
  access_token: string;
  token_type: "bearer";
  expires_in: number;
  expires_at: number;
  refresh_token: string;
  user: Record<string, unknown>;
}

const newToken = () => randomBytes(16).toString("base64url");

export async function amrOf(tx: Tx, sessionId: string) {
  const rows = await tx<{ authentication_method: string; updated_at: Date }[]>`
    select authentication_method, updated_at from auth.mfa_amr_claims where session_id = ${sessionId}
    order by updated_at desc, authentication_method desc`;
  return rows.map(({ authentication_method, updated_at }) => ({
    method: authentication_method,
    timestamp: Math.floor(updated_at.getTime() / 1000),
  }));
}

export async function addMethod(ctx: Context, tx: Tx, sessionId: string, method: string) {
  const at = ctx.now();
  await tx`insert into auth.mfa_amr_claims (id, session_id, created_at, updated_at, authentication_method)
    values (${randomUUID()}, ${sessionId}, ${at}, ${at}, ${method})
    on conflict (session_id, authentication_method) do update set updated_at = excluded.updated_at`;
}

async function insertToken(
  ctx: Context,
  tx: Tx,
  sessionId: string,
  userId: string,
  parent: string | null,
) {
  const at = ctx.now();
  const token = newToken();
  await tx`insert into auth.refresh_tokens (token, user_id, revoked, created_at, updated_at, parent, session_id)
    values (${token}, ${userId}, false, ${at}, ${at}, ${parent}, ${sessionId})`;
  return token;
}

/** The answer with an access token of the session as it is now. */
async function tokenAnswer(
  ctx: Context,
  tx: Tx,
  user: UserRow,
  sessionId: string,
  refreshToken: string,
): Promise<TokenAnswer> {
  const [session] = await tx<Session[]>`select * from auth.sessions where id = ${sessionId}`;
  const shown = await shownUser(tx, user);
  const issued = Math.floor(ctx.now().getTime() / 1000);
  const claims = {
    ...{ email: user.email ?? "", phone: "", role: user.role ?? "authenticated" },
    app_metadata: shown.app_metadata,
    user_metadata: shown.user_metadata,
    aal: session?.aal ?? "aal1",
    amr: await amrOf(tx, sessionId),
    session_id: sessionId,
    is_anonymous: false,
  };
  const { kid } = ctx.signingKey;
  const access = await new SignJWT(claims)
    .setProtectedHeader({ alg: "ES256", kid, typ: "JWT" })
    .setIssuer(ctx.issuer).setSubject(user.id).setAudience(user.aud ?? "authenticated")
    .setIssuedAt(issued).setExpirationTime(issued + ctx.jwtSeconds)
    .sign(await importJWK(ctx.signingKey, "ES256"));
  return {
    access_token: access,
    token_type: "bearer",
    expires_in: ctx.jwtSeconds,
    expires_at: issued + ctx.jwtSeconds,
    refresh_token: refreshToken,
    user: shown,
  };
}

/** Signs the user in. */
export async function startSession(
  ctx: Context,
  tx: Tx,
  user: UserRow,
  method: "password" | "otp" | "magiclink" | "recovery" | "invite",
  from: { agent: string | null; address: string },
): Promise<TokenAnswer> {
  const id = randomUUID();
  const at = ctx.now();
  await tx`insert into auth.sessions (id, user_id, created_at, updated_at, aal, user_agent, ip)
    values (${id}, ${user.id}, ${at}, ${at}, 'aal1', ${from.agent}, ${from.address})`;
  await addMethod(ctx, tx, id, method);
  await tx`update auth.users set last_sign_in_at = ${at}, updated_at = ${at} where id = ${user.id}`;
  const token = await insertToken(ctx, tx, id, user.id, null);
  return await tokenAnswer(ctx, tx, { ...user, last_sign_in_at: at }, id, token);
}

/** A new access token and refresh token of the same session, after its level has changed. */
export async function renewSession(ctx: Context, tx: Tx, user: UserRow, sessionId: string) {
  const at = ctx.now();
  const [current] = await tx<Token[]>`
    update auth.refresh_tokens set revoked = true, updated_at = ${at}
    where session_id = ${sessionId} and not revoked returning *`;
  const token = await insertToken(ctx, tx, sessionId, user.id, current?.token ?? null);
  return await tokenAnswer(ctx, tx, user, sessionId, token);
}

const expired = (why: string) =>
  new AuthError(400, "session_expired", `Invalid Refresh Token: Session Expired${why}`);

/** Swaps a refresh token. An error that must leave its trace (the revoked family) is returned, not thrown. */
export async function refresh(
  ctx: Context,
  tx: Tx,
  token: string,
): Promise<TokenAnswer | AuthError> {
  const [found] = await tx<Token[]>`select * from auth.refresh_tokens where token = ${token}`;
  if (!found) {
    return new AuthError(
      400,
      "refresh_token_not_found",
      "Invalid Refresh Token: Refresh Token Not Found",
    );
  }
  // Parallel refreshes of one session come one after the other.
  const [session] = await tx<Session[]>`
    select * from auth.sessions where id = ${found.session_id} for update`;
  const user = await userById(tx, found.user_id);
  if (!session || !user) {
    return new AuthError(400, "session_not_found", "Invalid Refresh Token: No Valid Session Found");
  }
  const at = ctx.now();
  refuseBanned(user, at);
  if (session.not_after && session.not_after <= at) return expired("");
  // Another request may have used the token while this one waited.
  const [used] = await tx<Token[]>`select * from auth.refresh_tokens where token = ${token}`;
  let issued: string | null = null;
  if (used?.revoked) {
    const [active] = await tx<Token[]>`
      select * from auth.refresh_tokens where session_id = ${session.id} and not revoked
      order by id desc limit 1`;
    if (active?.parent === token) issued = active.token;
    else if (at.getTime() > used.updated_at.getTime() + GRACE_SECONDS * 1000) {
      await tx`update auth.refresh_tokens set revoked = true, updated_at = ${at}
        where session_id = ${session.id} and not revoked`;
      return new AuthError(
        400,
        "refresh_token_already_used",
        "Invalid Refresh Token: Already Used",
      );
    }
  }
  if (issued === null) {
    await tx`update auth.refresh_tokens set revoked = true, updated_at = ${at}
      where token = ${token} and not revoked`;
    issued = await insertToken(ctx, tx, session.id, user.id, token);
  }
  await tx`update auth.sessions set refreshed_at = ${at}, updated_at = ${at} where id = ${session.id}`;
  return await tokenAnswer(ctx, tx, user, session.id, issued);
}

/** Ends sessions: this one, the others, or all. */
export async function signOut(
  tx: Tx,
  userId: string,
  sessionId: string | undefined,
  scope: string,
): Promise<void> {
  if (scope === "local" && sessionId) {
    await tx`delete from auth.sessions where id = ${sessionId} and user_id = ${userId}`;
  } else if (scope === "others" && sessionId) {
    await tx`delete from auth.sessions where user_id = ${userId} and id <> ${sessionId}`;
  } else await tx`delete from auth.sessions where user_id = ${userId}`;
}
