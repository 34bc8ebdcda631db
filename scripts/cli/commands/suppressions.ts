// Whole lists of values that must never be contacted.
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { Readable } from "node:stream";
import { CsvError, parse } from "csv-parse";
import type postgres from "postgres";
import { defineCommand, text } from "../command.ts";
import { csvCell } from "../csv.ts";
import { addYesOption, confirm, saysYes } from "../confirm.ts";
import { findOrg, type Sql, withDatabase } from "../database.ts";
import { ClientError, EXIT, UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import { addOrgOptions, answer, type OrgInput, readOrg } from "../org_command.ts";
import { plural } from "../size.ts";

const BATCH = 2000;
const PAGE = 10_000;
const COLUMNS = ["value", "hash", "kind", "channel", "reason"] as const;
// Usual names of the only column in lists of phones and e-mails.
const VALUE_NAMES = new Set(["phone", "email", "e-mail", "number", "phone number", "address"]);

export interface Suppression {
  line: number;
  value?: string;
  hash?: string;
  kind?: string;
  channel?: string;
  reason?: string;
}

export default [
  defineCommand({
    name: "suppressions add",
    description:
      "Suppresses phones and e-mails for good: no import, merge or undo lifts that, and nobody can change it. The " +
      "values stay in the history of the shell; `suppressions import -` reads them from standard input instead.",
    configure: (command) =>
      void addYesOption(
        addOrgOptions(
          command.argument("<VALUE...>", "phones and e-mails in any notation")
            .option("--reason <TEXT>", "reason (default: by hand)"),
        ),
      ),
    read: (line) => ({
      ...readOrg(line),
      values: line.operands,
      reason: text(line.options.reason) ?? "by hand",
      yes: saysYes(line),
    }),
    async run({ values, reason, yes, ...input }, io) {
      await confirm(`This suppresses ${plural(values.length, "value")} for good.`, yes, io);
      const rows = values.map((value, at) => ({ line: at + 1, value }));
      return await answer("suppressions add", input, io, async (sql, org) => {
        const [row] = await sql<{ counts: Counts }[]>`
          select private.import_suppressions(${org}, ${
          sql.json(rows)
        }, ${reason}, 'operator', ${io.now()}) as counts`;
        const { added, known, unreadable } = row!.counts;
        return {
          text: `${added} suppressed, ${known} known` +
            (unreadable.length > 0
              ? `; not a phone or e-mail: number ${unreadable.join(", ")}`
              : ""),
          object: { added, known, unreadable },
          ok: unreadable.length === 0,
        };
      });
    },
  }),
  defineCommand({
    name: "suppressions import",
    description:
      "Imports a list of phones and e-mails that must never be contacted: one per line in any " +
      "notation, or CSV with the columns value (or hash and kind, as in an export), channel, reason. It is for good.",
    configure: (command) =>
      void addYesOption(
        addOrgOptions(
          command.argument("<FILE|->", "list, or - for standard input (with --yes)")
            .option("--reason <TEXT>", "reason for rows without one (default: import)")
            .option("--source <TEXT>", "origin of the list (default: name of the file)"),
        ),
      ),
    read: (line) => ({
      ...readOrg(line),
      file: line.operands[0]!,
      reason: text(line.options.reason) ?? "import",
      source: text(line.options.source),
      yes: saysYes(line),
    }),
    run: (input, io) => withDatabase(input.database, (sql) => importList(sql, input, io)),
  }),
  defineCommand({
    name: "suppressions export",
    description: "Writes the org's own suppressions as CSV.",
    configure: (command) =>
      void addOrgOptions(
        command.option(
          "--out <FILE>",
          "write to FILE, readable by you only (default: standard output)",
        )
          .option("--plain", "export plain values, where a lead has them; each access is logged"),
      ),
    read: (line) => ({
      ...readOrg(line),
      out: text(line.options.out),
      plain: line.options.plain === true,
    }),
    run: (input, io) => withDatabase(input.database, (sql) => exportList(sql, input, io)),
  }),
];

interface Counts {
  rows: number;
  added: number;
  known: number;
  unreadable: number[];
}

async function importList(
  sql: Sql,
  { org: wanted, file, reason, source, yes, database }: OrgInput & {
    file: string;
    reason: string;
    source: string | null;
    yes: boolean;
  },
  io: Io,
) {
  const org = await findOrg(sql, wanted);
  const input = file === "-" ? io.stdin : await openFile(file);
  await confirm(
    `This suppresses every value of ${file === "-" ? "standard input" : file} for good.`,
    // Standard input is the list, so that nobody can answer there.
    yes,
    file === "-" ? { ...io, stdin: Readable.from([]) } : io,
  );
  const total: Counts = { rows: 0, added: 0, known: 0, unreadable: [] };
  const origin = source ?? (file === "-" ? "standard input" : file.split(/[/\\]/).at(-1)!);
  let batch: Suppression[] = [];
  // Each batch is a transaction of its own: after an interruption, the same command resumes, because
  // values that are already suppressed count as known.
  const flush = async () => {
    if (batch.length === 0) return;
    const [row] = await sql<{ counts: Counts }[]>`
      select private.import_suppressions(${org}, ${
      sql.json(batch as unknown as postgres.JSONValue)
    },
        ${reason}, ${origin}, ${io.now()}) as counts`;
    const counts = row!.counts;
    total.rows += counts.rows;
    total.added += counts.added;
    total.known += counts.known;
    total.unreadable.push(...counts.unreadable);
    batch = [];
  };
  try {
    for await (const row of parseList(input)) {
      batch.push(row);
      if (batch.length >= BATCH) await flush();
    }
  } catch (error) {
    if (error instanceof CsvError) throw new ClientError(`invalid CSV: ${error.message}`);
    throw error;
  }
  await flush();
  const bad = total.unreadable.length;
  if (bad > 0) {
    const lines = total.unreadable.slice(0, 20).join(", ") + (bad > 20 ? ", …" : "");
    io.stderr.write(`sluice: no valid phone, e-mail or hash in ${plural(bad, "line")}: ${lines}\n`);
  }
  io.stdout.write(
    database.json
      ? `${JSON.stringify({ ok: bad === 0, command: "suppressions import", ...total })}\n`
      : `${plural(total.rows, "row")}: ${total.added} suppressed, ${total.known} known, ` +
        `${bad} unreadable\n`,
  );
  // A value that could not be read is not suppressed: the import has failed.
  return bad > 0 ? EXIT.failed : EXIT.ok;
}

/** Rows of a list: one value per line, or CSV with a header that names value or hash. */
export async function* parseList(input: Readable): AsyncGenerator<Suppression> {
  const records = input.pipe(
    parse({ bom: true, relax_column_count: true, skip_empty_lines: true, trim: true, info: true }),
  );
  input.on("error", (error) => records.destroy(error));
  let header: (keyof Suppression | null)[] | null = null;
  let first = true;
  for await (const { record, info } of records) {
    const cells = record as string[];
    if (first) {
      first = false;
      header = headerOf(cells);
      if (header) continue;
    }
    const row: Suppression = { line: (info as { lines: number }).lines };
    if (!header) row.value = cells[0] ?? "";
    else {
      header.forEach((name, at) => {
        if (name && name !== "line" && cells[at]) row[name] = cells[at];
      });
    }
    yield row;
  }
}

function headerOf(cells: string[]): (keyof Suppression | null)[] | null {
  const names = cells.map((cell) => {
    const name = cell.toLowerCase();
    if (VALUE_NAMES.has(name)) return "value";
    return COLUMNS.find((known) => known === name) ?? null;
  });
  return names.includes("value") || names.includes("hash") ? names : null;
}

async function openFile(path: string): Promise<Readable> {
  try {
    await (await open(path)).close();
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${(error as Error).message.split(",")[0]}`);
  }
  return createReadStream(path);
}

async function exportList(
  sql: Sql,
  { org: wanted, out, plain, database }: OrgInput & { out: string | null; plain: boolean },
  io: Io,
) {
  const org = await findOrg(sql, wanted);
  // Other users of the folder must not read it.
  const file = out ? await open(out, "w", 0o600) : null;
  const write = async (text: string) => {
    if (file) await file.write(text);
    else io.stdout.write(text);
  };
  let rows = 0;
  try {
    const columns = ["hash", "kind", "channel", "reason", "source", "created_at"];
    if (plain) columns.push("value");
    await write(`${columns.join(",")}\n`);
    for (let after = "0";;) {
      const page = await sql<Record<string, string | Date | null>[]>`
        select * from private.export_suppressions(${org}, ${plain}, ${after}, ${PAGE})`;
      await write(
        page.map((row) => `${columns.map((c) => cell(row[c] ?? null)).join(",")}\n`)
          .join(""),
      );
      rows += page.length;
      if (page.length < PAGE) break;
      after = String(page.at(-1)!.id);
    }
  } finally {
    await file?.close();
  }
  if (database.json && file) {
    const result = { ok: true, command: "suppressions export", rows, file: out };
    io.stdout.write(`${JSON.stringify(result)}\n`);
  } else if (file) io.stdout.write(`${plural(rows, "suppression")} in ${out}\n`);
  return EXIT.ok;
}

function cell(value: string | Date | null): string {
  return csvCell(value instanceof Date ? value.toISOString() : value ?? "");
}
