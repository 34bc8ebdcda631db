// Twilio's settings: schemas for sending, for syncing opt-outs and for webhooks.
import process from "node:process";
import { z } from "zod";
import { readSettings, type Variables } from "../../platform/settings.ts";
import { baseUrl, costUsd, variablesOf, webhookSecret } from "../settings.ts";

const KEYS = ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"];

const Account = z.object({
  TWILIO_ACCOUNT_SID: z.string().regex(/^AC[0-9a-f]{32}$/i).optional(),
  TWILIO_AUTH_TOKEN: z.string().optional(),
  TWILIO_BASE_URL: baseUrl("https://api.twilio.com"),
  /** Twilio's price of a segment and the carriers' fee. */
  TWILIO_SEGMENT_COST_USD: costUsd(0.0113),
});

export const readAccountSettings = (account: string, given: Variables = process.env) =>
  readSettings(Account, variablesOf(account, KEYS, given));

const OptOuts = z.object({
  TWILIO_ACCOUNT_SID: z.string().optional(),
  TWILIO_AUTH_TOKEN: z.string().optional(),
  TWILIO_BASE_URL: baseUrl("https://accounts.twilio.com"),
  /** `on` where the account may use Twilio's Consent Management API, which is a pilot. */
  TWILIO_CONSENTS: z.enum(["on", "off"]).default("off"),
});

export const readOptOutSettings = (account: string, given: Variables = process.env) =>
  readSettings(OptOuts, variablesOf(account, KEYS, given));

const Lookups = z.object({
  TWILIO_ACCOUNT_SID: z.string().optional(),
  TWILIO_AUTH_TOKEN: z.string().optional(),
  TWILIO_BASE_URL: baseUrl("https://lookups.twilio.com"),
  /** No price was seen: the budget assumes these. */
  TWILIO_LINE_TYPE_COST_USD: costUsd(0.01),
  TWILIO_REASSIGNED_COST_USD: costUsd(0.05),
});

export interface LookupSettings {
  accountSid: string;
  authToken: string;
  base: string;
  lineTypeCostUsd: number;
  reassignedCostUsd: number;
}

export function lookupSettings(
  account: string,
  given: Variables = process.env,
): LookupSettings | null {
  const read = readSettings(Lookups, variablesOf(account, KEYS, given));
  const { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken } = read;
  if (!accountSid || !authToken) return null;
  return {
    accountSid,
    authToken,
    base: read.TWILIO_BASE_URL.replace(/\/+$/, ""),
    lineTypeCostUsd: read.TWILIO_LINE_TYPE_COST_USD,
    reassignedCostUsd: read.TWILIO_REASSIGNED_COST_USD,
  };
}

const Webhooks = z.object({
  TWILIO_ACCOUNT_SID: z.string().optional(),
  TWILIO_AUTH_TOKEN: webhookSecret,
});

export const readWebhookSettings = (given: Variables = process.env) =>
  readSettings(Webhooks, given);
