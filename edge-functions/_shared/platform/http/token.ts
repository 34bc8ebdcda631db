// Verifies access tokens. With verify_jwt off, a token that arrives here is text that anyone may have written:
// no claim counts before the signature does.
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  decodeProtectedHeader,
  errors,
  type FlattenedJWSInput,
  type JSONWebKeySet,
  type JWTHeaderParameters,
  type JWTPayload,
  jwtVerify,
} from "jose";
import { fromBase64Url, utf8 } from "../crypto/bytes.ts";
import type { Env } from "../settings.ts";
import { Problem } from "./problem.ts";

/** Returns the claims of a token whose signature, issuer and expiry are valid; else 401. */
export interface TokenVerifier {
  (token: string): Promise<JWTPayload>;
}

/** The issuer of the legacy API keys, which are JWTs without an audience. */
export const LEGACY_ISSUER = "supabase";

/** The clock is the real one, also where a test sets another: an expired token stays expired. */
export function tokenVerifier(env: Env, now = () => new Date()): TokenVerifier {
  const secrets = symmetricKeys(env);
  const publicKey = publicKeys(env);
  return async (token) => {
    const options = {
      issuer: [...env.issuer ? [env.issuer] : [], LEGACY_ISSUER],
      requiredClaims: ["iss", "exp"],
      currentDate: now(),
    };
    try {
      // An algorithm only ever meets keys of its own kind: a public key is never used as an HMAC secret.
      if (decodeProtectedHeader(token).alg !== "HS256") {
        if (!publicKey) throw new Error("no public keys");
        const algorithms = ["ES256", "RS256", "EdDSA"];
        return (await jwtVerify(token, publicKey, { ...options, algorithms })).payload;
      }
      return await firstOf(secrets, async (secret) => {
        const { payload } = await jwtVerify(token, secret, { ...options, algorithms: ["HS256"] });
        return payload;
      });
    } catch (cause) {
      throw cause instanceof Problem ? cause : invalidToken(cause);
    }
  };
}

export const invalidToken = (cause?: unknown) =>
  new Problem(401, "unauthorized", "Invalid or expired access token.", { cause });

/** The HS256 secret of an older project; `supabase start` puts it into its key set. */
function symmetricKeys({ jwtSecret, jwks }: Env): Uint8Array[] {
  const listed = (jwks?.keys ?? []).flatMap(({ kty, k }) =>
    kty === "oct" && typeof k === "string" ? [fromBase64Url(k)] : []
  );
  return [...jwtSecret ? [utf8(jwtSecret)] : [], ...listed];
}

/** The key set of the environment, else of Supabase Auth. */
function publicKeys({ jwks, supabaseUrl }: Env) {
  const keys = (jwks?.keys ?? []).filter(({ kty }) => kty !== "oct");
  if (keys.length > 0) return createLocalJWKSet({ keys } as JSONWebKeySet);
  if (!supabaseUrl) return null;
  const remote = createRemoteJWKSet(new URL(`${supabaseUrl}/auth/v1/.well-known/jwks.json`));
  return async (header: JWTHeaderParameters, token: FlattenedJWSInput) => {
    try {
      return await remote(header, token);
    } catch (cause) {
      if (cause instanceof errors.JOSEError && !UNAVAILABLE.has(cause.code)) throw cause;
      // A token that cannot be checked is not invalid: the client must not discard it.
      throw new Problem(503, "unavailable", "Access tokens cannot be verified. Try again later.", {
        headers: { "retry-after": "5" },
        cause,
      });
    }
  };
}

/** jose's codes for a key set that could not be fetched: a timeout, or any answer but 200 with JSON. */
const UNAVAILABLE = new Set(["ERR_JWKS_TIMEOUT", "ERR_JOSE_GENERIC"]);

async function firstOf<T, R>(list: T[], work: (item: T) => Promise<R>): Promise<R> {
  let last: unknown = new Error("no secret");
  for (const item of list) {
    try {
      return await work(item);
    } catch (error) {
      last = error;
    }
  }
  throw last;
}
