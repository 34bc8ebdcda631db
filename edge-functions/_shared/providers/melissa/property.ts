// Melissa Property v4 (LookupProperty): value, mortgages and sales of a property, by its address key (MAK), its parcel
// or its address. Owners are not asked for.
import type { z } from "zod";
import type { CallRequest, DataEndpoint } from "../gateway/types.ts";
import type { PropertyAnswer, PropertyQuestion } from "../property.ts";
import { propertyCostUsd } from "./cost.ts";
import { propertyOf } from "./property_mapping.ts";
import { Property } from "./schemas.ts";
import type { MelissaSettings } from "./settings.ts";

const DAY = 86_400;
const COLUMNS = "GrpParcel,GrpPropertyAddress,GrpCurrentDeed,GrpSaleInfo,GrpEstimatedValue";

/** By the strongest key that the lead has; null: by none. */
export function recordOf(q: PropertyQuestion): Record<string, string> | null {
  if (q.mak !== null) return { MAK: q.mak };
  if (q.countyFips !== null && q.apn !== null) return { FIPS: q.countyFips, APN: q.apn };
  if (q.street === null || q.zip === null && (q.city === null || q.state === null)) return null;
  return {
    ...{ AddressLine1: q.street, City: q.city ?? "", State: q.state ?? "" },
    PostalCode: q.zip ?? "",
  };
}

/** This product spells CustomerId in another way than the others. */
export const propertyRequest = (
  records: readonly Record<string, string>[],
  settings: MelissaSettings,
): CallRequest => ({
  url: `${settings.hosts.property}/v4/WEB/LookupProperty`,
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({
    CustomerId: settings.key,
    ...{ TransmissionReference: "sluice", Columns: COLUMNS, Options: "" },
    TotalRecords: String(records.length),
    Records: records.map((record, n) => ({ RecordID: String(n + 1), ...record })),
  }),
});

export const lookUpProperty: DataEndpoint<
  MelissaSettings,
  PropertyQuestion,
  z.infer<typeof Property>,
  PropertyAnswer
> = {
  name: "property",
  normalise: (q) => JSON.stringify(recordOf(q) ?? {}).replaceAll(/\s+/g, " ").toUpperCase(),
  // How many records a request may have is not documented.
  request: (q, settings) => propertyRequest([recordOf(q) ?? {}], settings),
  schema: Property,
  map: propertyOf,
  costUsd: propertyCostUsd,
  keepSeconds: (outcome) => outcome === "ok" ? 30 * DAY : 7 * DAY,
};
