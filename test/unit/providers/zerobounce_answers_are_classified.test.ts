import { expect, test } from "vitest";
import { read } from "../../../edge-functions/_shared/providers/gateway/call.ts";
import { classifyZerobounce } from "../../../edge-functions/_shared/providers/zerobounce/classify.ts";
import {
  validateEmail,
  zerobounce,
} from "../../../edge-functions/_shared/providers/zerobounce/data.ts";

const classify = (status: number, body: unknown, headers: Record<string, string> = {}) => {
  const { outcome, processed } = classifyZerobounce({
    status,
    body,
    header: (name) => headers[name] ?? null,
  });
  return `${outcome} ${processed}`;
};

test.each<[number, unknown, string]>([
  [200, { address: "a@example.com", status: "valid", sub_status: "" }, "ok yes"],
  [200, { address: "a@example.com", status: "unknown", sub_status: "greylisted" }, "ok yes"],
  [200, { error: "Invalid API Key or your account ran out of credits" }, "out_of_credit no"],
  [200, { error: "Invalid API Key" }, "auth no"],
  [200, { Credits: "-1" }, "auth no"],
  [200, { Credits: "17" }, "ok yes"],
  [200, { error: "Missing parameter: email" }, "bad_request no"],
  [200, null, "retry_after maybe"],
  [400, { error: "Missing parameter: email" }, "bad_request no"],
  [401, null, "auth no"],
  [403, null, "blocked no"],
  [429, { error: "Rate limit exceeded" }, "slow_down no"],
  [500, null, "retry_after maybe"],
  [503, null, "retry_after maybe"],
])("status %i with %j is %s", (status, body, expected) => {
  expect(classify(status, body)).toBe(expected);
});

const answer = (body: unknown) => ({ status: 200, body, header: () => null });

test("fields that the documentation does not have are counted, and do no harm", () => {
  const { mapped, drift } = read(
    zerobounce,
    validateEmail,
    answer({ address: "a@example.com", status: "valid", sub_status: "gold", moon_phase: "full" }),
  );
  expect(mapped).toEqual({ codes: ["valid", "gold"] });
  expect(drift).toEqual([{ path: "moon_phase", problem: "unknown field" }]);
});

test("a field of another kind makes the answer unreadable, and names no value", () => {
  const { mapped, drift, text } = read(
    zerobounce,
    validateEmail,
    answer({ address: "a@example.com", status: "valid", sub_status: 7 }),
  );
  expect([mapped, text, drift]).toEqual([
    null,
    null,
    [{ path: "sub_status", problem: "invalid type" }],
  ]);
});

test("one address in two spellings is one question", () => {
  expect(validateEmail.normalise(" A@Example.com ")).toBe(validateEmail.normalise("a@example.com"));
});
