import { createRemoteJWKSet, decodeJwt, jwtVerify } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LocalPlatform, PASSWORD, startLocalPlatform } from "../../support/local_platform.ts";

let at = new Date();
const later = (seconds: number) => at = new Date(at.getTime() + seconds * 1000);
let platform: LocalPlatform;
let userId: string;
beforeAll(async () => {
  platform = await startLocalPlatform({ authClock: () => at });
  userId = await platform.addUser("ann@example.com");
});
afterAll(() => platform?.stop());

async function signIn(email = "ann@example.com") {
  const client = platform.authClient();
  const { data, error } = await client.signInWithPassword({ email, password: PASSWORD });
  if (error || !data.session) throw error;
  return { client, session: data.session };
}

describe("password", () => {
  test("the right one opens a session with a token that the key set verifies", async () => {
    const { session } = await signIn();
    const keys = createRemoteJWKSet(
      new URL(`${platform.stack.url}/auth/v1/.well-known/jwks.json`),
    );
    const { payload, protectedHeader } = await jwtVerify(session.access_token, keys, {
      issuer: platform.stack.issuer,
      audience: "authenticated",
    });
    expect(protectedHeader.alg).toBe("ES256");
    expect(payload).toMatchObject({
      ...{ sub: userId, role: "authenticated", aal: "aal1", email: "ann@example.com" },
      amr: [{ method: "password" }],
    });
    const [row] = await platform.sql`select user_id from auth.sessions where id = ${payload
      .session_id as string}`;
    expect(row?.user_id).toBe(userId);
  });

  test("a wrong one and an unknown address have the same answer", async () => {
    for (const email of ["ann@example.com", "nobody@example.com"]) {
      const { error } = await platform.authClient().signInWithPassword({
        ...{ email, password: "wrong" },
      });
      expect(error).toMatchObject({
        ...{ status: 400, code: "invalid_credentials", message: "Invalid login credentials" },
      });
    }
  });

  test("the database keeps a hash only", async () => {
    const [row] = await platform
      .sql`select encrypted_password as hash from auth.users where id = ${userId}`;
    expect(row?.hash).toMatch(/^\$scrypt\$n=16384,/);
    expect(row?.hash).not.toContain(PASSWORD);
  });

  test("a short new one is refused with its reasons, a long one signs out the other sessions", async () => {
    await platform.addUser("bob@example.com");
    const [here, there] = [await signIn("bob@example.com"), await signIn("bob@example.com")];
    expect((await here.client.updateUser({ password: "short" })).error)
      .toMatchObject({ status: 422, code: "weak_password", reasons: ["length"] });
    expect((await here.client.updateUser({ password: "a much longer password" })).error).toBeNull();
    expect((await here.client.getUser()).error).toBeNull();
    expect((await there.client.getUser(there.session.access_token)).error?.message)
      .toBe("Auth session missing!");
  });

  test("sign-up is closed, and the settings say so", async () => {
    const { error } = await platform.authClient().signUp({
      ...{ email: "new@example.com", password: PASSWORD },
    });
    expect(error).toMatchObject({ status: 422, code: "signup_disabled" });
    const response = await fetch(`${platform.stack.url}/auth/v1/settings`, {
      headers: { apikey: platform.stack.publishableKey },
    });
    expect(await response.json()).toMatchObject({ disable_signup: true });
  });
});

