// Melissa Personator v3 with Append: a phone and an e-mail address of the owner of a property, a step of the waterfall
// of skip traces. The answer repeats the name that was asked for, so its result codes alone say whether the contact is
// that person's.
import type { z } from "zod";
import type { CallRequest, DataEndpoint } from "../gateway/types.ts";
import type { Address, Traced, TraceQuestion } from "../trace.ts";
import { traceCostUsd } from "./cost.ts";
import { MOST_TOGETHER } from "./limits.ts";
import { tracedOf } from "./mapping.ts";
import { contactVerify } from "./personator.ts";
import { Appended } from "./schemas.ts";
import type { MelissaSettings } from "./settings.ts";
import { splitAppended } from "./split.ts";

const DAY = 86_400;

const isWhole = (address: Address | null): address is Address =>
  !!address?.street && (!!address.zip || (!!address.city && !!address.state));

/** A person is known where they live: where mail goes, else at the property. Null without a name or an address. */
export function personRecord(q: TraceQuestion): Record<string, string> | null {
  const name = [q.first, q.last].filter(Boolean).join(" ") || q.full;
  const address = [q.mailing, q.property].find(isWhole);
  if (!name || !address) return null;
  return {
    FullName: name,
    AddressLine1: address.street,
    City: address.city ?? "",
    State: address.state ?? "",
    PostalCode: address.zip ?? "",
    ...(q.mak !== null && address === q.property ? { MelissaAddressKey: q.mak } : {}),
  };
}

export const appendRequest = (
  asked: readonly { id: string; question: TraceQuestion }[],
  settings: MelissaSettings,
): CallRequest =>
  contactVerify(settings, {
    Actions: "Check,Verify,Append",
    // What the question has is not replaced.
    Options: "Append:blank",
    Records: asked.map(({ id, question }) => ({ RecordID: id, ...personRecord(question) })),
  });

export const appendContacts: DataEndpoint<
  MelissaSettings,
  TraceQuestion,
  z.infer<typeof Appended>,
  Traced
> = {
  name: "append",
  normalise: (q) => JSON.stringify(personRecord(q) ?? {}).replaceAll(/\s+/g, " ").toUpperCase(),
  request: (question, settings) => appendRequest([{ id: "1", question }], settings),
  together: { most: MOST_TOGETHER, request: appendRequest, split: splitAppended },
  schema: Appended,
  map: tracedOf,
  costUsd: traceCostUsd,
  keepSeconds: (_, traced) =>
    traced?.persons.some(({ phones, emails }) => phones.length + emails.length > 0)
      ? 180 * DAY
      : 30 * DAY,
};
