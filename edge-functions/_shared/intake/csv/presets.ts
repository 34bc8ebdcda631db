/**
 * Exports of list vendors, recognised by their headers. A preset is the vendor's whole header: each
 * column either has a canonical field or is an attribute, so that an agent's or lender's columns
 * are never mistaken for the owner's.
 */
import { LAYOUTS } from "./preset_layouts.ts";
import { normaliseHeader } from "./synonyms.ts";
import type { Canonical } from "./types.ts";

interface Preset {
  name: string;
  fields: Record<string, Canonical>;
  attributes: string[];
}

const list = (names: string) => names.split("|");

const PRESETS: readonly Preset[] = [
  {
    name: "propstream_property_export",
    fields: {
      "Address": "street",
      "Unit #": "unit",
      "City": "city",
      "State": "state",
      "Zip": "zip",
      "Zip+4": "zip_plus4",
      "County": "county",
      "FIPS": "fips",
      "APN": "apn",
      "Owner 1 First Name": "owner_1_first",
      "Owner 1 Last Name": "owner_1_last",
      "Owner 2 First Name": "owner_2_first",
      "Owner 2 Last Name": "owner_2_last",
      "Mailing Address": "mail_street",
      "Mailing Unit #": "mail_unit",
      "Mailing City": "mail_city",
      "Mailing State": "mail_state",
      "Mailing Zip": "mail_zip",
    },
    attributes: list(
      "Carrier Route|Owner Occupied|Mailing Care of Name|Mailing Zip+4|Mailing Carrier Route" +
        "|Mailing County|Mailing FIPS|Do Not Mail|Deceased Owner|Property Class|Property Type" +
        "|Bedrooms|Total Bathrooms|Building Sqft|Lot Size Sqft|Year Built|Effective Year Built" +
        "|Pool Type|Vacant|HOA Present|Number of Stories|Total Assessed Value" +
        "|Assessed Land Value|Assessed Improvement Value|Improvement to Tax Value %" +
        "|Last Sale Date|Last Sale Recording Date|Last Sale Amount|Last Cash Buyer" +
        "|Last Sale Buyer Name 1|Last Sale Buyer Name 2|Prior Sale Date" +
        "|Prior Sale Recordng Date|Prior Sale Amount|Prior Sale Cash Buyer" +
        "|Prior Sale Buyer Name 1|Prior Sale Buyer Name 2|Loan 1 Date|Loan 1 Balance" +
        "|Loan 1 Type|Loan 1 Lender|Loan 1 Rate|Loan 1 Rate Type|Loan 2 Date|Loan 2 Balance" +
        "|Loan 2 Type|Loan 2 Lender|Loan 2 Rate|Loan 2 Rate Type|Loan 3 Date|Loan 3 Balance" +
        "|Loan 3 Type|Loan 3 Lender|Loan 3 Rate|Loan 3 Rate Type|Loan 4 Date|Loan 4 Balance" +
        "|Loan 4 Type|Loan 4 Lender|Loan 4 Rate|Loan 4 Rate Type|Total Open Loans" +
        "|Est. Remaining balance of Open Loans|Est. Value|Est. Loan-to-Value|Est. Equity" +
        "|Monthly Rent|Gross Yield %|Est. Total Monthly Payments|Total Condition" +
        "|Interior Condition|Exterior Condition|Bathroom Condition|Kitchen Condition" +
        "|Foreclosure Factor|MLS Status|MLS Date|MLS Amount|MLS Agent Name|MLS Agent Phone" +
        "|MLS Agent E-Mail|MLS Brokerage Name|MLS Brokerage Phone|Lien Type|Lien Date" +
        "|Lien Amount|BK Date|Divorce Date|Pre-FC Recording Date|Pre-FC Record Type" +
        "|Pre-FC Lender|Pre-FC Doc Number|Pre-FC Unpaid Balance|Pre-FC Default Amount" +
        "|Pre-FC Auction Date|Pre-FC Auction Time|Pre-FC Auction Location" +
        "|Pre-FC Auction Opening Bid|Pre-FC Trustee-Attorney Name|Pre-FC Trustee Ref Number" +
        "|Pre-FC Attorney Case Number|Pre-FC Trustee-Attorney Address|Pre-FC Borrower 1 Name" +
        "|Date Added to List|Method of Add",
    ),
  },
  {
    name: "propwire_export",
    fields: {
      "Address": "street",
      "City": "city",
      "State": "state",
      "Zip": "zip",
      "County": "county",
      "APN": "apn",
      "Owner 1 First Name": "owner_1_first",
      "Owner 1 Last Name": "owner_1_last",
      "Owner 2 First Name": "owner_2_first",
      "Owner 2 Last Name": "owner_2_last",
      "Owner Mailing Address": "mail_street",
      "Owner Mailing City": "mail_city",
      "Owner Mailing State": "mail_state",
      "Owner Mailing Zip": "mail_zip",
    },
    attributes: list(
      "Living Square Feet|Year Built|Lot (Acres)|Lot (Square Feet)|Land Use|Subdivision" +
        "|Legal Description|Property Use|Units Count|Bedrooms|Bathrooms|# of Stories" +
        "|Garage Type|Garage Square Feet|Air Conditioning Type|Heating Type|Fireplace" +
        "|Ownership Length (Months)|Owner Type|Owner Occupied|Vacant?|Listing Status" +
        "|Listing Price|Days on Market|Last Updated|Listing Agent Full Name" +
        "|Listing Agent First Name|Listing Agent Last Name|Listing Agent Email" +
        "|Listing Agent Phone|Listing Office Phone|MLS Type|Last Sale Date" +
        "|Foreclosure Sale Date|Last Sale Amount|Estimated Value|Estimated Equity" +
        "|Equity Percent|Open Mortgage Balance|Mortgage Interest Rate|Mortgage Document Date" +
        "|Mortgage Loan Type|Lender Name|Deed Type|Position|Status|Default Amount|Opening bid" +
        "|Recording Date|Auction Date|Tax Amount|Assessment Year|Assessed Total Value" +
        "|Assessed Land Value|Assessed Improvement Value|Market Value|Market Land Value" +
        "|Market Improvement Value",
    ),
  },
];

/** Normalised header → canonical field, or null for an attribute. */
const tables = new Map([...PRESETS, ...LAYOUTS].map((preset) => [
  preset.name,
  new Map<string, Canonical | null>([
    ...(preset.attributes ?? []).map((name) => [normaliseHeader(name), null] as const),
    ...Object.entries(preset.fields).map(([name, to]) => [normaliseHeader(name), to] as const),
  ]),
]));

/** Every preset that a source can be set to. */
export const PRESET_NAMES: readonly string[] = [...tables.keys()];

export function presetTable(name: string): ReadonlyMap<string, Canonical | null> | null {
  return tables.get(name) ?? null;
}

/**
 * The vendor whose export this is: the file has at least four fifths of the vendor's columns, and few
 * others. Vendors sometimes add or drop a column.
 */
export function recognisePreset(headers: readonly string[]): string | null {
  const names = new Set(headers.map(normaliseHeader));
  for (const { name, signature } of LAYOUTS) {
    if (signature.every((header) => names.has(normaliseHeader(header)))) return name;
  }
  for (const { name: preset } of PRESETS) {
    const table = tables.get(preset) as ReadonlyMap<string, Canonical | null>;
    let shared = 0;
    for (const name of names) if (table.has(name)) shared++;
    if (shared >= table.size * 0.8 && shared >= names.size * 0.6) return preset;
  }
  return null;
}
