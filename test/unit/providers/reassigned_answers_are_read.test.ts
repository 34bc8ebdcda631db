import { afterEach, expect, test } from "vitest";
import { openTwilioRegister } from "../../../edge-functions/_shared/providers/twilio/lookups.ts";
import { now, type Reply, type Seen, startFake } from "./support.ts";

let fake: Awaited<ReturnType<typeof startFake>> | undefined;
afterEach(() => fake?.stop());

async function ask(reply: (seen: Seen) => Reply, timeoutMs = 5_000) {
  fake = await startFake(reply);
  const register = openTwilioRegister("default", { timeoutMs, now }, {
    TWILIO_ACCOUNT_SID: `AC${"0".repeat(32)}`,
    TWILIO_AUTH_TOKEN: "token",
    TWILIO_BASE_URL: fake.url,
    SLUICE_LOOPBACK_URLS: "allow",
  });
  return await register!.isReassigned("+16025550101", "2026-06-01");
}
const found = (reassigned_number: unknown, more = {}) => ({
  status: 200,
  headers: { "twilio-request-id": "RQ1" },
  json: { valid: true, reassigned_number, ...more },
});
const refusal = (status: number, code: number, headers = {}) => ({
  status,
  headers,
  json: { code, message: "no", status, more_info: "" },
});

test.each(["yes", "no", "no_data_available"])("%s is an answer", async (answer) => {
  const said = { last_verified_date: "2026-06-01", is_number_reassigned: answer, error_code: null };
  expect(await ask(() => found(said))).toEqual({ answer, request_id: "RQ1" });
  expect(fake!.seen[0]!.path).toBe(
    "/v2/PhoneNumbers/%2B16025550101?Fields=reassigned_number&LastVerifiedDate=20260601",
  );
});

test.each<[string, Reply, Record<string, unknown>]>([
  ["an error code in the answer", found({ is_number_reassigned: null, error_code: 60610 }), {
    error: "60610",
    request_id: "RQ1",
  }],
  ["an error code beside a no", found({ is_number_reassigned: "no", error_code: 60600 }), {
    error: "60600",
    request_id: "RQ1",
  }],
  ["an unknown word", found({ is_number_reassigned: "maybe", error_code: null }), {
    error: "no_answer",
    request_id: "RQ1",
  }],
  ["a field that is missing", found(null), { error: "no_answer", request_id: "RQ1" }],
  ["an invalid number", found(null, { valid: false }), {
    error: "invalid_number",
    request_id: "RQ1",
  }],
  ["a bad request", refusal(400, 20001), { error: "20001" }],
  ["a wrong key", refusal(401, 20003), { error: "20003", account: true }],
  ["a missing approval", refusal(403, 60606), { error: "60606", account: true }],
  ["too many requests", refusal(429, 20429, { "retry-after": "7" }), {
    error: "20429",
    retry_after_seconds: 7,
    account: true,
  }],
  ["an outage", { status: 503, json: {} }, { error: "http_503", account: true }],
  ["a body that is not JSON", { status: 200, body: "<html>" } as unknown as Reply, {
    error: "malformed",
    account: true,
  }],
])("%s is no answer", async (_, reply, expected) => {
  expect(await ask(() => reply)).toEqual(expected);
});

test("an account without keys has no register", () => {
  expect(openTwilioRegister("west", { timeoutMs: 1000, now }, { TWILIO_ACCOUNT_SID: "x" }))
    .toBeNull();
});
