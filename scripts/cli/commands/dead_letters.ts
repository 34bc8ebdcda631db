// Dead letters: work that failed for good. Operators see those of every org, and alarms, which are of none.
import type { Command } from "commander";
import { type CommandLine, defineCommand, instant, integer, text } from "../command.ts";
import { addYesOption, confirm, saysYes } from "../confirm.ts";
import { addDatabaseOptions, type Database, findOrg, readDatabase, type Sql } from "../database.ts";
import { UsageError } from "../errors.ts";
import { type Answer, answerFromDatabase } from "../org_command.ts";
import { plural } from "../size.ts";

interface Chosen {
  ids: string[] | null;
  org: string | null;
  source: string | null;
  cause: string | null;
  since: Date | null;
  until: Date | null;
  limit: number;
  database: Database;
}

interface Letter {
  id: string;
  org_id: string | null;
  source: string;
  cause: string;
  reason: string;
  last_error: string | null;
  payload: Record<string, unknown>;
  attempts: number;
  replays: number;
  created_at: Date;
  retry_after: Date | null;
  resolved_at: Date | null;
  resolution: string | null;
  resolution_reason: string | null;
  advice: string | null;
}

interface Replayed {
  id: string;
  source: string;
  replayed: boolean;
  why_not: string | null;
}

const PAGE = 200;

const addConditions = (command: Command, most: string): Command =>
  addDatabaseOptions(
    command
      .option("--org <ORG>", "id or name of the org (default: all)")
      .option("--queue <NAME>", "what failed, such as stage-part or process-inbox")
      .option("--cause <TEXT>", "a reason or a cause, as `dead-letters causes` prints it")
      .option("--since <TIME>", "filed at or after that date or time")
      .option("--until <TIME>", "filed before that date or time")
      .option("--limit <N>", most),
  );

function readConditions(line: CommandLine, limit: number): Chosen {
  const { operands, options } = line;
  const wrong = operands.find((id) => !/^[1-9]\d{0,17}$/.test(id));
  if (wrong !== undefined) throw new UsageError(`invalid id of a dead letter: ${wrong}`);
  const time = (option: string, value: string | null) =>
    value === null ? null : instant(option, value);
  return {
    ids: operands.length > 0 ? operands : null,
    org: text(options.org),
    source: text(options.queue),
    cause: text(options.cause),
    since: time("--since", text(options.since)),
    until: time("--until", text(options.until)),
    limit: integer("--limit", options.limit, limit, 1, 1000),
    database: readDatabase(line),
  };
}

/** For commands that change something: what is meant must be named. */
function readWindow(line: CommandLine): Chosen {
  const chosen = readConditions(line, 100);
  if (
    !chosen.ids && !chosen.source && !chosen.cause && !chosen.since && !chosen.until
  ) {
    throw new UsageError("name dead letters by ID, --queue, --cause, --since or --until");
  }
  return chosen;
}

const orgOf = async (sql: Sql, org: string | null): Promise<string | null> =>
  org === null ? null : await findOrg(sql, org);

async function select(sql: Sql, chosen: Chosen, closed: boolean): Promise<Letter[]> {
  const org = await orgOf(sql, chosen.org);
  const all: Letter[] = [];
  while (all.length < chosen.limit) {
    const page = await sql<Letter[]>`
      select * from public.list_dead_letters(${org}, ${chosen.ids}::bigint[], ${chosen.source}, ${chosen.cause},
        ${chosen.since}, ${chosen.until}, ${closed}, ${Math.min(PAGE, chosen.limit - all.length)},
        ${all.at(-1)?.id ?? null})`;
    all.push(...page);
    if (page.length < PAGE) break;
  }
  return all;
}

const when = (date: Date | null): string =>
  date?.toISOString().slice(0, 16).replace("T", " ") ?? "";

function lineOf(one: Letter): string {
  const state = one.resolved_at
    ? one.resolution ?? "closed"
    : one.retry_after
    ? `retried ${when(one.retry_after)}`
    : "open";
  return `${one.id}  ${when(one.created_at)}  ${one.source}  ${state}  ${one.cause}`;
}

function detailsOf(one: Letter): string {
  const lines = [
    lineOf(one),
    `  org: ${one.org_id ?? "none"}`,
    `  work: ${JSON.stringify(one.payload)}`,
    `  error: ${one.last_error ?? "none"}`,
    `  attempts: ${one.attempts}, replays: ${one.replays}`,
  ];
  if (one.resolution_reason) lines.push(`  discarded because: ${one.resolution_reason}`);
  if (!one.resolved_at) {
    lines.push(`  to do: ${one.advice ?? `sluice dead-letters replay ${one.id}`}`);
  }
  return lines.join("\n");
}

