import { globSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { describe, expect, test } from "vitest";
import { callerReader } from "../../../edge-functions/_shared/platform/http/caller.ts";
import { readEnv } from "../../../edge-functions/_shared/platform/settings.ts";
import { root } from "../../../scripts/dev/paths.ts";

const SECRET = "sb_secret_aaaaaaaaaaaaaaaaaaaaaa_bbbbbbbb";
const OTHER = "sb_secret_cccccccccccccccccccccc_dddddddd";
const HMAC = "an HS256 secret of thirty-two bytes";
const URL = "http://127.0.0.1:9";
const ISSUER = `${URL}/auth/v1`;
const NOW = new Date("2026-11-27T12:00:00Z");
const seconds = (offset: number) => Math.floor(NOW.getTime() / 1000) + offset;

const SUB = "b0000000-0000-4000-8000-000000000001";
const member = { iss: ISSUER, aud: "authenticated", role: "authenticated", sub: SUB };
const signed = (claims: JWTPayload, secret = HMAC, expires: number | null = seconds(60)) => {
  const token = new SignJWT(claims).setProtectedHeader({ alg: "HS256" });
  if (expires !== null) token.setExpirationTime(expires);
  return token.sign(new TextEncoder().encode(secret));
};

const read = (env: Record<string, string>, headers: Record<string, string>) =>
  callerReader(readEnv({ DATABASE_URL: "x", SUPABASE_URL: URL, ...env }), () => NOW)(
    new Headers(headers),
  );
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const refused = { status: 401, code: "unauthorized" };

describe("an API key", () => {
  test.each([
    ["an object by name", JSON.stringify({ default: SECRET, n8n: OTHER })],
    ["a list", JSON.stringify([SECRET, OTHER])],
  ])("of the project is the service: the keys are %s", async (_, keys) => {
    const env = { SUPABASE_SECRET_KEYS: keys };
    for (const apikey of [SECRET, OTHER]) {
      expect(await read(env, { apikey })).toEqual({ service: true });
    }
    for (const apikey of [SECRET.slice(0, -1), `${SECRET}x`, "default", "[object Object]", ""]) {
      await expect(read(env, { apikey })).rejects.toMatchObject(refused);
    }
    // Only the legacy key is also a bearer token.
    await expect(read(env, bearer(SECRET))).rejects.toMatchObject(refused);
  });

  test("of the legacy kind is the service, as apikey or as bearer token", async () => {
    const legacy = await signed({ iss: "supabase", role: "service_role" });
    const env = { SUPABASE_SERVICE_ROLE_KEY: legacy };
    expect(await read(env, { apikey: legacy })).toEqual({ service: true });
    expect(await read(env, bearer(legacy))).toEqual({ service: true });
    // Without the key and without the secret, the same text is nothing.
    await expect(read({}, { apikey: legacy })).rejects.toMatchObject(refused);
    await expect(read({}, bearer(legacy))).rejects.toMatchObject(refused);
  });

  test("matches none where none is configured", async () => {
    for (const keys of ["", "{}", "[]"]) {
      for (const apikey of ["", "undefined", "null", SECRET]) {
        await expect(read({ SUPABASE_SECRET_KEYS: keys }, { apikey }))
          .rejects.toMatchObject(refused);
      }
    }
  });

  test("that is publishable, short or malformed stops the start without being printed", () => {
    for (const keys of ['{"default":"sb_publishable_aaaaaaaaaaaaaaaa"}', '["short"]', "[", '"x"']) {
      expect(() => readEnv({ DATABASE_URL: "x", SUPABASE_SECRET_KEYS: keys }))
        .toThrow(/^Invalid environment: SUPABASE_SECRET_KEYS[^:]*: (?!.*(aaaa|short))/);
    }
  });
});

describe("a token", () => {
  const env = { SB_JWT_SECRET: HMAC };

  test("of a member is that member, also next to a publishable key", async () => {
    const headers = { ...bearer(await signed(member)), apikey: "sb_publishable_x" };
    expect(await read(env, headers)).toMatchObject({ service: false, member: { sub: SUB } });
    expect(await read(env, bearer(await signed({ ...member, aud: ["authenticated", "x"] }))))
      .toMatchObject({ service: false });
  });

  test("with the role of the service is the service", async () => {
    for (const iss of [ISSUER, "supabase"]) {
      expect(await read(env, bearer(await signed({ iss, role: "service_role" }))))
        .toEqual({ service: true });
    }
  });

  const claims: [string, JWTPayload][] = [
    ["another issuer", { ...member, iss: "https://x.supabase.co/auth/v1" }],
    ["the issuer of legacy keys", { ...member, iss: "supabase" }],
    ["no issuer", { ...member, iss: undefined }],
    ["another audience", { ...member, aud: "elsewhere" }],
    ["no audience", { ...member, aud: undefined }],
    ["no subject", { ...member, sub: undefined }],
    ["a subject that is not a user id", { ...member, sub: "1" }],
    ["text that the database cannot store", { ...member, user_metadata: { name: "\ud800" } }],
    ["role anon", { ...member, role: "anon" }],
    ["no role", { ...member, role: undefined }],
    ["a role in metadata only", {
      ...member,
      role: "anon",
      app_metadata: { role: "service_role" },
    }],
    ["another issuer and the role of the service", { iss: "supabase-demo", role: "service_role" }],
  ];
  test.each(claims)("with %s is refused", async (_, payload) => {
    await expect(read(env, bearer(await signed(payload)))).rejects.toMatchObject(refused);
  });

  test("that is expired, without expiry, foreign or unsigned is refused", async () => {
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    for (const payload of [member, { iss: "supabase", role: "service_role" }]) {
      const body = encode({ ...payload, exp: seconds(600) });
      const valid = await signed(payload);
      const tokens = [
        await signed(payload, HMAC, seconds(-1)),
        await signed(payload, HMAC, null),
        await signed(payload, "another secret of thirty-two byte"),
        ...["none", "None", "NONE"].map((alg) => `${encode({ alg })}.${body}.`),
        `${encode({ alg: "HS256" })}.${body}.`,
        `${encode({ alg: "HS256" })}.${body}.${valid.split(".")[2]}`,
        `${valid}x`,
        valid.slice(0, -2),
        body,
        "..",
      ];
      for (const token of tokens) {
        await expect(read(env, bearer(token)), token).rejects.toMatchObject(refused);
      }
      expect(await read(env, bearer(valid))).toBeTruthy();
    }
    await expect(read({ SB_JWT_SECRET: "" }, bearer(await signed(member))))
      .rejects.toMatchObject(refused);
  });

  test("of another issuer is accepted where the environment names it", async () => {
    const token = await signed({ ...member, iss: "https://auth.example.com" });
    expect(await read({ ...env, SB_JWT_ISSUER: "https://auth.example.com" }, bearer(token)))
      .toMatchObject({ service: false });
  });
});

describe("a key set", () => {
  const sign = (key: CryptoKey, alg: string, kid?: string) =>
    new SignJWT(member).setProtectedHeader({ alg, ...(kid ? { kid } : {}) })
      .setExpirationTime(seconds(60)).sign(key);

  test("of the environment verifies ES256, RS256 and EdDSA, and no key outside it", async () => {
    for (const alg of ["ES256", "RS256", "EdDSA"]) {
      const own = await generateKeyPair(alg, { extractable: true });
      const foreign = await generateKeyPair(alg, { extractable: true });
      const keys = [{ ...await exportJWK(own.publicKey), kid: "a" }];
      for (const jwks of [{ keys }, keys]) {
        const env = { SUPABASE_JWKS: JSON.stringify(jwks) };
        expect(await read(env, bearer(await sign(own.privateKey, alg, "a"))))
          .toMatchObject({ service: false });
        for (const kid of ["a", "b", undefined]) {
          await expect(read(env, bearer(await sign(foreign.privateKey, alg, kid))))
            .rejects.toMatchObject(refused);
        }
        // The public key as HMAC secret: everyone has it.
        const jwk = JSON.stringify(keys[0]);
        for (const secret of [jwk, String(keys[0]!.x ?? keys[0]!.n).padEnd(32, "=")]) {
          await expect(read(env, bearer(await signed(member, secret))))
            .rejects.toMatchObject(refused);
        }
      }
    }
  });

  test("may hold the HS256 secret, as on the CLI's local stack", async () => {
    const k = Buffer.from(HMAC).toString("base64url");
    const env = { SUPABASE_JWKS: JSON.stringify({ keys: [{ kty: "oct", k }] }) };
    expect(await read(env, bearer(await signed(member)))).toMatchObject({ service: false });
    await expect(read(env, bearer(await signed(member, "another secret of thirty-two byte"))))
      .rejects.toMatchObject(refused);
  });

  test("is fetched from Supabase Auth; while that fails, the answer is 503 and not 401", async () => {
    const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
    const jwks = { keys: [{ ...await exportJWK(publicKey), kid: "a" }] };
    let status = 500;
    const paths = new Set<string>();
    const server = createServer((request, response) => {
      paths.add(request.url ?? "");
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(jwks));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const SUPABASE_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const token = await sign(privateKey, "ES256", "a");
    const env = { SUPABASE_URL, SB_JWT_ISSUER: ISSUER };
    try {
      await expect(read(env, bearer(token))).rejects.toMatchObject({ status: 503 });
      status = 200;
      expect(await read(env, bearer(token))).toMatchObject({ service: false });
      await expect(read(env, bearer(await sign(privateKey, "ES256", "b"))))
        .rejects.toMatchObject(refused);
      expect([...paths]).toEqual(["/auth/v1/.well-known/jwks.json"]);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
    await expect(read(env, bearer(token))).rejects.toMatchObject({ status: 503 });
  });
});

test("no function reads claims that are not verified", () => {
  const readers = globSync("edge-functions/**/*.ts", { cwd: root })
    .filter((path) => /\bfrom "jose"/.test(readFileSync(`${root}/${path}`, "utf8")));
  expect(readers.map((path) => path.split("/").at(-1)).sort()).toEqual(["member.ts", "token.ts"]);
  for (const path of readers) {
    expect(readFileSync(`${root}/${path}`, "utf8")).not.toMatch(/\bdecodeJwt\b|UnsecuredJWT/);
  }
});
