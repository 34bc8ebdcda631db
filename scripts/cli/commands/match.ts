// Which records of a list, or of two lists, are one person, business or property. The work is done by the SQL of the
// project's database in temporary tables; nothing stays there.
import { createReadStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import { parse } from "csv-parse";
import type postgres from "postgres";
import { type CommandLine, defineCommand, print, text } from "../command.ts";
import { safeCell } from "../../../edge-functions/_shared/intake/csv/rejects_csv.ts";
import { unguard } from "../../../edge-functions/_shared/intake/csv/repair.ts";
import { addDatabaseOptions, readDatabase, type Sql, withDatabase } from "../database.ts";
import { ClientError, EXIT, UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import { type MatchList, type MatchRecord, readMatchList } from "../match_input.ts";
import { plural } from "../size.ts";

type Tx = postgres.TransactionSql;

const BATCH = 1000;

interface Match {
  left: string;
  right: string | null;
  out: string;
  id: string | null;
  answers: string | null;
  review: string | null;
  least: number;
}

interface Pair {
  left_id: string;
  right_id: string;
  probability: number;
  reasons: string;
}

interface Answer {
  left: string;
  right: string;
  same: boolean;
}

interface Summary {
  records: number;
  candidates: number;
  compared: string[];
  answers: number;
}

const REVIEWED = 50;

export default [defineCommand({
  name: "match",
  description:
    "Finds the records that are one person, business or property: within LEFT, or between LEFT and RIGHT. " +
    "Columns are recognised as in an upload. The output has the columns left_id, right_id, probability, reasons. " +
    "The database works in temporary tables and keeps nothing.",
  configure: (command) =>
    void addDatabaseOptions(
      command.argument("<LEFT>", "CSV file")
        .argument("[RIGHT]", "second CSV file; without it, LEFT is compared with itself")
        .option("--out <FILE>", "where the pairs are written (required)")
        .option(
          "--id <COLUMN>",
          "column that identifies a record (default: id, record_id, …, else the line number)",
        )
        .option(
          "--answers <FILE>",
          "reviewed pairs: left_id, right_id, and answer (same or different)",
        )
        .option("--review <FILE>", `write the ${REVIEWED} pairs whose answers would teach the most`)
        .option(
          "--min-probability <P>",
          "least probability of a pair that is written (default 0.5)",
        ),
    ),
  read: (line) => ({ match: readMatch(line), database: readDatabase(line) }),
  async run({ match, database }, io) {
    const left = await readMatchList(match.left, 0, 1, match.id);
    const right = match.right === null
      ? null
      : await readMatchList(match.right, 1, left.records.length + 1, match.id);
    const answers = match.answers === null ? [] : await readAnswers(match.answers);
    const { text, object } = await withDatabase(
      database,
      (sql) => runMatch(sql, match, left, right, answers, io),
    );
    print(io, database.json, text, object);
    return EXIT.ok;
  },
})];

function readMatch({ operands, options }: CommandLine): Match {
  const out = text(options.out);
  if (out === null) throw new UsageError("--out is required: the file for the pairs");
  const least = Number(text(options.minProbability) ?? "0.5");
  if (!(least > 0 && least <= 1)) {
    throw new UsageError("--min-probability must be a number above 0, up to 1");
  }
  return {
    left: operands[0]!,
    right: operands[1] ?? null,
    out,
    id: text(options.id),
    answers: text(options.answers),
    review: text(options.review),
    least,
  };
}

async function runMatch(
  sql: Sql,
  match: Match,
  left: MatchList,
  right: MatchList | null,
  answers: Answer[],
  io: Io,
) {
  const records = [...left.records, ...right?.records ?? []];
  const result = await sql.begin(async (tx) => {
    await tx`set local statement_timeout = '1h'`;
    await tx`select private.open_match_scratch()`;
    for (let at = 0; at < records.length; at += BATCH) {
      await insertRecords(tx, records.slice(at, at + BATCH));
    }
    for (let at = 0; at < answers.length; at += BATCH) {
      await insertAnswers(tx, answers.slice(at, at + BATCH), right !== null);
    }
    const [row] = await tx<{ summary: Summary }[]>`select private.match_lists() as summary`;
    const { summary } = row!;
    const pairs = await readPairs(tx, summary, match.least);
    const review = match.review === null ? [] : await readReview(tx, summary);
    // The temporary tables go with the transaction; nothing else was written.
    return { summary, pairs, review };
  });
  await writeFile(match.out, pairsCsv(result.pairs));
  if (match.review !== null) await writeFile(match.review, reviewCsv(result.review));
  const skipped = left.skipped + (right?.skipped ?? 0);
  const { summary, pairs } = result;
  if (left.id === null) {
    io.stderr.write("Records are named by their line: no id column was found.\n");
  }
  const known = summary.answers < answers.length
    ? ` ${answers.length - summary.answers} answers name unknown records.`
    : "";
  return {
    text:
      `${plural(pairs.length, "pair")} of ${plural(summary.records, "record")} in ${match.out} ` +
      `(${plural(summary.candidates, "candidate")} compared` +
      (skipped ? `, ${plural(skipped, "unreadable row")} skipped)` : ")") + known,
    object: { ok: true, command: "match", pairs: pairs.length, skipped, ...summary },
  };
}

async function insertRecords(tx: Tx, records: MatchRecord[]): Promise<void> {
  await tx`
    insert into pg_temp.match_input
    select r.* from jsonb_populate_recordset(null::pg_temp.match_input, ${
    // The database cannot store a NUL byte as text.
    JSON.parse(JSON.stringify(records).replaceAll("\\u0000", ""))}::jsonb) r`;
}

async function insertAnswers(tx: Tx, answers: Answer[], lists: boolean): Promise<void> {
  await tx`
    insert into pg_temp.match_answers (a, b, same)
    select least(l.record, r.record), greatest(l.record, r.record), bool_and(x.same)
    from jsonb_to_recordset(${answers as never}::jsonb) x ("left" text, "right" text, same boolean)
    join pg_temp.match_input l on l.reference = x.left and l.list = 0
    join pg_temp.match_input r on r.reference = x.right and r.list = ${
    lists ? 1 : 0
  } and r.record <> l.record
    group by 1, 2
    on conflict (a, b) do nothing`;
}

const readPairs = (tx: Tx, summary: Summary, least: number) =>
  tx<Pair[]>`
    select l.reference as left_id, r.reference as right_id, round(p.probability::numeric, 4)::float8 as probability,
      private.match_reasons(p.levels, ${summary.compared}::text[]) as reasons
    from pg_temp.match_pairs p
    join pg_temp.match_input l on l.record = p.a
    join pg_temp.match_input r on r.record = p.b
    where p.probability >= ${least}
    order by p.probability desc, p.a, p.b`;

type Reviewed = Pair & { left: string; right: string };

/** Near the threshold first, and at most three pairs with the same levels: a fourth answer teaches little. */
const readReview = (tx: Tx, summary: Summary) =>
  tx<Reviewed[]>`
    select l.reference as left_id, r.reference as right_id, round(p.probability::numeric, 4)::float8 as probability,
      private.match_reasons(p.levels, ${summary.compared}::text[]) as reasons,
      private.match_summary(row(l.*)::private.match_input) as left, private.match_summary(row(r.*)::private.match_input) as right
    from private.pairs_to_review(${REVIEWED}) p
    join pg_temp.match_input l on l.record = p.a
    join pg_temp.match_input r on r.record = p.b
    order by p.place`;

const csv = (rows: (string | number)[][]): string =>
  rows.map((row) => `${row.map(String).map(safeCell).join(",")}\n`).join("");

const pairsCsv = (pairs: readonly Pair[]): string =>
  csv([
    ["left_id", "right_id", "probability", "reasons"],
    ...pairs.map((p) => [p.left_id, p.right_id, p.probability, p.reasons]),
  ]);

const reviewCsv = (pairs: readonly Reviewed[]): string =>
  csv([
    ["left_id", "right_id", "answer", "left", "right", "probability", "reasons"],
    ...pairs.map((p) => [p.left_id, p.right_id, "", p.left, p.right, p.probability, p.reasons]),
  ]);

const SAME = new Set(["same", "1", "true", "yes", "y", "match"]);
const DIFFERENT = new Set(["different", "0", "false", "no", "n", "distinct", "not the same"]);

/** Rows without an answer are left out; another word is an error, since a misread answer would teach the opposite. */
async function readAnswers(file: string): Promise<Answer[]> {
  const answers: Answer[] = [];
  const rows = createReadStream(file).pipe(
    parse({
      columns: (names: string[]) => names.map((n) => n.trim().toLowerCase()),
      bom: true,
      trim: true,
    }),
  );
  try {
    for await (const row of rows as AsyncIterable<Record<string, string>>) {
      const [left, right] = [row.left_id, row.right_id].map((id) => id && (unguard(id) ?? id));
      const answer = (row.answer ?? row.same ?? row.label ?? row.match)?.toLowerCase();
      if (left === undefined || right === undefined || answer === undefined) {
        throw new ClientError(`${file} needs the columns left_id, right_id and answer`);
      }
      if (answer === "") continue;
      if (!SAME.has(answer) && !DIFFERENT.has(answer)) {
        throw new ClientError(`${file}: answer "${answer}" is neither same nor different`);
      }
      answers.push({ left, right, same: SAME.has(answer) });
    }
  } catch (error) {
    if (error instanceof ClientError) throw error;
    throw new ClientError(`cannot read ${file}: ${(error as Error).message}`);
  }
  return answers;
}
