// Writes what is made from the lists of intake codes and mapping targets: `npm run docs:codes`, or with `--check`
// reports whether it is current.
import { intakeCodesDocument } from "./intake_codes_page.ts";
import { mappingTargetsDocument, mappingTargetsSql } from "./mapping_targets.ts";
import { writeGenerated } from "./page.ts";

const MADE: Record<string, () => string> = {
  "docs/intake_codes.md": intakeCodesDocument,
  "docs/mapping_targets.md": mappingTargetsDocument,
  "sql/20_leads/11_mapping_targets_data.sql": mappingTargetsSql,
};

for (const [path, document] of Object.entries(MADE)) {
  writeGenerated(path, document(), "npm run docs:codes");
}
