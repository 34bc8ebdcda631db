// Personator with Append as a step of skip traces. What its codes mean is decided by verification_code_map in the database.
import { expect, test } from "vitest";
import { readTogether } from "../../../edge-functions/_shared/providers/gateway/call.ts";
import {
  appendContacts,
  personRecord,
} from "../../../edge-functions/_shared/providers/melissa/append.ts";
import { melissa } from "../../../edge-functions/_shared/providers/melissa/data.ts";
import type { TraceQuestion } from "../../../edge-functions/_shared/providers/trace.ts";

const settings = melissa.settings("default", { MELISSA_LICENSE_KEY: "key" })!;
const question: TraceQuestion = {
  ...{ first: "Ann", last: "Ames", full: null, countyFips: null, apn: null, mak: "9005381555" },
  property: { street: "1 Main St", city: "Los Angeles", state: "CA", zip: "90001" },
  mailing: null,
};
const asked = (...questions: TraceQuestion[]) =>
  JSON.parse(
    String(
      appendContacts.together!.request(
        questions.map((question, n) => ({ id: `${n + 1}`, question })),
        settings,
      ).body,
    ),
  );

test("a person is asked about where their mail goes, else at the property, by its key", () => {
  const mailing = { street: "9 Elm St", city: null, state: null, zip: "90002" };
  const { CustomerID, Actions, Options, Records } = asked(question, { ...question, mailing });
  expect({ CustomerID, Actions, Options }).toEqual({
    ...{ CustomerID: "key", Actions: "Check,Verify,Append", Options: "Append:blank" },
  });
  expect(Records).toEqual([
    {
      ...{ RecordID: "1", FullName: "Ann Ames", AddressLine1: "1 Main St", City: "Los Angeles" },
      ...{ State: "CA", PostalCode: "90001", MelissaAddressKey: "9005381555" },
    },
    {
      ...{ RecordID: "2", FullName: "Ann Ames", AddressLine1: "9 Elm St", City: "", State: "" },
      PostalCode: "90002",
    },
  ]);
});

test("without a name or a whole address nobody is asked", () => {
  const nowhere = { street: "1 Main St", city: "Los Angeles", state: null, zip: null };
  expect(personRecord({ ...question, first: null, last: null })).toBeNull();
  expect(personRecord({ ...question, property: nowhere })).toBeNull();
  expect(personRecord({ ...question, property: nowhere, mailing: question.property })).not
    .toBeNull();
  expect(personRecord({ ...question, first: null, last: null, full: "Ames Trust" }))
    .toMatchObject({ FullName: "Ames Trust" });
});

test("equal questions are asked once, however they are spelled", () => {
  const spaced = { ...question, property: { ...question.property, street: "1  main st" } };
  expect(appendContacts.normalise(spaced)).toBe(appendContacts.normalise(question));
  expect(appendContacts.normalise({ ...question, first: "Bob" }))
    .not.toBe(appendContacts.normalise(question));
});

const record = (RecordID: string, more: Record<string, unknown>) => ({
  ...{ RecordID, Results: "AS01,VR01", NameFull: "Ann Ames", AddressLine1: "1 MAIN ST" },
  ...{ PhoneNumber: " ", EmailAddress: "", DateOfBirth: "19700101" },
  ...more,
});
const read = (ids: string[], ...Records: unknown[]) =>
  readTogether(melissa, { ...appendContacts, together: appendContacts.together! }, {
    status: 200,
    body: { TransmissionResults: "", Records },
    header: () => null,
  }, ids);

test("contacts come with all codes of their record, and records by their id", () => {
  const [one, two] = read(
    ["a", "b"],
    record("b", { Results: "AS01,DA30,PS01,PS08,VR02", PhoneNumber: "2135550101" }),
    record("a", { Results: "VS12,DD01,DA40,ES01", EmailAddress: "ann@example.com" }),
  );
  expect(two!.mapped).toEqual({
    persons: [{
      ...{ name: "Ann Ames", first: null, marks: [], emails: [] },
      codes: ["AS01", "DA30", "PS01", "PS08", "VR02"],
      phones: [{ number: "2135550101", type: "landline", rank: 1, confidence: 70, marks: [] }],
    }],
  });
  expect(one!.mapped!.persons[0]).toMatchObject({
    marks: ["deceased"],
    phones: [],
    emails: [{ email: "ann@example.com", rank: 1, confidence: 70 }],
  });
});

test("places and dates of birth are not kept, and answers without a contact not for long", () => {
  const [found, none] = read(
    ["a", "b"],
    record("a", { PhoneNumber: "2135550101" }),
    record("b", {}),
  );
  expect(found!.text).toContain("2135550101");
  expect(found!.text).not.toMatch(/MAIN ST|1970/);
  expect(none!.mapped!.persons[0]!.phones).toEqual([]);
  const days = (mapped: typeof found) => appendContacts.keepSeconds("ok", mapped!.mapped) / 86_400;
  expect([days(found), days(none)]).toEqual([180, 30]);
});

test("a record that is missing or came twice may have been charged", () => {
  const verdicts = read(["a", "b"], record("a", {}), record("a", {}))
    .map(({ verdict }) => `${verdict.outcome} ${verdict.processed}`);
  expect(verdicts).toEqual(["retry_after maybe", "retry_after maybe"]);
});
