import { describe, expect, it } from "vitest";
import { mapRow, resolveMapping } from "../../../edge-functions/_shared/intake/csv/index.ts";

const phones = (cell: string) => mapRow([cell], resolveMapping(["Phone"]), { line: 2 });
const emails = (cell: string) =>
  mapRow([cell], resolveMapping(["Email"]), { line: 2 }).emails.map((email) => email.v);

describe("each phone cell gives the numbers written in it", () => {
  const cases: [string, string[]][] = [
    ["602-555-0101 / 602-555-0102", ["602-555-0101", "602-555-0102"]],
    ["602/555-0101", ["602-555-0101"]],
    ["602-555-0101 x12", ["602-555-0101"]],
    ["1-602-555-0101 ext. 4", ["1-602-555-0101"]],
    ["+1.602.555.0101", ["+1.602.555.0101"]],
    ["tel:+16025550101", ["+16025550101"]],
    ["602.555.0109 or 602.555.0110", ["602.555.0109", "602.555.0110"]],
    ["602 555 0101;602 555 0102", ["602 555 0101", "602 555 0102"]],
    ["6025550101 6025550102", ["6025550101", "6025550102"]],
    ["(602)555-0101, (602)555-0102", ["(602)555-0101", "(602)555-0102"]],
    ["602\u2011555\u20110101", ["602-555-0101"]],
    ["0016025550101", ["+16025550101"]],
    ["602/555/0101", ["602-555-0101"]],
    ["602-555-0101/0102", ["602-555-0101"]],
    ["602-555-0101 or 0102", ["602-555-0101"]],
    ["(C) 602-555-0101 (H) 602-555-0102", ["602-555-0101", "602-555-0102"]],
    ["Al 602-555-0101 / Bo 602-555-0102", ["602-555-0101", "602-555-0102"]],
    ["+1 (602) 555-0101;ext=12", ["+1 (602) 555-0101"]],
    ["'6025550101", ["6025550101"]],
    ["n/a", []],
    ["000-000-0000", []],
  ];
  for (const [cell, expected] of cases) {
    it(cell, () => {
      expect(phones(cell).phones.map((phone) => phone.v)).toEqual(expected);
    });
  }

  for (
    const cell of [
      "+44 20 7946 0118",
      "011 52 55 5555 0119",
      "+52 602 555 0119",
      "602-555-01234",
      "602-CALL-NOW",
    ]
  ) {
    it(`nothing is cut out of ${cell}`, () => {
      expect(phones(cell).phones).toEqual([{ v: cell }]);
    });
  }

  const labels: [string, (string | undefined)[]][] = [
    ["(602) 555-0101 (cell)", ["mobile"]],
    ["Mobile 602-555-0101", ["mobile"]],
    ["H: 602-555-0113 C: 602-555-0114", ["home", "mobile"]],
    ["602-555-0101 (home), 602-555-0102 (work)", ["home", "work"]],
    ["602-555-0101 cell, 602-555-0102", ["mobile", undefined]],
  ];
  for (const [cell, expected] of labels) {
    it(`with the kind of line: ${cell}`, () => {
      expect(phones(cell).phones.map((phone) => phone.label)).toEqual(expected);
    });
  }

  it("except numbers of faxes", () => {
    for (const cell of ["fax 602-555-0101", "F: 602-555-0101"]) {
      expect(phones(cell)).toMatchObject({ phones: [], warnings: ["contact_marked_unusable"] });
    }
    for (
      const cell of [
        "P: 602-555-0101 F: 602-555-0102",
        "602-555-0101, fax: 602-555-0102",
        "602-555-0101 / fax no. 602-555-0102",
        "Fax: 602-555-0102, 602-555-0101",
      ]
    ) {
      expect(phones(cell)).toMatchObject({
        phones: [{ v: "602-555-0101" }],
        warnings: ["contact_marked_unusable"],
      });
    }
  });

  it("and those that are marked as not to be called are refused", () => {
    const [a, b] = ["602-555-0101", "602-555-0102"] as const;
    for (const cell of [`${a} (DNC)`, `do not call ${a}`]) {
      expect(phones(cell)).toMatchObject({
        phones: [{ v: a, refused: "dnc" }],
        warnings: ["phone_refused"],
      });
    }
    expect(phones(`${a} opted out`).phones).toEqual([{ v: a, refused: "dnc" }]);
    expect(phones(`${a} (do not text)`).phones).toEqual([{ v: a, refused: "texts" }]);
    for (const cell of [`${a} wrong number`, `${a} (disconnected)`]) {
      expect(phones(cell)).toMatchObject({
        phones: [{ v: a, refused: "wrong" }],
        warnings: ["phone_refused"],
      });
    }
    expect(phones(`${a} litigator`).phones).toEqual([{ v: a, refused: "litigator" }]);
    expect(phones(`${a}, ${b} (DNC)`).phones).toEqual([{ v: a }, { v: b, refused: "dnc" }]);
    expect(phones(`${a} (DNC), ${b}`).phones).toEqual([{ v: a, refused: "dnc" }, { v: b }]);
    expect(phones(`DNC ${a}, ${b}`).phones.map(({ refused }) => refused)).toEqual(["dnc", "dnc"]);
  });
});

