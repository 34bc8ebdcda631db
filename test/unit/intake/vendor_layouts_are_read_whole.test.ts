import { describe, expect, it } from "vitest";
import { mapRow, resolveMapping } from "../../../edge-functions/_shared/intake/csv/index.ts";

const map = (record: Record<string, string>) =>
  mapRow(Object.values(record), resolveMapping(Object.keys(record)), { line: 2 });

describe("a number that the list marks is kept and refused", () => {
  const refused = (mark: Record<string, string>) =>
    map({ Address: "1 Elm St", Zip: "85001", "Phone 1": "602-555-0101", ...mark }).phones[0]
      ?.refused;

  for (const mark of ["Yes", "Y", "TRUE", "1", "DNC", "National", "2019-04-02", "maybe"]) {
    it(`by ${mark}`, () => {
      expect(refused({ "Phone 1 DNC": mark })).toBe("dnc");
      expect(refused({ DNC: mark })).toBe("dnc");
      expect(refused({ Litigator: mark })).toBe("litigator");
      expect(refused({ "Phone 1 Litigator": mark, "Phone 1 DNC": mark })).toBe("litigator");
    });
  }
  for (const mark of ["", "No", "N", "FALSE", "0", "Clean", "N/A", "not DNC"]) {
    it(`and not by "${mark}"`, () => {
      expect(refused({ "Phone 1 DNC": mark, DNC: mark, Litigator: mark })).toBeUndefined();
    });
  }
  it("and another phone of the row is not", () => {
    const { phones } = map({
      ...{ Address: "1 Elm St", "Phone 1": "602-555-0101", "Phone 1 DNC": "Yes" },
      ...{ "Phone 2": "602-555-0102", "Phone 2 DNC": "No" },
    });
    expect(phones.map(({ refused }) => refused)).toEqual(["dnc", undefined]);
  });
});

