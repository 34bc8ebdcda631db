// The name of a fetched file, also where its URL is not encoded as it should be.
import { expect, test } from "vitest";
import { nameOf } from "../../../edge-functions/_shared/intake/pull/file.ts";

test.each([
  ["https://example.com/lists/May%20list.csv", "May list.csv"],
  ["https://example.com/lists/100%.csv", "100%.csv"],
  ["https://example.com/lists/%E9t%E9.csv", "%E9t%E9.csv"],
  ["https://example.com/", "example.com"],
])("%s is %s", (url, name) => {
  expect(nameOf(new URL(url))).toBe(name);
});
