// docs/intake_codes.md, made from the list of codes.
import {
  type CodeEntry,
  READER_REJECTS,
  ROW_REJECTS,
  WARNINGS,
} from "../../edge-functions/_shared/intake/csv/codes.ts";
import { listItem } from "./markdown.ts";

export function intakeCodesDocument(): string {
  const list = (codes: Record<string, CodeEntry>) =>
    Object.entries(codes).sort(([a], [b]) => a < b ? -1 : 1)
      .map(([code, { meaning, fix }]) =>
        listItem(`**${code}**: ${meaning}${fix ? ` *To do*: ${fix}` : ""}`)
      );
  return [
    "# Codes of warnings and rejects",
    "",
    "Made from `edge-functions/_shared/intake/csv/codes.ts` by `npm run docs:codes`.",
    "",
    "`sluice upload` and `sluice status` print each code with its count and its first lines. A code without *to do* needs",
    "nothing.",
    "",
    "## Warnings",
    "",
    "The row became a lead, or a part of one; something in it was repaired or left out.",
    "",
    ...list(WARNINGS),
    "",
    "## Rejects",
    "",
    "The row became no lead. `rejects.csv` has each one with its line, code and detail; it can be corrected and uploaded.",
    "",
    ...list({ ...READER_REJECTS, ...ROW_REJECTS }),
    "",
  ].join("\n");
}
