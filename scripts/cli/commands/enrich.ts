// Runs that ask data providers about many leads: a forecast first, then a confirmation.
import { createInterface } from "node:readline/promises";
import { type CommandLine, defineCommand, isUuid, print, text } from "../command.ts";
import {
  addDatabaseOptions,
  type Database,
  findOrg,
  readDatabase,
  requireOrg,
  type Sql,
  withDatabase,
} from "../database.ts";
import { describe, dollars, type Status } from "../enrich_text.ts";
import { ClientError, EXIT, UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import { plural } from "../size.ts";

const ACTIONS = ["status", "confirm", "pause", "resume", "cancel"] as const;
type Action = typeof ACTIONS[number];
/** How long to wait for the worker's forecast. */
const FORECAST_SECONDS = 120;

interface Plan {
  kind: string;
  org: string;
  campaign: string | null;
  source: string | null;
  fedNext: boolean;
  provider: string | null;
  account: string | null;
  dryRun: boolean;
  yes: boolean;
}

type Input =
  & { database: Database }
  & (
    | { does: "list"; org: string }
    | { does: Action; run: string }
    | { does: "why"; lead: string; kind: string | null }
    | { does: "plan"; plan: Plan }
  );

function read(line: CommandLine): Input {
  const [what = "", run = ""] = line.operands;
  const database = readDatabase(line);
  if (what === "list") return { does: "list", org: requireOrg(line), database };
  if ((ACTIONS as readonly string[]).includes(what)) {
    if (!isUuid(run)) throw new UsageError(`${what} needs the id of a run`);
    return { does: what as Action, run: run.toLowerCase(), database };
  }
  const { options } = line;
  if (what === "why") {
    if (!isUuid(run)) throw new UsageError("why needs the id of a lead");
    return { does: "why", lead: run.toLowerCase(), kind: text(options.kind), database };
  }
  if (run !== "") throw new UsageError(`unexpected operand ${run}`);
  const plan: Plan = {
    kind: what,
    org: requireOrg(line),
    campaign: text(options.campaign),
    source: text(options.source),
    fedNext: options.fedTomorrow === true,
    provider: text(options.provider),
    account: text(options.account),
    dryRun: options.dryRun === true,
    yes: options.yes === true,
  };
  if (plan.dryRun && plan.yes) throw new UsageError("--dry-run and --yes exclude each other");
  return { does: "plan", plan, database };
}

async function statusOf(sql: Sql, run: string): Promise<Status> {
  const [row] = await sql<{ status: Status }[]>`select public.enrichment_status(${run}) as status`;
  return row!.status;
}

async function findOne(sql: Sql, table: "campaigns" | "sources", org: string, wanted: string) {
  const name = table === "campaigns" ? "name" : "key";
  const rows = await sql<{ id: string }[]>`
    select id from ${sql(`public.${table}`)}
    where org_id = ${org} and (id::text = lower(${wanted}) or ${sql(name)} = ${wanted})`;
  const noun = table.slice(0, -1);
  if (rows.length === 0) throw new ClientError(`${noun} ${wanted} not found`);
  if (rows.length > 1) {
    throw new ClientError(`${plural(rows.length, noun)} have the name ${wanted}; use the id`);
  }
  return rows[0]!.id;
}

async function planRun(sql: Sql, plan: Plan): Promise<string> {
  const org = await findOrg(sql, plan.org);
  const scope = {
    ...(plan.campaign ? { campaign_id: await findOne(sql, "campaigns", org, plan.campaign) } : {}),
    ...(plan.source ? { source_id: await findOne(sql, "sources", org, plan.source) } : {}),
    ...(plan.fedNext ? { fed_next: true } : {}),
  };
  const [row] = await sql<{ id: string }[]>`
    select public.plan_enrichment(${org}, ${plan.kind}, ${sql.json(scope)}, ${plan.provider},
      ${sql.json(plan.account ? { account: plan.account } : {})}) as id`;
  return row!.id;
}

async function waitForForecast(sql: Sql, run: string, io: Io): Promise<Status> {
  const until = io.now().getTime() + FORECAST_SECONDS * 1000;
  for (;;) {
    const status = await statusOf(sql, run);
    if (status.state !== "planning") return status;
    if (io.now().getTime() > until) {
      throw new ClientError(
        `no forecast of run ${run} yet: is a worker running? Look again with: sluice enrich status ${run}`,
      );
    }
    await io.sleep(300);
  }
}

/** Asks a person; without a terminal, nobody can answer. */
async function agrees(io: Io): Promise<boolean> {
  if (!io.stderr.isTTY) return false;
  const terminal = createInterface({ input: io.stdin, output: io.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question("Start? [y/N] ")).trim());
  } finally {
    terminal.close();
  }
}

