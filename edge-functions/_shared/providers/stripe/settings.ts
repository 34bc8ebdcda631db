// Stripe's settings.
import process from "node:process";
import { z } from "zod";
import { readSettings, type Variables } from "../../platform/settings.ts";
import { webhookSecret } from "../settings.ts";

const Webhooks = z.object({ STRIPE_WEBHOOK_SECRET: webhookSecret });

export const readWebhookSettings = (given: Variables = process.env) =>
  readSettings(Webhooks, given);
