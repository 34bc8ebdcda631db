// `npm run test:n8n`: the workflows in a real n8n. Always ends within twenty minutes, and leaves no
// process behind. `--only PATTERN` runs the matching tests. On a busy machine, `SLUICE_TEST_PACE=5` waits five times as
// long, and has n8n tick as much less often.
import { parseArgs } from "node:util";
import { ensureInstalled } from "../../scripts/n8n/install.ts";
import { alone } from "./alone.ts";
import { drawn } from "./drawn.ts";
import { closeEdited, edited } from "./edited.ts";
import { killed } from "./killed.ts";
import { type Lab, openLab } from "./lab.ts";
import { mailed } from "./mailed.ts";
import { kept } from "./kept.ts";
import type { Suite } from "./suite.ts";
import { pace } from "./wait.ts";
import { closeWorld, whole } from "./whole.ts";

const limit = 20 * 60_000 * pace;
const { values } = parseArgs({ options: { only: { type: "string" } } });
const seconds = (since: number) => ((performance.now() - since) / 1000).toFixed(1);

const suites: [string, Suite][] = [
  ["n8n on its own", alone],
  ["lists by mail", mailed],
  ["a sequence drawn in n8n", drawn],
  ["n8n killed", killed],
  ["the whole way", whole],
  ["what a person edits in n8n", edited],
  ["what n8n keeps", kept],
];

let passed = 0;
let failed = 0;

async function prove(lab: Lab, claim: string, run: (lab: Lab) => Promise<void>): Promise<boolean> {
  const began = performance.now();
  try {
    await run(lab);
    passed++;
    console.log(`  ✓ ${claim} (${seconds(began)} s)`);
    return true;
  } catch (error) {
    failed++;
    console.log(`  ✗ ${claim} (${seconds(began)} s)`);
    const detail = error instanceof Error ? error.stack ?? error.message : String(error);
    console.log(detail.split("\n").map((line) => `      ${line}`).join("\n"));
    return false;
  }
}

ensureInstalled((line) => console.log(line));
const began = performance.now();
const watchdog = setTimeout(() => {
  console.log(`\nNot done after ${limit / 60_000} minutes.`);
  // n8n, functions and worker end with this process.
  process.exit(1);
}, limit);
const lab = await openLab();
try {
  console.log(`n8n is up with every workflow (${seconds(began)} s, ${lab.n8n.memory()} MB)`);
  for (const [title, suite] of suites) {
    const claims = Object.entries(suite).filter(([claim]) =>
      new RegExp(values.only ?? "").test(`${title}: ${claim}`)
    );
    if (claims.length > 0) console.log(title);
    for (const [claim, run] of claims) {
      if (await prove(lab, claim, run) || suite !== whole && suite !== edited) continue;
      // Each test continues where the previous one ended.
      failed += claims.length - claims.findIndex(([name]) => name === claim) - 1;
      console.log("  – the others were not tried");
      break;
    }
    const log = failed > 0 ? console.log : () => {};
    if (suite === whole) await closeWorld(lab, log);
    if (suite === edited) await closeEdited(lab, log);
  }
  console.log(`n8n holds ${lab.n8n.memory()} MB at the end`);
  if (failed > 0) console.log(`\nn8n's log ends:\n${lab.log.slice(-40).join("\n")}`);
} finally {
  await lab.close();
  clearTimeout(watchdog);
}
console.log(`\n${passed} passed, ${failed} failed (${seconds(began)} s)`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
