// Which deliveries there are: who reads them, how large they may be.
import { readCalcom } from "./calcom/events.ts";
import { readGeneric } from "./generic/events.ts";
import { readMail } from "./sendgrid/inbound_mail.ts";
import { readSendgridEvents } from "./sendgrid/events.ts";
import { readStripe } from "./stripe/events.ts";
import { readTwilioSms, readTwilioStatus, readTwilioVoice } from "./twilio/events.ts";
import type { Delivery, InboxEvent } from "./events.ts";
import { readVapi } from "./vapi/events.ts";

export interface WebhookEndpoint {
  read(delivery: Delivery): InboxEvent[];
  maxBytes: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;

/** By `provider/kind`; where a provider has one kind only, by its name. */
export const ENDPOINTS: Record<string, WebhookEndpoint> = {
  "sendgrid/events": { read: readSendgridEvents, maxBytes: 4 * MIB },
  "sendgrid/inbound": { read: readMail, maxBytes: 32 * MIB },
  "twilio/sms": { read: readTwilioSms, maxBytes: 64 * KIB },
  "twilio/status": { read: readTwilioStatus, maxBytes: 64 * KIB },
  "twilio/voice": { read: readTwilioVoice, maxBytes: 64 * KIB },
  "vapi": { read: readVapi, maxBytes: 4 * MIB },
  "calcom": { read: readCalcom, maxBytes: 512 * KIB },
  "stripe": { read: readStripe, maxBytes: 512 * KIB },
  "generic": { read: readGeneric, maxBytes: 256 * KIB },
};

export const endpointName = ({ provider, kind }: { provider: string; kind: string }): string =>
  provider === kind ? provider : `${provider}/${kind}`;
