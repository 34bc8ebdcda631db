// Runs the demo as a user does, and checks that its numbers add up.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "../dev/paths.ts";
import { run } from "../dev/supabase.ts";
import { type Check, check } from "./check.ts";

const verdicts = ["rejected", "created", "updated", "unchanged", "merged", "conflicts"];
const outreach = ["sent", "replied", "opted_out", "bounced", "booked", "twice", "lost"];
const bought = ["checked", "cached", "cost_usd", "over_budget", "traced", "scored"];
const numbers = [
  ...["received", ...verdicts, "verified", "contactable", "fed"],
  ...[...bought, ...outreach, "seconds"],
];

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
  let result: Record<string, number>;
  try {
    result = JSON.parse(outcome.stdout.trimEnd().split("\n").at(-1) ?? "");
  } catch {
    return [ran, check("the last line is one JSON object", outcome.stdout.slice(-500))];
  }
  const missing = numbers.filter((name) => typeof result[name] !== "number").join(", ");
  const sum = verdicts.reduce((total, name) => total + (result[name] ?? 0), 0);
  return [
    ran,
    check("it reports all numbers", missing && `missing: ${missing}`),
    check(
      "every received row has exactly one verdict",
      sum === result.received ? "" : `${sum} verdicts for ${result.received} rows`,
    ),
    check("leads were verified, contactable and fed", result.fed ? "" : JSON.stringify(result)),
    check(
      "e-mails were verified, the cache saved calls, the budget refused some, and all leads have a score",
      bought.every((name) => (result[name] ?? 0) > 0) && result.cost_usd! <= 13 &&
        result.scored === result.created
        ? ""
        : JSON.stringify(result),
    ),
    check(
      "people were contacted, replied, opted out, bounced and booked",
      ["sent", "replied", "opted_out", "bounced", "booked"].every((name) => (result[name] ?? 0) > 0)
        ? ""
        : JSON.stringify(result),
    ),
    check(
      "no person received a step twice, and the providers have every message of the ledger",
      result.twice === 0 && result.lost === 0 ? "" : `${result.twice} twice, ${result.lost} lost`,
    ),
  ];
}
