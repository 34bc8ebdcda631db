import { describe, expect, it } from "vitest";
import { mapRow, resolveMapping } from "../../../edge-functions/_shared/intake/csv/index.ts";

const PERSON = {
  ...{ "Last Name": "Doe", Email: "jo@example.com", Phone: "602-555-0101" },
};
const read = (record: Record<string, string>) =>
  mapRow(Object.values(record), resolveMapping(Object.keys(record)), { line: 2 });
/** What is refused of the e-mail and of the phone. */
const refused = (mark: Record<string, string>, person: Record<string, string> = PERSON) => {
  const { phones, emails } = read({ ...person, ...mark });
  return [emails[0]?.refused, phones[0]?.refused];
};

describe("each column of an export closes what it names, and nothing else", () => {
  const email = ["unsubscribe", undefined], bounced = ["bounce", undefined];
  const texts = [undefined, "texts"], calls = [undefined, "dnc"], person = ["person", "person"];
  const cases: Record<string, (string | undefined)[]> = {
    ...{ "Unsubscribed from all email": email, hs_email_optout: email, hs_email_optout_123: email },
    ...{ "Opted out of email: One to One": email, "Email Opt Out": email, EmailOptOut: email },
    ...{ HasOptedOutOfEmail: email, "Opted Out of Email": email, "Email Opt-Out": email },
    ...{
      "Email Optout": email,
      "E-mail Opted Out": email,
      Unsubscribed: email,
      "Do Not Email": email,
    },
    ...{ "Email Unsubscribed": email, "Unsubscribed (Y/N)": email, "Unsubscribe Date": email },
    ...{ UNSUB_TIME: email, "Do not allow Bulk Emails": email, Do_Not_Email__c: email, DNE: email },
    ...{ "Opted out of marketing emails": email, IsEmailBounced: bounced, CLEAN_TIME: bounced },
    ...{ "SMS Opt Out": texts, "SMS Opt-Out": texts, "Text Opt Out": texts, "Do Not Text": texts },
    ...{ SMS_Opt_Out__c: texts, "Opted out of SMS": texts, "SMS Unsubscribed": texts },
    ...{ "Do Not Call": calls, DoNotCall: calls, DNC: calls, "Call Opt Out": calls },
    ...{ "Phone Opt Out": calls, "Phone DNC": calls, "Do Not Call or Text": calls },
    ...{ "Do not allow Phone Calls": calls, "DNC?": calls, "Voice Opt Out": calls },
    ...{
      "Do Not Contact": person,
      Do_Not_Contact__c: person,
      "Opt-out": person,
      "Opted Out": person,
    },
    ...{ "Opt Out": person, optout: person, DND: person, "Contact Opt-Out": person },
    ...{ "Do Not Disturb": person, "Don't Contact": person, "Do Not Email or Call": person },
    ...{ HasOptedOutSolicit: person, "Fax Opt Out": [undefined, undefined] },
  };
  for (const [header, expected] of Object.entries(cases)) {
    it(header, () => {
      expect(refused({ [header]: "Yes" })).toEqual(expected);
      expect(refused({ [header]: "No" })).toEqual([undefined, undefined]);
    });
  }

  it("one of several e-mails where the column has its number", () => {
    const { emails } = read({
      ...{ "Email 1": "al@example.com", "Email 2": "bo@example.com" },
      ...{ "Email 1 Opt Out": "FALSE", "Email 2 Opt Out": "TRUE" },
    });
    expect(emails.map((e) => e.refused)).toEqual([undefined, "unsubscribe"]);
  });

  it("everything where `Unsubscribed` stands in a list without e-mails", () => {
    expect(refused({ Unsubscribed: "yes" }, { Phone: "602-555-0101" })).toEqual([
      undefined,
      "person",
    ]);
  });

  it("the person, for contacts that come later", () => {
    expect(read({ ...PERSON, "Do Not Contact": "yes" })).toMatchObject({
      do_not_contact: "true",
      warnings: expect.arrayContaining(["person_refused", "email_refused", "phone_refused"]),
    });
    expect(read({ ...PERSON, "Email Opt Out": "yes" }).do_not_contact).toBeNull();
  });
});

