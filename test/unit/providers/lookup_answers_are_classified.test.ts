import { expect, test } from "vitest";
import { read as readAsked } from "../../../edge-functions/_shared/delivery/reassigned.ts";
import { read } from "../../../edge-functions/_shared/providers/gateway/call.ts";
import { classifyLookup } from "../../../edge-functions/_shared/providers/twilio/classify.ts";
import {
  lineType,
  reassignedNumber,
  twilioLookup,
} from "../../../edge-functions/_shared/providers/twilio/data.ts";

type Package = "line_type_intelligence" | "reassigned_number";

const header = (headers: Record<string, string>) => (name: string) => headers[name] ?? null;
const none = header({});
const number = (found: Record<string, unknown>, more = {}) => ({
  ...{ phone_number: "+12025550101", valid: true, validation_errors: [], url: "" },
  ...found,
  ...more,
});
const line = (found: unknown, more = {}) => number({ line_type_intelligence: found }, more);
const register = (found: unknown, more = {}) => number({ reassigned_number: found }, more);
const refused = (code: number) => ({ code, message: "no", status: 400, more_info: "" });
const said = { last_verified_date: "2026-06-01", is_number_reassigned: "no", error_code: null };

test.each<[Package, number, unknown, string]>([
  ["reassigned_number", 200, register(said), "ok yes -"],
  ["reassigned_number", 200, register({ ...said, is_number_reassigned: "yes" }), "ok yes -"],
  // An error code counts, even beside a no.
  ["reassigned_number", 200, register({ ...said, error_code: 60600 }), "empty yes 60600"],
  [
    "reassigned_number",
    200,
    register({ is_number_reassigned: null, error_code: "60610" }),
    "empty yes 60610",
  ],
  ["reassigned_number", 200, register({ is_number_reassigned: "maybe" }), "empty yes no_answer"],
  ["reassigned_number", 200, register(null), "empty yes no_answer"],
  ["reassigned_number", 200, register(null, { valid: false }), "empty yes invalid_number"],
  ["line_type_intelligence", 200, line({ type: "mobile", error_code: null }), "ok yes -"],
  ["line_type_intelligence", 200, line({ type: null, error_code: 60600 }), "empty yes 60600"],
  ["line_type_intelligence", 200, line({ type: "mobile", error_code: 60600 }), "empty yes 60600"],
  ["line_type_intelligence", 200, line(null), "empty yes no_answer"],
  ["line_type_intelligence", 200, line(null, { valid: false }), "ok yes -"],
  ["line_type_intelligence", 200, null, "retry_after maybe malformed"],
  ["line_type_intelligence", 200, {}, "retry_after maybe malformed"],
  ["line_type_intelligence", 400, refused(20001), "bad_request no 20001"],
  ["line_type_intelligence", 401, refused(20003), "auth no 20003"],
  ["reassigned_number", 403, refused(60606), "blocked no 60606"],
  ["line_type_intelligence", 404, null, "bad_request no http_404"],
  ["line_type_intelligence", 429, refused(20429), "slow_down no 20429"],
  ["line_type_intelligence", 503, {}, "retry_after maybe http_503"],
])("%s: status %i with %j is %s", (endpoint, status, body, expected) => {
  const { outcome, processed, code } = classifyLookup({ status, body, header: none }, endpoint);
  expect(`${outcome} ${processed} ${code ?? "-"}`).toBe(expected);
});

test("Retry-After is the wait, and the id of the request is kept", () => {
  const headers = header({ "retry-after": "7", "twilio-request-id": "RQ1" });
  expect(classifyLookup({ status: 429, body: null, header: headers }, "reassigned_number"))
    .toMatchObject({ retryAfterSeconds: 7, requestId: "RQ1" });
});

test.each(["yes", "no", "no_data_available"])("%s is an answer of the register", (answer) => {
  const body = register({ ...said, is_number_reassigned: answer });
  expect(read(twilioLookup, reassignedNumber, { status: 200, body, header: none }))
    .toMatchObject({ mapped: answer, drift: [] });
});

test.each<[string, unknown, unknown]>([
  ["a line type", line({ type: "nonFixedVoip", carrier_name: "Carrier", error_code: null }), {
    codes: ["nonFixedVoip"],
    facts: { line_type: { type: "nonFixedVoip", carrier: "Carrier" } },
  }],
  ["a number that cannot exist", line(null, { valid: false }), { codes: ["invalid_number"] }],
])("%s is a code, and a fact of the phone", (_, body, expected) => {
  expect(read(twilioLookup, lineType, { status: 200, body, header: none }).mapped)
    .toEqual(expected);
});

test("answers of the register are not kept, those about line types are", () => {
  expect(reassignedNumber.keepSeconds("ok", "no")).toBe(0);
  expect(reassignedNumber.keepSeconds("empty", null)).toBe(0);
  expect(lineType.keepSeconds("ok", { codes: ["mobile"] })).toBeGreaterThan(0);
});

const at = new Date("2026-11-20T18:00Z");
const answered = { status: "answered", cached: false, answeredAt: at, costUsd: 0.05 } as const;
test.each<[string, Parameters<typeof readAsked>[0], unknown]>([
  ["an answer", { ...answered, outcome: "ok", mapped: "no", said: { requestId: "RQ1" } }, {
    answer: "no",
    request_id: "RQ1",
  }],
  ["an error of the package", {
    ...answered,
    outcome: "empty",
    mapped: null,
    said: { code: "60610" },
  }, {
    error: "60610",
  }],
  ["a refused key", { ...answered, outcome: "auth", mapped: null, said: { code: "20003" } }, {
    error: "20003",
  }],
  ["too many requests", {
    status: "later",
    reason: "slow_down",
    waitMs: 6500,
    said: { code: "20429" },
  }, {
    error: "20429",
    retry_after_seconds: 7,
  }],
  ["no answer", { status: "lost", reason: "no_answer", costUsd: 0.05 }, { error: "no_answer" }],
  ["a spent budget", { status: "refused", reason: "over_budget" }, { error: "over_budget" }],
  ["a limit", { status: "later", reason: "limit", waitMs: 20 }, null],
  ["a person erased meanwhile", { status: "lost", reason: "erased", costUsd: 0 }, null],
])("%s is recorded as what it is", (_, asked, expected) => {
  expect(readAsked(asked)).toEqual(expected);
});
