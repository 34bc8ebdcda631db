// /auth/v1: the paths of Supabase Auth that auth-js calls from the desk and from a server. Anything else is 501.
import type { Sql } from "postgres";
import { bearer, callerOf, InvalidToken, type Keys, verifyToken } from "../caller.ts";
import { connect } from "../../database.ts";
import { addressOf, json } from "../http.ts";
import { adminRoute, emailOf, invite } from "./admin.ts";
import type { AuthOptions, Context } from "./context.ts";
import { AuthError, failed, invalid } from "./errors.ts";
import { challengeFactor, enrolFactor, unenrolFactor, verifyFactor } from "./factors.ts";
import { Limits } from "./limits.ts";
import {
  challengeOf,
  exchangeCode,
  failedLink,
  followLink,
  makeLink,
  redirectOf,
  verifyCode,
} from "./links.ts";
import { createMailbox } from "./mailbox.ts";
import { hashPassword, isPassword } from "./passwords.ts";
import { refresh, type Session, signOut, startSession } from "./sessions.ts";
import { refuseBanned, shownUser, type Tx, userByEmail, userById, type UserRow } from "./users.ts";

export type { AuthOptions } from "./context.ts";

const DEFAULTS: AuthOptions = {
  jwtSeconds: 3600,
  siteUrl: "http://127.0.0.1:3000",
  mailSeconds: 1,
  requests: 300,
  minimumPasswordLength: 12,
};

interface Options {
  adminUrl: string;
  origin: string;
  keys: Keys;
  signingKey: Record<string, unknown> & { kid: string };
  now: () => Date;
  auth?: Partial<AuthOptions>;
}

interface SignedIn {
  user: UserRow;
  session: Session;
}

const noToken = () =>
  new AuthError(401, "no_authorization", "This endpoint requires a valid Bearer token");
const unsupported = (what: string) =>
  new AuthError(501, "not_in_local_shim", `The local auth server does not have ${what}.`);

