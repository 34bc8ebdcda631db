// The demo as a user runs it, and whether its numbers add up.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "../dev/paths.ts";
import { run } from "../dev/supabase.ts";
import { type Check, check } from "./check.ts";

const verdicts = ["rejected", "created", "updated", "unchanged", "merged", "conflicts"];
const outreach = ["sent", "replied", "opted_out", "bounced", "booked", "twice", "lost"];
const numbers = ["received", ...verdicts, "verified", "contactable", "fed", ...outreach, "seconds"];

export async function demo(): Promise<Check[]> {
  if (!existsSync(join(root, "scripts", "demo", "main.ts"))) return [];
  const outcome = await run(process.execPath, [
    ...[join(root, "scripts", "dev", "setup.mjs"), "scripts/demo/main.ts", "--json", "--scratch"],
  ]);
  const ran = check(
    "npm run demo -- --json",
    outcome.status === 0 ? "" : outcome.stderr.slice(-4000),
  );
  if (!ran.ok) return [ran];
  let told: Record<string, number>;
  try {
    told = JSON.parse(outcome.stdout.trimEnd().split("\n").at(-1) ?? "");
  } catch {
    return [ran, check("the last line is one JSON object", outcome.stdout.slice(-500))];
  }
  const missing = numbers.filter((name) => typeof told[name] !== "number").join(", ");
  const sum = verdicts.reduce((total, name) => total + (told[name] ?? 0), 0);
  return [
    ran,
    check("it tells all its numbers", missing && `missing: ${missing}`),
    check(
      "every received row has exactly one verdict",
      sum === told.received ? "" : `${sum} verdicts for ${told.received} rows`,
    ),
    check("leads were verified, contactable and fed", told.fed ? "" : JSON.stringify(told)),
    check(
      "people were written to, answered, opted out, bounced and booked",
      ["sent", "replied", "opted_out", "bounced", "booked"].every((name) => (told[name] ?? 0) > 0)
        ? ""
        : JSON.stringify(told),
    ),
    check(
      "nobody got a step twice, and the providers have every message of the ledger",
      told.twice === 0 && told.lost === 0 ? "" : `${told.twice} twice, ${told.lost} lost`,
    ),
  ];
}
