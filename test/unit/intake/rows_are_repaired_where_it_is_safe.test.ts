import { describe, expect, it } from "vitest";
import {
  mapRow,
  resolveMapping,
  RowMapper,
  STAGE_COLUMNS,
} from "../../../edge-functions/_shared/intake/csv/index.ts";
import type { MappingOptions, StageRow } from "../../../edge-functions/_shared/intake/csv/index.ts";

/** One row given as `{ header: value }`. */
function map(record: Record<string, string>, options: MappingOptions = {}): StageRow {
  const mapping = resolveMapping(Object.keys(record), options);
  return mapRow(Object.values(record), mapping, { line: 2 });
}

/** The fields that are not empty, without the row's internal fields. */
function filled(record: Record<string, string>): Partial<StageRow> {
  const { line_no: _, raw: __, ...row } = map(record);
  return Object.fromEntries(
    Object.entries(row).filter(([, value]) =>
      value !== null && (typeof value !== "object" || Object.keys(value).length > 0)
    ),
  );
}

describe("a row", () => {
  it("has exactly the columns of stage_in, in their order", () => {
    expect(Object.keys(map({ Address: "1 Elm St" }))).toEqual([...STAGE_COLUMNS]);
    const reject = { code: "nul_byte" as const, detail: "…" };
    const rejected = mapRow(["x"], resolveMapping(["Address"]), { line: 3, reject });
    expect(Object.keys(rejected)).toEqual([...STAGE_COLUMNS]);
    expect(rejected).toMatchObject({
      line_no: 3,
      street: null,
      reject_code: "nul_byte",
      reject_detail: "…",
      raw: ["x"],
    });
  });

  it("of a valid record is mapped unchanged, without a warning", () => {
    expect(filled({
      "MAK": "8008006245",
      "FIPS": "06037",
      "APN": "4285-027-001",
      "Property Address": "1000 Ashland Ave",
      "Unit": "2",
      "Property City": "Santa Monica",
      "Property State": "CA",
      "Property Zip": "90405",
      "Owner 1 First Name": "Jane",
      "Owner 1 Last Name": "Null",
      "Mailing Address": "PO Box 7",
      "Mailing City": "Reno",
      "Mailing State": "NV",
      "Mailing Zip": "89501",
      "Phone 1": "(310) 555-0101",
      "Phone 1 Type": "Mobile",
      "PhoneResults": "PS01,PS07",
      "Email": "jane@example.com",
      "EmailResults": "ES01",
      "Results": "AS01,GS05",
      "Consent": "yes",
      "Consent Date": "2026-03-01",
      "Consent Method": "web form",
      "Lead Score": "71.5",
      "Bedrooms": "3",
    })).toEqual({
      mak: "8008006245",
      fips: "06037",
      apn: "4285-027-001",
      street: "1000 Ashland Ave",
      unit: "2",
      city: "Santa Monica",
      state: "CA",
      zip: "90405",
      owner_1_first: "Jane",
      owner_1_last: "Null",
      mail_street: "PO Box 7",
      mail_city: "Reno",
      mail_state: "NV",
      mail_zip: "89501",
      phones: [{ v: "(310) 555-0101", label: "mobile", codes: ["PS01", "PS07"] }],
      emails: [{ v: "jane@example.com", codes: ["ES01"] }],
      result_codes: "AS01,GS05",
      consent: "true",
      consented_at: "2026-03-01",
      consent_method: "web form",
      lead_score: "71.5",
      attributes: { Consent: "yes", Bedrooms: "3" },
    });
  });

  it("without any value is a reject", () => {
    expect(map({ Address: "", City: "" })).toMatchObject({ reject_code: "empty_row" });
  });

  it("keeps its original values, except sensitive ones", () => {
    expect(map({ Address: "1 Elm St", SSN: "123", Note: "x" }).raw).toEqual(["1 Elm St", "", "x"]);
    const mapper = new RowMapper(resolveMapping(["Address"]), { raw: "rejects" });
    expect(mapper.map({ line: 2, fields: ["1 Elm St"] }).raw).toBe(null);
    expect(mapper.map({ line: 2, fields: [""] }).raw).toEqual([""]);
  });

  it("shares no state with the row before it", () => {
    const mapper = new RowMapper(resolveMapping(["Address", "Zip", "Note"]));
    mapper.map({ line: 2, fields: ["1 Elm St", "85001-1234", "x"], padded: true });
    const { warnings, attributes } = mapper.map({ line: 3, fields: ["2 Elm St", "12345", ""] });
    expect([warnings, attributes]).toEqual([[], {}]);
  });
});

