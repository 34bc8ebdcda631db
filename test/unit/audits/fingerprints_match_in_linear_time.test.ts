import { describe, expect, test } from "vitest";
import {
  detect,
  type Fingerprints,
  readFingerprints,
  type Seen,
} from "../../../edge-functions/_shared/audits/fingerprints/engine.ts";
import { literalOf } from "../../../edge-functions/_shared/audits/fingerprints/pattern.ts";
import {
  FINGERPRINT_RULES,
  FINGERPRINTS,
} from "../../../edge-functions/_shared/audits/fingerprints/rules.ts";

const found = (set: Fingerprints, seen: Seen) =>
  detect(readFingerprints(set), seen).technologies.map((
    { name, version, confidence },
  ) => [name, version, confidence]);
const A = { cats: ["a"] };

test("there are more than 120 rules, and the engine can run each", () => {
  expect(Object.keys(FINGERPRINTS).length).toBeGreaterThanOrEqual(120);
  expect(FINGERPRINT_RULES.skipped).toBe(0);
});

describe("the common schema", () => {
  test("reads versions out of groups, also one or another", () => {
    const set: Fingerprints = {
      X: { ...A, scriptSrc: "x-([\\d.]+)\\.js\\;version:\\1" },
      Y: { ...A, html: "y(-new)?\\b\\;version:\\1?2:1" },
    };
    expect(found(set, { scripts: ["/x-3.4.1.js"], html: "<p>y-new" }))
      .toEqual([["X", "3.4.1", 100], ["Y", "2", 100]]);
    expect(found(set, { html: "<p>y" })).toEqual([["Y", "1", 100]]);
  });

  test("adds confidence up to 100", () => {
    const set: Fingerprints = {
      X: {
        ...A,
        html: "one\\;confidence:30",
        headers: { Server: "two\\;confidence:40" },
      },
    };
    expect(found(set, { html: "one" })).toEqual([["X", null, 30]]);
    expect(found(set, { html: "ONE", headers: { SERVER: "Two" } })).toEqual([[
      "X",
      null,
      70,
    ]]);
  });

  test("implies, excludes and requires", () => {
    const set: Fingerprints = {
      X: { ...A, html: "x", implies: "Y", excludes: "Z" },
      Y: { ...A, implies: ["W\\;confidence:50"] },
      Z: { ...A, html: "z" },
      W: A,
      V: { ...A, html: "v", requires: "X" },
    };
    expect(found(set, { html: "xzv" }).map(([name]) => name)).toEqual([
      "V",
      "W",
      "X",
      "Y",
    ]);
    expect(found(set, { html: "zv" }).map(([name]) => name)).toEqual(["Z"]);
  });

  test("asks a browser for properties and elements", () => {
    const set: Fingerprints = {
      X: { ...A, js: { "X.version": "(.+)\\;version:\\1" }, dom: ["#x", ".y"] },
      Y: { ...A, dom: { "#y": { exists: "" }, "#z": { text: "no" } } },
    };
    const rules = readFingerprints(set);
    expect([rules.js, rules.dom]).toEqual([["X.version"], ["#x", "#y", ".y"]]);
    expect(found(set, { js: { "X.version": "1.2" }, dom: ["#y"] }))
      .toEqual([["X", "1.2", 100], ["Y", null, 100]]);
  });
});

test("a regex that would take for ever ends, and one that cannot be bounded is left out", () => {
  const set: Fingerprints = {
    X: { ...A, html: "^(a+)+$" },
    Y: { ...A, html: "(?<=a)b|(c)\\1" },
  };
  expect(readFingerprints(set).skipped).toBe(1);
  expect(found(set, { html: `${"a".repeat(200)}!` })).toEqual([]);
  expect(found(set, { html: "a".repeat(200) })).toEqual([["X", null, 100]]);
});

test("the search ends when its time is used up, and says how much is left", () => {
  let asked = 0;
  const { unasked } = detect(
    FINGERPRINT_RULES,
    { html: "x" },
    () => asked++ >= 10,
  );
  expect(unasked).toBe(FINGERPRINT_RULES.rules.length - 10);
});

test.each([
  ["wp-content/(?:a|b)/", "wp-content/"],
  ["colou?r", "colo"],
  ["ab*cd", "cd"],
  ["x{0,2}yz", "yz"],
  ["cdn\\.x\\.com", "cdn.x.com"],
  ["abc|def", ""],
  ["(?:abc|def)", ""],
  ["[abc]def", "def"],
  ["\\d+abc\\w", "abc"],
])("every match of %s contains %j", (source, literal) => {
  expect(literalOf(source)).toBe(literal);
});
