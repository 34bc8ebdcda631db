// One-time links and codes: magic link, recovery, invitation. The database keeps a hash of address and code.
import { createHash, randomBytes, randomInt, randomUUID } from "node:crypto";
import type { Context } from "./context.ts";
import { AuthError, invalid } from "./errors.ts";
import { startSession, type TokenAnswer } from "./sessions.ts";
import { refuseBanned, type Tx, userByEmail, userById, type UserRow } from "./users.ts";

export type LinkKind = "magiclink" | "recovery" | "invite" | "signup";

export const LINK_SECONDS = 3600;
const FLOW_SECONDS = 300;

const hashOf = (email: string, code: string) =>
  createHash("sha224").update(email.toLowerCase() + code).digest("hex");

const typeOf = (kind: LinkKind) =>
  kind === "magiclink" || kind === "recovery" ? "recovery_token" : "confirmation_token";

export interface Link {
  code: string;
  hash: string;
  url: string;
}

export interface Challenge {
  method: string;
  challenge: string;
}

/** Links lead to pages of this machine, or to the site; never to another host. */
export function redirectOf(ctx: Context, wanted: string | null): string {
  if (!wanted || !URL.canParse(wanted)) return ctx.siteUrl;
  const url = new URL(wanted);
  const isLocal = ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  return isLocal || url.origin === new URL(ctx.siteUrl).origin ? url.href : ctx.siteUrl;
}

export function challengeOf(body: Record<string, unknown>): Challenge | null {
  const { code_challenge: challenge, code_challenge_method: method } = body;
  if (!challenge && !method) return null;
  if (!challenge || !method) {
    throw invalid("PKCE flow requires code_challenge_method and code_challenge");
  }
  if (!/^[A-Za-z0-9._~-]{43,128}$/.test(String(challenge))) {
    throw invalid("code challenge has to be between 43 and 128 characters");
  }
  return { method: String(method).toLowerCase(), challenge: String(challenge) };
}

/** Makes a link, which replaces earlier ones of its kind. */
export async function makeLink(
  ctx: Context,
  tx: Tx,
  user: UserRow,
  kind: LinkKind,
  redirectTo: string,
  challenge: Challenge | null = null,
): Promise<Link> {
  const at = ctx.now();
  const email = user.email ?? "";
  const code = String(randomInt(1_000_000)).padStart(6, "0");
  const hash = hashOf(email, code);
  const stored = challenge ? `pkce_${hash}` : hash;
  const type = typeOf(kind);
  await tx`delete from auth.one_time_tokens where user_id = ${user.id} and token_type = ${type}`;
  await tx`insert into auth.one_time_tokens (id, user_id, token_type, token_hash, relates_to, created_at, updated_at)
    values (${randomUUID()}, ${user.id}, ${type}, ${stored}, ${email},
      ${at.toISOString()}::timestamptz at time zone 'UTC', ${at.toISOString()}::timestamptz at time zone 'UTC')`;
  if (type === "recovery_token") {
    await tx`update auth.users set recovery_token = ${stored}, recovery_sent_at = ${at} where id = ${user.id}`;
  } else {
    await tx`update auth.users set confirmation_token = ${stored}, confirmation_sent_at = ${at},
        invited_at = case when ${kind === "invite"} then ${at} else invited_at end
      where id = ${user.id}`;
  }
  if (challenge) {
    await tx`insert into auth.flow_state (id, user_id, auth_code, code_challenge_method, code_challenge, provider_type,
        authentication_method, created_at, updated_at)
      values (${randomUUID()}, ${user.id}, ${randomUUID()}, ${challenge.method}::auth.code_challenge_method,
        ${challenge.challenge}, ${kind}, ${kind}, ${at}, ${at})`;
  }
  const query = new URLSearchParams({ token: stored, type: kind, redirect_to: redirectTo });
  return { code, hash: stored, url: `${ctx.issuer}/verify?${query}` };
}

const linkGone = () => new AuthError(403, "otp_expired", "Email link is invalid or has expired");
const codeGone = () => new AuthError(403, "otp_expired", "Token has expired or is invalid");

interface Used {
  user: UserRow;
  kind: LinkKind;
}

/** Uses a token once. `email` is there where a person typed the code. */
async function useToken(
  ctx: Context,
  tx: Tx,
  wanted: string,
  hash: string,
  email: string | null,
): Promise<Used> {
  const gone = email === null ? linkGone : codeGone;
  const types = wanted === "email"
    ? ["confirmation_token", "recovery_token"]
    : [typeOf(wanted as LinkKind)];
  const hashes = email === null ? [hash] : [hash, `pkce_${hash}`];
  const [token] = await tx<{ user_id: string; token_type: string; sent: Date }[]>`
    delete from auth.one_time_tokens where token_type::text = any (${types}) and token_hash = any (${hashes})
    returning user_id, token_type, created_at at time zone 'UTC' as sent`;
  const user = token ? await userById(tx, token.user_id) : null;
  if (!token || !user) throw gone();
  const isOther = email !== null && (await userByEmail(tx, email))?.id !== user.id;
  if (isOther || ctx.now().getTime() > token.sent.getTime() + LINK_SECONDS * 1000) throw gone();
  refuseBanned(user, ctx.now());
  const isConfirmation = token.token_type === "confirmation_token";
  const kind = wanted === "email" ? (isConfirmation ? "signup" : "magiclink") : wanted as LinkKind;
  const at = ctx.now();
  const [confirmed] = await tx<UserRow[]>`
    update auth.users set email_confirmed_at = coalesce(email_confirmed_at, ${at}), updated_at = ${at},
      confirmation_token = case when ${isConfirmation} then '' else confirmation_token end,
      recovery_token = case when ${isConfirmation} then recovery_token else '' end
    where id = ${user.id} returning *`;
  return { user: confirmed ?? user, kind };
}

