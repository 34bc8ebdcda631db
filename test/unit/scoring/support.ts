// A small catalogue, and rules in a text instead of a file.
import type {
  Catalogue,
  Field,
  FieldType,
} from "../../../edge-functions/_shared/scoring/catalogue.ts";
import { compileRules } from "../../../edge-functions/_shared/scoring/compile.ts";
import { InvalidRules, problemText } from "../../../edge-functions/_shared/scoring/problems.ts";
import { readRules } from "../../../edge-functions/_shared/scoring/read_rules.ts";

const field = (name: string, type: FieldType): [string, Field] => [
  name,
  {
    ...{ name, type, relation: null, expression: "null", observed: null, fresh_days: null },
    ...{ words: name, counts_since: null, next_change: null },
  },
];

export const catalogue: Catalogue = {
  fields: new Map([
    field("lead.absentee", "bool"),
    field("lead.state", "text"),
    field("property.value", "number"),
    field("contact.codes", "list"),
  ]),
  relations: new Map(),
  activities: new Map([["email_clicked", "Clicked"]]),
  exclusions: [{ pattern: "(^|[._])(race|surname)($|[._])", reason: "it is protected" }],
};

/** The problems of a file, as the command prints them; null: it compiles. */
export function problemsOf(files: Record<string, string> | string): string[] {
  const all: Record<string, string> = typeof files === "string" ? { test: files } : files;
  try {
    compileRules(readRules("test", (name) => all[name] ?? null), catalogue);
    return [];
  } catch (error) {
    if (error instanceof InvalidRules) return error.problems.map(problemText);
    throw error;
  }
}

export const TIERS = `tiers:
  fit: { A: 50, B: 0 }
  engagement: { "1": 50, "2": 0 }
`;

/** A file with one rule, whose lines start at line 5. */
export const ruleFile = (lines: string, group = "axis: fit"): string =>
  `groups:
  g: { ${group} }
rules:
  - id: r
${lines.split("\n").map((line) => `    ${line}\n`).join("")}${TIERS}`;
