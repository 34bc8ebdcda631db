import { decodeJwt } from "jose";
import { generateSync } from "otplib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LocalPlatform, PASSWORD, startLocalPlatform } from "../../support/local_platform.ts";

let at = new Date();
const later = (seconds: number) => at = new Date(at.getTime() + seconds * 1000);
let platform: LocalPlatform;
const ORG = "a0000000-0000-4000-8000-000000000000";
beforeAll(async () => {
  platform = await startLocalPlatform({ authClock: () => at });
  await platform.sql`insert into orgs (id, name) values (${ORG}, 'Org A')`;
});
afterAll(() => platform?.stop());

/** The code that an authenticator shows, seconds from now. */
const codeOf = (secret: string, seconds = 0) =>
  generateSync({ secret, epoch: Math.floor(at.getTime() / 1000) + seconds });

async function signIn(email: string) {
  const client = platform.authClient();
  const { data, error } = await client.signInWithPassword({ email, password: PASSWORD });
  if (error || !data.session) throw error;
  return client;
}

/** An owner with an authenticator, and a client that signed in with it. */
async function enrolled(email: string) {
  const userId = await platform.addUser(email);
  await platform
    .sql`insert into members (org_id, user_id, role) values (${ORG}, ${userId}, 'owner')`;
  const client = await signIn(email);
  const { data, error } = await client.mfa.enroll({ factorType: "totp", friendlyName: "phone" });
  if (error || data.type !== "totp") throw error;
  const { id, totp: { secret } } = data;
  const verified = await client.mfa.challengeAndVerify({ factorId: id, code: codeOf(secret) });
  if (verified.error) throw verified.error;
  return { userId, client, factorId: id, secret };
}

describe("TOTP", () => {
  test("a verified code makes the session aal2, with both methods, and ends the others", async () => {
    const userId = await platform.addUser("ann@example.com");
    const [client, other] = [await signIn("ann@example.com"), await signIn("ann@example.com")];
    expect((await client.mfa.getAuthenticatorAssuranceLevel()).data)
      .toMatchObject({ currentLevel: "aal1", nextLevel: "aal1" });
    const { data } = await client.mfa.enroll({ factorType: "totp", issuer: "Sluice" });
    if (data?.type !== "totp") throw new Error("no factor");
    expect(data.totp.uri).toMatch(/^otpauth:\/\/totp\/Sluice:ann%40example.com\?.*period=30/);
    expect(data.totp.qr_code).toMatch(/^data:image\/svg\+xml;utf-8,<svg/);
    const code = codeOf(data.totp.secret);
    const verified = await client.mfa.challengeAndVerify({ factorId: data.id, code });
    expect(verified.error).toBeNull();
    const claims = decodeJwt(verified.data?.access_token ?? "");
    expect(claims).toMatchObject({ sub: userId, aal: "aal2" });
    expect((claims.amr as { method: string }[]).map(({ method }) => method).sort())
      .toEqual(["password", "totp"]);
    expect((await client.mfa.getAuthenticatorAssuranceLevel()).data)
      .toMatchObject({ currentLevel: "aal2", nextLevel: "aal2" });
    expect((await other.getUser()).error).not.toBeNull();
    // The next sign-in starts with one factor again and says that there is a second.
    const again = await signIn("ann@example.com");
    expect((await again.mfa.getAuthenticatorAssuranceLevel()).data)
      .toMatchObject({ currentLevel: "aal1", nextLevel: "aal2" });
    expect((await again.mfa.listFactors()).data?.totp).toHaveLength(1);
  });

  test.each([[-30, null], [0, null], [30, null], [-61, "mfa_verification_failed"], [
    61,
    "mfa_verification_failed",
  ]])("a code of a clock that is %i s off: %s", async (seconds, code) => {
    const email = `clock${seconds}@example.com`;
    const { client, factorId, secret } = await enrolled(email);
    const answer = await client.mfa.challengeAndVerify({ factorId, code: codeOf(secret, seconds) });
    expect(answer.error?.code ?? null).toBe(code);
  });

  test("a challenge ends after five minutes and is used once", async () => {
    const { client, factorId, secret } = await enrolled("chal@example.com");
    const open = async () => (await client.mfa.challenge({ factorId })).data?.id ?? "";
    const verify = (challengeId: string) =>
      client.mfa.verify({ factorId, challengeId, code: codeOf(secret) });
    const old = await open();
    later(301);
    expect((await verify(old)).error).toMatchObject({ status: 422, code: "mfa_challenge_expired" });
    const used = await open();
    expect((await verify(used)).error).toBeNull();
    expect((await verify(used)).error).not.toBeNull();
  });

  test("a second factor is added and a verified one removed with two factors only", async () => {
    const { factorId, client } = await enrolled("two@example.com");
    const weak = await signIn("two@example.com");
    expect((await weak.mfa.enroll({ factorType: "totp", friendlyName: "x" })).error)
      .toMatchObject({ status: 403, code: "insufficient_aal" });
    expect((await weak.mfa.unenroll({ factorId })).error)
      .toMatchObject({ status: 422, code: "insufficient_aal" });
    expect((await client.mfa.enroll({ factorType: "totp", friendlyName: "phone" })).error)
      .toMatchObject({ code: "mfa_factor_name_conflict" });
    expect((await client.mfa.unenroll({ factorId })).error).toBeNull();
    await client.refreshSession();
    expect((await client.mfa.getAuthenticatorAssuranceLevel()).data?.currentLevel).toBe("aal1");
  });

  test("a password is changed with two factors only, where there is a second", async () => {
    const { client } = await enrolled("pass@example.com");
    const weak = await signIn("pass@example.com");
    const change = { password: "another long password" };
    expect((await weak.updateUser(change)).error).toMatchObject({ code: "insufficient_aal" });
    expect((await client.updateUser(change)).error).toBeNull();
  });
});