describe("repaired, with a warning", () => {
  const cases: [string, Record<string, string>, Partial<StageRow>][] = [
    ["a ZIP without its zero", { Zip: "2139" }, { zip: "02139", warnings: ["zip_leading_zero"] }],
    ["a ZIP without its two zeros", { Zip: "601" }, {
      zip: "00601",
      warnings: ["zip_leading_zero"],
    }],
    ["a short ZIP of a state that has zeros", { State: "N.J.", Zip: "7030" }, {
      state: "N.J.",
      zip: "07030",
      warnings: ["zip_leading_zero"],
    }],
    ["ZIP+4", { Zip: "85001-1234" }, {
      zip: "85001",
      warnings: ["zip_plus4"],
      attributes: { Zip: "85001-1234" },
    }],
    ["ZIP+4 without its dash and zero", { Zip: "21391234" }, {
      zip: "02139",
      warnings: ["zip_leading_zero", "zip_plus4"],
      attributes: { Zip: "21391234" },
    }],
    ["a ZIP as a number", { Zip: "85001.0" }, { zip: "85001", warnings: ["number_artifact"] }],
    ["a lone Zip+4 column", { "Zip": "", "Zip+4": "85001-1234" }, {
      zip: "85001",
      warnings: ["zip_plus4"],
      attributes: { "Zip+4": "85001-1234" },
    }],
    ["a parcel id as a number", { APN: "2029580065.00" }, {
      apn: "2029580065",
      warnings: ["number_artifact"],
    }],
    ["a phone as a number", { Phone: "6025550101.0" }, {
      phones: [{ v: "6025550101" }],
      warnings: ["number_artifact"],
    }],
    ["an APN in Excel's armour", { APN: '="0012345678"' }, {
      apn: "0012345678",
      warnings: ["excel_text"],
    }],
    ["a county code without its zero", { FIPS: "6037" }, {
      fips: "06037",
      warnings: ["fips_leading_zero"],
    }],
    ["a split street", { street_number: "100", street_name: "LARKIN PL" }, {
      street: "100 LARKIN PL",
      warnings: ["split_street"],
    }],
    ["a street in five columns", {
      "House Number": "12.0",
      "Pre Dir": "N",
      "Street Name": "Elm",
      "Street Suffix": "St",
      "Post Dir": "SW",
    }, { street: "12 N Elm St SW", warnings: ["number_artifact", "split_street"] }],
    ["a street beside its number", { "House Number": "12", "Street": "Elm St" }, {
      street: "12 Elm St",
      warnings: ["split_street"],
    }],
    ["two phones in one cell", { Phone: "602 555 0101 / 602 555 0102" }, {
      phones: [{ v: "602 555 0101" }, { v: "602 555 0102" }],
      warnings: ["multiple_values"],
    }],
    ["two e-mails in one cell", { Email: "a@example.com; b@example.com" }, {
      emails: [{ v: "a@example.com" }, { v: "b@example.com" }],
      warnings: ["multiple_values"],
    }],
  ];
  for (const [what, record, expected] of cases) {
    it(what, () => expect(filled(record)).toEqual(expected));
  }

  it("blanks around values", () => {
    const mapping = resolveMapping(["Address"]);
    expect(mapRow(["1 Elm St"], mapping, { line: 2, padded: true }).warnings).toEqual(["padding"]);
  });
});

