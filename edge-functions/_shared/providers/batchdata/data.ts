// BatchData: skip trace of property owners.
import type { z } from "zod";
import type { Traced, TraceQuestion } from "../trace.ts";
import { TOUR_ID } from "../gateway/tour.ts";
import type { CallRequest, DataEndpoint, DataProvider } from "../gateway/types.ts";
import { classifyBatchdata } from "./classify.ts";
import { traceCostUsd } from "./cost.ts";
import { batchdataLimits, MOST_TOGETHER } from "./limits.ts";
import { tracedOf } from "./mapping.ts";
import { Persons } from "./schemas.ts";
import { type BatchdataSettings, batchdataSettings } from "./settings.ts";
import { splitTraces } from "./split.ts";

const DAY = 86_400;

interface Asked {
  id: string;
  question: TraceQuestion;
}

const without = <T extends Record<string, unknown>>(fields: T) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== ""));

function requestOf({ id, question: q }: Asked) {
  // A fixed county and parcel name a property better than a line of text; the address is sent where they are unknown.
  const where = q.apn !== null && q.countyFips !== null
    ? { apn: q.apn, countyFipsCode: q.countyFips }
    : { propertyAddress: without({ ...q.property }) };
  const name = without({ first: q.first, last: q.last ?? q.full });
  return {
    requestId: id,
    ...where,
    ...(Object.keys(name).length > 0 ? { name } : {}),
    ...(q.mailing ? { mailingAddress: without({ ...q.mailing }) } : {}),
  };
}

const request = (asked: readonly Asked[], { base, key }: BatchdataSettings): CallRequest => ({
  url: `${base}/api/v3/property/skip-trace`,
  method: "POST",
  headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
  body: JSON.stringify({
    requests: asked.map(requestOf),
    // Versions of the API differ in what they leave out, and what is left out cannot be suppressed.
    options: { includeTCPABlacklistedPhones: true },
  }),
});

/** The question in one spelling. */
const normalise = (q: TraceQuestion): string =>
  JSON.stringify(requestOf({ id: "", question: q })).toUpperCase();

export const skipTrace: DataEndpoint<
  BatchdataSettings,
  TraceQuestion,
  z.infer<typeof Persons>,
  Traced
> = {
  name: "skip_trace",
  normalise,
  request: (question, settings) => request([{ id: "1", question }], settings),
  together: { most: MOST_TOGETHER, request, split: splitTraces },
  schema: Persons,
  map: tracedOf,
  costUsd: traceCostUsd,
  keepSeconds: (outcome) => outcome === "ok" ? 180 * DAY : 30 * DAY,
};

const NOWHERE: TraceQuestion = {
  first: "Nobody",
  last: "Sluice-Check",
  full: null,
  property: { street: "99999 Sluice Check Rd", city: "Nowhere", state: "KS", zip: "67999" },
  mailing: null,
  countyFips: null,
  apn: null,
  mak: null,
};

export const batchdata: DataProvider<BatchdataSettings> = {
  name: "batchdata",
  docs: { url: "https://developer.batchdata.com/docs/batchdata", read: "2026-11-27, from a copy" },
  timeoutMs: 60_000,
  atOnce: 4,
  limits: () => batchdataLimits,
  settings: batchdataSettings,
  classify: classifyBatchdata,
  endpoints: { skip_trace: skipTrace },
  // A property that is not found is not billed.
  tour: [{
    title: "skip trace of an address that does not exist",
    endpoint: "skip_trace",
    request: (settings) => request([{ id: TOUR_ID, question: NOWHERE }], settings),
    expect: "empty",
  }],
};
