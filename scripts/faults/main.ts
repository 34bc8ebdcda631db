// `npm run faults`: faults at random under a steady load; docs/reliability.md explains them and has the numbers.
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import postgres from "postgres";
import { makeRandom } from "../sandbox/random.ts";
import { acceptedSoFar, findWrong, onTheirWay, settle, untilNothingIsLeft } from "./checks.ts";
import { SPEED } from "./clock.ts";
import { type FaultKind, FAULTS } from "./faults.ts";
import { FAULTS_PACE, startLoad } from "./load.ts";
import { startFaultWorld } from "./world.ts";

const usage = `Usage: npm run faults -- [--runs N] [--seed S] [--only WORDS] [--json] [--log]

  --runs N      faults one after another (default 20)
  --seed S      the same faults in the same order (default 1)
  --only WORDS  only faults whose names have these words, such as "disk"
  --json        ends with one JSON object
  --log         shows what functions and workers print

Ctrl-C ends after the fault that is under way, and compares.
Exit codes: 0 nothing was lost or sent twice, 1 something was, 2 invalid usage
`;

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        runs: { type: "string", default: "20" },
        seed: { type: "string", default: "1" },
        only: { type: "string", default: "" },
        json: { type: "boolean", default: false },
        log: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    const runs = Number(values.runs), seed = Number(values.seed);
    const kinds = FAULTS.filter(({ name }) => name.includes(values.only));
    if (!Number.isSafeInteger(runs) || runs < 1 || !Number.isSafeInteger(seed)) {
      throw new Error("--runs and --seed are whole numbers, and --runs is at least 1");
    }
    if (kinds.length === 0) {
      throw new Error(
        `no fault has "${values.only}" in its name; there are:\n  ${
          FAULTS.map(({ name }) => name).join("\n  ")
        }`,
      );
    }
    return { ...values, runs, seed, kinds };
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
}

/** Each kind once, in random order, then again. */
function* inTurn(kinds: FaultKind[], runs: number, random: () => number): Generator<FaultKind> {
  let left: FaultKind[] = [];
  for (let run = 0; run < runs; run++) {
    if (left.length === 0) left = [...kinds];
    yield left.splice(Math.floor(random() * left.length), 1)[0]!;
  }
}

// A connection that is cut while postgres.js asks for the types of arrays connects again, but that question's rejection
// reaches nobody.
process.on("unhandledRejection", (error) => {
  if (!(error instanceof postgres.PostgresError) || error.severity !== "FATAL") throw error;
});

const options = readOptions();
if (options.help) {
  console.log(usage);
  process.exit(0);
}
const say = (text: string) => console.log(text);
const seconds = (millis: number) =>
  Number.isNaN(millis) ? "never" : `${(millis / 1000).toFixed(1)} s`;
const began = performance.now();
// Leads of each campaign: as many as have a number of their own, and what a fault uses while it is watched.
const wanted = 200 + options.runs * 60;
const leads = Math.min(wanted, 7_000);
const world = await startFaultWorld({
  ...{ leads, seed: options.seed, speed: SPEED, ownServer: true },
  ...(options.log ? { log: (line: string) => console.error(line) } : {}),
});
const results: { name: string; millis: number }[] = [];
let ended = false;
process.once("SIGINT", () => {
  say("Ends after this fault.");
  ended = true;
});
let failed = false;
try {
  const random = makeRandom(options.seed);
  const possible = options.kinds.filter((kind) => kind.possible?.(world) ?? true);
  for (const { name } of options.kinds.filter((kind) => !possible.includes(kind))) {
    say(`not possible on this machine: ${name}`);
  }
  const load = startLoad(world, {
    ...FAULTS_PACE,
    stepEvery: FAULTS_PACE.stepEvery * wanted / leads,
  });
  const { accepted } = load;
  await pause(2_000);
  let run = 0;
  for (const kind of inTurn(possible, options.runs, random)) {
    await kind.inflict({ world, accepted, random });
    const before = acceptedSoFar(accepted, world);
    const millis = await untilNothingIsLeft(() => onTheirWay(world, before));
    results.push({ name: kind.name, millis });
    say(`${String(++run).padStart(4)}  ${kind.name}: recovered in ${seconds(millis)}`);
    if (load.failure() || ended) break;
    await pause(300 + random() * 1_200);
  }
  await load.stop();
  await settle(world, accepted);
  const { lost, twice } = await findWrong(world, accepted);
  if (load.failure()) lost.push(load.failure()!.message);
  const late = results.filter(({ millis }) => Number.isNaN(millis)).length;
  failed = lost.length + twice.length + late > 0;
  say("");
  for (const { name } of options.kinds) {
    const times = results.filter((one) => one.name === name).map(({ millis }) => millis)
      .sort((a, b) => a - b);
    if (times.length === 0) continue;
    say(
      `${name}: ${times.length}, recovered in ${
        seconds(times[Math.floor(times.length / 2)]!)
      } (median), ${seconds(times.at(-1)!)} (longest)`,
    );
  }
  for (
    const line of [
      ...lost.map((text) => `lost: ${text}`),
      ...twice.map((text) => `twice: ${text}`),
    ]
  ) {
    say(line);
  }
  const summary = {
    ...{ runs: results.length, seed: options.seed, uploads: accepted.uploads.size },
    ...{ messages: accepted.leads.size, webhooks: world.sandbox.deliveries.length },
    ...{ repeated: load.repeated(), lost: lost.length, twice: twice.length, late },
    seconds: Math.round((performance.now() - began) / 1000),
  };
  say(
    `${summary.runs} faults in ${summary.seconds} s under ${summary.uploads} uploads, ${summary.messages} messages and ` +
      `${summary.webhooks} webhooks: ${lost.length} lost, ${twice.length} twice, ${late} not recovered by themselves`,
  );
  if (options.json) say(JSON.stringify({ ...summary, faults: results }));
} finally {
  await world.stop();
}
process.exit(failed ? 1 : 0);
