// What proves that a delivery is the provider's: one secret for each door, out of the environment. A door
// whose secret is not set stays shut.
import process from "node:process";
import { z } from "zod";

const secret = z.string().min(16).optional();
const count = (otherwise: number, most: number) =>
  z.coerce.number().int().min(1).max(most).default(otherwise);

const schema = z.object({
  /** Verification key of the event webhook, base64 as SendGrid shows it. */
  SENDGRID_WEBHOOK_PUBLIC_KEY: z.string().optional(),
  /** Verification key of the security policy of the parse setting; where it is set, it must match. */
  SENDGRID_INBOUND_PUBLIC_KEY: z.string().optional(),
  /** In the path of the parse setting's URL, or as password of basic auth. */
  SENDGRID_INBOUND_SECRET: secret,
  TWILIO_ACCOUNT_SID: z.string().optional(),
  TWILIO_AUTH_TOKEN: secret,
  VAPI_WEBHOOK_SECRET: secret,
  CALCOM_WEBHOOK_SECRET: secret,
  STRIPE_WEBHOOK_SECRET: secret,
  /** Deliveries that may wait for the database at the same time in one process; more get 503. */
  WEBHOOKS_WAITING: count(256, 10_000),
  /** The bytes of their bodies together. */
  WEBHOOKS_WAITING_BYTES: count(48 * 1024 * 1024, 1024 * 1024 * 1024),
});

export type WebhookSettings = z.output<typeof schema>;

export function readWebhookSettings(
  given: Record<string, string | undefined> = process.env,
): WebhookSettings {
  const present = Object.entries(given).filter(([, value]) => value !== "");
  const read = schema.safeParse(Object.fromEntries(present));
  if (!read.success) throw new Error(`environment: ${z.prettifyError(read.error)}`);
  return read.data;
}