const KINDS = ["magiclink", "recovery", "invite", "signup", "email"];

/** POST /verify: a code with its address, or the hash of a link, for a session. */
export async function verifyCode(
  ctx: Context,
  tx: Tx,
  body: Record<string, unknown>,
  from: { agent: string | null; address: string },
): Promise<TokenAnswer> {
  const { type, token, token_hash: given, email } = body as Record<string, string | undefined>;
  if (!type) throw invalid("Verify requires a verification type");
  if (!KINDS.includes(type)) throw invalid("Unsupported verification type");
  if (!token === !given) throw invalid("Verify requires either a token or a token hash");
  if (token && !email) {
    throw invalid("Only an email address or phone number should be provided on verify");
  }
  const hash = given ?? hashOf(email ?? "", token ?? "");
  const { user } = await useToken(ctx, tx, type, hash, token ? email ?? "" : null);
  return await startSession(ctx, tx, user, "otp", from);
}

/** GET /verify: what a link opens. Returns the page to go on to, with the session or an auth code. */
export async function followLink(
  ctx: Context,
  tx: Tx,
  query: URLSearchParams,
  from: { agent: string | null; address: string },
): Promise<string> {
  const hash = query.get("token") ?? query.get("token_hash") ?? "";
  const type = query.get("type") ?? "";
  if (!KINDS.includes(type)) throw invalid("Unsupported verification type");
  const target = new URL(redirectOf(ctx, query.get("redirect_to")));
  const { user, kind } = await useToken(ctx, tx, type, hash, null);
  if (hash.startsWith("pkce_")) {
    const [flow] = await tx<{ auth_code: string }[]>`
      update auth.flow_state set auth_code_issued_at = ${ctx.now()} where id = (
        select id from auth.flow_state where user_id = ${user.id} and authentication_method = ${kind}
        order by created_at desc limit 1) returning auth_code`;
    if (!flow) {
      throw new AuthError(422, "flow_state_not_found", "No valid flow state found for user.");
    }
    target.searchParams.set("code", flow.auth_code);
    return target.href;
  }
  const { access_token, expires_at, expires_in, refresh_token } = await startSession(
    ctx,
    tx,
    user,
    "otp",
    from,
  );
  target.hash = new URLSearchParams({
    ...{ access_token, expires_at: String(expires_at), expires_in: String(expires_in) },
    ...{ refresh_token, token_type: "bearer", type: kind },
  }).toString();
  return target.href;
}

/** Where a link leads that is used up or too old. */
export function failedLink(ctx: Context, query: URLSearchParams, error: AuthError): string {
  const target = new URL(redirectOf(ctx, query.get("redirect_to")));
  const facts = {
    error: "access_denied",
    error_code: error.code,
    error_description: error.message,
  };
  for (const [name, value] of Object.entries(facts)) target.searchParams.set(name, value);
  target.hash = new URLSearchParams(facts).toString();
  return target.href;
}

/** POST /token?grant_type=pkce: the code of a link and the verifier that only its browser has. */
export async function exchangeCode(
  ctx: Context,
  tx: Tx,
  body: Record<string, unknown>,
  from: { agent: string | null; address: string },
): Promise<TokenAnswer> {
  const { auth_code: code, code_verifier: verifier } = body as Record<string, string | undefined>;
  if (!code || !verifier) {
    throw invalid("invalid request: both auth code and code verifier should be non-empty");
  }
  const [flow] = await tx<
    {
      id: string;
      user_id: string;
      code_challenge: string;
      code_challenge_method: string;
      at: Date;
    }[]
  >`select id, user_id, code_challenge, code_challenge_method, coalesce(auth_code_issued_at, created_at) as at
    from auth.flow_state where auth_code = ${code} for update`;
  const user = flow ? await userById(tx, flow.user_id) : null;
  if (!flow || !user) {
    const message = "invalid flow state, no valid flow state found";
    throw new AuthError(404, "flow_state_not_found", message);
  }
  if (ctx.now().getTime() > flow.at.getTime() + FLOW_SECONDS * 1000) {
    const message = "invalid flow state, flow state has expired";
    throw new AuthError(422, "flow_state_expired", message);
  }
  const expected = flow.code_challenge_method === "s256"
    ? createHash("sha256").update(verifier).digest("base64url")
    : verifier;
  if (expected !== flow.code_challenge) {
    const message = "code challenge does not match previously saved code verifier";
    throw new AuthError(400, "bad_code_verifier", message);
  }
  await tx`delete from auth.flow_state where id = ${flow.id}`;
  return await startSession(ctx, tx, user, "magiclink", from);
}

/** A random password for an account that signs in by link only. */
export const randomPassword = () => randomBytes(32).toString("base64url");
