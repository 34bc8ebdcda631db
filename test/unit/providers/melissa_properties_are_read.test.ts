// Melissa Property v4, by the answers of its OpenAPI document.
import { describe, expect, test } from "vitest";
import { classifyMelissa } from "../../../edge-functions/_shared/providers/melissa/classify.ts";
import { melissa } from "../../../edge-functions/_shared/providers/melissa/data.ts";
import { lookUpProperty } from "../../../edge-functions/_shared/providers/melissa/property.ts";
import { propertyOf } from "../../../edge-functions/_shared/providers/melissa/property_mapping.ts";
import type { PropertyQuestion } from "../../../edge-functions/_shared/providers/property.ts";

const settings = melissa.settings("default", { MELISSA_LICENSE_KEY: "key" })!;
const question: PropertyQuestion = {
  ...{ street: "1 Main St", city: "Los Angeles", state: "CA", zip: "90001" },
  ...{ countyFips: "06037", apn: "2029580065", mak: "9005381555" },
};
const recordsOf = (q: PropertyQuestion) =>
  JSON.parse(String(lookUpProperty.request(q, settings).body)).Records;

describe("a property is asked for", () => {
  test("by its MAK, else by its parcel, else by its address", () => {
    expect(recordsOf(question)).toEqual([{ RecordID: "1", MAK: "9005381555" }]);
    expect(recordsOf({ ...question, mak: null }))
      .toEqual([{ RecordID: "1", FIPS: "06037", APN: "2029580065" }]);
    expect(recordsOf({ ...question, mak: null, apn: null })).toEqual([{
      ...{ RecordID: "1", AddressLine1: "1 Main St", City: "Los Angeles", State: "CA" },
      PostalCode: "90001",
    }]);
  });

  test("without its owners, under the key that this product spells CustomerId", () => {
    const { url, body } = lookUpProperty.request(question, settings);
    expect(url).toBe("https://property.melissadata.net/v4/WEB/LookupProperty");
    const { CustomerId, Columns } = JSON.parse(String(body));
    expect(CustomerId).toBe("key");
    expect(Columns).not.toMatch(/Owner|All/);
  });

  test("once, however its address is spaced", () => {
    const one = { ...question, mak: null, apn: null };
    expect(lookUpProperty.normalise({ ...one, street: "1  main st" }))
      .toBe(lookUpProperty.normalise(one));
  });
});

const answer = (record: Record<string, unknown>) => ({
  TransmissionResults: "",
  Records: [{ Results: "YS02,YS07,YC01", ...record }],
});
const classify = (status: number, body: unknown) => {
  const { outcome, processed } = classifyMelissa({ status, body, header: () => null }, "property");
  return `${outcome} ${processed}`;
};

test.each<[number, unknown, string]>([
  [200, answer({ Parcel: { FIPSCode: "06037" }, PropertyAddress: {} }), "ok yes"],
  [200, answer({ Parcel: {}, PropertyAddress: { Address: "1 Main St" } }), "ok yes"],
  [200, answer({ Parcel: {}, PropertyAddress: { Address: " " } }), "empty yes"],
  [200, answer({}), "empty yes"],
  [200, { TransmissionResults: "", Records: [] }, "empty yes"],
  [200, { TransmissionResults: "GE14", Records: [] }, "out_of_credit no"],
  [200, { TransmissionResults: "" }, "retry_after maybe"],
  [400, { title: "One or more validation errors occurred.", status: 400 }, "bad_request no"],
])("status %i with %j is %s", (status, body, expected) => {
  expect(classify(status, body)).toBe(expected);
});

test("the codes of a property that nobody knows are those of the call", () => {
  const body = { TransmissionResults: "", Records: [{ Results: "YE01,YE02" }] };
  expect(classifyMelissa({ status: 200, body, header: () => null }, "property").code)
    .toBe("YE01,YE02");
});

const read = (record: Record<string, unknown>) =>
  propertyOf(lookUpProperty.schema.parse(answer(record)));

test("the documented example: what is 0 is unknown, and one sale has two dates", () => {
  expect(read({
    Parcel: {
      ...{ FIPSCode: "48157", UnformattedAPN: "2320-02-001-0210-907" },
      FormattedAPN: "2320020010210907",
    },
    PropertyAddress: {},
    CurrentDeed: { MortgageAmount: "0", MortgageDate: "20221222", MortgageDueDate: "" },
    SaleInfo: {
      ...{ AssessorLastSaleDate: "20221221", AssessorLastSaleAmount: "0" },
      ...{ AssessorPriorSaleDate: "19990325", AssessorPriorSaleAmount: "212500" },
      ...{ DeedLastSaleDate: "20221222", DeedLastSalePrice: "0" },
    },
    EstimatedValue: {},
  })).toEqual({
    property: {
      ...{ street: null, city: null, state: null, zip: null, mak: null },
      ...{ countyFips: "48157", apn: "2320-02-001-0210-907" },
    },
    facts: [
      { name: "sale", as_of: "2022-12-22", entry: "" },
      { name: "sale", as_of: "1999-03-25", entry: "", amount_usd: 212500 },
    ],
    codes: ["YS02", "YS07", "YC01"],
  });
});

test("value, both mortgages of the deed, sales with a price, and a later transfer", () => {
  expect(
    read({
      Parcel: { FIPSCode: "06037" },
      CurrentDeed: {
        ...{ MortgageAmount: "300000", MortgageDate: "20200203", MortgageDueDate: "20500301" },
        ...{ MortgageLoanTypeCode: "CNV", SecondMortgageAmount: "50000" },
      },
      SaleInfo: {
        ...{ DeedLastSaleDate: "20200203", DeedLastSalePrice: "0", DeedLastDocumentNumber: "77" },
        ...{ AssessorLastSaleDate: "20200201", AssessorLastSaleAmount: "410000" },
        LastOwnershipTransferDate: "20240105",
        LastOwnershipTransferDocumentNumber: "99",
      },
      EstimatedValue: {
        ...{ EstimatedValue: "500000", EstimatedMinValue: "450000", EstimatedMaxValue: "550000" },
        ...{ ConfidenceScore: "91", ValuationDate: "20261031" },
      },
    }).facts,
  ).toEqual([
    {
      ...{ name: "value", as_of: "2026-10-31", amount_usd: 500000 },
      details: { low: 450000, high: 550000, confidence: 91 },
    },
    {
      ...{ name: "mortgage", as_of: "2020-02-03", entry: "", amount_usd: 300000 },
      details: { type: "CNV", due: "2050-03-01" },
    },
    { name: "mortgage", as_of: "2020-02-03", entry: "2", amount_usd: 50000, details: {} },
    { name: "sale", as_of: "2020-02-01", entry: "", amount_usd: 410000 },
    { name: "sale", as_of: "2024-01-05", entry: "99" },
  ]);
});

test("a value without the date of its valuation is not stored", () => {
  expect(
    read({ Parcel: { FIPSCode: "06037" }, EstimatedValue: { EstimatedValue: "500000" } }).facts,
  )
    .toEqual([]);
});
