// Stripe-Signature, checked by Stripe's own helper; the first delivery loads the SDK.
import { Buffer } from "node:buffer";
import type { Verified } from "../events.ts";
import type { Variables } from "../../platform/settings.ts";
import type { Verifier } from "../types.ts";
import { requireSecret, WINDOW_SECONDS } from "../verification.ts";
import { readWebhookSettings } from "./settings.ts";

export function stripeVerifiers(given?: Variables): Record<string, Verifier> {
  const settings = readWebhookSettings(given);
  return {
    stripe: ({ request: { headers }, now }) => {
      const secret = requireSecret(settings.STRIPE_WEBHOOK_SECRET);
      if (!headers.has("stripe-signature")) return "missing_signature";
      return (body) => verifyStripe({ secret, headers, body, now });
    },
  };
}

export async function verifyStripe(input: {
  secret: string;
  headers: Headers;
  body: Uint8Array;
  now: Date;
}): Promise<Verified> {
  const signature = input.headers.get("stripe-signature");
  if (!signature) return "missing_signature";
  const { default: Stripe } = await import("stripe");
  try {
    await Stripe.webhooks.constructEventAsync(
      Buffer.from(input.body),
      signature,
      input.secret,
      WINDOW_SECONDS,
      Stripe.createSubtleCryptoProvider(),
      input.now.getTime(),
    );
    return "ok";
  } catch (error) {
    if (error instanceof Stripe.errors.StripeSignatureVerificationError) {
      return /timestamp/i.test(error.message) ? "outside_window" : "bad_signature";
    }
    // The signature is valid and the body is not JSON; reading the events reports that.
    if (error instanceof SyntaxError) return "ok";
    throw error;
  }
}
