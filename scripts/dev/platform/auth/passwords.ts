// Password hashes: scrypt with its parameters, as one string in auth.users.encrypted_password.
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

const [N, R, P, LENGTH] = [16384, 8, 1, 32];

function derive(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) =>
    scrypt(
      password,
      salt,
      LENGTH,
      { N, r: R, p: P },
      (error, key) => error ? reject(error) : resolve(key),
    )
  );
}

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt);
  return `$scrypt$n=${N},r=${R},p=${P}$${salt.toString("base64")}$${key.toString("base64")}`;
}

/** Takes the same time where there is no hash, so that an answer does not tell who has an account. */
export async function isPassword(password: string, hash: string | null): Promise<boolean> {
  const [, kind, , salt = "", key = ""] = (hash ?? "").split("$");
  const derived = await derive(password, Buffer.from(salt, "base64"));
  const stored = Buffer.from(key, "base64");
  return kind === "scrypt" && stored.length === derived.length && timingSafeEqual(derived, stored);
}
