// Melissa Personator v3: checks a mailing address and whether the owner belongs to it, and knows its address key (MAK).
// Append, which answers with new contacts of a person, is a skip trace (append.ts).
import type { z } from "zod";
import type { AddressCodes, AddressQuestion } from "../address.ts";
import type { CallRequest, DataEndpoint } from "../gateway/types.ts";
import { addressCostUsd } from "./cost.ts";
import { MOST_TOGETHER } from "./limits.ts";
import { addressCodesOf } from "./mapping.ts";
import { CheckedAddress } from "./schemas.ts";
import type { MelissaSettings } from "./settings.ts";
import { splitAddresses } from "./split.ts";

const DAY = 86_400;

const recordOf = (q: AddressQuestion): Record<string, string> => ({
  FullName: q.name ?? "",
  AddressLine1: q.street,
  City: q.city ?? "",
  State: q.state ?? "",
  PostalCode: q.zip ?? "",
});

/** A request of the endpoint that checks and appends. */
export const contactVerify = (
  settings: MelissaSettings,
  asked: { Actions: string; Options?: string; Records: Record<string, string>[] },
): CallRequest => ({
  url: `${settings.hosts.personator}/v3/WEB/ContactVerify/doContactVerify`,
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({
    CustomerID: settings.key,
    TransmissionReference: "sluice",
    ...asked,
  }),
});

export const personatorRequest = (
  asked: readonly { id: string; question: AddressQuestion }[],
  settings: MelissaSettings,
): CallRequest =>
  contactVerify(settings, {
    Actions: "Check,Verify",
    Records: asked.map(({ id, question }) => ({ RecordID: id, ...recordOf(question) })),
  });

/** The question in one spelling. */
const normalise = (q: AddressQuestion): string =>
  Object.values(recordOf(q)).map((text) => text.trim().replaceAll(/\s+/g, " ")).join("|")
    .toUpperCase();

export const checkAddress: DataEndpoint<
  MelissaSettings,
  AddressQuestion,
  z.infer<typeof CheckedAddress>,
  AddressCodes
> = {
  name: "personator",
  normalise,
  request: (question, settings) => personatorRequest([{ id: "1", question }], settings),
  together: { most: MOST_TOGETHER, request: personatorRequest, split: splitAddresses },
  schema: CheckedAddress,
  map: addressCodesOf,
  costUsd: addressCostUsd,
  keepSeconds: () => 90 * DAY,
};
