// SendGrid's settings: one schema for its accounts and one for its webhooks.
import process from "node:process";
import { z } from "zod";
import { readSettings, type Variables } from "../../platform/settings.ts";
import { baseUrl, costUsd, variablesOf, webhookSecret } from "../settings.ts";

const Account = z.object({
  SENDGRID_API_KEY: z.string().optional(),
  SENDGRID_BASE_URL: baseUrl("https://api.sendgrid.com"),
  /** `on` where the account has bought Email Activity, which can be asked about unconfirmed mails. */
  SENDGRID_ACTIVITY: z.enum(["on", "off"]).default("off"),
  SENDGRID_COST_USD: costUsd(0.0009),
});

export type AccountSettings = z.output<typeof Account>;

export const readAccountSettings = (account: string, given: Variables = process.env) =>
  readSettings(Account, variablesOf(account, ["SENDGRID_API_KEY"], given));

const Webhooks = z.object({
  /** Verification key of the event webhook, base64 as SendGrid shows it. */
  SENDGRID_WEBHOOK_PUBLIC_KEY: z.string().optional(),
  /** Verification key of the inbound parse setting's security policy; where it is set, it must match. */
  SENDGRID_INBOUND_PUBLIC_KEY: z.string().optional(),
  /** In the path of the inbound parse setting's URL, or the password of basic authentication. */
  SENDGRID_INBOUND_SECRET: webhookSecret,
});

export const readWebhookSettings = (given: Variables = process.env) =>
  readSettings(Webhooks, given);