describe("refresh tokens rotate", () => {
  test("a refresh gives a new token of the same session", async () => {
    const { client, session } = await signIn();
    later(60);
    const { data } = await client.refreshSession(session);
    expect(data.session?.refresh_token).not.toBe(session.refresh_token);
    expect(decodeJwt(data.session?.access_token ?? "").session_id)
      .toBe(decodeJwt(session.access_token).session_id);
  });

  test("ten parallel refreshes of one token end with one session that goes on", async () => {
    const { session } = await signIn();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => platform.authClient().refreshSession(session)),
    );
    expect(answers.map(({ error }) => error)).toEqual(Array(10).fill(null));
    const tokens = new Set(answers.map(({ data }) => data.session?.refresh_token));
    expect(tokens.size).toBe(1);
    const [last] = tokens;
    const next = await platform.authClient().refreshSession({ refresh_token: last ?? "" });
    expect(next.error).toBeNull();
  });

  const refresh = (refresh_token = "") => platform.authClient().refreshSession({ refresh_token });

  test("a used token is accepted within ten seconds", async () => {
    const { session: first } = await signIn();
    const second = await refresh(first.refresh_token);
    await refresh(second.data.session?.refresh_token);
    later(9);
    expect((await refresh(first.refresh_token)).error).toBeNull();
  });

  test("after ten seconds its use revokes the whole family", async () => {
    const { session: first } = await signIn();
    const second = await refresh(first.refresh_token);
    const third = await refresh(second.data.session?.refresh_token);
    later(11);
    const used = { status: 400, code: "refresh_token_already_used" };
    expect((await refresh(first.refresh_token)).error).toMatchObject(used);
    later(11);
    expect((await refresh(third.data.session?.refresh_token)).error).toMatchObject(used);
  });

  test("the one before the current is accepted: its answer may have been lost", async () => {
    const { session: first } = await signIn();
    const second = await refresh(first.refresh_token);
    later(3600);
    const again = await refresh(first.refresh_token);
    expect(again.data.session?.refresh_token).toBe(second.data.session?.refresh_token);
  });

  test("a token that is not known is refused", async () => {
    expect((await platform.authClient().refreshSession({ refresh_token: "unknown" })).error)
      .toMatchObject({ status: 400, code: "refresh_token_not_found" });
  });
});

describe("sign-out ends", () => {
  test.each(
    [
      ["local", [false, true]],
      ["others", [true, false]],
      ["global", [false, false]],
    ] as const,
  )("the sessions of its scope: %s", async (scope, left) => {
    const sessions = [await signIn(), await signIn()];
    expect((await sessions[0]?.client.signOut({ scope }))?.error).toBeNull();
    for (const [i, { session }] of sessions.entries()) {
      const { error } = await platform.authClient().getUser(session.access_token);
      const refreshed = await platform.authClient().refreshSession(session);
      expect([i, error === null, refreshed.error === null]).toEqual([i, left[i], left[i]]);
    }
  });
});

describe("requests are refused", () => {
  test("without an API key, with a wrong one, and with a token that somebody else signed", async () => {
    const path = `${platform.stack.url}/auth/v1/user`;
    expect((await fetch(path)).status).toBe(401);
    expect((await fetch(path, { headers: { apikey: "sb_publishable_x" } })).status).toBe(401);
    const { session } = await signIn();
    const forged = session.access_token.slice(0, -4) + "AAAA";
    expect((await platform.authClient().getUser(forged)).error).toMatchObject({
      status: 403,
      code: "bad_jwt",
    });
  });

  test("when one address makes too many", async () => {
    const strict = await startLocalPlatform({ auth: { requests: 3 } });
    try {
      const attempt = () =>
        strict.authClient().signInWithPassword({ email: "x@example.com", password: "x" });
      for (let i = 0; i < 3; i++) expect((await attempt()).error?.code).toBe("invalid_credentials");
      expect((await attempt()).error).toMatchObject({
        status: 429,
        code: "over_request_rate_limit",
      });
    } finally {
      await strict.stop();
    }
  });

  test("with 501 where the shim lacks a path of the product", async () => {
    const response = await fetch(`${platform.stack.url}/auth/v1/sso`, {
      method: "POST",
      headers: { apikey: platform.stack.publishableKey, "x-supabase-api-version": "2024-01-01" },
    });
    expect([response.status, await response.json()]).toMatchObject([501, {
      code: "not_in_local_shim",
    }]);
  });
});
