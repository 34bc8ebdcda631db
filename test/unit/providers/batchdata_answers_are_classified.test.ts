import { expect, test } from "vitest";
import type { TraceQuestion } from "../../../edge-functions/_shared/providers/trace.ts";
import { classifyBatchdata } from "../../../edge-functions/_shared/providers/batchdata/classify.ts";
import { batchdata, skipTrace } from "../../../edge-functions/_shared/providers/batchdata/data.ts";
import { splitTraces } from "../../../edge-functions/_shared/providers/batchdata/split.ts";
import { readTogether } from "../../../edge-functions/_shared/providers/gateway/call.ts";

const classify = (status: number, body: unknown, headers: Record<string, string> = {}) => {
  const verdict = classifyBatchdata({ status, body, header: (name) => headers[name] ?? null });
  return `${verdict.outcome} ${verdict.processed}`;
};
const data = (...entries: unknown[]) => ({
  status: { code: 200, text: "OK" },
  result: { data: entries },
});

test.each<[number, unknown, string]>([
  [200, data(), "ok yes"],
  [200, { status: { code: 401, text: "Unauthorized" } }, "auth no"],
  [200, { status: { code: 402, text: "Insufficient balance" } }, "out_of_credit no"],
  [200, { results: { persons: [] } }, "retry_after maybe"],
  [200, null, "retry_after maybe"],
  [400, { status: { code: 400 } }, "bad_request no"],
  [401, null, "auth no"],
  [402, null, "out_of_credit no"],
  [403, { status: { code: 403, text: "Forbidden" } }, "blocked no"],
  [429, null, "slow_down no"],
  [500, null, "retry_after maybe"],
  [504, null, "retry_after maybe"],
])("status %i with %j is %s", (status, body, expected) => {
  expect(classify(status, body)).toBe(expected);
});

const entry = (requestId: string | undefined, name: string | null, error = false) => ({
  input: { requestId, propertyAddress: { street: "1 Main St" } },
  persons: name === null ? [] : [{
    name: { first: name, last: "Ames", full: `${name} Ames` },
    phones: [{ number: "2135550101", type: "Mobile", rank: 1, dnc: false, tcpa: false }],
    emails: [],
    dob: "1970-01-01",
    addresses: [{ fullAddress: "2 Main St" }],
    litigator: false,
    deceased: false,
  }],
  meta: { matched: name !== null, error },
});
const answer = (...entries: unknown[]) => ({
  status: 200,
  body: data(...entries),
  header: () => null,
});
const asked = (ids: string[], ...entries: unknown[]) =>
  readTogether(batchdata, { ...skipTrace, together: skipTrace.together! }, answer(...entries), ids)
    .map(({ verdict, mapped }) =>
      [verdict.outcome, verdict.processed, mapped?.persons[0]?.name].filter(Boolean).join(" ")
    );

test("entries are matched by requestId, never by their place", () => {
  expect(asked(["a", "b"], entry("b", "Bea"), entry("a", "Ann"))).toEqual([
    "ok yes Ann Ames",
    "ok yes Bea Ames",
  ]);
});

test("null entries are properties that were not found, and cost nothing", () => {
  expect(asked(["a", "b", "c"], null, entry("c", "Cy"), null)).toEqual([
    "empty no",
    "empty no",
    "ok yes Cy Ames",
  ]);
});

test("an entry without its requestId belongs to nobody, and what lacks an answer may have been charged", () => {
  expect(asked(["a", "b"], entry(undefined, "Ann"), entry("b", "Bea"))).toEqual([
    "retry_after maybe",
    "ok yes Bea Ames",
  ]);
  expect(asked(["a"], entry("z", "Zoe"))).toEqual(["retry_after maybe"]);
  expect(asked(["a", "b"], null)).toEqual(["retry_after maybe", "retry_after maybe"]);
});

test("two answers to one question are no answer", () => {
  expect(asked(["a"], entry("a", "Ann"), entry("a", "Bea"))).toEqual(["retry_after maybe"]);
});

test("an entry may fail alone", () => {
  expect(asked(["a", "b"], entry("a", null, true), entry("b", null))).toEqual([
    "bad_request no",
    "empty no",
  ]);
});

test("dates of birth and addresses are not kept", () => {
  const [read] = readTogether(
    batchdata,
    { ...skipTrace, together: skipTrace.together! },
    answer(entry("a", "Ann")),
    ["a"],
  );
  expect(read!.text).toContain("2135550101");
  expect(read!.text).not.toMatch(/1970|fullAddress/);
});

test("marks of phones and persons are read, and ranks become confidence", () => {
  const mapped = skipTrace.map({
    persons: [{
      name: { first: "Ann", last: "Ames" },
      litigator: true,
      deceased: true,
      phones: [
        { number: "2135550101", type: "Mobile", rank: 1, reachable: true, dnc: true },
        { number: "2135550102", type: "Land Line", rank: 2, reachable: false, tcpa: true },
        { number: "2135550103", type: "Satellite" },
      ],
      emails: [{ email: "ann@example.com", rank: 1, tested: true }],
    }],
  });
  expect(mapped.persons).toEqual([{
    name: "Ann Ames",
    first: "Ann",
    marks: ["litigator", "deceased"],
    phones: [
      { number: "2135550101", type: "mobile", rank: 1, confidence: 90, marks: ["dnc"] },
      { number: "2135550102", type: "landline", rank: 2, confidence: 40, marks: ["litigator"] },
      { number: "2135550103", type: null, rank: 3, confidence: 60, marks: [] },
    ],
    emails: [{ email: "ann@example.com", rank: 1, confidence: 90 }],
  }]);
});

const question: TraceQuestion = {
  ...{ first: "Ann", last: "Ames", full: null, mailing: null, mak: null },
  property: { street: "1 Main St", city: "Los Angeles", state: "CA", zip: "90001" },
  ...{ countyFips: null, apn: null },
};

test("a call asks for flagged phones, too, and names each question", () => {
  const settings = batchdata.settings("default", { BATCHDATA_API_KEY: "k" })!;
  const { body } = skipTrace.together!.request([{ id: "r1", question }, {
    id: "r2",
    question: { ...question, countyFips: "06037", apn: "2029580065" },
  }], settings);
  expect(JSON.parse(body!)).toEqual({
    requests: [
      {
        requestId: "r1",
        propertyAddress: { street: "1 Main St", city: "Los Angeles", state: "CA", zip: "90001" },
        name: { first: "Ann", last: "Ames" },
      },
      {
        requestId: "r2",
        apn: "2029580065",
        countyFipsCode: "06037",
        name: { first: "Ann", last: "Ames" },
      },
    ],
    options: { includeTCPABlacklistedPhones: true },
  });
});

test("one question in two spellings is one question", () => {
  const other = {
    ...question,
    first: "ANN",
    property: { ...question.property, city: "LOS ANGELES" },
  };
  expect(skipTrace.normalise(other)).toBe(skipTrace.normalise(question));
});

test("a body that is no list of entries has no parts", () => {
  expect(splitTraces({ result: { data: {} } }, ["a"])).toMatchObject({
    parts: [],
    rest: { processed: "maybe" },
  });
});
