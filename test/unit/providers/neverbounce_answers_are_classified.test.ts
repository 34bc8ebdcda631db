import { expect, test } from "vitest";
import { read } from "../../../edge-functions/_shared/providers/gateway/call.ts";
import { classifyNeverbounce } from "../../../edge-functions/_shared/providers/neverbounce/classify.ts";
import {
  checkEmail,
  neverbounce,
} from "../../../edge-functions/_shared/providers/neverbounce/data.ts";

const success = (more = {}) => ({ status: "success", result: "valid", flags: [], ...more });
const failed = (status: string, message = "no") => ({ status, message, execution_time: 3 });

test.each<[number, unknown, string]>([
  [200, success(), "ok yes"],
  [200, success({ result: "unknown" }), "ok yes"],
  [200, failed("auth_failure"), "auth no"],
  [200, failed("bad_referrer"), "auth no"],
  [200, failed("throttle_triggered"), "slow_down no"],
  [200, failed("temp_unavail"), "retry_after maybe"],
  [200, failed("general_failure", "Insufficient credit balance"), "out_of_credit no"],
  [200, failed("general_failure", "Missing required parameter 'email'"), "bad_request no"],
  [200, failed("general_failure", "Something went wrong"), "retry_after maybe"],
  [200, failed("something_new"), "retry_after maybe"],
  [200, { status: "success" }, "retry_after maybe"],
  [200, null, "retry_after maybe"],
  [401, null, "auth no"],
  [403, null, "blocked no"],
  [404, null, "bad_request no"],
  [429, null, "slow_down no"],
  [502, null, "retry_after maybe"],
])("status %i with %j is %s", (status, body, expected) => {
  const { outcome, processed } = classifyNeverbounce({ status, body, header: () => null });
  expect(`${outcome} ${processed}`).toBe(expected);
});

test("the codes are the result and its flags, and unknown fields are counted", () => {
  const { mapped, drift } = read(neverbounce, checkEmail, {
    status: 200,
    body: success({ flags: ["has_dns", "role_account"], mood: "good" }),
    header: () => null,
  });
  expect(mapped).toEqual({ codes: ["valid", "has_dns", "role_account"] });
  expect(drift).toEqual([{ path: "mood", problem: "unknown field" }]);
});

test("a check that came to no result is asked again sooner", () => {
  expect(checkEmail.keepSeconds("ok", { codes: ["unknown"] })).toBe(86_400);
  expect(checkEmail.keepSeconds("ok", { codes: ["valid"] })).toBe(90 * 86_400);
});
