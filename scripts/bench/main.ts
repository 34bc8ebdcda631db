// `npm run bench`: throughput, memory and cost; docs/performance.md explains each line.
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { measureCandidates } from "./candidates.ts";
import { measureDataCalls } from "./data_calls.ts";
import { measureDispatch, measureFaults } from "./dispatch.ts";
import { measureEndpoint } from "./endpoint.ts";
import { measureGate } from "./gate.ts";
import { type Intake, intakeLines, measureIntake, memoryLines } from "./intake.ts";
import { measureFeed, measureRefresh, spreadPhones } from "./outreach.ts";
import { printPlans } from "./plans.ts";
import { measurePages } from "./pages.ts";
import { measurePolicies } from "./policies.ts";
import { measurePulls } from "./pulls.ts";
import { type Line, printTable } from "./report.ts";
import { measureScoring } from "./scoring.ts";
import { measureWebhooks } from "./webhooks.ts";
import { inWorld } from "./world.ts";

const usage = `Usage: npm run bench -- [--quick] [--only N[,N]] [--json] [--log]

  --quick     only the uploads of 10k and 100k rows; feed, view, policies, gate and scores on 100k leads
  --only 1,4  only these items: 1 upload, 2 memory, 3 CPU of the function, 4 feed, 5 view, 6 policies,
              7 gate, 8 dispatch, 9 dispatch while the provider fails, 10 webhooks, 11 search for candidates,
              12 calls to data providers, 13 scoring, 14 memory of a pull of county parcels,
              15 what the desk's pages ask (with --quick 100k leads at most)
  --events 50 events of each lead in item 15 (5); 50 with a million leads take some 25 GB and most of an hour
  --json      ends with one JSON object
  --part-size SIZE
              what the client cuts the file into
  --plans     also prints the plans of the queries that must stay quick
  --log       shows what functions and worker print
`;

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string" },
    json: { type: "boolean", default: false },
    plans: { type: "boolean", default: false },
    log: { type: "boolean", default: false },
    "part-size": { type: "string" },
    events: { type: "string", default: "5" },
    help: { type: "boolean", short: "h", default: false },
  },
});

const wanted = new Set(
  (options.only ?? "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15").split(",").map(Number),
);
const wants = (...items: number[]) => items.some((item) => wanted.has(item));
const log = options.log ? (line: string) => console.error(line) : undefined;
const partSize = options["part-size"] ? ["--part-size", options["part-size"]] : [];
const began = performance.now();
const progress = (text: string) =>
  console.error(`${((performance.now() - began) / 1000).toFixed(0).padStart(5)} s  ${text}`);

async function measure(): Promise<Line[]> {
  const intakes: Intake[] = [];
  const lines: Line[] = [];
  const large = options.quick ? 100_000 : 1_000_000;
  const small = options.quick ? [10_000] : [10_000, 100_000];
  if (wants(1, 2)) {
    for (const rows of small) {
      progress(`upload of ${rows} rows into an empty database`);
      await inWorld({ worker: true, log }, async (world) => {
        intakes.push(await measureIntake(world, rows, 0, partSize));
      });
    }
  }
  if (wants(1, 2, 4, 5, 6, 11)) {
    await inWorld({ worker: true, log }, async (world) => {
      progress(`upload of ${large} rows into an empty database`);
      intakes.push(await measureIntake(world, large, 0, partSize));
      if (wants(1)) {
        const more = options.quick ? 10_000 : 100_000;
        // Vacuums as autovacuum would have done by the next day.
        await world.sql.unsafe("vacuum analyze");
        progress(`upload of ${more} rows into ${large} leads`);
        intakes.push(await measureIntake(world, more, large, partSize));
      }
      await world.stack.processes.get("worker-loop")?.stop();
      await world.sql.unsafe("vacuum analyze");
      if (wants(11)) {
        progress("search for candidates");
        lines.push(await measureCandidates(world));
      }
      if (wants(4, 5)) {
        progress("refresh of the view");
        lines.push(await measureRefresh(world));
      }
      if (wants(4)) {
        progress("feed");
        lines.push(await measureFeed(world));
        progress("feed, each phone on one lead");
        await spreadPhones(world);
        lines.push(await measureFeed(world, ", each phone on one lead"));
      }
      if (wants(6)) {
        progress("row-level security");
        lines.push(...await measurePolicies(world));
      }
      if (options.plans) await printPlans(world, (text) => console.log(text));
    });
  }
  if (wants(3)) {
    await inWorld({ worker: false, log }, async (world) => {
      for (const gzip of [false, true]) {
        progress(`CPU of the upload function${gzip ? ", gzip" : ""}`);
        lines.push(await measureEndpoint(world, gzip));
      }
    });
  }
  if (wants(7)) {
    await inWorld({ worker: false, log }, async ({ sql, stack, server, database }) => {
      progress(`the gate, with ${large} leads`);
      lines.push(...await measureGate({ sql, url: stack.adminUrl, server, database }, large));
    });
  }
  if (wants(8)) {
    progress("dispatch with 1, 2 and 4 workers");
    lines.push(...await measureDispatch(options.quick ? 1_000 : 5_000));
  }
  if (wants(9)) {
    progress("dispatch while the provider fails");
    lines.push(await measureFaults(options.quick ? 1_000 : 10_000));
  }
  if (wants(10)) {
    progress("webhooks");
    const milliseconds = options.quick ? 3_000 : 10_000;
    lines.push(...await measureWebhooks({ milliseconds, connections: 10 }, progress));
  }
  if (wants(12)) {
    progress("calls to data providers");
    lines.push(...await measureDataCalls());
  }
  if (wants(13)) {
    await inWorld({ worker: false, log }, async (world) => {
      progress(`scoring of ${large} leads`);
      lines.push(...await measureScoring(world, large));
    });
  }
  if (wants(14)) {
    progress(`a pull of ${large} parcels`);
    lines.push(...await measurePulls([large / 10, large]));
  }
  if (wants(15)) {
    progress("queries of the pages");
    lines.push(...await measurePages([large / 10, large], Number(options.events), progress));
  }
  return [...intakeLines(intakes), ...memoryLines(intakes), ...lines]
    .filter(({ item }) => wanted.has(item)).sort((a, b) => a.item - b.item);
}

if (options.help) {
  console.log(usage);
} else {
  try {
    const lines = await measure();
    const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? "CPU"}`;
    console.log(`\n${machine}, Node ${process.versions.node}\n`);
    printTable(lines, (text) => console.log(text));
    const took = (performance.now() - began) / 1000;
    console.log(`\n${took.toFixed(0)} s in all`);
    if (options.json) {
      console.log(JSON.stringify({ machine, seconds: Number(took.toFixed(1)), lines }));
    }
  } catch (error) {
    console.error(error instanceof Error ? error.stack : error);
    process.exitCode = 1;
  }
}