describe("each layout gives property, mailing address and owner", () => {
  const cases: [string, Record<string, string>, object][] = [
    ["ESRI parcels", {
      ...{ PARCELID: "12-34-567", SITEADRESS: "1 Oak St", OWNERNME1: "DOE JO", OWNERNME2: "" },
      ...{ PSTLADRESS: "PO Box 2", PSTLCITY: "Mesa", PSTLSTATE: "AZ", PSTLZIP5: "85201" },
    }, { apn: "12-34-567", street: "1 Oak St", owner_full: "DOE JO", mail_zip: "85201" }],
    ["ESRI parcels of another spelling", {
      ...{ PARCELID: "12-34-567", SITEADDRESS: "1 Oak St", CITYNME: "MESA", STATENME: "AZ" },
      ...{ OWNERNME1: "DOE JO", OWNERNME2: "DOE AL", COUNTYNME: "MARICOPA", PSTLZIP5: "85201" },
      ...{ PSTLADDRESS: "PO Box 2", PSTLCITY: "Mesa", PSTLSTATE: "AZ" },
    }, {
      ...{ street: "1 Oak St", city: "MESA", state: "AZ", county: "MARICOPA", mail_zip: "85201" },
      ...{ owner_full: "DOE JO", attributes: { OWNERNME2: "DOE AL" } },
    }],
    ["Florida NAL", {
      ...{ CO_NO: "16", PARCEL_ID: "4942 07 01 0010", OWN_NAME: "DOE JO", OWN_ADDR1: "2 Bay Rd" },
      ...{ OWN_CITY: "Reno", OWN_STATE: "NV", OWN_ZIPCD: "89501", PHY_ADDR1: "3 Palm Ave" },
      ...{ PHY_CITY: "Davie", PHY_ZIPCD: "33314", OWN_ADDR2: "APT 4" },
    }, {
      ...{ county: null, street: "3 Palm Ave", unit: null, zip: "33314", mail_street: "2 Bay Rd" },
      mail_unit: "APT 4",
    }],
    ["a Texas district", {
      ...{ prop_id: "77", geo_id: "R-12-34567", py_owner_name: "DOE JO", situs_num: "100" },
      ...{ situs_street_prefx: "N", situs_street: "MAIN", situs_street_sufix: "ST" },
      ...{ situs_city: "Waco", situs_zip: "76701", py_addr_line1: "PO Box 3" },
    }, { street: "100 N MAIN ST", apn: "R-12-34567", mail_street: "PO Box 3", zip: "76701" }],
    ["Los Angeles", {
      ...{ AIN: "4285-027-001", SitusHouseNo: "1000", SitusFraction: "", SitusDirection: "S" },
      ...{ SitusStreet: "HOPE ST", SitusUnit: "7", SitusCity: "LOS ANGELES", SitusZIP: "90015" },
    }, { street: "1000 S HOPE ST", unit: "7", apn: "4285-027-001" }],
    ["Los Angeles, with a fraction", {
      ...{ AIN: "4285-027-002", SitusHouseNo: "1000", SitusFraction: "1/2", SitusDirection: "S" },
      ...{ SitusStreet: "HOPE ST", SitusUnit: "", SitusCity: "LOS ANGELES CA", SitusZIP: "90015" },
    }, { street: "1000 1/2 S HOPE ST", city: "LOS ANGELES", state: "CA", zip: "90015" }],
    ["a letter behind the house number", {
      ...{ "House Number": "12", "House Number Suffix": "b", "Street Name": "ELM" },
      ...{ "Street Suffix": "ST", Zip: "85201" },
    }, { street: "12B ELM ST" }],
    ["Google Contacts", {
      ...{ "First Name": "Jo", "Last Name": "Doe", "E-mail 1 - Value": "jo@example.com" },
      ...{ "Phone 1 - Label": "Mobile", "Phone 1 - Value": "602-555-0101" },
      ...{ "Address 1 - Street": "1 Elm St", "Address 1 - City": "Mesa" },
      ...{ "Address 1 - Region": "AZ", "Address 1 - Postal Code": "85201" },
    }, {
      street: "1 Elm St",
      state: "AZ",
      phones: [{ v: "602-555-0101", label: "mobile" }],
      emails: [{ v: "jo@example.com" }],
    }],
    ["ListSource", {
      ...{ "PROPERTY ADDRESS": "1 Elm St", "PROPERTY CITY": "Mesa", "PROPERTY STATE": "AZ" },
      ...{ "PROPERTY ZIP/ZIP+4": "85201", "OWNER 1 LABEL NAME": "Jo Doe" },
      ...{ "MAILING STREET ADDRESS": "PO Box 2", "MAIL CITY": "Mesa", "MAIL STATE": "AZ" },
      ...{
        "MAIL ZIP/ZIP+4": "85202",
        "APN - FORMATTED": "12-34-567",
        "APN - UNFORMATTED": "1234567",
      },
    }, { zip: "85201", mail_street: "PO Box 2", mail_zip: "85202", apn: "12-34-567" }],
    ["HubSpot", {
      ...{ "First Name": "Jo", "Last Name": "Doe", "Street Address": "1 Elm St", City: "Mesa" },
      ...{ "State/Region": "AZ", "Postal Code": "85201", "Company Name": "Blue Door" },
    }, { state: "AZ", zip: "85201", owner_1_last: "Doe", owner_full: null }],
    ["Salesforce", {
      ...{ "Last Name": "Doe", "Mailing Street": "1 Elm St", "Mailing City": "Mesa" },
      ...{ "Mailing State/Province": "AZ", "Mailing Zip/Postal Code": "85201" },
    }, { mail_street: "1 Elm St", mail_state: "AZ", mail_zip: "85201" }],
    ["Assigns", {
      ...{ FirstName: "Jo", PropertyAddress: "1 Elm St", PropertyPostalCode: "85201" },
      ...{ RecipientAddress: "PO Box 2", RecipientPostalCode: "85202" },
      ...{ Contact1Name: "Jo Doe", Contact1Phone_1: "6025550101.0", Contact1Phone_1_DNC: "True" },
      ...{ Contact2Name: "Al Doe", Contact2Phone_1: "6025550102.0" },
    }, {
      mail_zip: "85202",
      owner_full: "Jo Doe",
      phones: [{ v: "6025550101", refused: "dnc" }, { v: "6025550102" }],
      ...{ owner_2_first: "Al", owner_2_last: "Doe" },
    }],
    ["a skip trace beside the sender's own values", {
      ...{ INPUT_FIRST_NAME: "Jo", INPUT_LAST_NAME: "Doe", INPUT_ADDRESS: "1 Elm St" },
      ...{
        INPUT_CITY: "Mesa",
        INPUT_STATE: "AZ",
        INPUT_ZIP: "85201",
        INPUT_MAILING_ADDRESS: "PO Box 2",
      },
      ...{ INPUT_PHONE: "602-555-0103", PHONE_1: "602-555-0101" },
    }, {
      ...{ owner_1_first: "Jo", owner_1_last: "Doe", street: "1 Elm St", city: "Mesa" },
      ...{ state: "AZ", zip: "85201", mail_street: "PO Box 2" },
      phones: [{ v: "602-555-0101" }, { v: "602-555-0103" }],
    }],
    ["two owners in full", { "Owner Name": "Jo Doe", "Owner Name 2": "LEE, ANN" }, {
      ...{ owner_full: "Jo Doe", owner_2_first: "ANN", owner_2_last: "LEE" },
    }],
    ["a company as the second owner", { "Owner 1": "Jo Doe", "Owner 2": "Elm Holdings LLC" }, {
      ...{ owner_full: "Jo Doe", owner_2_first: null, owner_2_last: "Elm Holdings LLC" },
    }],
    ["city, state and ZIP in one column", {
      ...{ Address: "1 Elm St", "City/St/Zip": "San Luis Obispo, CA 93401-1234" },
      ...{ "Mailing Address": "PO Box 2", "Mailing City State Zip": "RENO NV 89501" },
    }, {
      ...{ city: "San Luis Obispo", state: "CA", zip: "93401" },
      ...{ mail_city: "RENO", mail_state: "NV", mail_zip: "89501" },
    }],
  ];
  it.each(cases)("%s", (_, record, expected) => {
    expect(map(record)).toMatchObject(expected);
  });
});

