// sluice suppressions import|export: whole lists of values never to be contacted, in and out, with the
// rights of DATABASE_URL.
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import type { Readable } from "node:stream";
import { parseArgs } from "node:util";
import { parse } from "csv-parse";
import postgres from "postgres";
import { ClientError, EXIT, UsageError } from "./errors.ts";
import { helpText } from "./help.ts";
import type { Io } from "./io.ts";
import { plural } from "./size.ts";

const BATCH = 2000;
const PAGE = 10_000;
const COLUMNS = ["value", "hash", "kind", "channel", "reason"] as const;
// Names that lists of phones and e-mails give their one column.
const VALUE_NAMES = new Set(["phone", "email", "e-mail", "number", "phone number", "address"]);

const OPTIONS = {
  help: { type: "boolean", short: "h" },
  json: { type: "boolean" },
  org: { type: "string" },
  reason: { type: "string" },
  source: { type: "string" },
  out: { type: "string" },
  plain: { type: "boolean" },
  "database-env": { type: "string" },
} as const;

type Values = {
  [K in keyof typeof OPTIONS]?: (typeof OPTIONS)[K]["type"] extends "string" ? string : boolean;
};

export interface Suppression {
  line: number;
  value?: string;
  hash?: string;
  kind?: string;
  channel?: string;
  reason?: string;
}

export async function runSuppressions(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = read(args);
  if (values.help) {
    io.stdout.write(helpText("suppressions"));
    return EXIT.ok;
  }
  const [verb, file, ...more] = positionals;
  const importing = verb === "import" && file !== undefined && more.length === 0;
  if (!importing && !(verb === "export" && positionals.length === 1)) {
    throw new UsageError("the command is: suppressions import FILE, or: suppressions export");
  }
  if (!values.org) throw new UsageError("--org is missing: the id or the name of the org");
  const variable = values["database-env"] ?? "DATABASE_URL";
  const url = io.env[variable];
  if (!url) {
    throw new UsageError(`the environment variable ${variable} must hold the database's URL`);
  }
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    const orgs = await sql<{ id: string }[]>`
      select id from public.orgs where id::text = lower(${values.org}) or name = ${values.org}`;
    if (orgs.length !== 1) {
      throw new ClientError(`${plural(orgs.length, "org")} called ${values.org}; give the id`);
    }
    const org = orgs[0]!.id;
    return importing
      ? await importList(sql, org, file!, values, io)
      : await exportList(sql, org, values, io);
  } catch (error) {
    if (error instanceof postgres.PostgresError) {
      throw new ClientError(`${error.message} (${error.code})`);
    }
    const code = String((error as NodeJS.ErrnoException).code ?? "");
    if (/^(ECONN|ENOTFOUND|CONNECT)/.test(code)) {
      throw new ClientError(`the database cannot be reached (${code})`);
    }
    if (code.startsWith("CSV_")) throw new ClientError(`no CSV: ${(error as Error).message}`);
    throw error;
  } finally {
    await sql.end();
  }
}

function read(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true }) as {
      values: Values;
      positionals: string[];
    };
  } catch (error) {
    throw new UsageError((error as Error).message.split(". ")[0]!);
  }
}

interface Counts {
  rows: number;
  added: number;
  known: number;
  unreadable: number[];
}

async function importList(sql: postgres.Sql, org: string, file: string, values: Values, io: Io) {
  const total: Counts = { rows: 0, added: 0, known: 0, unreadable: [] };
  const source = values.source ?? (file === "-" ? "standard input" : file.split(/[/\\]/).at(-1)!);
  let batch: Suppression[] = [];
  // Each batch is a transaction of its own: after an interruption the same command goes on, since what is
  // suppressed already is known.
  const flush = async () => {
    if (batch.length === 0) return;
    const [row] = await sql<{ counts: Counts }[]>`
      select private.import_suppressions(${org}, ${
      sql.json(batch as unknown as postgres.JSONValue)
    },
        ${values.reason ?? "import"}, ${source}, ${io.now()}) as counts`;
    const counts = row!.counts;
    total.rows += counts.rows;
    total.added += counts.added;
    total.known += counts.known;
    total.unreadable.push(...counts.unreadable);
    batch = [];
  };
  for await (const row of readList(file === "-" ? io.stdin : await openFile(file))) {
    batch.push(row);
    if (batch.length >= BATCH) await flush();
  }
  await flush();
  const bad = total.unreadable.length;
  if (bad > 0) {
    const lines = total.unreadable.slice(0, 20).join(", ") + (bad > 20 ? ", …" : "");
    io.stderr.write(`sluice: no phone, e-mail or hash in ${plural(bad, "line")}: ${lines}\n`);
  }
  io.stdout.write(
    values.json
      ? `${JSON.stringify({ ok: bad === 0, command: "suppressions import", ...total })}\n`
      : `${plural(total.rows, "row")}: ${total.added} suppressed, ${total.known} known, ` +
        `${bad} unreadable\n`,
  );
  // A wish that could not be read is not kept: that is no success.
  return bad > 0 ? EXIT.failed : EXIT.ok;
}

/** Rows of a list: one value a line, or CSV with a header that names value or hash. */
export async function* readList(input: Readable): AsyncGenerator<Suppression> {
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

async function exportList(sql: postgres.Sql, org: string, values: Values, io: Io) {
  // Whoever can read the folder need not read this.
  const file = values.out ? await open(values.out, "w", 0o600) : null;
  const write = async (text: string) => {
    if (file) await file.write(text);
    else io.stdout.write(text);
  };
  let rows = 0;
  try {
    const columns = ["hash", "kind", "channel", "reason", "source", "created_at"];
    if (values.plain) columns.push("value");
    await write(`${columns.join(",")}\n`);
    for (let after = "0";;) {
      const page = await sql<Record<string, string | Date | null>[]>`
        select * from private.export_suppressions(${org}, ${
        values.plain === true
      }, ${after}, ${PAGE})`;
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
  if (values.json && file) {
    const told = { ok: true, command: "suppressions export", rows, file: values.out };
    io.stdout.write(`${JSON.stringify(told)}\n`);
  } else if (file) io.stdout.write(`${plural(rows, "suppression")} in ${values.out}\n`);
  return EXIT.ok;
}

function cell(value: string | Date | null): string {
  const text = value instanceof Date ? value.toISOString() : value ?? "";
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
