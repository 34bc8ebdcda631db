import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { resolveMapping } from "../../../edge-functions/_shared/intake/csv/index.ts";
import type { MappingOptions } from "../../../edge-functions/_shared/intake/csv/index.ts";

const fixture = (name: string) =>
  readFileSync(new URL(`../../fixtures/csv/${name}.csv`, import.meta.url), "utf8").trim().split(
    ",",
  );

/** Header → field, for the columns that have one. */
function fields(headers: string[], options: MappingOptions = {}): Record<string, string> {
  const { columns } = resolveMapping(headers, options);
  return Object.fromEntries(
    columns.filter((c) => c.canonical).map((c) => [c.header, c.canonical as string]),
  );
}

const how = (headers: string[], options: MappingOptions = {}) =>
  resolveMapping(headers, options).columns.map((c) => c.how);

describe("everyday headers", () => {
  const cases: Record<string, string> = {
    "Property Address": "street",
    "situs_addr": "street",
    "SitusAddress": "street",
    "ADDR_LINE1": "street",
    "Street Address": "street",
    "Unit #": "unit",
    "Apt.": "unit",
    "Property City": "city",
    "ADDR_CITY": "city",
    "ADDR_STATE": "state",
    "ADDR_POSTAL_CODE": "zip",
    "ZIP5": "zip",
    "Zip Code": "zip",
    "Zip+4": "zip_plus4",
    "ADDR_FULL": "address_full",
    "Full Address": "address_full",
    "parcel number": "apn",
    "Parcel #": "apn",
    "Assessor's Parcel Number": "apn",
    "AIN": "apn",
    "MAK": "mak",
    "MelissaAddressKey": "mak",
    "FIPS": "fips",
    "CountyFIPS": "fips",
    "County Name": "county",
    "street_number": "house_number",
    "street_name": "street_name",
    "owner name": "owner_full",
    "Site name": "owner_full",
    "PRIMARY_NAME_FULL": "owner_full",
    "First Name": "owner_1_first",
    "ownerLastName": "owner_1_last",
    "Owner 2 First Name": "owner_2_first",
    "Mailing Address": "mail_street",
    "Owner Mailing Zip": "mail_zip",
    "Owner City": "mail_city",
    "Mail State": "mail_state",
    "phone1": "phone_1",
    "Phone": "phone_1",
    "PHONE_NUMBER": "phone_1",
    "Phone 3": "phone_3",
    "Cell": "phone_1",
    "Email": "email_1",
    "E-Mail Address": "email_1",
    "EMAIL_ADDRESS": "email_1",
    "email2": "email_2",
    "Results": "result_codes",
    "opt_in": "consent",
    "Consent Date": "consented_at",
    "consent_method": "consent_method",
    "Lead Score": "lead_score",
    "emailaddress": "email_1",
    "PHONENUMBER": "phone_1",
    "CELLPHONE": "phone_1",
    "OWNERNAME": "owner_full",
    "PROPERTYADDRESS": "street",
    "siteaddr": "street",
    "SITUSZIP": "zip",
    "MAILINGCITY": "mail_city",
    "PARCELNUMBER": "apn",
    "Assessor's Parcel No.": "apn",
    "Owner's First Name": "owner_1_first",
    "Municipality": "city",
  };
  for (const [header, field] of Object.entries(cases)) {
    it(`${header} is ${field}`, () => expect(fields([header])).toEqual({ [header]: field }));
  }
});

describe("look-alikes stay attributes", () => {
  const names = [
    ...["MLS Agent Phone", "MLS Agent E-Mail", "Listing Agent Email", "Listing Office Phone"],
    ...["Lender Name", "Mailing County", "Mailing FIPS", "Owner Occupied", "# of Units", "Fax"],
    ...["BaseMAK", "Property Type", "Phone 1 DNC", "Email Type", "City Tax", "State FIPS"],
  ];
  for (const header of names) {
    it(header, () => {
      expect(resolveMapping([header, "Address"]).columns[0]).toMatchObject({
        canonical: null,
        how: "attribute",
      });
    });
  }
});

