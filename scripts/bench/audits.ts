// Audits of websites: how many an hour, how much memory, and whether planted faults are found. Needs no database. Run it
// alone: node scripts/bench/audits.ts [--sites N] [--full N] [--lanes N]
import { parseArgs } from "node:util";
import { findFaults } from "../../edge-functions/_shared/audits/findings/find.ts";
import { measuresOf, type PartName, PARTS } from "../../edge-functions/_shared/audits/types.ts";
import { installLighthouse } from "../audits/lighthouse.ts";
import { FAULTS } from "../audits/lab/faults.ts";
import { openLab } from "../audits/lab/serve.ts";
import { type Planted, plantSite } from "../audits/lab/sites.ts";
import { type Ran, runAudit } from "../audits/run_audit.ts";
import { integer } from "./report.ts";

const { values: options } = parseArgs({
  options: {
    /** Without a browser. */
    sites: { type: "string", default: "50" },
    /** With browser and Lighthouse. */
    full: { type: "string", default: "6" },
    lanes: { type: "string", default: "1" },
  },
});
const lanes = Number(options.lanes);
/** Rules that the lab plants; what speed is on this machine is no fault of a site. */
const PLANTABLE = new Set(FAULTS.flatMap(({ finding, brings = [] }) => [finding, ...brings]));

interface Round {
  label: string;
  ran: Ran[];
  seconds: number;
  right: number;
  wrong: string[];
  missed: string[];
}

async function audit(
  label: string,
  planted: Planted[],
  parts: readonly PartName[],
): Promise<Round> {
  const lab = await openLab(planted.map(({ site }) => site));
  const round: Round = { label, ran: [], seconds: 0, right: 0, wrong: [], missed: [] };
  const began = performance.now();
  const queue = [...planted];
  await Promise.all(Array.from({ length: lanes }, async () => {
    for (let one = queue.shift(); one; one = queue.shift()) {
      const { site: { domain }, expected } = one;
      const ran = await runAudit(`https://${domain}/`, {
        parts,
        env: { ...process.env, ...lab.env },
        onPart: ({ part, error }) => void (error && console.error(`${domain} ${part}: ${error}`)),
      });
      round.ran.push(ran);
      const found = findFaults(measuresOf(ran)).map(({ rule }) => rule).filter((rule) =>
        PLANTABLE.has(rule)
      );
      round.right += found.filter((rule) => expected.includes(rule)).length;
      round.wrong.push(...found.filter((rule) => !expected.includes(rule)));
      round.missed.push(...expected.filter((rule) => !found.includes(rule)));
    }
  }));
  round.seconds = (performance.now() - began) / 1000;
  lab.close();
  return round;
}

function show({ label, ran, seconds, right, wrong, missed }: Round): void {
  const memory = ran.map(({ peakMib }) => peakMib);
  const share = (part: number, whole: number) => whole === 0 ? "none" : (part / whole).toFixed(3);
  const names = (list: string[]) => list.length === 0 ? "" : ` (${[...new Set(list)].join(", ")})`;
  console.log([
    `${label}: ${integer(ran.length * 3600 / seconds)} audits an hour, ${lanes} at a time`,
    `  precision ${share(right, right + wrong.length)}, recall ${
      share(right, right + missed.length)
    }: ` +
    `${right} found, ${wrong.length} wrong${names(wrong)}, ${missed.length} missed${names(missed)}`,
    `  memory of an audit: ${Math.max(...memory)} MiB at most, first ${memory[0]}, last ${
      memory.at(-1)
    }; ` +
    `of this process ${integer(process.memoryUsage.rss() / 1_048_576)} MiB`,
  ].join("\n"));
}

const sites = Number(options.sites);
const full = Number(options.full);
if (sites > 0) {
  const planted = Array.from({ length: sites }, (_, n) => plantSite(n));
  show(await audit(`${sites} sites, without a browser`, planted, ["page", "links"]));
}
if (full > 0) {
  installLighthouse();
  // The last ones have the faults that need a browser.
  const planted = Array.from({ length: full }, (_, n) => plantSite(n + 12, { browser: true }));
  show(await audit(`${full} sites, all parts`, planted, PARTS));
}