describe("each e-mail cell gives the addresses written in it", () => {
  const cases: [string, string[]][] = [
    ["Al Doe <al@example.com>", ["al@example.com"]],
    ['"Doe, Al" <al@example.com>, bo@example.com', ["al@example.com", "bo@example.com"]],
    ["bo@example.com, Al <al@example.com>", ["bo@example.com", "al@example.com"]],
    ["<al@example.com>", ["al@example.com"]],
    ["mailto:al@example.com", ["al@example.com"]],
    ["al@example.com.", ["al@example.com"]],
    ["al@example.com (work)", ["al@example.com"]],
    ["al@example.com / bo@example.com", ["al@example.com", "bo@example.com"]],
    ["al@example.com/bo@example.com", ["al@example.com", "bo@example.com"]],
    ["al@example.com or bo@example.com", ["al@example.com", "bo@example.com"]],
    ["al@example.com,bo@example.com", ["al@example.com", "bo@example.com"]],
    ["work@example.com", ["work@example.com"]],
    ["al+list@example.com", ["al+list@example.com"]],
    ["al@example.com?subject=Hi", ["al@example.com"]],
    ["[al@example.com]", ["al@example.com"]],
    ["al@example.com ::: bo@example.com", ["al@example.com", "bo@example.com"]],
    ["bad@example.com, opt-out@example.com", ["bad@example.com", "opt-out@example.com"]],
  ];
  for (const [cell, expected] of cases) {
    it(cell, () => expect(emails(cell)).toEqual(expected));
  }

  const [al, bo] = ["al@example.com", "bo@example.com"];
  const marked: [string, object[]][] = [
    [`${al} (bounced)`, [{ v: al, refused: "bounce" }]],
    [`${al} unsubscribed`, [{ v: al, refused: "unsubscribe" }]],
    [`${al} - opted out`, [{ v: al, refused: "unsubscribe" }]],
    [`${al} (marked as spam)`, [{ v: al, refused: "complaint" }]],
    [`Al Doe <${al}> (invalid)`, [{ v: al, refused: "wrong" }]],
    [`${al} (do not e-mail), ${bo}`, [{ v: al, refused: "unsubscribe" }, { v: bo }]],
    [`${al}, ${bo}; unsubscribed`, [
      { v: al, refused: "unsubscribe" },
      { v: bo, refused: "unsubscribe" },
    ]],
    [`${al} (not unsubscribed)`, [{ v: al }]],
  ];
  for (const [cell, expected] of marked) {
    it(`those that the cell marks are kept and refused: ${cell}`, () => {
      expect(mapRow([cell], resolveMapping(["Email"]), { line: 2 }).emails).toEqual(expected);
    });
  }

  for (const cell of ["al 8@example.com", "al@@example.com", "noemail"]) {
    it(`nothing is cut out of ${cell}`, () => expect(emails(cell)).toEqual([cell]));
  }
});