describe("the database asks for the level and the session", () => {
  const restOf = async (client: Awaited<ReturnType<typeof signIn>>) =>
    platform.rest((await client.getSession()).data.session?.access_token);
  const secrets = {
    p_org_id: ORG,
    p_url: "https://example.com/hook",
    p_events: ["reply.received"],
  };

  test("an owner with one factor reads, and changes something after confirming", async () => {
    const userId = await platform.addUser("owner@example.com");
    await platform
      .sql`insert into members (org_id, user_id, role) values (${ORG}, ${userId}, 'owner')`;
    const client = await signIn("owner@example.com");
    const weak = await restOf(client);
    expect((await weak.from("orgs").select("name")).data).toEqual([{ name: "Org A" }]);
    const who = await weak.rpc("list_second_factors", { p_org_id: ORG });
    expect(who.data).toContainEqual(
      expect.objectContaining({ email: "owner@example.com", has_second_factor: false }),
    );
    expect(await weak.rpc("create_subscription", secrets))
      .toMatchObject({ status: 400, error: { code: "SL106" } });
    const { data } = await client.mfa.enroll({ factorType: "totp" });
    if (data?.type !== "totp") throw new Error("no factor");
    const code = codeOf(data.totp.secret);
    expect((await client.mfa.challengeAndVerify({ factorId: data.id, code })).error).toBeNull();
    expect((await (await restOf(client)).rpc("create_subscription", secrets)).error).toBeNull();
  });

  test("after a sign-out everywhere, the old token neither reads nor writes", async () => {
    const { client } = await enrolled("gone@example.com");
    const rest = await restOf(client);
    const other = await enrolled("stays@example.com");
    expect((await rest.from("orgs").select("name")).data).toHaveLength(1);
    expect((await client.signOut({ scope: "global" })).error).toBeNull();
    const ended = { status: 400, error: { code: "SL107" } };
    expect(await rest.from("orgs").select("name")).toMatchObject(ended);
    expect(await rest.rpc("create_subscription", { ...secrets, p_url: "https://example.com/2" }))
      .toMatchObject(ended);
    expect((await (await restOf(other.client)).from("orgs").select("name")).data).toHaveLength(1);
  });

  test("a factor that the service removed ends the level of a token that still says aal2", async () => {
    const { client, userId, factorId } = await enrolled("lost@example.com");
    const rest = await restOf(client);
    const { error } = await platform.admin.mfa.deleteFactor({ userId, id: factorId });
    expect(error).toBeNull();
    expect(await rest.rpc("create_subscription", { ...secrets, p_url: "https://example.com/3" }))
      .toMatchObject({ error: { code: "SL106" } });
  });
});

