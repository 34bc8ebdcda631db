// The second factor: TOTP (RFC 6238, six digits, 30 seconds, one step of tolerance).
import { createHmac, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import type { Context } from "./context.ts";
import { AuthError, invalid } from "./errors.ts";
import { addMethod, renewSession, type Session } from "./sessions.ts";
import { type FactorRow, factorsOf, type Tx, userById, type UserRow } from "./users.ts";

const PERIOD = 30;
const CHALLENGE_SECONDS = 300;
const MOST_FACTORS = 10;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

function base32(bytes: Uint8Array): string {
  let [text, buffer, bits] = ["", 0, 0];
  for (const byte of bytes) {
    buffer = (buffer << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(buffer >> bits) & 31];
    }
    buffer &= (1 << bits) - 1;
  }
  return bits > 0 ? text + ALPHABET[(buffer << (5 - bits)) & 31] : text;
}

function fromBase32(text: string): Buffer {
  const bytes: number[] = [];
  let [buffer, bits] = [0, 0];
  for (const sign of text) {
    buffer = (buffer << 5) | ALPHABET.indexOf(sign);
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((buffer >> bits) & 255);
    }
    buffer &= (1 << bits) - 1;
  }
  return Buffer.from(bytes);
}

/** The code of a step of 30 seconds. */
export function codeAt(secret: string, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const hash = createHmac("sha1", fromBase32(secret)).update(counter).digest();
  const offset = (hash.at(-1) ?? 0) & 15;
  const value = hash.readUInt32BE(offset) & 0x7fffffff;
  return String(value % 1_000_000).padStart(6, "0");
}

/** Whether the code belongs to this step, the one before or the next: clocks differ. */
export function isCode(secret: string, code: string, now: Date): boolean {
  const step = Math.floor(now.getTime() / 1000 / PERIOD);
  return [step - 1, step, step + 1].some((at) => {
    const expected = codeAt(secret, at);
    return code.length === expected.length &&
      timingSafeEqual(Buffer.from(code), Buffer.from(expected));
  });
}

