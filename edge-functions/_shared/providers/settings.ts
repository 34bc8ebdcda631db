// Accounts at the providers and how fast we call them: from the environment, never from the database.
import process from "node:process";
import { z } from "zod";

const url = (otherwise: string) => z.url({ protocol: /^https?$/ }).default(otherwise);
const usd = (otherwise: number) => z.coerce.number().min(0).max(100).default(otherwise);
const count = (otherwise: number, most: number) =>
  z.coerce.number().int().min(1).max(most).default(otherwise);

const schema = z.object({
  SENDGRID_API_KEY: z.string().optional(),
  SENDGRID_BASE_URL: url("https://api.sendgrid.com"),
  /** `on` where the account has bought Email Activity: mails in doubt can then be asked about. */
  SENDGRID_ACTIVITY: z.enum(["on", "off"]).default("off"),
  SENDGRID_COST_USD: usd(0.0009),
  TWILIO_ACCOUNT_SID: z.string().regex(/^AC[0-9a-f]{32}$/i).optional(),
  TWILIO_AUTH_TOKEN: z.string().optional(),
  TWILIO_BASE_URL: url("https://api.twilio.com"),
  /** Twilio's price of a segment and the carriers' fee. */
  TWILIO_SEGMENT_COST_USD: usd(0.0113),
  VAPI_API_KEY: z.string().optional(),
  VAPI_BASE_URL: url("https://api.vapi.ai"),
  VAPI_CALL_COST_USD: usd(0.15),
  /** How long one call to a provider may take. With the lease of two minutes in mind. */
  OUTREACH_TIMEOUT_MS: count(15_000, 30_000),
  /** Calls under way at the same time in one process. */
  OUTREACH_CONCURRENCY: count(32, 200),
  /** Messages claimed at once. */
  OUTREACH_BATCH: count(200, 1_000),
});

export type OutreachSettings = z.output<typeof schema>;

type Given = Record<string, string | undefined>;

export function readOutreachSettings(given: Given = process.env): OutreachSettings {
  const present = Object.entries(given).filter(([, value]) => value !== "");
  const read = schema.safeParse(Object.fromEntries(present));
  if (!read.success) throw new Error(`environment: ${z.prettifyError(read.error)}`);
  return read.data;
}

const KEYS = ["SENDGRID_API_KEY", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "VAPI_API_KEY"];

/**
 * The settings of another account: its keys carry its name, as in SENDGRID_API_KEY_WEST for the account
 * `west`. A key that it lacks is never taken from the default account.
 */
export function settingsOf(account: string, given: Given = process.env): OutreachSettings {
  if (account === "default") return readOutreachSettings(given);
  const suffix = `_${account.toUpperCase().replace(/[^A-Z0-9]/g, "_")}`;
  const own = Object.fromEntries(KEYS.map((key) => [key, given[key + suffix] || undefined]));
  return readOutreachSettings({ ...given, ...own });
}
