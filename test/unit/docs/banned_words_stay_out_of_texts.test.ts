// docs/glossary.md replaces these words in texts, documents, comments and names of tests.
import { expect, test } from "vitest";
import { collect } from "../../../scripts/build/strings/collect.ts";
import { BANNED, suspicionsOf } from "../../../scripts/build/strings/suspicious.ts";

/** Texts that mean the ordinary word, with the reason. */
const ALLOWED: { file: RegExp; text: RegExp; reason: string }[] = [
  { file: /^docs\/glossary\.md$/, text: /./, reason: "names the words that it replaces" },
  { file: /^docs\/plans\//, text: /./, reason: "records of past work" },
  { file: /openai\/triage\.ts$/, text: /in doubt/, reason: "instructions to a model" },
  {
    file: /platform\/http\/app\.ts$/,
    text: /turned away/,
    reason: "refused requests, in ordinary words",
  },
  { file: /inbound\/reader\/[\w/]+\.ts$/, text: /\|/, reason: "patterns of what people write" },
  {
    file: /inbound\/reader\/english\/classes\.ts$/,
    text: /^[a-z ]+$/,
    reason: "words that people write",
  },
  {
    file: /(opt_out_words|stop_keywords_data)\.sql$/,
    text: /\||":"/,
    reason: "words that people write",
  },
];

const isAllowed = (file: string, text: string) =>
  ALLOWED.some((entry) => entry.file.test(file) && entry.text.test(text));

test("no text uses a word that the glossary replaces", () => {
  const found = collect()
    .filter(({ file, text }) => !isAllowed(file, text))
    .flatMap(({ file, line, text }) =>
      suspicionsOf(text, BANNED).map((word) => `${file}:${line}: ${word}: ${text.slice(0, 200)}`)
    );
  expect(found).toEqual([]);
});
