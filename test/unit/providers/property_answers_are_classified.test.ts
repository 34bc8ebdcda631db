import { describe, expect, test } from "vitest";
import { classifyAttom } from "../../../edge-functions/_shared/providers/attom/classify.ts";
import { attom } from "../../../edge-functions/_shared/providers/attom/data.ts";
import {
  equityOf,
  foreclosuresOf,
  mortgageOf,
  salesOf,
  valuationOf,
} from "../../../edge-functions/_shared/providers/attom/mapping.ts";
import { classifyGoogle } from "../../../edge-functions/_shared/providers/google/classify.ts";
import { positionOf } from "../../../edge-functions/_shared/providers/google/mapping.ts";
import { amountOf, dayOf } from "../../../edge-functions/_shared/providers/property.ts";
import type {
  RawAnswer,
  Verdict,
} from "../../../edge-functions/_shared/providers/gateway/types.ts";

const classify = (by: (answer: RawAnswer) => Verdict, status: number, body: unknown) => {
  const { outcome, processed } = by({ status, body, header: () => null });
  return `${outcome} ${processed}`;
};
const status = (msg: string, property?: unknown[]) => ({ status: { code: 0, msg }, property });

describe("ATTOM", () => {
  test.each<[number, unknown, string]>([
    [200, status("SuccessWithResult", [{}]), "ok yes"],
    [200, status("SuccessWithoutResult", []), "empty yes"],
    [400, status("SuccessWithoutResult"), "empty no"],
    [400, status("Invalid parameter combination"), "bad_request no"],
    [200, status("SuccessWithResult", []), "empty yes"],
    [200, { Response: {} }, "retry_after maybe"],
    [401, status("Unauthorized"), "auth no"],
    [403, null, "auth no"],
    [429, status("Quota Exceeded"), "out_of_credit no"],
    [429, null, "slow_down no"],
    [500, status("SuccessWithoutResult"), "retry_after maybe"],
    [503, null, "retry_after maybe"],
    [200, { PreforeclosureDetails: { Default: [{}], Auction: [] } }, "ok yes"],
    [200, { PreforeclosureDetails: { Default: {}, Auction: null } }, "ok yes"],
    [200, { PreforeclosureDetails: { Default: [], Auction: [] } }, "empty yes"],
    [200, { PreforeclosureDetails: null }, "retry_after maybe"],
  ])("status %i with %j is %s", (code, body, expected) => {
    expect(classify(classifyAttom, code, body)).toBe(expected);
  });

  const property = {
    identifier: { fips: "06037", apn: "2029-580-065", attomId: 7 },
    address: { line1: "1 MAIN ST", locality: "LOS ANGELES", countrySubd: "CA", postal1: "90001" },
  };
  const named = {
    ...{ street: "1 MAIN ST", city: "LOS ANGELES", state: "CA", zip: "90001" },
    ...{ countyFips: "06037", apn: "2029-580-065", mak: null },
  };

  test("values, mortgages and sales are facts as of their date", () => {
    const ok = { msg: "SuccessWithResult" };
    expect(valuationOf({
      status: ok,
      property: [{
        ...property,
        avm: {
          eventDate: "2026-10-31",
          amount: { value: 500000, low: 450000, high: 550000, scr: 91 },
        },
      }],
    })).toEqual({
      property: named,
      facts: [{
        name: "value",
        as_of: "2026-10-31",
        amount_usd: 500000,
        details: { low: 450000, high: 550000, confidence: 91 },
      }],
    });
    expect(
      mortgageOf({
        status: ok,
        property: [{ ...property, mortgage: { amount: 300000, date: "2020-02-03", term: 360 } }],
      }).facts,
    ).toEqual([
      { name: "mortgage", as_of: "2020-02-03", amount_usd: 300000, details: { term: "360" } },
    ]);
    expect(
      salesOf({
        status: ok,
        property: [{
          ...property,
          saleHistory: [
            { saleTransDate: "2017-04-27", amount: { saleAmt: 392000, saleDocNum: "1712929014" } },
            { saleTransDate: "1999-01-02", amount: { saleAmt: 0 } },
            { saleTransDate: null, amount: { saleAmt: 5 } },
          ],
        }],
      }).facts,
    ).toEqual([
      {
        ...{ name: "sale", as_of: "2017-04-27", entry: "1712929014", amount_usd: 392000 },
        details: {},
      },
      { name: "sale", as_of: "1999-01-02", entry: "", amount_usd: undefined, details: {} },
    ]);
  });

  const equity = (homeEquity: Record<string, unknown>, avm: Record<string, unknown> = {}) =>
    equityOf({ status: { msg: "SuccessWithResult" }, property: [{ ...property, avm, homeEquity }] })
      .facts.map(({ as_of, amount_usd, details }) => ({ as_of, amount_usd, ...details }));
  const day = "2026-10-01";

  test("equity is as of its record, also below zero, and unknown where nothing is known of it", () => {
    expect(equity({
      ...{ estimatedAvailableEquity: "-12,000", LTV: 104, totalEstimatedLoanBalance: 312000 },
      recordLastUpdated: day,
    })).toEqual([{ as_of: day, amount_usd: -12000, ltv: 104, loans: 312000 }]);
    expect(equity({ estimatedAvailableEquity: 0, LTV: 100 }, { eventDate: day }))
      .toEqual([{ as_of: day, amount_usd: 0, ltv: 100 }]);
    expect(equity({ estimatedAvailableEquity: 0, recordLastUpdated: day })).toEqual([]);
    expect(equity({ estimatedAvailableEquity: 5000, LTV: 90 })).toEqual([]);
    expect(equity({ recordLastUpdated: day })).toEqual([]);
  });

  test("foreclosures are events of the property that is named, without their ends and without persons", () => {
    const { property: where, facts } = foreclosuresOf(
      attom.endpoints.foreclosures!.schema.parse({
        PreforeclosureDetails: {
          PropertyIdentification: {
            ...{ streetAddress: "1 MAIN ST", city: "LOS ANGELES", stateCode: "CA", zip5: 90001 },
          },
          Default: [{
            ...{ foreclosureID: 5, recordType: "NOD", foreclosureRecordingDate: "2026-03-02" },
            ...{ caseNumber: "C-1", defaultAmount: 15000, borrowerNameOwner: "Ann Ames" },
          }, {
            ...{ foreclosureID: 6, recordType: "Release of Lis Pendens" },
            foreclosureRecordingDate: "2026-05-02",
          }, { recordType: "NTS", foreclosureInstrumentDate: "20260601" }],
          Auction: { foreclosureID: "5", auctionDate: "2026-12-24" },
        },
      }),
    );
    expect(where).toEqual({ ...named, countyFips: null, apn: null });
    expect(facts).toEqual([{
      ...{ name: "foreclosure", as_of: "2026-03-02", entry: "C-1", amount_usd: 15000 },
      details: { type: "NOD", auction: "2026-12-24" },
    }, {
      ...{ name: "foreclosure", as_of: "2026-06-01", entry: "", amount_usd: undefined },
      details: { type: "NTS" },
    }]);
  });

  test("an address is asked about in two lines, and a parcel without one by its number", () => {
    const settings = attom.settings("default", { ATTOM_API_KEY: "k" })!;
    const asked = (q: typeof named) => attom.endpoints.valuation!.request(q, settings);
    expect(asked(named).url).toContain("address1=1+MAIN+ST&address2=LOS+ANGELES%2C+CA+90001");
    expect(asked({ ...named, street: null as unknown as string }).url)
      .toContain("fips=06037&apn=2029-580-065");
    expect(asked(named).headers).toEqual({ apikey: "k" });
  });
});

