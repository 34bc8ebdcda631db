// Standard Webhooks (https://www.standardwebhooks.com), as Sluice signs its events: HMAC-SHA256 of
// `id.timestamp.body`, where body is the raw bytes.
import { createHmac, timingSafeEqual } from "node:crypto";

/** How old a request may be, and how early, in seconds. */
export const TOLERANCE = 300;
const MOST_SIGNATURES = 16;

export interface Signed {
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

const one = (value: string | string[] | undefined): string =>
  typeof value === "string" ? value : "";

/** Whether the body was signed with one of the secrets (separated by spaces) within the last minutes. */
export function isGenuine({ headers, body }: Signed, secrets: string, now = Date.now()): boolean {
  const id = one(headers["webhook-id"]);
  const timestamp = one(headers["webhook-timestamp"]);
  const given = one(headers["webhook-signature"]).split(" ")
    .filter((part) => part.startsWith("v1,")).slice(0, MOST_SIGNATURES)
    .map((part) => Buffer.from(part.slice(3)));
  // Checks every secret against every signature, so that the timing reveals nothing.
  let matches = 0;
  for (const secret of secrets.split(" ")) {
    const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
    // Without a key, anybody could sign.
    if (key.length === 0) continue;
    const expected = Buffer.from(
      createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest("base64"),
    );
    for (const signature of given) {
      if (signature.length === expected.length && timingSafeEqual(signature, expected)) matches++;
    }
  }
  if (matches === 0 || id === "" || !/^[1-9][0-9]{0,11}$/.test(timestamp)) return false;
  return Math.abs(now / 1000 - Number(timestamp)) <= TOLERANCE;
}

export interface SluiceEvent {
  type: string;
  timestamp: string;
  data: Record<string, unknown>;
}

/** The event in a body; null if it is none. */
export function eventOf(body: Buffer): SluiceEvent | null {
  try {
    const { type, timestamp, data } = JSON.parse(body.toString("utf8")) as Partial<SluiceEvent>;
    return typeof type === "string" && data && typeof data === "object"
      ? { type, timestamp: String(timestamp ?? ""), data }
      : null;
  } catch {
    return null;
  }
}
