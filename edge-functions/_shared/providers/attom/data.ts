// ATTOM: value, mortgage and sales of a property, and where the contract has them, its equity and foreclosures.
import type { z } from "zod";
import type { CallRequest, DataEndpoint, DataProvider } from "../gateway/types.ts";
import type { PropertyAnswer, PropertyQuestion, PropertySource } from "../property.ts";
import { classifyAttom } from "./classify.ts";
import { callCostUsd } from "./cost.ts";
import { attomLimits } from "./limits.ts";
import { equityOf, foreclosuresOf, mortgageOf, salesOf, valuationOf } from "./mapping.ts";
import { Equity, Foreclosures, Mortgage, Sales, Valuation } from "./schemas.ts";
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
  url: `${base}/${path}?${new URLSearchParams(queryOf(q))}`,
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

const V1 = "propertyapi/v1.0.0";
const VALUATION = `${V1}/attomavm/detail`;
const EQUITY = `${V1}/valuation/homeequity`;
const FORECLOSURES = "property/v3/preforeclosuredetails";
const valuation = endpoint("valuation", VALUATION, Valuation, valuationOf);
const mortgage = endpoint("mortgage", `${V1}/property/detailmortgage`, Mortgage, mortgageOf);
const sales = endpoint("sales", `${V1}/saleshistory/detail`, Sales, salesOf);
const equity = endpoint("equity", EQUITY, Equity, equityOf);
const foreclosures = endpoint("foreclosures", FORECLOSURES, Foreclosures, foreclosuresOf);

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
  endpoints: { valuation, mortgage, sales, equity, foreclosures },
  // Each may be billed: "no such property" comes with 200 or 400. An account without a product refuses it.
  tour: Object.entries({ valuation: VALUATION, equity: EQUITY, foreclosures: FORECLOSURES }).map((
    [name, path],
  ) => ({
    title: `${name} of an address that does not exist`,
    endpoint: name,
    request: (settings: AttomSettings) => call(path, NOWHERE, settings),
    expect: "empty" as const,
  })),
};

export const attomProperty: PropertySource<AttomSettings> = {
  provider: attom,
  endpoints: [valuation, mortgage, sales],
  further: { equity, foreclosures },
  knows: ({ street, countyFips, apn }) => street !== null || countyFips !== null && apn !== null,
};