describe("links", () => {
  const linkTo = async (email: string) => (await platform.mailTo(email))[0];

  test("the code of a magic link signs in once, within an hour", async () => {
    await platform.addUser("link@example.com");
    const email = "link@example.com";
    const send = () =>
      platform.authClient().signInWithOtp({ email, options: { shouldCreateUser: false } });
    expect((await send()).error).toBeNull();
    const code = (await linkTo(email))?.code ?? "";
    const use = (token: string) => platform.authClient().verifyOtp({ email, token, type: "email" });
    expect((await use(code === "000000" ? "111111" : "000000")).error)
      .toMatchObject({ status: 403, code: "otp_expired" });
    expect((await use(code)).data.session?.user.email).toBe(email);
    expect((await use(code)).error).toMatchObject({ code: "otp_expired" });
    later(2);
    await send();
    later(3601);
    expect((await use((await linkTo(email))?.code ?? "")).error).toMatchObject({
      code: "otp_expired",
    });
  });

  test("the link leads to the page with a session, and to no other host", async () => {
    await platform.addUser("page@example.com");
    const email = "page@example.com";
    await platform.authClient().signInWithOtp({
      ...{ email, options: { emailRedirectTo: "http://127.0.0.1:5173/desk" } },
    });
    const { link } = (await linkTo(email))!;
    const response = await fetch(link, { redirect: "manual" });
    expect(response.status).toBe(303);
    const target = new URL(response.headers.get("location") ?? "");
    expect(target.origin + target.pathname).toBe("http://127.0.0.1:5173/desk");
    const token = new URLSearchParams(target.hash.slice(1)).get("access_token") ?? "";
    expect(decodeJwt(token)).toMatchObject({ email, aal: "aal1" });
    const used = new URL((await fetch(link, { redirect: "manual" })).headers.get("location") ?? "");
    expect(used.searchParams.get("error_code")).toBe("otp_expired");
    later(2);
    await platform.authClient().signInWithOtp({
      ...{ email, options: { emailRedirectTo: "https://evil.example.org/" } },
    });
    const away = await fetch((await linkTo(email))!.link, { redirect: "manual" });
    expect(new URL(away.headers.get("location") ?? "").hostname).toBe("127.0.0.1");
  });

  test("with PKCE, the link has a code that only the browser that asked can use", async () => {
    await platform.addUser("pkce@example.com");
    const email = "pkce@example.com";
    const client = platform.authClient("pkce");
    expect((await client.signInWithOtp({ email })).error).toBeNull();
    const response = await fetch((await linkTo(email))!.link, { redirect: "manual" });
    const code = new URL(response.headers.get("location") ?? "").searchParams.get("code") ?? "";
    const stolen = await fetch(`${platform.stack.url}/auth/v1/token?grant_type=pkce`, {
      method: "POST",
      headers: { apikey: platform.stack.publishableKey },
      body: JSON.stringify({ auth_code: code, code_verifier: "x".repeat(56) }),
    });
    expect(stolen.status).toBe(400);
    const mine = await client.exchangeCodeForSession(code);
    expect(mine.data.session?.user.email).toBe(email);
    expect((await client.exchangeCodeForSession(code)).error).not.toBeNull();
  });

  test("an unknown address gets no mail, and mails to one person have a pause", async () => {
    const unknown = await platform.authClient().signInWithOtp({ email: "nobody@example.com" });
    expect(unknown.error).toMatchObject({ code: "signup_disabled" });
    expect(await platform.mailTo("nobody@example.com")).toEqual([]);
    expect((await platform.authClient().resetPasswordForEmail("nobody@example.com")).error)
      .toBeNull();
    await platform.addUser("often@example.com");
    const reset = () => platform.authClient().resetPasswordForEmail("often@example.com");
    expect((await reset()).error).toBeNull();
    expect((await reset()).error).toMatchObject({
      status: 429,
      code: "over_email_send_rate_limit",
    });
  });

  test("an invited person opens the link and sets a password", async () => {
    const email = "new@example.com";
    const invited = await platform.admin.inviteUserByEmail(email, { data: { name: "New" } });
    expect(invited.data.user).toMatchObject({ email, user_metadata: { name: "New" } });
    const client = platform.authClient();
    const { code = "" } = await linkTo(email) ?? {};
    expect((await client.verifyOtp({ email, token: code, type: "invite" })).error).toBeNull();
    expect((await client.updateUser({ password: PASSWORD })).error).toBeNull();
    expect((await signIn(email)) !== null).toBe(true);
    expect((await platform.admin.inviteUserByEmail(email)).error).toMatchObject({
      code: "email_exists",
    });
  });

  test("only the secret key invites, lists and deletes", async () => {
    const { stack } = platform;
    const session = (await (await signIn("link@example.com")).getSession()).data.session;
    for (const token of [stack.publishableKey, session?.access_token]) {
      for (const [method, path] of [["POST", "invite"], ["GET", "admin/users"]] as const) {
        const response = await fetch(`${stack.url}/auth/v1/${path}`, {
          method,
          headers: { apikey: stack.publishableKey, authorization: `Bearer ${token}` },
        });
        expect([path, response.status]).toEqual([path, 403]);
      }
    }
    const { data } = await platform.admin.listUsers();
    expect(data.users.map(({ email }) => email)).toContain("new@example.com");
    const id = data.users.find(({ email }) => email === "new@example.com")?.id ?? "";
    expect((await platform.admin.deleteUser(id)).error).toBeNull();
    expect((await platform.admin.getUserById(id)).error).toMatchObject({ code: "user_not_found" });
  });
});
