// Of an answer of Melissa Personator only the codes and the key of the address are kept.
import { expect, test } from "vitest";
import { readTogether } from "../../../edge-functions/_shared/providers/gateway/call.ts";
import { melissa } from "../../../edge-functions/_shared/providers/melissa/data.ts";
import { checkAddress } from "../../../edge-functions/_shared/providers/melissa/personator.ts";
import { melissaSettings } from "../../../edge-functions/_shared/providers/melissa/settings.ts";

const question = {
  ...{ name: "Ann Cole", street: "1 Main  St", city: "Los Angeles", state: "CA", zip: null },
};

test("names and places of the answer are dropped", () => {
  const found = readTogether(melissa, { ...checkAddress, together: checkAddress.together! }, {
    status: 200,
    body: {
      ...{ Version: "6", TransmissionReference: "", TransmissionResults: "" },
      Records: [
        {
          RecordID: "a",
          Results: "AS01, VR01",
          MelissaAddressKey: "8123456787",
          NameFull: "Ann Cole",
        },
        { RecordID: "b", Results: "AE10", MelissaAddressKey: " " },
        { RecordID: "c", Results: "AS01" },
      ],
    },
    header: () => null,
  }, ["a", "b", "c", "d"]);
  expect(found.map(({ mapped }) => mapped)).toEqual([
    { codes: ["AS01", "VR01"], mak: "8123456787" },
    { codes: ["AE10"], mak: null },
    { codes: ["AS01"], mak: null },
    null,
  ]);
  expect(found.map(({ text }) => text).join("")).not.toContain("Cole");
});

test("equal addresses are one question, another owner is another one", () => {
  const spelt = checkAddress.normalise(question);
  expect(checkAddress.normalise({ ...question, name: "ANN COLE", street: "1 MAIN ST" })).toBe(
    spelt,
  );
  expect(checkAddress.normalise({ ...question, name: "Bob Cole" })).not.toBe(spelt);
});

test("no contacts are asked for", () => {
  const settings = melissaSettings("default", { MELISSA_LICENSE_KEY: "k" })!;
  const { url, body } = checkAddress.request(question, settings);
  expect(url).toBe("https://personator.melissadata.net/v3/WEB/ContactVerify/doContactVerify");
  expect(JSON.parse(body!)).toEqual({
    CustomerID: "k",
    TransmissionReference: "sluice",
    Actions: "Check,Verify",
    Records: [{
      RecordID: "1",
      FullName: "Ann Cole",
      AddressLine1: "1 Main  St",
      City: "Los Angeles",
      State: "CA",
      PostalCode: "",
    }],
  });
});