describe("several columns for one field", () => {
  it("the first that is not empty is used, and another value is kept", () => {
    const names = (first: string, second: string) => {
      const { owner_full, attributes } = map({ Company: first, "Owner Name": second });
      return [owner_full, attributes];
    };
    expect(names("Acme LLC", "Jane Doe")).toEqual(["Jane Doe", { Company: "Acme LLC" }]);
    expect(names("Acme LLC", "n/a")).toEqual(["Acme LLC", {}]);
    expect(names("Jane Doe", "Jane Doe")).toEqual(["Jane Doe", {}]);
  });

  it("a cell is split only if each piece is valid alone", () => {
    expect(map({ Phone: "602 555 0101, ext 5" }).phones).toEqual([{ v: "602 555 0101" }]);
    expect(map({ Email: "jane doe@example.com" }).emails).toEqual([{ v: "jane doe@example.com" }]);
  });
});

describe("not used, but kept, with a warning", () => {
  const cases: [string, Record<string, string>, Partial<StageRow>][] = [
    ["a number whose digits are lost", { APN: "2.02958E+09" }, {
      warnings: ["scientific_notation"],
      attributes: { APN: "2.02958E+09" },
    }],
    ["a phone with all its digits", { Phone: "6.025550101E9" }, {
      phones: [{ v: "6025550101" }],
      warnings: ["number_artifact"],
    }],
    ["a number that may have been rounded", { APN: "2.0295800E+07" }, {
      warnings: ["scientific_notation"],
      attributes: { APN: "2.0295800E+07" },
    }],
    ["a phone whose digits are lost", { Phone: "6.02555E+9" }, {
      warnings: ["scientific_notation"],
      attributes: { Phone: "6.02555E+9" },
    }],
    ["a parcel_id that is a slug", { parcel_id: "100-larkin-pl" }, {
      warnings: ["parcel_id_not_apn"],
      attributes: { parcel_id: "100-larkin-pl" },
    }],
    ["a county code that is none", { FIPS: "37" }, {
      warnings: ["fips_invalid"],
      attributes: { FIPS: "37" },
    }],
    ["a short ZIP where none begins with a zero", { State: "Illinois", Zip: "6100" }, {
      state: "Illinois",
      warnings: ["zip_incomplete"],
      attributes: { Zip: "6100" },
    }],
    ["a ZIP that lost too much", { Zip: "123" }, {
      warnings: ["zip_incomplete"],
      attributes: { Zip: "123" },
    }],
    ["a score out of range", { "Lead Score": "101" }, {
      warnings: ["lead_score_invalid"],
      attributes: { "Lead Score": "101" },
    }],
    ["a date that can be read in two ways", { "Consent Date": "soon" }, {
      warnings: ["consented_at_unreadable"],
      attributes: { "Consent Date": "soon" },
    }],
    ["consent that is not explicit", { Consent: "maybe" }, {
      warnings: ["consent_not_explicit"],
      attributes: { Consent: "maybe" },
    }],
  ];
  for (const [what, record, expected] of cases) {
    it(what, () => expect(filled(record)).toEqual(expected));
  }

  it("more than five phones: the first five are used", () => {
    const phones = Object.fromEntries(
      Array.from({ length: 7 }, (_, k) => [`Phone ${k + 1}`, k === 2 ? "" : `602555010${k}`]),
    );
    const row = map(phones);
    expect(row.phones.map((p) => p.v)).toEqual([0, 1, 3, 4, 5].map((k) => `602555010${k}`));
    expect(row.warnings).toEqual(["contacts_over_five"]);
  });

  it("attributes over 200 or 16 KiB are dropped", () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, k) => [`x ${k} y`, "1"]));
    const row = map({ Address: "1 Elm St", ...many });
    expect(Object.keys(row.attributes)).toHaveLength(200);
    expect(row.warnings).toEqual(["attributes_truncated"]);
    const big = map({ Address: "1 Elm St", big: "x".repeat(17_000), small: "y" });
    expect(big.attributes).toEqual({ small: "y" });
    expect(big.warnings).toEqual(["attributes_truncated"]);
  });
});

describe("empty, without a warning", () => {
  for (const value of ["NULL", "-", "--", "#N/A", "(null)", "NaN"]) {
    it(`${value} in a field`, () => {
      const record = { APN: value, Address: value, Zip: value, Phone: value, Email: value };
      expect(filled({ ...record, MAK: value, FIPS: value })).toEqual({});
    });
  }

  it("words and zeros in place of a ZIP or an address", () => {
    expect(filled({ Zip: "00000", FIPS: "0", Address: "N/A", City: "unknown", State: "TBD" }))
      .toEqual({});
  });

  it("but Null and None are names", () => {
    expect(filled({ "First Name": "None", "Last Name": "Null" })).toEqual({
      owner_1_first: "None",
      owner_1_last: "Null",
    });
    expect(filled({ "First Name": "NULL", "Last Name": "n/a" })).toEqual({});
  });
});

