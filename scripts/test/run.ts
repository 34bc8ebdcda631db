// `npm test`: every stage, each check counted once. `--only a,b` runs some stages.
import { parseArgs } from "node:util";
import { ensureTemplate } from "../dev/database.ts";
import { openServer, type RunningServer } from "../dev/server.ts";
import type { Check, Stage } from "./check.ts";
import { advisors, drift, generatedTypes } from "./database.ts";
import { demo } from "./demo.ts";
import { faults } from "./faults.ts";
import { pgtap } from "./pgtap.ts";
import { format, lint, migrations, sqlTestFiles, types } from "./static.ts";
import { supply } from "./supply.ts";
import { vitest } from "./vitest.ts";

let server: RunningServer | null = null;
const withServer = (work: (server: RunningServer) => Promise<Check[]>) => async () => {
  server ??= await openServer();
  process.env.SLUICE_TEMPLATE ??= await ensureTemplate(server);
  return await work(server);
};

const stages: Stage[] = [
  { name: "fmt", title: "format", run: format },
  { name: "lint", title: "lint", run: lint },
  { name: "types", title: "type checks", run: types },
  { name: "supply", title: "packages and secrets", run: supply },
  { name: "migrations", title: "migrations and squawk", run: migrations },
  { name: "drift", title: "drift of sql/ against migrations", run: withServer(drift) },
  { name: "gen", title: "generated types", run: withServer(generatedTypes) },
  { name: "advisors", title: "database lint and advisors", run: withServer(advisors) },
  {
    name: "sql",
    title: "house rules and pgTAP",
    run: withServer((server) => pgtap(server, sqlTestFiles())),
  },
  { name: "unit", title: "unit tests", run: () => vitest("unit") },
  { name: "http", title: "http tests", run: withServer(() => vitest("http")) },
  { name: "integration", title: "integration tests", run: withServer(() => vitest("integration")) },
  { name: "demo", title: "demo", run: withServer(demo) },
  { name: "faults", title: "faults under load", run: faults },
];

const { values } = parseArgs({ options: { only: { type: "string" } } });
const only = values.only?.split(",");
const unknown = only?.filter((name) => !stages.some((stage) => stage.name === name)) ?? [];
if (unknown.length > 0) {
  console.error(`No stage ${unknown.join(", ")}; there are ${stages.map(({ name }) => name)}.`);
  process.exit(2);
}

async function runStage(stage: Stage): Promise<Check[]> {
  const began = performance.now();
  let checks: Check[];
  try {
    checks = await stage.run();
  } catch (error) {
    const detail = error instanceof Error ? error.stack ?? error.message : String(error);
    checks = [{ name: stage.title, ok: false, detail }];
  }
  const failed = checks.filter((checked) => !checked.ok);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const mark = failed.length > 0 ? "✗" : checks.length > 0 ? "✓" : "–";
  console.log(
    `${mark} ${stage.title}: ${checks.length - failed.length} of ${checks.length} (${seconds} s)`,
  );
  for (const line of checks.flatMap(({ measured = [] }) => measured)) console.log(`    ${line}`);
  for (const { name, detail } of failed) {
    console.log(`  ✗ ${name}`);
    if (detail) console.log(detail.trimEnd().split("\n").map((line) => `      ${line}`).join("\n"));
  }
  return checks;
}

const all: Check[] = [];
try {
  for (const stage of stages) {
    if (!only || only.includes(stage.name)) all.push(...await runStage(stage));
  }
} finally {
  await (server as RunningServer | null)?.release();
}
const passed = all.filter((checked) => checked.ok).length;
// Once more at the end: a log that is cut keeps its last lines.
for (const { name, detail } of all.filter((checked) => !checked.ok)) {
  console.log(`\n✗ ${name}`);
  if (detail) console.log(detail.trim().split("\n").slice(0, 15).join("\n").slice(0, 3_000));
}
console.log(`\n${passed} passed, ${all.length - passed} failed`);
process.exitCode = passed === all.length && passed > 0 ? 0 : 1;
