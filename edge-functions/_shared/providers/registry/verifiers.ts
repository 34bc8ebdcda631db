// How each provider proves that a delivery is its own. Kept apart from the readers: the worker reads stored
// deliveries and needs none of this.
import process from "node:process";
import type { Variables } from "../../platform/settings.ts";
import { calcomVerifiers } from "../calcom/verify.ts";
import { genericVerifiers } from "../generic/verify.ts";
import { sendgridVerifiers } from "../sendgrid/verify.ts";
import { stripeVerifiers } from "../stripe/verify.ts";
import { twilioVerifiers } from "../twilio/verify.ts";
import type { Verifier } from "../types.ts";
import { vapiVerifiers } from "../vapi/verify.ts";

const PROVIDERS = new Map<string, (given: Variables) => Record<string, Verifier>>([
  ["sendgrid", sendgridVerifiers],
  ["twilio", twilioVerifiers],
  ["vapi", vapiVerifiers],
  ["calcom", calcomVerifiers],
  ["stripe", stripeVerifiers],
  ["generic", genericVerifiers],
]);

export type Verifiers = ReadonlyMap<string, Verifier>;

/** By `provider/kind`, with the secrets in the environment. */
export function openVerifiers(given: Variables = process.env): Verifiers {
  return new Map([...PROVIDERS.keys()].flatMap((provider) => [...openProvider(provider, given)]));
}

/** Those of one provider, with the secrets in `given`. */
export function openProvider(provider: string, given: Variables): Verifiers {
  return new Map(
    Object.entries(PROVIDERS.get(provider)?.(given) ?? {})
      .map(([kind, verifier]) => [`${provider}/${kind}`, verifier]),
  );
}
