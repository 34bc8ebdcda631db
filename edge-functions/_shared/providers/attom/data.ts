// ATTOM: value, mortgage and sales of a property.
import type { z } from "zod";
import type { CallRequest, DataEndpoint, DataProvider } from "../gateway/types.ts";
import type { PropertyAnswer, PropertyQuestion, PropertySource } from "../property.ts";
import { classifyAttom } from "./classify.ts";
import { callCostUsd } from "./cost.ts";
import { attomLimits } from "./limits.ts";
import { mortgageOf, salesOf, valuationOf } from "./mapping.ts";
import { Mortgage, Sales, Valuation } from "./schemas.ts";
import { type AttomSettings, attomSettings } from "./settings.ts";

const DAY = 86_400;

/** By address, which every lead with a street has; by parcel where there is none. */
function queryOf(q: PropertyQuestion): Record<string, string> {
  if (q.street !== null) {
    const place = [q.city, [q.state, q.zip].filter(Boolean).join(" ")].filter(Boolean).join(", ");
    return { address1: q.street, address2: place };
  }
  return { fips: q.countyFips ?? "", apn: q.apn ?? "" };
}

const call = (path: string, q: PropertyQuestion, { base, key }: AttomSettings): CallRequest => ({
  url: `${base}/propertyapi/v1.0.0/${path}?${new URLSearchParams(queryOf(q))}`,
  headers: { apikey: key },
});

const endpoint = <A>(
  name: string,
  path: string,
  schema: z.ZodType<A>,
  map: (answer: A) => PropertyAnswer,
): DataEndpoint<AttomSettings, PropertyQuestion, A, PropertyAnswer> => ({
  name,
  normalise: (q) => JSON.stringify(queryOf(q)).toUpperCase(),
  request: (q, settings) => call(path, q, settings),
  schema,
  map,
  costUsd: callCostUsd,
  keepSeconds: (outcome) => outcome === "ok" ? 30 * DAY : 7 * DAY,
});

const valuation = endpoint("valuation", "attomavm/detail", Valuation, valuationOf);
const mortgage = endpoint("mortgage", "property/detailmortgage", Mortgage, mortgageOf);
const sales = endpoint("sales", "saleshistory/detail", Sales, salesOf);

const NOWHERE: PropertyQuestion = {
  street: "99999 Sluice Check Rd",
  ...{ city: "Nowhere", state: "KS", zip: "67999", countyFips: null, apn: null, mak: null },
};

export const attom: DataProvider<AttomSettings> = {
  name: "attom",
  docs: { url: "https://api.developer.attomdata.com/docs", read: "2026-11-27, from a copy" },
  timeoutMs: 30_000,
  atOnce: 10,
  limits: () => attomLimits,
  settings: attomSettings,
  classify: classifyAttom,
  endpoints: { valuation, mortgage, sales },
  // May be billed as one call: "no such property" comes with 200 or 400.
  tour: [{
    title: "valuation of an address that does not exist",
    endpoint: "valuation",
    request: (settings) => call("attomavm/detail", NOWHERE, settings),
    expect: "empty",
  }],
};

export const attomProperty: PropertySource<AttomSettings> = {
  provider: attom,
  endpoints: [valuation, mortgage, sales],
  knows: ({ street, countyFips, apn }) => street !== null || countyFips !== null && apn !== null,
};
