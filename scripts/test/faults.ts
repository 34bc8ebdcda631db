// Twenty faults at random under load, each kind at least once; always the same ones.
import { join } from "node:path";
import { root } from "../dev/paths.ts";
import { run } from "../dev/supabase.ts";
import { type Check, check } from "./check.ts";

interface Summary {
  runs: number;
  uploads: number;
  messages: number;
  webhooks: number;
  lost: number;
  twice: number;
  late: number;
}

export async function faults(): Promise<Check[]> {
  const { stdout, stderr } = await run(process.execPath, [
    ...[join(root, "scripts", "dev", "setup.mjs"), "scripts/faults/main.ts", "--runs", "20"],
    "--json",
  ]);
  const lines = stdout.trimEnd().split("\n");
  let summary: Summary;
  try {
    summary = JSON.parse(lines.at(-1) ?? "");
  } catch {
    return [
      check("npm run faults -- --runs 20 --json", `${stdout.slice(-2000)}${stderr.slice(-2000)}`),
    ];
  }
  const report = (count: number) => count === 0 ? "" : lines.slice(0, -1).join("\n").slice(-4000);
  const worked = summary.runs === 20 && summary.uploads > 0 && summary.messages > 0 &&
    summary.webhooks > 0;
  return [
    {
      ...check(
        "20 faults happen under uploads, messages and webhooks",
        worked ? "" : lines.join("\n"),
      ),
      measured: [lines.at(-2) ?? ""],
    },
    check("after every fault, nothing that was accepted is lost", report(summary.lost)),
    check("after every fault, nothing was sent twice", report(summary.twice)),
    check("every fault is recovered from without a person", report(summary.late)),
  ];
}
