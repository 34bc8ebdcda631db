// Vapi's settings: one schema for its accounts and one for its webhook.
import process from "node:process";
import { z } from "zod";
import { readSettings, type Variables } from "../../platform/settings.ts";
import { baseUrl, costUsd, variablesOf, webhookSecret } from "../settings.ts";

const Account = z.object({
  VAPI_API_KEY: z.string().optional(),
  VAPI_BASE_URL: baseUrl("https://api.vapi.ai"),
  VAPI_CALL_COST_USD: costUsd(0.15),
});

export const readAccountSettings = (account: string, given: Variables = process.env) =>
  readSettings(Account, variablesOf(account, ["VAPI_API_KEY"], given));

const Webhooks = z.object({ VAPI_WEBHOOK_SECRET: webhookSecret });

export const readWebhookSettings = (given: Variables = process.env) =>
  readSettings(Webhooks, given);