/** No QR code is drawn here; the picture says what to do instead. */
const picture = (secret: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 80" role="img"><title>Secret for an authenticator</title>` +
  `<text x="8" y="32" font-size="14">Local sign-in: type this secret</text>` +
  `<text x="8" y="58" font-size="12" font-family="monospace">${secret}</text></svg>`;

export async function enrolFactor(
  ctx: Context,
  tx: Tx,
  user: UserRow,
  session: Session,
  body: Record<string, unknown>,
) {
  const { factor_type: type, friendly_name: name = "", issuer } = body as Record<string, string>;
  if (type !== "totp") throw invalid("factor_type needs to be totp, phone, or webauthn");
  const factors = await factorsOf(tx, user.id);
  if (name && factors.some((factor) => factor.friendly_name === name)) {
    const message = `A factor with the friendly name "${name}" for this user already exists`;
    throw new AuthError(422, "mfa_factor_name_conflict", message);
  }
  if (factors.length >= MOST_FACTORS) {
    const message = "Maximum number of verified factors reached, unenroll to continue";
    throw new AuthError(422, "too_many_enrolled_mfa_factors", message);
  }
  if (factors.some(({ status }) => status === "verified") && session.aal !== "aal2") {
    throw new AuthError(403, "insufficient_aal", "AAL2 required to enroll a new factor");
  }
  const id = randomUUID();
  const secret = base32(randomBytes(20));
  const at = ctx.now();
  await tx`insert into auth.mfa_factors (id, user_id, friendly_name, factor_type, status, created_at, updated_at, secret)
    values (${id}, ${user.id}, ${name}, 'totp', 'unverified', ${at}, ${at}, ${secret})`;
  const label = issuer ?? new URL(ctx.siteUrl).host;
  const query = new URLSearchParams({
    algorithm: "SHA1",
    digits: "6",
    issuer: label,
    period: "30",
    secret,
  });
  const uri = `otpauth://totp/${encodeURIComponent(label)}:${
    encodeURIComponent(user.email ?? "")
  }?${query}`;
  return { id, type: "totp", friendly_name: name, totp: { qr_code: picture(secret), secret, uri } };
}

async function ownFactor(tx: Tx, user: UserRow, id: string): Promise<FactorRow> {
  const factor = (await factorsOf(tx, user.id)).find((one) => one.id === id);
  if (!factor) throw new AuthError(404, "mfa_factor_not_found", "Factor not found");
  return factor;
}

export async function challengeFactor(
  ctx: Context,
  tx: Tx,
  user: UserRow,
  id: string,
  address: string,
) {
  await ownFactor(tx, user, id);
  const challenge = randomUUID();
  const at = ctx.now();
  await tx`insert into auth.mfa_challenges (id, factor_id, created_at, ip_address)
    values (${challenge}, ${id}, ${at}, ${address})`;
  const expires = Math.floor(at.getTime() / 1000) + CHALLENGE_SECONDS;
  return { id: challenge, type: "totp", expires_at: expires };
}

export async function verifyFactor(
  ctx: Context,
  tx: Tx,
  user: UserRow,
  session: Session,
  id: string,
  body: Record<string, unknown>,
  address: string,
) {
  const factor = await ownFactor(tx, user, id);
  const { challenge_id: challengeId = "", code = "" } = body as Record<string, string>;
  if (!code) throw invalid("Code needs to be non-empty");
  const at = ctx.now();
  const [challenge] = await tx<
    { created_at: Date; verified_at: Date | null; ip_address: string }[]
  >`
    select created_at, verified_at, host(ip_address) as ip_address from auth.mfa_challenges
    where id::text = ${challengeId} and factor_id = ${id} for update`;
  if (!challenge) {
    const message = "MFA factor with the provided challenge ID not found";
    throw new AuthError(422, "mfa_factor_not_found", message);
  }
  if (challenge.verified_at || challenge.ip_address !== address) {
    const message = "Challenge and verify IP addresses mismatch.";
    throw new AuthError(422, "mfa_ip_address_mismatch", message);
  }
  if (at.getTime() > challenge.created_at.getTime() + CHALLENGE_SECONDS * 1000) {
    const message =
      `MFA challenge ${challengeId} has expired, verify against another challenge or create a new challenge.`;
    throw new AuthError(422, "mfa_challenge_expired", message);
  }
  if (!isCode(factor.secret, code, at)) {
    throw new AuthError(422, "mfa_verification_failed", "Invalid TOTP code entered");
  }
  await tx`update auth.mfa_challenges set verified_at = ${at} where id::text = ${challengeId}`;
  await tx`update auth.mfa_factors set status = 'verified', updated_at = ${at} where id = ${id}`;
  await tx`update auth.sessions set aal = 'aal2', factor_id = ${id}, updated_at = ${at} where id = ${session.id}`;
  await addMethod(ctx, tx, session.id, "totp");
  const answer = await renewSession(ctx, tx, await userById(tx, user.id) ?? user, session.id);
  // Sessions without the factor end, and so do factors that were begun and left.
  await tx`delete from auth.sessions where user_id = ${user.id} and aal < 'aal2'`;
  await tx`delete from auth.mfa_factors where user_id = ${user.id} and status = 'unverified'`;
  return answer;
}

export async function unenrolFactor(
  ctx: Context,
  tx: Tx,
  user: UserRow,
  session: Session,
  id: string,
) {
  const factor = await ownFactor(tx, user, id);
  if (factor.status === "verified" && session.aal !== "aal2") {
    throw new AuthError(422, "insufficient_aal", "AAL2 required to unenroll verified factor");
  }
  await removeFactor(ctx, tx, user.id, id);
  return { id };
}

/** Sessions that signed in with the factor fall back to the first level. */
export async function removeFactor(ctx: Context, tx: Tx, userId: string, id: string) {
  await tx`delete from auth.mfa_factors where id = ${id} and user_id = ${userId}`;
  await tx`delete from auth.mfa_amr_claims where authentication_method = 'totp'
    and session_id in (select s.id from auth.sessions s where s.factor_id = ${id})`;
  await tx`update auth.sessions set aal = 'aal1', factor_id = null, updated_at = ${ctx.now()} where factor_id = ${id}`;
}