describe("phones and e-mails", () => {
  it("are read with the kind of line behind the word", () => {
    const headers = ["Phone (Mobile)", "Phone (Home)", "Phone 2 - Work", "Phone (Mobile) DNC"];
    expect(fields(headers)).toEqual({
      "Phone (Mobile)": "phone_1",
      "Phone (Home)": "phone_2",
      "Phone 2 - Work": "phone_3",
      "Phone (Mobile) DNC": "phone_1_dnc",
    });
  });
  it("keep their number, types and codes", () => {
    const headers = ["Phone 2", "Phone 2 Type", "Phone1", "Phone 1 Line Type", "PhoneResults"];
    expect(fields(headers)).toEqual({
      "Phone 2": "phone_2",
      "Phone 2 Type": "phone_2_type",
      "Phone1": "phone_1",
      "Phone 1 Line Type": "phone_1_type",
      "PhoneResults": "phone_1_codes",
    });
    expect(fields(["Email", "EmailResults"])).toMatchObject({ EmailResults: "email_1_codes" });
    expect(fields(["PHONE_NUMBER", "PHONE_TYPE"])).toMatchObject({ PHONE_TYPE: "phone_1_type" });
  });

  it("named by kind of line take the free slots in order", () => {
    expect(fields(["Cell", "Cell 2", "Landline", "Phone 1", "Home Phone", "Email 1", "Email"]))
      .toEqual({
        "Phone 1": "phone_1",
        "Cell": "phone_2",
        "Cell 2": "phone_3",
        "Landline": "phone_4",
        "Home Phone": "phone_5",
        "Email 1": "email_1",
        "Email": "email_2",
      });
  });

  it("a type without its phone is an attribute", () => {
    expect(fields(["Phone 7 Type", "Phone 1"])).toEqual({ "Phone 1": "phone_1" });
  });
});

describe("vendor exports are recognised by their header", () => {
  it("PropStream", () => {
    const headers = fixture("propstream_property_export");
    const mapping = resolveMapping(headers);
    expect(mapping.how.preset).toBe("propstream_property_export");
    expect(new Set(mapping.columns.map((c) => c.how))).toEqual(new Set(["preset"]));
    expect(fields(headers)).toEqual({
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
    });
    expect(mapping.unmapped).toContain("MLS Agent Phone");
  });

  it("Propwire", () => {
    const headers = fixture("propwire_export");
    const mapping = resolveMapping(headers);
    expect(mapping.how.preset).toBe("propwire_export");
    expect(new Set(mapping.columns.map((c) => c.how))).toEqual(new Set(["preset"]));
    expect(fields(headers)).toMatchObject({ "Owner Mailing Zip": "mail_zip", "APN": "apn" });
    expect(mapping.unmapped).toContain("Listing Agent Phone");
  });

  it("with one column more and some fewer, but not by a few shared names", () => {
    const headers = fixture("propwire_export").slice(0, 60);
    const mapping = resolveMapping([...headers, "Phone 1"]);
    expect(mapping.how.preset).toBe("propwire_export");
    expect(mapping.columns.at(-1)).toMatchObject({ canonical: "phone_1", how: "exact" });
    expect(resolveMapping(["Address", "City", "State", "Zip", "County", "APN"]).how.preset)
      .toBe(null);
  });

  it("or by the source; an unknown preset refuses the file", () => {
    const mapping = resolveMapping(["Position", "Address"], { preset: "propwire_export" });
    expect(mapping.columns.map((c) => c.how)).toEqual(["preset", "preset"]);
    expect(resolveMapping(["Address"], { preset: "nobody" }).unusable).toMatch(/nobody/);
  });
});

describe("the source's column map", () => {
  const headers = ["Strasse", "Address", "Email", "Stadt"];

  it("has priority over everything else; null drops a column", () => {
    const sourceMap = { Strasse: "street", Address: "attribute", email: null };
    expect(fields(headers, { sourceMap })).toEqual({ Strasse: "street" });
    expect(how(headers, { sourceMap })).toEqual([
      "source_map",
      "source_map",
      "ignored",
      "attribute",
    ]);
  });

  it("names columns by position where the header is missing", () => {
    const missing = ["column_1", "column_2"];
    expect(fields(missing, { sourceMap: { column_1: "street", column_2: "zip" } }))
      .toEqual({ column_1: "street", column_2: "zip" });
  });

  it("overrules a preset", () => {
    const all = fixture("propwire_export");
    expect(fields(all, { sourceMap: { "Listing Agent Phone": "phone_1" } }))
      .toMatchObject({ "Listing Agent Phone": "phone_1" });
  });

  it("reports entries that do not fit", () => {
    const { notes, unusable } = resolveMapping(headers, {
      sourceMap: { Stadt: "town", Ort: "city" },
    });
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain('"Ort"');
    expect(unusable).toContain('"town"');
  });
});

