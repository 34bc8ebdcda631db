import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { errorWords, wordList } from "../../../edge-functions/_shared/providers/error_words.ts";
import { detailOf } from "../../../edge-functions/_shared/providers/network.ts";
import { refusedCall, refusedFrom, refusedTo } from "../../../scripts/sandbox/twilio/numbers.ts";
import { root } from "../../../scripts/dev/paths.ts";

test.each([
  ["550 5.1.1 The mailbox of Ann Quillmarker is full", "550 5.1.1 The mailbox of … is full"],
  ["Invalid value 'Quillmarker-O’Hara, 1200 Wombat Ln'", "Invalid value '…'"],
  ["personalizations.0.to.0.name: Ann", "personalizations.0.to.0.name: …"],
  [
    "assistantOverrides.variableValues.lead must be a string",
    "assistantOverrides.variableValues.… must be a string",
  ],
  ["QUILLMARKER does not exist", "… does not exist"],
  ["hi ann, call me back", "…, call … back"],
  ["Łukasz 李小龍 e\u0301lodie refused", "… refused"],
])("%s", (given, kept) => {
  expect(errorWords(given)).toBe(kept);
  // What was masked once stays as it is.
  expect(errorWords(kept)).toBe(kept);
});

test("what providers say about numbers stays readable", () => {
  const said = [
    ...Object.values(refusedTo).map((of) => of("+12135550101", "+12135550102")[1]),
    ...Object.values(refusedFrom).map((of) => of("+12135550101")[1]),
    ...Object.values(refusedCall).map(([, text]) => text),
    "The from address does not match a verified Sender Identity.",
    "550 5.7.1 Message rejected due to spam content",
    "452 4.2.2 The email account that you tried to reach is over quota",
  ];
  // "short code", as Short is a surname.
  for (const text of said) {
    expect(detailOf(text).detail!.replace("… code", ""), text).not.toContain("…");
  }
});

test("no word of the list is a given name or a frequent family name", () => {
  const data = readFileSync(join(root, "sql/18_normalise/30_name_words_data.sql"), "utf8");
  const [given, family] = data.split("create function private.family_names()");
  const names = new Set(
    [
      ...given!.matchAll(/"([A-Z]+)":/g),
      ...family!.split("create function")[0]!.matchAll(/"([A-Z]+)":|\b([A-Z]{2,})\b/g),
    ]
      .map(([, one, other]) => (one ?? other)!.toLowerCase()),
  );
  expect(names.size).toBeGreaterThan(1000);
  expect([...wordList].filter((word) => names.has(word))).toEqual([]);
});
