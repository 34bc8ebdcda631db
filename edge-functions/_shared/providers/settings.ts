// Helpers for the settings of providers: they come from the environment, never from the database.
import process from "node:process";
import { z } from "zod";
import { httpUrl, type Variables } from "../platform/settings.ts";

export const baseUrl = (fallback: string) => httpUrl.default(fallback);
export const costUsd = (fallback: number) => z.coerce.number().min(0).max(100).default(fallback);
/** A shared secret that proves where a webhook comes from. */
export const webhookSecret = z.string().min(16).optional();

/**
 * The variables of one account. Keys of another account than `default` carry its name, as in
 * SENDGRID_API_KEY_WEST for `west`; a key that it lacks is never taken from the default account.
 */
export function variablesOf(
  account: string,
  keys: readonly string[],
  given: Variables = process.env,
): Variables {
  if (account === "default") return given;
  const suffix = `_${account.toUpperCase().replace(/[^A-Z0-9]/g, "_")}`;
  return { ...given, ...Object.fromEntries(keys.map((key) => [key, given[key + suffix]])) };
}
