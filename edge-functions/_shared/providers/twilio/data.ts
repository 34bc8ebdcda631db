// Twilio Lookup v2: the line type of a phone, and whether it was given to somebody else since a date.
import { Buffer } from "node:buffer";
import type { z } from "zod";
import type { CallRequest, DataEndpoint, DataProvider } from "../gateway/types.ts";
import type { ContactCodes, RegisterAnswer, RegisterQuestion } from "../types.ts";
import { classifyLookup } from "./classify.ts";
import { lineTypeCostUsd, reassignedCostUsd } from "./cost.ts";
import { lookupLimits } from "./limits.ts";
import { lineTypeOf, reassignedOf } from "./mapping.ts";
import { LineTypeAnswer, ReassignedAnswer } from "./schemas.ts";
import { type LookupSettings, lookupSettings } from "./settings.ts";

const DAY = 86_400;

const ask = (
  { base, accountSid, authToken }: LookupSettings,
  phone: string,
  query: string,
): CallRequest => ({
  url: `${base}/v2/PhoneNumbers/${encodeURIComponent(phone)}?${query}`,
  headers: {
    authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString("base64")}`,
  },
});

export const lineType: DataEndpoint<
  LookupSettings,
  string,
  z.infer<typeof LineTypeAnswer>,
  ContactCodes
> = {
  name: "line_type_intelligence",
  normalise: (phone) => phone,
  request: (phone, settings) => ask(settings, phone, "Fields=line_type_intelligence"),
  schema: LineTypeAnswer,
  map: lineTypeOf,
  costUsd: lineTypeCostUsd,
  keepSeconds: (outcome) => outcome === "ok" ? 90 * DAY : DAY,
};

export const reassignedNumber: DataEndpoint<
  LookupSettings,
  RegisterQuestion,
  z.infer<typeof ReassignedAnswer>,
  RegisterAnswer
> = {
  name: "reassigned_number",
  normalise: ({ phone, since }) => `${phone} ${since}`,
  request: ({ phone, since }, settings) =>
    ask(
      settings,
      phone,
      `Fields=reassigned_number&LastVerifiedDate=${since.replaceAll("-", "")}`,
    ),
  schema: ReassignedAnswer,
  map: reassignedOf,
  costUsd: reassignedCostUsd,
  // An answer protects by the time at which it was given: the record has it, and the next question is a new one.
  keepSeconds: () => 0,
};

export const twilioLookup: DataProvider<LookupSettings> = {
  name: "twilio",
  docs: { url: "https://www.twilio.com/docs/lookup/v2-api", read: "2026-11-27, from a copy" },
  timeoutMs: 15_000,
  atOnce: 8,
  limits: () => lookupLimits,
  settings: lookupSettings,
  classify: classifyLookup,
  endpoints: { line_type_intelligence: lineType, reassigned_number: reassignedNumber },
  tour: [{
    title: "a question about a reassigned number without its date",
    endpoint: "reassigned_number",
    request: (settings) => ask(settings, "+12025550100", "Fields=reassigned_number"),
    expect: "bad_request",
  }],
};