export default [
  defineCommand({
    name: "dead-letters list",
    description: "Lists open dead letters, newest first; times are UTC.",
    configure: (command) =>
      void addConditions(command, "how many, 1 to 1000 (default 50)")
        .option("--closed", "also those that were replayed, discarded or became pointless"),
    read: (line) => ({
      chosen: readConditions(line, 50),
      closed: line.options.closed === true,
    }),
    run: ({ chosen, closed }, io) =>
      answerFromDatabase("dead-letters list", chosen.database, io, async (sql) => {
        const letters = await select(sql, chosen, closed);
        return {
          text: letters.map(lineOf).join("\n") || "No dead letters.",
          object: { dead_letters: letters },
        };
      }),
  }),
  defineCommand({
    name: "dead-letters causes",
    description: "Counts open dead letters by what failed and why, with an example and what to do.",
    configure: (command) =>
      void addDatabaseOptions(
        command.option("--org <ORG>", "id or name of the org (default: all)"),
      ),
    read: (line) => ({ org: text(line.options.org), database: readDatabase(line) }),
    run: ({ org, database }, io) =>
      answerFromDatabase("dead-letters causes", database, io, async (sql) => {
        const causes = await sql<
          {
            source: string;
            cause: string;
            letters: string;
            example: string;
            advice: string | null;
          }[]
        >`select * from public.dead_letter_causes(${await orgOf(sql, org)}, 200)`;
        return {
          text: causes.map((one) =>
            `${one.letters} × ${one.source}: ${one.cause}\n    such as ${one.example}` +
            (one.advice ? `; ${one.advice}` : "")
          ).join("\n") || "No dead letters.",
          object: { causes },
        };
      }),
  }),
  defineCommand({
    name: "dead-letters show",
    description: "Shows dead letters with their error, what they were about, and what to do.",
    configure: (command) => void addDatabaseOptions(command.argument("<ID...>")),
    read: (line) => readConditions(line, 1000),
    run: (chosen, io) =>
      answerFromDatabase("dead-letters show", chosen.database, io, async (sql): Promise<Answer> => {
        const letters = await select(sql, chosen, true);
        const missing = chosen.ids!.filter((id) => !letters.some((one) => one.id === id));
        return {
          text: [...letters.map(detailsOf), ...missing.map((id) => `${id} not found`)].join("\n"),
          object: { dead_letters: letters, missing },
          ok: missing.length === 0,
        };
      }),
  }),
  defineCommand({
    name: "dead-letters replay",
    description:
      "Has the work of open dead letters done again: those with the IDs, or those that meet all conditions. " +
      "One that cannot be replayed stays open and stops no other; then the exit code is 1.",
    configure: (command) =>
      void addConditions(command.argument("[ID...]"), "at most so many, 1 to 1000 (default 100)"),
    read: readWindow,
    run: (chosen, io) =>
      answerFromDatabase(
        "dead-letters replay",
        chosen.database,
        io,
        async (sql): Promise<Answer> => {
          const all = await sql<Replayed[]>`
          select * from private.replay_chosen_at(${await orgOf(
            sql,
            chosen.org,
          )}, ${chosen.ids}::bigint[],
            ${chosen.source}, ${chosen.cause}, ${chosen.since}, ${chosen.until}, ${chosen.limit}, ${io.now()})`;
          const left = all.filter(({ replayed }) => !replayed);
          return {
            text: [
              `replayed ${plural(all.length - left.length, "dead letter")} of ${all.length}`,
              ...left.map(({ id, source, why_not }) =>
                `${id} (${source}) not replayed: ${why_not}`
              ),
            ].join("\n"),
            object: { replayed: all.length - left.length, dead_letters: all },
            ok: left.length === 0 && (chosen.ids === null || all.length === chosen.ids.length),
          };
        },
      ),
  }),
  defineCommand({
    name: "dead-letters discard",
    description:
      "Closes open dead letters whose work will not be done. The rows stay, with the reason, and the audit log says " +
      "who did it. Do not write contact values into the reason.",
    configure: (command) =>
      void addYesOption(
        addConditions(command.argument("[ID...]"), "at most so many, 1 to 1000 (default 100)")
          .option("--reason <TEXT>", "why (required)"),
      ),
    read(line) {
      const reason = text(line.options.reason);
      if (reason === null || reason.trim().length < 3) {
        throw new UsageError("--reason is required: why the work will not be done");
      }
      return { ...readWindow(line), reason, yes: saysYes(line) };
    },
    run: ({ reason, yes, ...chosen }, io) =>
      answerFromDatabase(
        "dead-letters discard",
        chosen.database,
        io,
        async (sql): Promise<Answer> => {
          const found = await select(sql, chosen, false);
          if (found.length > 0) {
            await confirm(
              `This discards ${plural(found.length, "dead letter")}; nobody will do that work.`,
              yes,
              io,
            );
          }
          // Exactly those that were counted.
          const [row] = await sql<{ ids: string[] }[]>`
          select private.discard_chosen_at(null, ${
            found.map(({ id }) => id)
          }::bigint[], ${reason}, null, null, null,
            null, ${chosen.limit}, ${io.now()}) as ids`;
          const ids = row!.ids.map(String);
          return {
            text: `discarded ${plural(ids.length, "dead letter")}`,
            object: { discarded: ids },
            ok: chosen.ids === null || ids.length === chosen.ids.length,
          };
        },
      ),
  }),
];
