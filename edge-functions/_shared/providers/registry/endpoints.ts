// Which webhook deliveries are accepted, and which provider reads them. To add a provider: a folder with
// events.ts and verify.ts, a line here and one in verifiers.ts.
import { calcomEndpoints } from "../calcom/events.ts";
import { genericEndpoints } from "../generic/events.ts";
import { sendgridEndpoints } from "../sendgrid/endpoints.ts";
import { stripeEndpoints } from "../stripe/events.ts";
import { twilioEndpoints } from "../twilio/events.ts";
import type { WebhookEndpoint } from "../types.ts";
import { vapiEndpoints } from "../vapi/events.ts";

/** By `provider/kind`; a provider with one kind only uses its own name for both. */
export const ENDPOINTS: ReadonlyMap<string, WebhookEndpoint> = new Map([
  ["sendgrid", sendgridEndpoints],
  ["twilio", twilioEndpoints],
  ["vapi", vapiEndpoints],
  ["calcom", calcomEndpoints],
  ["stripe", stripeEndpoints],
  ["generic", genericEndpoints],
].flatMap(([provider, endpoints]) =>
  Object.entries(endpoints as Record<string, WebhookEndpoint>)
    .map(([kind, endpoint]) => [`${provider}/${kind}`, endpoint] as const)
));

export const findEndpoint = (provider: string, kind: string): WebhookEndpoint | null =>
  ENDPOINTS.get(`${provider}/${kind}`) ?? null;