describe("Google", () => {
  test.each<[number, unknown, string]>([
    [200, { status: "OK", results: [] }, "ok yes"],
    [200, { status: "OK" }, "retry_after maybe"],
    [200, { status: "ZERO_RESULTS", results: [] }, "empty yes"],
    [200, { status: "OVER_QUERY_LIMIT" }, "slow_down no"],
    [200, { status: "OVER_DAILY_LIMIT" }, "out_of_credit no"],
    [200, { status: "REQUEST_DENIED" }, "auth no"],
    [200, { status: "INVALID_REQUEST" }, "bad_request no"],
    [200, { status: "UNKNOWN_ERROR" }, "retry_after maybe"],
    [200, { status: "toString" }, "retry_after maybe"],
    [403, null, "auth no"],
    [500, null, "retry_after maybe"],
  ])("status %i with %j is %s", (code, body, expected) => {
    expect(classify(classifyGoogle, code, body)).toBe(expected);
  });

  const result = (type: string, partial?: boolean, id = "p") => ({
    place_id: id,
    geometry: { location: { lat: 1, lng: 2 }, location_type: type },
    partial_match: partial,
  });
  test.each<[string, ReturnType<typeof result>[], boolean]>([
    ["the roof", [result("ROOFTOP")], true],
    ["the roof, with a street beside it", [result("APPROXIMATE"), result("ROOFTOP")], true],
    ["a part of the address", [result("ROOFTOP", true)], false],
    ["a place between two houses", [result("RANGE_INTERPOLATED")], false],
    ["the middle of a street", [result("GEOMETRIC_CENTER")], false],
    ["two roofs", [result("ROOFTOP"), result("ROOFTOP", false, "q")], false],
    ["nothing", [], false],
  ])("%s", (_, results, accepted) => {
    expect(positionOf({ status: "OK", results }) !== null).toBe(accepted);
  });
});

test.each([
  ["2026-10-31", "2026-10-31"],
  ["20261031", "2026-10-31"],
  ["10/1/2026", "2026-10-01"],
  ["2026-02-31", null],
  ["", null],
  [null, null],
])("the date %s is %s", (text, day) => expect(dayOf(text)).toBe(day));

test.each([[5, 5], ["$1,200.50", 1200.5], [0, undefined], ["", undefined], [-1, undefined]])(
  "the amount %s is %s",
  (value, amount) => expect(amountOf(value)).toBe(amount),
);
