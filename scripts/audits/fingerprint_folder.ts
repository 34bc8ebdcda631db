// A folder with somebody's own set of fingerprints, in the schema that published sets share: files of JSON objects, name to
// fingerprint. It is used instead of Sluice's own and never part of Sluice.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Fingerprints,
  readFingerprints,
  type RuleSet,
} from "../../edge-functions/_shared/audits/fingerprints/engine.ts";
import { FINGERPRINTS } from "../../edge-functions/_shared/audits/fingerprints/rules.ts";

export function ownFingerprints(folder: string | undefined): RuleSet | null {
  if (!folder) return null;
  const files = globSync("**/*.json", { cwd: folder }).sort();
  if (files.length === 0) throw new Error(`no JSON files in ${folder}`);
  const sets = files.map((file) => {
    const set = JSON.parse(
      readFileSync(join(folder, file), "utf8"),
    ) as Fingerprints;
    return Object.fromEntries(
      Object.entries(set).filter(([, print]) => Array.isArray(print?.cats)),
    );
  });
  // The names that checks ask for are Sluice's own.
  return readFingerprints({ ...Object.assign({}, ...sets), ...FINGERPRINTS });
}
