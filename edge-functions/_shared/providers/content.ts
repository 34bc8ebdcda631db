// Helpers that all readers of deliveries share.
import { sha256Hex } from "../platform/crypto/digest.ts";
import { cleanText, cut, parseCleanJson } from "../platform/text.ts";
import { MalformedPayload } from "./events.ts";

const decoder = new TextDecoder("utf-8", { fatal: true });

export function textOf(body: Uint8Array): string {
  try {
    return decoder.decode(body);
  } catch {
    throw new MalformedPayload("The request body is not valid UTF-8.");
  }
}

/** Clean: without text that the database cannot store. */
export function jsonOf(body: Uint8Array): unknown {
  try {
    return parseCleanJson(textOf(body));
  } catch {
    throw new MalformedPayload("The request body is not valid JSON.");
  }
}

/** A field of a form, clean. */
export function formOf(body: Uint8Array): (name: string) => string | null {
  const form = new URLSearchParams(textOf(body));
  return (name) => {
    const value = form.get(name);
    return value === null ? null : cleanText(value);
  };
}

/** A key of fixed size that reveals nothing about its parts. */
export const keyOf = (...parts: (string | number | null | undefined)[]): string =>
  sha256Hex(JSON.stringify(parts.map((part) => part ?? null))).slice(0, 32);

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const uuidOrNull = (value: unknown): string | null =>
  typeof value === "string" && UUID.test(value) ? value.toLowerCase() : null;

export const textOrNull = (value: unknown, most = 2000): string | null =>
  typeof value === "string" && value.trim() !== "" ? cut(value, most) : null;

export const objectOf = (value: unknown): Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value)
    ? value as Record<string, unknown>
    : {};

/** An instant within the range that the database accepts; null for anything else. */
export function isoOf(value: unknown, unit: "seconds" | "milliseconds" = "milliseconds") {
  const number = typeof value === "number" ? value * (unit === "seconds" ? 1000 : 1) : NaN;
  const date = new Date(typeof value === "string" ? value : number);
  const year = date.getUTCFullYear();
  return year >= 2000 && year < 2100 ? date.toISOString() : null;
}

/** E.164, or null: nobody can be contacted at a short code or a client name. */
export function phoneOrNull(value: unknown): string | null {
  const digits = typeof value === "string" ? value.replace(/[\s().-]/g, "") : "";
  return /^\+[1-9][0-9]{6,14}$/.test(digits) ? digits : null;
}

/** The bare address in lower case, also from `Name <a@b>`. */
export function emailOrNull(value: unknown): string | null {
  if (typeof value !== "string" || value.length > 1000) return null;
  const inner = /<([^<>\s]+)>\s*$/.exec(value.trim())?.[1] ?? value.trim();
  return /^[^\s@<>"',;:()[\]\\]+@[^\s@<>"',;:()[\]\\]+\.[^\s@.]+$/.test(inner)
    ? inner.toLowerCase()
    : null;
}