describe("empty, with a warning", () => {
  for (const value of ["N/A", "n/a", "none", "UNKNOWN", "NOT AVAILABLE", "TBD", "Pending"]) {
    it(`${value} in place of an identifier or a contact`, () => {
      expect(filled({ APN: value, MAK: value, Phone: value, Email: value })).toEqual({
        warnings: ["filler_mak", "filler_apn", "filler_phone", "filler_email"],
      });
    });
  }

  it("zeros in place of an identifier or a phone", () => {
    expect(filled({ Phone: "0000000000", APN: "000-000-000", MAK: "0" }))
      .toEqual({ warnings: ["filler_mak", "filler_apn", "filler_phone"] });
    expect(filled({ Phone: "(000) 000-0000" })).toEqual({ warnings: ["filler_phone"] });
  });

  it("but a value in another column of the same field is used without one", () => {
    expect(filled({ APN: "N/A", "Parcel Number": "4285-027-001" })).toMatchObject({
      apn: "4285-027-001",
    });
    expect(map({ APN: "N/A", "Parcel Number": "4285-027-001" }).warnings).toEqual([]);
  });
});

describe("a one-line address", () => {
  const split = (line: string) => {
    const { street, unit, city, state, zip } = map({ "Full Address": line });
    return [street, unit, city, state, zip];
  };

  it("is split where commas and state make it certain", () => {
    expect(split("123 Main Street, Las Vegas NV 89132"))
      .toEqual(["123 Main Street", null, "Las Vegas", "NV", "89132"]);
    expect(split("123 Main St, Apt 4, Las Vegas, NV 89132-0001, USA"))
      .toEqual(["123 Main St", "Apt 4", "Las Vegas", "NV", "89132"]);
    expect(split("12 Elm St, Santa Fe, New Mexico, 87501"))
      .toEqual(["12 Elm St", null, "Santa Fe", "NM", "87501"]);
    expect(split("PO Box 7, Reno, NV")).toEqual(["PO Box 7", null, "Reno", "NV", null]);
    expect(map({ "Full Address": "1 Elm St, Reno NV 89501" })).toMatchObject({
      warnings: ["full_address_split"],
      attributes: { "Full Address": "1 Elm St, Reno NV 89501" },
    });
  });

  it("is split by its ZIP where the state is missing", () => {
    expect(split("173 John Lane, 08030")).toEqual(["173 John Lane", null, null, null, "08030"]);
    expect(split("329 Leatherwood Street, # 4, Las Vegas, 89117-0001"))
      .toEqual(["329 Leatherwood Street", "# 4", "Las Vegas", null, "89117"]);
    expect(map({ Address: "173 John Lane, 08030" })).toMatchObject({ zip: "08030" });
  });

  it("is left whole where a part is uncertain", () => {
    for (
      const line of [
        "Hardenbergstrasse 87, 66879",
        "1 Elm St, Highway 7, 89501",
        "133 New Bridge Road, Chinatown Point, Singapore 059413",
        "123 Main St Las Vegas NV 89132",
        "4 Hillview Rise, SINGAPORE 667979",
        "Suite 5, Elm House, Reno, NV 89501",
        "123 Main St, NV 89132",
        "1 Elm St, c/o Doe, Reno, NV 89501",
        "1 Elm St, Highway 7, NV 89501",
      ]
    ) {
      expect(split(line)).toEqual([line, null, null, null, null]);
      expect(map({ "Full Address": line }).warnings).toEqual(["address_not_split"]);
    }
  });

  it("does not overrule columns that are filled", () => {
    const row = map({
      ADDR_FULL: "9 Oak St, Reno, NV 89501",
      ADDR_LINE1: "1 Elm St",
      ADDR_CITY: "Mesa",
    });
    expect(row).toMatchObject({ street: "1 Elm St", city: "Mesa", zip: null, warnings: [] });
    expect(row.attributes).toEqual({ ADDR_FULL: "9 Oak St, Reno, NV 89501" });
  });

  it("in a street column is split too, if no other column has the city, state or ZIP", () => {
    expect(map({ Address: "1 Elm St, Reno, NV 89501" })).toMatchObject({
      street: "1 Elm St",
      city: "Reno",
    });
    expect(map({ Address: "1 Elm St, Reno, NV 89501", City: "Mesa" })).toMatchObject({
      street: "1 Elm St, Reno, NV 89501",
      city: "Mesa",
      zip: null,
    });
    expect(map({ "Mailing Address": "1 Elm St, Reno, NV 89501" })).toMatchObject({
      mail_street: "1 Elm St",
      mail_zip: "89501",
    });
  });
});