async function plan(sql: Sql, wanted: Plan, database: Database, io: Io): Promise<number> {
  const run = await planRun(sql, wanted);
  let status = await waitForForecast(sql, run, io);
  const said = (more: string) =>
    print(io, database.json, `${describe(status)}\n${more}`, {
      ...{ ok: status.state !== "failed", command: "enrich", run },
      ...{ state: status.state, forecast: status.forecast },
    });
  if (status.state === "failed") {
    said("");
    return EXIT.failed;
  }
  if (!wanted.dryRun && !wanted.yes && !database.json) {
    io.stderr.write(`${describe(status)}\n`);
  }
  const starts = !wanted.dryRun && (wanted.yes || (!database.json && await agrees(io)));
  if (starts) await sql`select public.confirm_enrichment(${run})`;
  else if (wanted.dryRun) await sql`select public.control_enrichment(${run}, 'cancel')`;
  status = await statusOf(sql, run);
  said(
    starts
      ? `started; look with: sluice enrich status ${run}`
      : wanted.dryRun
      ? "dry run: nothing was asked"
      : `not started; start it with: sluice enrich confirm ${run}`,
  );
  return EXIT.ok;
}

interface Listed {
  id: string;
  kind: string;
  state: string;
  reason: string | null;
  leads: number;
  spent_usd: string;
  created_at: string;
}

async function list(sql: Sql, org: string, database: Database, io: Io): Promise<number> {
  const runs = await sql<Listed[]>`
    select id, kind, state, reason, leads, trim_scale(spent_usd)::text as spent_usd, created_at::text
    from public.enrichment_runs where org_id = ${await findOrg(sql, org)}
    order by created_at desc, id limit 50`;
  const lines = runs.map((run) =>
    `${run.id} ${run.kind} ${run.state}${run.reason ? ` (${run.reason})` : ""}: ` +
    `${plural(run.leads, "lead")}, ${dollars(run.spent_usd)} spent, ${run.created_at}`
  );
  print(io, database.json, lines.join("\n") || "no runs", {
    ...{ ok: true, command: "enrich list", runs: [...runs] },
  });
  return EXIT.ok;
}

interface Reason {
  kind: string;
  reason: string;
  provider: string | null;
  contact: string | null;
  explanation: string;
  until: string | null;
}

async function why(
  sql: Sql,
  { lead, kind }: { lead: string; kind: string | null },
  database: Database,
  io: Io,
): Promise<number> {
  const reasons = await sql<Reason[]>`
    select kind, reason, provider, contact, explanation, until::text
    from public.why_not_enriched(${lead}, ${kind})`;
  const lines = [...new Set(reasons.map((one) => one.kind))].flatMap((name) => [
    `${name}:`,
    ...reasons.filter((one) => one.kind === name).map((one) => `  ${one.explanation}`),
  ]);
  print(io, database.json, lines.join("\n") || "nothing prevents it", {
    ...{ ok: true, command: "enrich why", lead, reasons: [...reasons] },
  });
  return EXIT.ok;
}

export default [
  defineCommand({
    name: "enrich",
    description:
      "Asks data providers about many leads. WHAT is a kind of run, such as verify_email or verify_phone: the worker " +
      "makes a forecast of its cost, and nothing is asked before it is confirmed. Or WHAT is list, one of " +
      `${
        ACTIONS.join(", ")
      } with the id of a run, or why with the id of a lead: why it was not asked about.`,
    configure: (command) =>
      void addDatabaseOptions(
        command.argument("<WHAT>", "kind of run, list, an action, or why")
          .argument("[ID]", "id of a run for an action, of a lead for why")
          .option("--org <ORG>", "id or name of the org (required for a kind and list)")
          .option("--campaign <CAMPAIGN>", "leads that the campaign has or could feed: id or name")
          .option("--source <SOURCE>", "leads of the source: id or key")
          .option("--fed-tomorrow", "leads that the next feeds would take")
          .option("--provider <NAME>", "provider to ask (default: the first of the kind)")
          .option("--account <NAME>", "account of the provider (default: default)")
          .option("--kind <KIND>", "for why: this kind of run only")
          .option("--dry-run", "show the forecast and ask nothing")
          .option("--yes", "start without asking"),
      ),
    read,
    run: (input, io) =>
      withDatabase(input.database, async (sql) => {
        const { database } = input;
        if (input.does === "list") return await list(sql, input.org, database, io);
        if (input.does === "plan") return await plan(sql, input.plan, database, io);
        if (input.does === "why") return await why(sql, input, database, io);
        const { does, run } = input;
        if (does === "confirm") await sql`select public.confirm_enrichment(${run})`;
        else if (does !== "status") await sql`select public.control_enrichment(${run}, ${does})`;
        const status = await statusOf(sql, run);
        print(io, database.json, describe(status), {
          ...{ ok: true, command: `enrich ${does}` },
          ...status,
        });
        return EXIT.ok;
      }),
  }),
];
