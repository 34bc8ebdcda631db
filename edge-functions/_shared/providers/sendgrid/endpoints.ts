// SendGrid's webhook deliveries: the event webhook and inbound mail.
import { utf8 } from "../../platform/crypto/bytes.ts";
import type { WebhookEndpoint } from "../types.ts";
import { readSendgridEvents } from "./events.ts";
import { mailFieldsOf, readMail } from "./inbound_mail.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
/** From this size on, only the fields of a mail are stored that are read later. */
const LARGE_MAIL = 256 * KIB;

export const sendgridEndpoints: Record<string, WebhookEndpoint> = {
  events: { read: readSendgridEvents, maxBytes: 4 * MIB },
  inbound: {
    read: readMail,
    maxBytes: 32 * MIB,
    secretInPath: true,
    reduce: (delivery) =>
      delivery.body.byteLength > LARGE_MAIL
        ? {
          contentType: "application/json",
          body: utf8(JSON.stringify(mailFieldsOf(delivery))),
        }
        : null,
  },
};
