// Audits a website now, without a database.
import { readFileSync } from "node:fs";
import { findFaults } from "../../../edge-functions/_shared/audits/findings/find.ts";
import { inWords } from "../../../edge-functions/_shared/audits/findings/words.ts";
import { renderReport } from "../../../edge-functions/_shared/audits/report/render.ts";
import {
  type Audit,
  measuresOf,
  type PartName,
  PARTS,
  technologiesOf,
} from "../../../edge-functions/_shared/audits/types.ts";
import { installLighthouse } from "../../audits/lighthouse.ts";
import { runAudit } from "../../audits/run_audit.ts";
import { defineCommand, integer, print, text } from "../command.ts";
import { EXIT, UsageError } from "../errors.ts";
import { plural } from "../size.ts";
import { addressOf, MOST_PEERS, writeReport } from "../website.ts";
import { AUDIT_COMMANDS } from "./website_audits.ts";

function partsOf(value: string | null): readonly PartName[] {
  if (value === null) return PARTS;
  const parts = value.split(",");
  const wrong = parts.find((part) => !PARTS.includes(part as PartName));
  if (wrong !== undefined) throw new UsageError(`unknown part ${wrong}: ${PARTS.join(", ")}`);
  return parts as PartName[];
}

/** What `website check --json` printed before. */
function readAudit(file: string): Audit {
  try {
    const { audit } = JSON.parse(readFileSync(file, "utf8")) as { audit?: Audit };
    if (typeof audit?.domain === "string" && Array.isArray(audit.parts)) return audit;
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${(error as Error).message}`);
  }
  throw new UsageError(`${file}: not what website check --json printed`);
}

export default [
  defineCommand({
    name: "website check",
    description:
      "Audits a website now and prints what needs work, the most worthwhile first. Only its first page is opened, and " +
      "robots.txt is obeyed.",
    configure: (command) =>
      void command.argument("<ADDRESS>", "a domain, or a URL")
        .option("--parts <LIST>", `of ${PARTS.join(",")} (default: all)`)
        .option("--out <FOLDER>", "write the report there, as HTML and PDF")
        .option("--before <FILE>", "what --json printed before, to say what changed since")
        .option("--peers <FILES>", "up to three of others nearby, with commas, to compare with")
        .option("--seconds <N>", "end after so many seconds, and keep what is done (default: 150)")
        .option("--mib <N>", "end above so much memory of all its processes (default: 2048)")
        .option("--json", "print one JSON object on the last line of standard output"),
    read: (line) => {
      const { options } = line;
      const before = text(options.before);
      const peers = (text(options.peers) ?? "").split(",").filter(Boolean);
      if (peers.length > MOST_PEERS) throw new UsageError("--peers takes at most three files");
      return {
        url: addressOf(line),
        parts: partsOf(text(options.parts)),
        out: text(options.out),
        before: before === null ? null : readAudit(before),
        peers: peers.map(readAudit).map((audit) => ({ label: audit.domain, audit })),
        limits: {
          seconds: integer("--seconds", options.seconds, 150, 5, 3600),
          mib: integer("--mib", options.mib, 2048, 1, 65_536),
        },
        json: options.json === true,
        env: line.env,
      };
    },
    async run({ url, parts, out, before, peers, limits, json, env }, io) {
      if (parts.includes("lighthouse")) {
        try {
          installLighthouse();
        } catch (error) {
          // The other parts need none; this one says that it is missing.
          io.stderr.write(`${(error as Error).message}\n`);
        }
      }
      const ran = await runAudit(url, { parts, limits, env });
      const audit: Audit = {
        domain: new URL(url).host,
        url: ran.url ?? url,
        finishedAt: io.now().toISOString(),
        reason: ran.reason,
        parts: ran.parts,
      };
      const findings = ran.reason === null ? findFaults(measuresOf(ran)) : [];
      const written = out === null
        ? null
        : await writeReport(out, audit.domain, renderReport({ audit, before, peers }));
      const lines = [
        ...(ran.reason === null ? [] : [`${audit.domain} could not be audited: ${ran.reason}`]),
        ...ran.parts.flatMap(({ part, error }) => error === null ? [] : [`${part}: ${error}`]),
        ...findings.map(({ title, category, evidence: { value, threshold } }, n) =>
          `${n + 1}. ${title} (${category}; found ${inWords(value)}, wanted ${threshold})`
        ),
        ...(ran.reason === null && findings.length === 0 ? ["Nothing needs work."] : []),
        ...(written === null ? [] : [`${written}.html, ${written}.pdf`]),
        `${plural(findings.length, "finding")} in ${(ran.tookMs / 1000).toFixed(1)} s`,
      ];
      print(io, json, lines.join("\n"), {
        ...{ ok: ran.reason === null, command: "website check", audit, code: ran.code, findings },
        ...{ technologies: technologiesOf(ran), peak_mib: ran.peakMib },
      });
      return ran.reason === null ? EXIT.ok : EXIT.failed;
    },
  }),
  ...AUDIT_COMMANDS,
];