describe("a column called Mailing", () => {
  const headers = ["Grantor/Owner", "Situs", "Situs City St Zip", "Mailing", "Mailing City St Zip"];
  const read = (mailing: string) => {
    const row = ["DOE JO", "1 ELM ST", "MESA, AZ 85201", mailing, "RENO, NV 89505"];
    return mapRow(row, resolveMapping(headers, { sample: [row] }), { line: 2 });
  };
  it("is the street of the mailing address where it has addresses", () => {
    expect(read("PO BOX 1")).toMatchObject({
      ...{ owner_full: "DOE JO", mail_street: "PO BOX 1", mail_city: "RENO", mail_zip: "89505" },
    });
  });
  it("and not where it says yes", () => {
    expect(read("Yes")).toMatchObject({ mail_street: null, attributes: { Mailing: "Yes" } });
  });
});

describe("the second line of a mailing address", () => {
  const nal = (line: string) =>
    map({
      ...{ CO_NO: "16", PARCEL_ID: "4942 07 01 0010", OWN_NAME: "DOE JO", OWN_ADDR1: "2 Bay Rd" },
      ...{ OWN_ADDR2: line, PHY_ADDR1: "3 Palm Ave", PHY_CITY: "Davie", PHY_ZIPCD: "33314" },
    });
  it.each(["APT 4", "#12B", "UNIT PH-3", "STE 200", "1204", "4-B", "PH 2"])(
    "%s is its unit",
    (line) => {
      expect(nal(line)).toMatchObject({ mail_street: "2 Bay Rd", mail_unit: line, unit: null });
    },
  );
  it.each(["C/O ANN LEE", "PO BOX 9", "ATTN TAX DEPT", "% ANN LEE", "BLUE DOOR TRUST", "FL 33314"])(
    "%s is none, and kept",
    (line) => {
      const row = nal(line);
      expect(row.mail_unit).toBeNull();
      expect(row.attributes).toMatchObject({ OWN_ADDR2: line });
    },
  );
});

describe("a second address", () => {
  const header = ["Address", "City", "State", "Zip", "Address_2", "City_2", "State_2", "Zip_2"];
  const fields = ["1 Ash St", "Reno", "NV", "89501", "9 Bay St", "Mesa", "AZ", "85201"];

  it("with its city is the mailing address, never a unit", () => {
    const row = mapRow(fields, resolveMapping(header), { line: 2 });
    expect(row).toMatchObject({ street: "1 Ash St", unit: null, mail_street: "9 Bay St" });
    expect(row).toMatchObject({ mail_city: "Mesa", mail_state: "AZ", mail_zip: "85201" });
  });
  it("with its city, state and ZIP in one column is the mailing address, too", () => {
    const header = ["Address", "City/State/Zip", "Address 2", "City/State/Zip_2"];
    const row = mapRow(
      ["1 Ash St", "Reno, NV 89501", "9 Bay St", "Mesa, AZ 85201"],
      resolveMapping(header),
      { line: 2 },
    );
    expect(row).toMatchObject({ street: "1 Ash St", unit: null, mail_street: "9 Bay St" });
    expect(row).toMatchObject({ city: "Reno", mail_city: "Mesa", mail_zip: "85201" });
  });
  const blocks = (one: string, two: string) => [
    ...[one, "City", "State", "Zip"],
    ...[two, "City_2", "State_2", "Zip_2"],
  ];
  it.each([
    ["Property Street", "Owner Street", { street: "1 Ash St", city: "Reno", mail_city: "Mesa" }],
    ["Mailing Address", "Site Address", { street: "9 Bay St", city: "Mesa", mail_city: "Reno" }],
  ])("after %s, and %s: each city belongs to the street before it", (one, two, expected) => {
    const row = mapRow(fields, resolveMapping(blocks(one, two)), { line: 2 });
    expect(row).toMatchObject(expected);
    expect(row.attributes).toEqual({});
  });
  it("line without a city is a unit", () => {
    expect(map({ "Address 1": "1 Ash St", "Address 2": "Apt 4", City: "Reno" }))
      .toMatchObject({ street: "1 Ash St", unit: "Apt 4", mail_street: null });
  });
});

describe("a mistyped e-mail domain", () => {
  it.each(["jo@gmial.com", "jo@gmail.con", "jo@yaho.com", "jo@hotmail.comm"])(
    "%s is warned of, and not changed",
    (value) => {
      const row = map({ Address: "1 Elm St", Email: value });
      expect(row).toMatchObject({ emails: [{ v: value }], warnings: ["email_typo"] });
    },
  );
  it.each(["jo@gmail.com", "jo@example.com", "jo@yahoo.co", "jo@example.co"])(
    "%s is not",
    (value) => expect(map({ Address: "1 Elm St", Email: value }).warnings).toEqual([]),
  );
});