describe("a mark is read in every usual spelling", () => {
  const YES =
    "true TRUE Yes y 1 1.0 x X checked ✓ 2024-03-01 3/1/2024 2024-03-01T10:00:00Z 1709287200";
  for (const value of [...YES.split(" "), "Opted out", "Do Not Allow", "2024-03-01 10:00 AM"]) {
    it(value, () => {
      const row = read({ ...PERSON, "Email Opt Out": value });
      expect(row.emails[0]?.refused).toBe("unsubscribe");
      expect(row.warnings).toEqual(["email_refused"]);
    });
  }
  for (
    const value of [
      "",
      "false",
      "FALSE",
      "No",
      "n",
      "0",
      "0.0",
      "N/A",
      "NULL",
      "-",
      "Allow",
      "Opted in",
    ]
  ) {
    it(`and "${value}" is none`, () => {
      const row = read({ ...PERSON, "Email Opt Out": value });
      expect(row.emails[0]?.refused).toBeUndefined();
      expect(row.warnings).toEqual([]);
    });
  }
  for (const value of ["maybe", "2", "unknown", "?", "see notes", "falsch"]) {
    it(`and "${value}", which nobody can read, counts as one, with a warning`, () => {
      const row = read({ ...PERSON, "Email Opt Out": value });
      expect(row.emails[0]?.refused).toBe("unsubscribe");
      expect(row.warnings).toContain("refusal_unreadable");
    });
  }
});

describe("a status refuses by its words", () => {
  const cases: [string, string, (string | undefined)[]][] = [
    ["Email Status", "Unsubscribed", ["unsubscribe", undefined]],
    ["Email Status", "hard bounced", ["bounce", undefined]],
    ["Email Status", "Complained", ["complaint", undefined]],
    ["Email Status", "invalid", ["wrong", undefined]],
    ["Email Status", "do_not_mail", ["unsubscribe", undefined]],
    ["Email Status", "valid", [undefined, undefined]],
    ["Email Status", "Not unsubscribed", [undefined, undefined]],
    ["Marketing Contact Status", "Non-marketing contact", ["unsubscribe", undefined]],
    ["Marketing Contact Status", "Marketing contact", [undefined, undefined]],
    ["Subscribed", "No", ["unsubscribe", undefined]],
    ["Subscribed", "Yes", [undefined, undefined]],
    ["Accepts SMS Marketing", "no", [undefined, "texts"]],
    ["Status", "unsubscribed", ["unsubscribe", undefined]],
    ["Lead Status", "Do Not Contact", ["person", "person"]],
    ["Labels", "* myContacts ::: Do not call", [undefined, "dnc"]],
    ["Group Membership", "Family ::: Opt-out", ["person", "person"]],
    ["Categories", "Blue;No Emails;Do not email", ["unsubscribe", undefined]],
    ["Tags", "buyer, DNC", [undefined, "dnc"]],
    ["Tags", "buyer, DNC scrubbed", [undefined, undefined]],
    ["Tags", "Litigator", [undefined, "litigator"]],
    ["Tags", "do not mail, vip", [undefined, undefined]],
  ];
  for (const [header, value, expected] of cases) {
    it(`${header}: ${value}`, () => {
      expect(refused({ [header]: value })).toEqual(expected);
      // Labels are still shown with the lead.
      expect(read({ ...PERSON, [header]: value }).attributes).toEqual({ [header]: value });
    });
  }
});

describe("a refusal is never left out", () => {
  it("beyond the first five contacts", () => {
    const cells = Array.from({ length: 6 }, (_, k) => `602-555-010${k}`);
    const { phones, warnings } = read({ Phone: [...cells, "602-555-0109 (DNC)"].join("; ") });
    expect(phones.map((p) => p.refused)).toEqual([...Array(5).fill(undefined), "dnc"]);
    expect(warnings).toContain("contacts_over_five");
  });
  it("where the same number stands in two columns", () => {
    const [a, b] = ["602-555-0101", "602-555-0101 (DNC)"];
    expect(read({ "Phone 1": a, "Phone 2": b }).phones).toEqual([{ v: a, refused: "dnc" }]);
  });
});