export function createAuth(options: Options) {
  const sql = connect(options.adminUrl, 4);
  const limits = new Limits();
  const ctx: Context = {
    ...DEFAULTS,
    ...options.auth,
    ...{ sql, keys: options.keys, now: options.now, signingKey: options.signingKey },
    ...{ origin: options.origin, issuer: `${options.origin}/auth/v1`, mailbox: createMailbox() },
  };

  const inTransaction = <T>(work: (tx: Tx) => Promise<T>) =>
    sql.begin(async (tx) => ({ value: await work(tx as unknown as Tx) }))
      .then((result) => (result as { value: T }).value);

  const from = (request: Request) => ({
    agent: request.headers.get("user-agent"),
    address: addressOf(request),
  });

  /** The user and the session of the access token: a session that was ended is refused at once. */
  async function signedIn(request: Request, tx: Tx): Promise<SignedIn> {
    const token = bearer(request);
    if (!token) throw noToken();
    const claims = await verifyToken(ctx.keys, token, ctx.now()).catch((error) => {
      if (!(error instanceof InvalidToken)) throw error;
      const message = `invalid JWT: unable to parse or verify signature, ${error.message}`;
      throw new AuthError(403, "bad_jwt", message);
    });
    if (!claims.sub) throw new AuthError(403, "bad_jwt", "invalid claim: missing sub claim");
    const user = await userById(tx, claims.sub);
    if (!user) {
      const message = "User from sub claim in JWT does not exist";
      throw new AuthError(403, "user_not_found", message);
    }
    const [session] = await tx<Session[]>`
      select * from auth.sessions where id::text = ${
      claims.session_id ?? ""
    } and user_id = ${user.id}`;
    if (!session) {
      const message = "Session from session_id claim in JWT does not exist";
      throw new AuthError(403, "session_not_found", message);
    }
    refuseBanned(user, ctx.now());
    return { user, session };
  }

  async function passwordGrant(request: Request, body: Record<string, unknown>) {
    const email = typeof body.email === "string" ? body.email : "";
    if (!email) throw invalid("missing email or phone");
    const user = await userByEmail(sql, email);
    const fits = await isPassword(String(body.password ?? ""), user?.encrypted_password || null);
    if (!user || !fits) {
      throw new AuthError(400, "invalid_credentials", "Invalid login credentials");
    }
    refuseBanned(user, ctx.now());
    if (!user.email_confirmed_at) {
      throw new AuthError(400, "email_not_confirmed", "Email not confirmed");
    }
    return await inTransaction((tx) => startSession(ctx, tx, user, "password", from(request)));
  }

  async function token(request: Request, url: URL): Promise<Response> {
    const body = await bodyOf(request);
    const grant = url.searchParams.get("grant_type");
    limits.request(String(grant), addressOf(request), ctx.requests, ctx.now());
    if (grant === "password") return json(200, await passwordGrant(request, body));
    if (grant === "pkce") {
      return json(200, await inTransaction((tx) => exchangeCode(ctx, tx, body, from(request))));
    }
    if (grant !== "refresh_token") throw unsupported(`the grant type ${grant}`);
    if (typeof body.refresh_token !== "string" || body.refresh_token === "") {
      throw invalid("refresh_token required");
    }
    const given = body.refresh_token;
    const answer = await inTransaction((tx) => refresh(ctx, tx, given));
    if (answer instanceof AuthError) throw answer;
    return json(200, answer);
  }

  async function sendLink(request: Request, url: URL, kind: "magiclink" | "recovery") {
    const body = await bodyOf(request);
    if (body.phone) throw unsupported("sign-in by phone");
    const email = emailOf(body.email);
    const challenge = challengeOf(body);
    limits.request("mail", addressOf(request), ctx.requests, ctx.now());
    const user = await userByEmail(sql, email);
    if (!user) {
      // Whether an address has an account is told only to callers who may create one.
      if (kind === "recovery") return json(200, {});
      throw body.create_user === false
        ? new AuthError(422, "otp_disabled", "Signups not allowed for otp")
        : new AuthError(422, "signup_disabled", "Signups not allowed for this instance");
    }
    limits.mail(email, ctx.mailSeconds, ctx.now());
    const redirectTo = redirectOf(ctx, url.searchParams.get("redirect_to"));
    const link = await inTransaction((tx) => makeLink(ctx, tx, user, kind, redirectTo, challenge));
    const subject = kind === "recovery" ? "Reset your password" : "Your sign-in link";
    ctx.mailbox.deliver({ to: email, subject, link: link.url, code: link.code, at: ctx.now() });
    return json(200, {});
  }

  async function verify(request: Request, url: URL): Promise<Response> {
    limits.request("verify", addressOf(request), ctx.requests, ctx.now());
    if (request.method === "POST") {
      const body = await bodyOf(request);
      return json(200, await inTransaction((tx) => verifyCode(ctx, tx, body, from(request))));
    }
    let location: string;
    try {
      location = await inTransaction((tx) => followLink(ctx, tx, url.searchParams, from(request)));
    } catch (error) {
      if (!(error instanceof AuthError)) throw error;
      location = failedLink(ctx, url.searchParams, error);
    }
    return new Response(null, { status: 303, headers: { location } });
  }

  async function updateUser(request: Request, tx: Tx): Promise<Response> {
    const { user, session } = await signedIn(request, tx);
    const body = await bodyOf(request);
    if (body.email !== undefined && body.email !== user.email) {
      throw unsupported("a change of the address");
    }
    if (typeof body.password === "string") await changePassword(tx, user, session, body.password);
    if (body.data) {
      await tx`update auth.users set updated_at = ${ctx.now()},
        raw_user_meta_data = coalesce(raw_user_meta_data, '{}') || ${tx.json({ ...body.data })}
        where id = ${user.id}`;
    }
    return json(200, await shownUser(tx, await userById(tx, user.id) ?? user));
  }

  async function changePassword(tx: Tx, user: UserRow, session: Session, password: string) {
    const [factor] = await tx`
      select from auth.mfa_factors where user_id = ${user.id} and status = 'verified'`;
    if (factor && session.aal !== "aal2") {
      const message = "AAL2 session is required to update email or password when MFA is enabled.";
      throw new AuthError(401, "insufficient_aal", message);
    }
    if (password.length < ctx.minimumPasswordLength) {
      const message = `Password should be at least ${ctx.minimumPasswordLength} characters.`;
      throw new AuthError(422, "weak_password", message, {
        weak_password: { reasons: ["length"] },
      });
    }
    if (await isPassword(password, user.encrypted_password || null)) {
      const message = "New password should be different from the old password.";
      throw new AuthError(422, "same_password", message);
    }
    await tx`update auth.users set encrypted_password = ${await hashPassword(
      password,
    )}, updated_at = ${ctx.now()}
      where id = ${user.id}`;
    await signOut(tx, user.id, session.id, "others");
  }

  async function logout(request: Request, url: URL, tx: Tx): Promise<Response> {
    const scope = url.searchParams.get("scope") ?? "global";
    if (!["global", "local", "others"].includes(scope)) {
      throw invalid(`Unsupported logout scope "${scope}"`);
    }
    const { user, session } = await signedIn(request, tx);
    await signOut(tx, user.id, session.id, scope);
    return new Response(null, { status: 204 });
  }

  async function factors(request: Request, path: string, tx: Tx): Promise<Response | null> {
    const { user, session } = await signedIn(request, tx);
    const address = addressOf(request);
    if (path === "/factors" && request.method === "POST") {
      return json(200, await enrolFactor(ctx, tx, user, session, await bodyOf(request)));
    }
    const [, id = "", step] = /^\/factors\/([0-9a-f-]{36})(?:\/(challenge|verify))?$/.exec(path) ??
      [];
    if (id && !step && request.method === "DELETE") {
      return json(200, await unenrolFactor(ctx, tx, user, session, id));
    }
    if (!step || request.method !== "POST") return null;
    if (step === "challenge") {
      return json(200, await challengeFactor(ctx, tx, user, id, address));
    }
    limits.request("factor", user.id, ctx.requests, ctx.now());
    const body = await bodyOf(request);
    return json(200, await verifyFactor(ctx, tx, user, session, id, body, address));
  }

  async function asAdmin(request: Request, url: URL, path: string, role: string) {
    if (role !== "service_role") throw new AuthError(403, "not_admin", "User not allowed");
    const body = await bodyOf(request);
    return await inTransaction(async (tx) => {
      if (path === "/invite") {
        return json(200, await invite(ctx, tx, body, url.searchParams.get("redirect_to")));
      }
      const { method } = request;
      const sub = path.slice("/admin".length);
      const answer = await adminRoute(ctx, tx, method, sub, body, url.searchParams);
      return answer === null ? null : json(200, answer);
    });
  }

  async function routed(request: Request, path: string): Promise<Response | null> {
    const url = new URL(request.url);
    const route = `${request.method} ${path}`;
    if (route === "GET /.well-known/jwks.json") {
      return json(200, ctx.keys.jwks, { "cache-control": "public, max-age=600" });
    }
    // A link is its own credential.
    if (route === "GET /verify") return await verify(request, url);
    const caller = await callerOf(ctx.keys, request, ctx.now());
    if (caller instanceof Response) return caller;
    if (path === "/invite" || path.startsWith("/admin/")) {
      const claims = caller.token
        ? await verifyToken(ctx.keys, caller.token, ctx.now()).catch(() => null)
        : null;
      return await asAdmin(
        request,
        url,
        path,
        claims?.role ?? (caller.token ? "" : caller.keyRole),
      );
    }
    if (path.startsWith("/factors")) return await inTransaction((tx) => factors(request, path, tx));
    switch (route) {
      case "GET /health":
        return json(200, {
          name: "GoTrue",
          version: "local",
          description: "Local shim of Supabase Auth",
        });
      case "GET /settings":
        return json(200, settings());
      case "POST /token":
        return await token(request, url);
      case "POST /otp":
        return await sendLink(request, url, "magiclink");
      case "POST /recover":
        return await sendLink(request, url, "recovery");
      case "POST /verify":
        return await verify(request, url);
      case "POST /signup":
        throw new AuthError(422, "signup_disabled", "Signups not allowed for this instance");
      case "POST /logout":
        return await inTransaction((tx) => logout(request, url, tx));
      case "GET /user":
        return await inTransaction(async (tx) =>
          json(200, await shownUser(tx, (await signedIn(request, tx)).user))
        );
      case "PUT /user":
        return await inTransaction((tx) => updateUser(request, tx));
    }
    return null;
  }

  return {
    async handle(request: Request, path: string): Promise<Response> {
      try {
        const response = await routed(request, path);
        if (response) return response;
        throw unsupported(`${request.method} ${path}`);
      } catch (error) {
        if (error instanceof AuthError) return failed(request, error);
        const message = "Unexpected failure, please check server logs for more information";
        console.error("auth:", error);
        return failed(request, new AuthError(500, "unexpected_failure", message));
      }
    },
    mailbox: (request: Request) => Promise.resolve(ctx.mailbox.handle(request)),
    close: () => (sql as Sql).end(),
  };
}

async function bodyOf(request: Request): Promise<Record<string, unknown>> {
  const text = await request.text();
  if (text.trim() === "") return {};
  try {
    const body = JSON.parse(text) as unknown;
    if (typeof body === "object" && body !== null && !Array.isArray(body)) {
      return body as Record<string, unknown>;
    }
  } catch {
    // Answered below.
  }
  throw new AuthError(400, "bad_json", "Could not parse request body as JSON");
}

const settings = () => ({
  external: { email: true, phone: false, anonymous_users: false },
  disable_signup: true,
  mailer_autoconfirm: false,
  phone_autoconfirm: false,
  sms_provider: "",
  saml_enabled: false,
});
