import { expect, test } from "vitest";
import { readTogether } from "../../../edge-functions/_shared/providers/gateway/call.ts";
import { classifyMelissa } from "../../../edge-functions/_shared/providers/melissa/classify.ts";
import {
  checkEmailExpress,
  checkPhone,
  melissa,
} from "../../../edge-functions/_shared/providers/melissa/data.ts";

const envelope = (results: string, records: unknown[] = []) => ({
  ...{ Version: "6.1.0", TransmissionReference: "", TransmissionResults: results },
  Records: records,
});
const together = (endpoint: typeof checkPhone) => ({ ...endpoint, together: endpoint.together! });

test.each<[number, unknown, string]>([
  [200, envelope("", [{}]), "ok yes"],
  // A licence that ends soon still answers.
  [200, envelope("GW01", [{}]), "ok yes"],
  [200, envelope("GE05"), "auth no"],
  [200, envelope("GW01,GE10"), "auth no"],
  [200, envelope("GE14"), "out_of_credit no"],
  [200, envelope("GE08"), "blocked no"],
  [200, envelope("GE12"), "blocked no"],
  [200, envelope("GE03"), "bad_request no"],
  [200, envelope("SE01"), "retry_after maybe"],
  [200, envelope("GE99"), "retry_after maybe"],
  [200, {}, "retry_after maybe"],
  [200, null, "retry_after maybe"],
  [401, null, "auth no"],
  [403, null, "blocked no"],
  [404, null, "bad_request no"],
  [429, null, "slow_down no"],
  [500, null, "retry_after maybe"],
])("status %i with %j is %s", (status, body, expected) => {
  const { outcome, processed } = classifyMelissa({ status, body, header: () => null });
  expect(`${outcome} ${processed}`).toBe(expected);
});

test("records are matched by their ids, and of a record only the codes are kept", () => {
  const body = envelope("", [
    { RecordID: "b", Results: "PE01", CallerID: "Quill" },
    { RecordID: "a", Results: "PS01,PS22", CallerID: "Ames" },
  ]);
  const found = readTogether(melissa, together(checkPhone), {
    status: 200,
    body,
    header: () => null,
  }, ["a", "b", "c"]);
  expect(found.map(({ mapped }) => mapped)).toEqual([
    { codes: ["PS01", "PS22"], level: "premium" },
    { codes: ["PE01"], level: "premium" },
    null,
  ]);
  expect(found[2]!.verdict).toMatchObject({ outcome: "retry_after", processed: "maybe" });
  expect(found.map(({ text }) => text).join("")).not.toMatch(/Ames|Quill/);
});

test("two answers to one question are none", () => {
  const found = readTogether(melissa, together(checkPhone), {
    status: 200,
    body: envelope("", [{ RecordID: "a", Results: "PS01" }, { RecordID: "a", Results: "PE01" }]),
    header: () => null,
  }, ["a"]);
  expect(found[0]).toMatchObject({ mapped: null, verdict: { processed: "maybe" } });
  expect(found[0]!.drift).toEqual([{ path: "Records.RecordID", problem: "answered twice" }]);
});

test("the level of a check is part of its answer and of its name", () => {
  expect(checkEmailExpress.name).toBe("global_email_express");
  const settings = melissa.settings("default", { MELISSA_LICENSE_KEY: "key" })!;
  const { url, body } = checkEmailExpress.request(" Ames@Example.com", settings);
  expect(url).toBe("https://globalemail.melissadata.net/v4/WEB/GlobalEmail/doGlobalEmail");
  expect(JSON.parse(body!)).toEqual({
    CustomerID: "key",
    TransmissionReference: "sluice",
    Options: "VerifyMailbox:Express,TimeToWait:25,DomainCorrection:off",
    Records: [{ RecordID: "1", Email: "ames@example.com" }],
  });
});
