// Whose lists are kept in step, from the environment that sending uses, too.
import process from "node:process";
import { z } from "zod";

const url = (otherwise: string) => z.url({ protocol: /^https?$/ }).default(otherwise);

const schema = z.object({
  SENDGRID_API_KEY: z.string().optional(),
  SENDGRID_BASE_URL: url("https://api.sendgrid.com"),
  TWILIO_ACCOUNT_SID: z.string().optional(),
  TWILIO_AUTH_TOKEN: z.string().optional(),
  TWILIO_BASE_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** `on` where the account may use Twilio's Consent Management API, which is a pilot. */
  TWILIO_CONSENTS: z.enum(["on", "off"]).default("off"),
  SYNC_TIMEOUT_MS: z.coerce.number().int().min(100).max(60_000).default(15_000),
});

export type SyncSettings = z.output<typeof schema>;

const KEYS = ["SENDGRID_API_KEY", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"];

/** Of another account than `default` the keys carry its name, and none is taken from the default one. */
export function readSyncSettings(
  account = "default",
  given: Record<string, string | undefined> = process.env,
): SyncSettings {
  const suffix = account === "default"
    ? ""
    : `_${account.toUpperCase().replace(/[^A-Z0-9]/g, "_")}`;
  const own = Object.fromEntries(KEYS.map((key) => [key, given[key + suffix]]));
  const present = Object.entries({ ...given, ...own }).filter(([, value]) => value !== "");
  const read = schema.safeParse(Object.fromEntries(present));
  if (!read.success) throw new Error(`environment: ${z.prettifyError(read.error)}`);
  return read.data;
}