describe("a column that looks like a refusal and is not mapped is named", () => {
  const look = "looks like a refusal and is not mapped";
  for (
    const header of [
      ...[
        "Newsletter Unsubscribe Segment",
        "Broker opt-out code",
        "DNC Scrub Date",
        "Spouse Do Not Call",
      ],
      ...["Do Not Mail", "DND Bucket"],
    ]
  ) {
    it(header, () => {
      const mapping = resolveMapping([...Object.keys(PERSON), header]);
      expect(mapping.notes).toEqual([expect.stringContaining(`"${header}" ${look}`)]);
      expect(mapping.columns.at(-1)?.note).toBe(look);
      expect(read({ ...PERSON, [header]: "7" }).warnings).toContain("refusal_not_mapped");
      expect(read({ ...PERSON, [header]: "No" }).warnings).not.toContain("refusal_not_mapped");
    });
  }
  it("and not where the source says what it is", () => {
    const headers = [...Object.keys(PERSON), "Broker opt-out code"];
    const mapping = resolveMapping(headers, { sourceMap: { "Broker opt-out code": "attribute" } });
    expect(mapping.notes).toEqual([]);
    const row = mapRow(["Doe", "jo@example.com", "", "7"], mapping, { line: 2 });
    expect(row.warnings).not.toContain("refusal_not_mapped");
  });
  for (
    const header of ["Fax Opt Out", "Unsubscribe Link", "Mailing Address", "Options", "Adoption"]
  ) {
    it(`and not for ${header}`, () => {
      expect(resolveMapping([...Object.keys(PERSON), header]).notes).toEqual([]);
    });
  }
});

describe("the export of each vendor is read whole", () => {
  it("HubSpot", () => {
    const row = read({
      ...{ "Record ID": "1", "First Name": "Jo", "Last Name": "Doe", Email: "jo@example.com" },
      ...{ "Phone Number": "602-555-0101", "Lead Status": "Open", "Street Address": "1 Elm St" },
      ...{ City: "Mesa", "State/Region": "AZ", "Postal Code": "85201" },
      ...{ "Unsubscribed from all email": "true", "Marketing contact status": "Marketing contact" },
      ...{ "Email hard bounce reason": "" },
    });
    expect(row.emails).toEqual([{ v: "jo@example.com", refused: "unsubscribe" }]);
    expect(row.phones).toEqual([{ v: "602-555-0101" }]);
  });
  it("Salesforce", () => {
    const row = read({
      ...{ Id: "003", FirstName: "Jo", LastName: "Doe", Email: "jo@example.com" },
      ...{ Phone: "602-555-0101", HasOptedOutOfEmail: "false", HasOptedOutOfFax: "true" },
      ...{ DoNotCall: "true", EmailBouncedReason: "", EmailBouncedDate: "" },
      ...{ MailingStreet: "1 Elm St", MailingCity: "Mesa", MailingPostalCode: "85201" },
    });
    expect(row.emails).toEqual([{ v: "jo@example.com" }]);
    expect(row.phones).toEqual([{ v: "602-555-0101", refused: "dnc" }]);
  });
  it("Mailchimp", () => {
    const row = read({
      ...{ "Email Address": "jo@example.com", "First Name": "Jo", "Phone Number": "602-555-0101" },
      ...{ UNSUB_TIME: "2024-03-01 10:00:00", UNSUB_CAMPAIGN_TITLE: "May", UNSUB_REASON: "N/A" },
      ...{ LEID: "1", EUID: "a", TAGS: "" },
    });
    expect(row.emails).toEqual([{ v: "jo@example.com", refused: "unsubscribe" }]);
    expect(row.warnings).toEqual(["email_refused"]);
  });
});