describe("a parcel_id is a parcel number", () => {
  it.each(["Map/Lot", "MBL", "MBLU", "Map-Block-Lot", "PIN"])("as is a %s", (header) => {
    expect(fields([header, "Street"], { sample: [["10-6-100", "1 Elm St"]] }))
      .toEqual({ [header]: "apn", Street: "street" });
  });
  const slugs = { sample: [["100-larkin-pl", "LARKIN PL"], ["1000-ashland-ave", "ASHLAND"]] };
  const numbers = { sample: [["4285-027-001", "x"], ["", "y"], ["4285027002", "z"]] };

  it("not where the file has an APN too", () => {
    expect(fields(["parcel_id", "apn"])).toEqual({ apn: "apn" });
    expect(fields(["parcel_id", "AIN"])).toEqual({ AIN: "apn" });
  });

  it("not where its values are not APNs", () => {
    expect(fields(["parcel_id", "street_name"], slugs)).toEqual({ street_name: "street_name" });
  });

  it("where a spreadsheet has damaged most of its values", () => {
    const damaged = {
      sample: [["1.38025E+11", "x"], ["3-Dec", "x"], ["12/3/2004", "x"], ["N/A", "x"], [
        "77-12-5",
        "x",
      ]],
    };
    expect(fields(["parcel_id", "street_name"], damaged)).toMatchObject({ parcel_id: "apn" });
  });

  it("where it has the segments of a small town", () => {
    const town = { sample: [["4-49", "x"], ["10-6-100", "x"], ["12-3-A1", "x"]] };
    expect(fields(["parcel_id", "street_name"], town)).toMatchObject({ parcel_id: "apn" });
  });

  it("where they are", () => {
    expect(fields(["parcel_id", "street_name"], numbers)).toMatchObject({ parcel_id: "apn" });
  });
});

describe("a location is a street where its values have house numbers", () => {
  const sample = (...values: string[]) => values.map((value) => [value, "Ann Moss"]);
  it.each(["Location", "Property Location", "Parcel Location", "SITUS"])("%s", (header) => {
    expect(fields([header, "Owner"], { sample: sample("12 Elm St", "14 Elm St", "ELM ST") }))
      .toMatchObject({ [header]: "street" });
    expect(fields([header, "Owner", "Phone"], { sample: sample("North End", "2 Elm St", "Bay") }))
      .not.toHaveProperty(header);
  });
  it("and where no other column is a street", () => {
    expect(fields(["Location", "Street"], { sample: [["12 Elm St", "1 Main St"]] }))
      .toEqual({ Street: "street" });
  });
});

describe("a column named by its kind of line is a phone where its values are", () => {
  const headers = ["Address", "Home", "Cell", "Work"];
  const sample = (home: string) => [["1 Elm St", home, "775-555-0101", "7755550102"]];
  it("beside others", () => {
    expect(fields(headers, { sample: sample("(775) 555-0103") }))
      .toMatchObject({ Home: "phone_1", Cell: "phone_2", Work: "phone_3" });
  });
  it.each(["Yes", "2 Bay St", ""])("and not where it has %j", (home) => {
    expect(fields(headers, { sample: sample(home) })).not.toHaveProperty("Home");
  });
});

describe("several columns for one field", () => {
  it("the most trusted name is used first, the others fill its gaps", () => {
    const { columns } = resolveMapping(["PRIMARY_NAME_ORG", "PRIMARY_NAME_FULL"]);
    expect(columns).toMatchObject([
      { canonical: "owner_full", choice: 1, note: "where PRIMARY_NAME_FULL is empty" },
      { canonical: "owner_full", how: "synonym" },
    ]);
  });

  it("but only one column gives consent", () => {
    expect(fields(["Opt In", "Consent"])).toEqual({ Consent: "consent" });
  });
});

describe("values that are not kept", () => {
  it("identity documents", () => {
    const names = ["SSN_NUMBER", "DATE_OF_BIRTH", "PASSPORT_NUMBER", "DRIVERS_LICENSE_NUMBER"];
    for (const column of resolveMapping([...names, "Address"]).columns.slice(0, 4)) {
      expect(column).toMatchObject({ canonical: null, how: "ignored", note: "sensitive" });
    }
  });

  it("our own columns of a rejects file that is sent again", () => {
    expect(how(["Address", "Zip", "line", "reason", "detail"])).toEqual([
      ...["exact", "exact", "ignored", "ignored", "ignored"],
    ].map((h, k) => k === 0 ? "synonym" : h));
  });
});

describe("a file without any key", () => {
  it("is unusable, with a message that names the missing columns", () => {
    expect(resolveMapping(["column_1", "City"]).unusable).toMatch(/header row/);
    expect(resolveMapping(["street_number", "street_name"]).unusable).toBe(null);
    expect(resolveMapping(["Email"]).unusable).toBe(null);
    expect(resolveMapping(["Owner", "Phone 2"]).unusable).toBe(null);
  });

  it("a suffix belongs to a street only next to its name", () => {
    expect(fields(["First Name", "Last Name", "Suffix"])).not.toHaveProperty("Suffix");
    expect(fields(["street_name", "Suffix"])).toMatchObject({ Suffix: "suffix" });
  });
});
