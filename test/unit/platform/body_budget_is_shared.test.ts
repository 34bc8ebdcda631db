import { describe, expect, test } from "vitest";
import { BodyBudget } from "../../../edge-functions/_shared/platform/http/budget.ts";
import { clientNetwork } from "../../../edge-functions/_shared/platform/http/client_address.ts";
import { readEnv } from "../../../edge-functions/_shared/platform/settings.ts";

const KIB = 1024;

describe("the budget", () => {
  test("one client has half of it, and others the rest", () => {
    const budget = new BodyBudget(400 * KIB);
    const [a, b, c] = ["a", "a", "b"].map((client) => budget.open(client));
    expect(a!.grow(150 * KIB)).toBe(true);
    expect(b!.grow(60 * KIB)).toBe(false);
    expect(c!.grow(200 * KIB)).toBe(true);
    expect(() => b!.assertFits(60 * KIB)).toThrow("Too many concurrent requests");
  });

  test("a verified body counts for all, but no longer for its client", () => {
    const budget = new BodyBudget(400 * KIB);
    const [a, b, c] = ["a", "a", "b"].map((client) => budget.open(client));
    a!.grow(200 * KIB);
    a!.verified();
    expect(b!.grow(150 * KIB)).toBe(true);
    expect(c!.grow(60 * KIB)).toBe(false);
    for (const hold of [a, b, c, a]) hold!.release();
    expect(budget.used).toBe(0);
    expect(b!.grow(200 * KIB)).toBe(true);
  });

  test("clients without a known address share all of it", () => {
    const budget = new BodyBudget(400 * KIB);
    expect(budget.open(null).grow(200 * KIB)).toBe(true);
    expect(budget.open(null).grow(200 * KIB)).toBe(true);
    expect(budget.open(null).grow(1)).toBe(false);
  });
});

describe("a client is", () => {
  const env = readEnv({ DATABASE_URL: "postgresql://localhost" });
  test.each([
    ["203.0.113.7", "203.0.113.7"],
    ["::ffff:203.0.113.7", "203.0.113.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
    ["2001:db8:1:2::6", "2001:db8:1:2"],
    ["2001:0db8::1", "2001:db8:0:0"],
    ["::1", "0:0:0:0"],
    ["1::", "1:0:0:0"],
    ["nonsense", null],
  ])("%s: %s", (address, network) => {
    const request = new Request("http://x/", { headers: { "x-forwarded-for": address } });
    expect(clientNetwork({ env }, request)).toBe(network);
  });
});

test("a budget below two of the largest bodies is refused at the start", () => {
  const given = { DATABASE_URL: "postgresql://localhost", MAX_PART_BYTES: "1000" };
  expect(() => readEnv({ ...given, BODY_BUDGET_BYTES: "1999" })).toThrow("BODY_BUDGET_BYTES");
  expect(readEnv({ ...given, BODY_BUDGET_BYTES: "2000" }).bodies.bytes).toBe(2000);
});