describe("consent", () => {
  const consent = (value: string) => map({ Consent: value }).consent;

  it("is true only for an explicit yes", () => {
    for (const yes of ["Yes", "y", "TRUE", "1", "Opted in"]) expect(consent(yes)).toBe("true");
    for (const no of ["No", "n", "false", "0", "opted out"]) expect(consent(no)).toBe("false");
    for (const other of ["", "?", "maybe", "2026-01-01", "x", "on file"]) {
      expect(consent(other)).toBe(null);
    }
  });

  it("has a date that the database can read", () => {
    const at = (value: string) => map({ "Consent Date": value }).consented_at;
    expect(at("3/7/2026")).toBe("2026-03-07");
    expect(at("3/7/2026 1:05 PM")).toBe("2026-03-07T13:05:00");
    expect(at("2026-03-07 13:05:09.123Z")).toBe("2026-03-07T13:05:09Z");
    expect(at("2026-03-07T13:05:09-07:00")).toBe("2026-03-07T13:05:09-07:00");
    for (
      const bad of [
        "2026-02-30",
        "13/13/2026",
        "7.3.2026",
        "2026-03-07 25:00",
        "1/1/26",
        "0026-03-07",
      ]
    ) {
      expect(at(bad)).toBe(null);
    }
  });
});

describe("real lists", () => {
  it("Santa Monica's parcels: the slug is an attribute, the APN is the APN", () => {
    const row = map({
      parcel_id: "1000-ashland-ave",
      street_number: "1000",
      street_name: "ASHLAND AVE",
      apn: "4285027001",
      first_seen_at: "2026-06-07",
    });
    expect(row).toMatchObject({ street: "1000 ASHLAND AVE", apn: "4285027001" });
    expect(row.attributes).toEqual({
      parcel_id: "1000-ashland-ave",
      first_seen_at: "2026-06-07",
    });
    const without = map({ parcel_id: "100-larkin-pl", street_number: "100", apn: "" });
    expect(without.apn).toBe(null);
  });

  it("Senzing's customers: name, one-line or split address, phone with its type", () => {
    expect(filled({
      PRIMARY_NAME_FULL: "",
      PRIMARY_NAME_ORG: "Acme LLC",
      PRIMARY_NAME_LAST: "Smith",
      ADDR_FULL: "",
      ADDR_LINE1: "1515 Adela Lane",
      ADDR_CITY: "Las Vegas",
      ADDR_STATE: "NV",
      ADDR_POSTAL_CODE: "89111",
      PHONE_NUMBER: "702-555-0130",
      PHONE_TYPE: "MOBILE",
      DATE_OF_BIRTH: "11/12/1978",
    })).toEqual({
      owner_full: "Acme LLC",
      owner_1_last: "Smith",
      street: "1515 Adela Lane",
      city: "Las Vegas",
      state: "NV",
      zip: "89111",
      phones: [{ v: "702-555-0130", label: "mobile" }],
    });
  });

  it("a corrected rejects file: the apostrophe against formulas is removed", () => {
    expect(filled({ Address: "1 Elm St", Phone: "'+1 602 555 0101", Note: "'-5" })).toEqual({
      street: "1 Elm St",
      phones: [{ v: "+1 602 555 0101" }],
      attributes: { Note: "-5" },
    });
  });
});
