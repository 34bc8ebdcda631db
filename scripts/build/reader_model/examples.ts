// The labelled replies as examples for the learned reader.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { featuresOf } from "../../../edge-functions/_shared/inbound/reader/learned/features.ts";
import { ownWords } from "../../../edge-functions/_shared/inbound/reader/own_words.ts";
import { root } from "../../dev/paths.ts";
import type { Example } from "./train.ts";

export interface LabelledExample extends Example {
  /** The batch of an independent author; null for a reply that the rules were written with. */
  batch: number | null;
  kind: string;
  text: string;
}

/** A reply by somebody who did not know the rules counts twice. */
const INDEPENDENT_WEIGHT = 2;

/** Independent replies first; a text that occurs again is left out. */
export function labelledExamples(): LabelledExample[] {
  const seen = new Set<string>();
  return [
    ...rowsOf("independent.tsv").filter(([, , wanted]) => wanted !== "possible").map((
      [batch, kind, wanted, , text],
    ) => ({
      ...{ batch: Number(batch), kind: kind!, text: text!, weight: INDEPENDENT_WEIGHT },
      isWish: wanted === "opt-out",
    })),
    ...rowsOf("labelled.tsv").map(([kind, wanted, , text]) => ({
      ...{ batch: null, kind: kind!, text: text!, weight: 1 },
      isWish: /^(?:opt-out|wrong)/.test(wanted!),
    })),
  ].filter(({ text }) => {
    const key = text.trim().toLowerCase();
    return !seen.has(key) && seen.add(key) !== undefined;
  }).map((example) => ({ ...example, features: featuresOf(ownWords(example.text)) }));
}

const rowsOf = (file: string): string[][] =>
  readFileSync(join(root, "test", "fixtures", "replies", file), "utf8").split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split("\t").map((field) => field.replaceAll("\\n", "\n")));
