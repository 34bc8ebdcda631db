// Drawn sequences: from n8n to the ledger and back. The compiler and public.save_sequence decide; this command reads the
// workflow, from a file or through n8n's public API, and prints what they answer.
import { readFile, writeFile } from "node:fs/promises";
import {
  exportVersion,
  findVersion,
  NewerVersion,
  type Published,
  publishSequence,
  Refused,
  type ShownNode,
  showVersion,
  type Tx,
  type Version,
} from "../../../edge-functions/_shared/campaigns/canvas/publish.ts";
import { type CommandLine, defineCommand, text } from "../command.ts";
import type { Sql } from "../database.ts";
import { ClientError, UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import { addOrgOptions, answer, readOrg } from "../org_command.ts";
import { plural } from "../size.ts";

interface N8n {
  url: string;
  workflow: string;
  key: string;
}

const VERSION = ["--version <N>", "an older version (default: the newest)"] as const;

function readVersion({ options }: CommandLine): number | null {
  const version = text(options.version);
  if (version !== null && !/^[1-9][0-9]{0,8}$/.test(version)) {
    throw new UsageError("--version must be a positive number");
  }
  return version === null ? null : Number(version);
}

export default [
  defineCommand({
    name: "sequence publish",
    description:
      "Checks a sequence that was drawn in n8n and saves it as the next version. The workflow is an " +
      "exported file (- is standard input) or is read through n8n's public API. For a sequence that " +
      "exists, --version is the version that was read: a newer one is never replaced unseen.",
    configure: (command) =>
      void addOrgOptions(
        command.argument("[FILE]")
          .option("--version <N>", "the version that was read (none for a new sequence)")
          .option("--dry-run", "check only; nothing is saved")
          .option("--n8n-url <URL>", "address of n8n, instead of a file")
          .option("--n8n-workflow <ID>", "id of the workflow in n8n")
          .option(
            "--n8n-key-env <NAME>",
            "environment variable with the key of n8n's API (default N8N_API_KEY)",
          ),
      ),
    read(line) {
      const file = line.operands[0] ?? null;
      const n8n = readN8n(line);
      if ((file === null) === (n8n === null)) {
        throw new UsageError("name a file, or --n8n-url with --n8n-workflow");
      }
      return {
        ...readOrg(line),
        file,
        n8n,
        version: readVersion(line),
        dryRun: line.options.dryRun === true,
      };
    },
    async run({ file, n8n, version, dryRun, ...command }, io) {
      const workflow = n8n ? await fetchWorkflow(n8n, io) : await readWorkflow(file!, io);
      return await answer("sequence publish", command, io, async (sql, org) => {
        const published = await publish(sql, org, { workflow, version, dryRun });
        return {
          text: describe(published),
          object: { ...published },
          ok: published.problems.length === 0,
        };
      });
    },
  }),
  defineCommand({
    name: "sequence show",
    description: "Shows the steps of a sequence, what follows each, and how many leads are where.",
    configure: (command) => void addOrgOptions(command.argument("<NAME>").option(...VERSION)),
    read: (line) => ({ ...readOrg(line), name: line.operands[0]!, version: readVersion(line) }),
    run: ({ name, version, ...command }, io) =>
      answer("sequence show", command, io, async (sql, org) => {
        const found = await requireVersion(sql, org, name, version);
        const steps = await showVersion(asTx(sql), org, found.sequence_id);
        return { text: printSteps(found, steps), object: { ...found, steps } };
      }),
  }),
  defineCommand({
    name: "sequence export",
    description:
      "Prints a sequence as an n8n workflow, also when it was last edited in the desk. Import it in n8n, " +
      "edit it, and publish it with the version that it was exported from.",
    configure: (command) =>
      void addOrgOptions(
        command.argument("<NAME>").option(...VERSION)
          .option("--out <FILE>", "write the workflow to a file"),
      ),
    read: (line) => ({
      ...readOrg(line),
      name: line.operands[0]!,
      version: readVersion(line),
      out: text(line.options.out),
    }),
    run: ({ name, version, out, ...command }, io) =>
      answer("sequence export", command, io, async (sql, org) => {
        const found = await requireVersion(sql, org, name, version);
        const workflow = await exportVersion(asTx(sql), org, found);
        const json = `${JSON.stringify(workflow, null, 2)}\n`;
        if (out !== null) {
          await writeFile(out, json).catch((error: Error) => {
            throw new UsageError(`cannot write ${out}: ${error.message.split(",")[0]}`);
          });
        }
        return {
          text: out === null ? json : `${found.name} version ${found.version} is in ${out}\n`,
          object: { ...found, workflow },
        };
      }),
  }),
  defineCommand({
    name: "sequence move",
    description:
      "Moves the leads of older versions to the newest one, each to the node with the name where it waits. " +
      "Leads whose message is in flight stay, and those whose node is gone.",
    configure: (command) => void addOrgOptions(command.argument("<NAME>")),
    read: (line) => ({ ...readOrg(line), name: line.operands[0]! }),
    run: ({ name, ...command }, io) =>
      answer("sequence move", command, io, async (sql, org) => {
        const found = await requireVersion(sql, org, name, null);
        const [row] = await sql<{ done: { moved: number; stayed: number } }[]>`
          select public.move_runs(${org}, ${found.sequence_id}) as done`;
        const { moved, stayed } = row!.done;
        return {
          text: `${plural(moved, "lead")} moved to version ${found.version}, ${stayed} stayed\n`,
          object: { ...found, moved, stayed },
        };
      }),
  }),
];

/** The client of the commands as the functions know theirs: both take the same statements. */
const asTx = (sql: unknown): Tx => sql as Tx;

async function publish(
  sql: Sql,
  org: string,
  publication: { workflow: unknown; version: number | null; dryRun: boolean },
): Promise<Published> {
  try {
    return await sql.begin((tx) => publishSequence(asTx(tx), org, publication)) as Published;
  } catch (error) {
    if (error instanceof Refused) return error.answer;
    if (error instanceof NewerVersion) {
      throw new ClientError(
        error.version === 0
          ? "there is no such sequence yet: publish it without --version"
          : `${error.message}\n  sluice sequence show tells what changed; --version ${error.version} replaces it`,
      );
    }
    throw error;
  }
}

async function requireVersion(
  sql: Sql,
  org: string,
  name: string,
  version: number | null,
): Promise<Version> {
  const found = await findVersion(asTx(sql), org, name, version);
  if (!found) {
    throw new ClientError(
      `sequence ${name}${version === null ? "" : ` version ${version}`} not found`,
    );
  }
  return found;
}

function readN8n({ options, env }: CommandLine): N8n | null {
  const url = text(options.n8nUrl);
  const workflow = text(options.n8nWorkflow);
  if (url === null && workflow === null) return null;
  if (url === null || workflow === null || !/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw new UsageError(
      "--n8n-url must be the address of n8n, and --n8n-workflow the id of a workflow",
    );
  }
  const variable = text(options.n8nKeyEnv) ?? "N8N_API_KEY";
  const key = env[variable];
  if (!key) {
    throw new UsageError(`environment variable ${variable} must contain a key of n8n's API`);
  }
  return { url: url.replace(/\/+$/, ""), workflow, key };
}

async function fetchWorkflow({ url, workflow, key }: N8n, io: Io): Promise<unknown> {
  const response = await io.fetch(
    `${url}/api/v1/workflows/${encodeURIComponent(workflow)}?excludePinnedData=true`,
    {
      headers: { "x-n8n-api-key": key, accept: "application/json" },
      redirect: "error",
      signal: AbortSignal.timeout(30_000),
    },
  ).catch((error: Error) => {
    throw new ClientError(`cannot reach n8n: ${error.message}`);
  });
  if (!response.ok) {
    throw new ClientError(
      response.status === 404
        ? `workflow ${workflow} not found in n8n`
        : `n8n answered ${response.status}`,
    );
  }
  return await response.json().catch(() => {
    throw new ClientError("n8n did not answer with a workflow");
  });
}

async function readWorkflow(file: string, io: Io): Promise<unknown> {
  let source = "";
  if (file === "-") {
    for await (const piece of io.stdin) source += String(piece);
  } else {
    source = await readFile(file, "utf8").catch((error: Error) => {
      throw new UsageError(`cannot read ${file}: ${error.message.split(",")[0]}`);
    });
  }
  try {
    const workflow = JSON.parse(source);
    // `n8n export:workflow` writes a list.
    return Array.isArray(workflow) && workflow.length === 1 ? workflow[0] : workflow;
  } catch {
    throw new UsageError(`${file} is not JSON`);
  }
}

function describe(published: Published): string {
  if (published.problems.length > 0) {
    const lines = published.problems.map(({ node, reason }) =>
      node === "" ? `  ${reason}` : `  ${node}: ${reason}`
    );
    return `Not published. ${plural(lines.length, "problem")}:\n${lines.join("\n")}\n`;
  }
  const { name, version, steps, leads, texts, campaigns } = published;
  const head = published.unchanged
    ? `${name} is unchanged since version ${version}`
    : published.dry_run
    ? `${name} would become version ${version} with ${plural(steps, "step")}; nothing was saved`
    : `${name} version ${version} with ${plural(steps, "step")}`;
  const newer = texts.filter(({ version, was }) => was !== null && was !== version);
  return [
    head,
    ...newer.map(({ node, template, version, was }) =>
      `  ${node}: ${template} version ${version} instead of ${was}`
    ),
    ...Object.entries(leads).filter(([, count]) => count > 0)
      .map(([node, count]) => `  ${node}: ${plural(count, "lead")}`),
    ...published.leads_on_older > 0 && !published.unchanged
      ? [
        `  ${
          plural(published.leads_on_older, "lead")
        } on older versions; sluice sequence move moves them`,
      ]
      : [],
    ...published.forecast_needed
      ? [
        `  Running: ${
          campaigns.map(({ name }) => name).join(", ")
        }. The next leads follow this version; look at a new forecast.`,
      ]
      : [],
  ].join("\n") + "\n";
}

function printSteps({ name, version, newest }: Version, steps: readonly ShownNode[]): string {
  const lines = steps.map((step) => {
    const what = step.kind === "send"
      ? `${step.channel}: ${step.variants.map(({ template }) => template).join(" or ")}`
      : step.kind === "branch"
      ? `${step.event} within ${step.within}`
      : "hand over";
    const next = Object.entries(step.edges).map(([outcome, { to, delay }]) =>
      `${outcome} ${/^0?0:00:00$|^0$/.test(delay) ? "" : `after ${delay} `}-> ${to}`
    );
    return `${step.node ?? `Step ${step.step}`}  ${what}  ${
      [...next, `${step.waiting} waiting, ${step.in_flight} in flight, ${step.paused} paused`].join(
        "  ",
      )
    }`;
  });
  return `${name} version ${version}${version === newest ? "" : ` (the newest is ${newest})`}\n${
    lines.join("\n")
  }\n`;
}
