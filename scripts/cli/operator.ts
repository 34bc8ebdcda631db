// Commands of the desk, run with the rights of DATABASE_URL: why, export, erase, dnc load.
import { createReadStream } from "node:fs";
import { open, writeFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import postgres from "postgres";
import type { DeskCommand, DncLoad } from "./operator_args.ts";
import { dncCopyLines } from "./dnc_file.ts";
import { ClientError, EXIT, UsageError } from "./errors.ts";
import type { Io } from "./io.ts";
import { plural } from "./size.ts";

type Sql = postgres.Sql;

export async function runDesk(command: DeskCommand, io: Io): Promise<number> {
  const sql = postgres(command.databaseUrl, {
    max: 1,
    onnotice: () => {},
    connection: { application_name: "sluice-cli" },
  });
  try {
    const { text, object } = await run(command, sql, io);
    io.stdout.write(command.json ? `${JSON.stringify(object)}\n` : `${text}\n`);
    return EXIT.ok;
  } catch (error) {
    // The database says what is wrong; a stack would say nothing more.
    if (error instanceof postgres.PostgresError) {
      throw new ClientError(`${error.message} (${error.code})`);
    }
    if (
      error instanceof Error && /^(ECONN|ENOTFOUND|CONNECT_TIMEOUT|CONNECTION)/.test(code(error))
    ) {
      throw new ClientError(`the database cannot be reached (${code(error)})`);
    }
    throw error;
  } finally {
    await sql.end();
  }
}

const code = (error: Error) => String((error as NodeJS.ErrnoException).code ?? "");

async function run(
  command: DeskCommand,
  sql: Sql,
  io: Io,
): Promise<{ text: string; object: Record<string, unknown> }> {
  switch (command.name) {
    case "why":
      return await why(sql, command.lead, command.channel, command.at ?? io.now());
    case "export": {
      const org = await orgOf(sql, command.lead);
      const [row] = await sql`select public.export_person(${org}, ${command.lead}) as record`;
      const json = JSON.stringify(row!.record, null, 2);
      if (command.file === null) return { text: json, object: row!.record };
      // Whoever can read the folder need not read this.
      await writeFile(command.file, `${json}\n`, { mode: 0o600 });
      return { text: command.file, object: { ok: true, command: "export", file: command.file } };
    }
    case "erase": {
      const org = await orgOf(sql, command.lead);
      const [row] = await sql`
        select public.erase_lead(${org}, ${command.lead}, ${command.reason}, ${io.now()}) as kept`;
      const kept = row!.kept as Record<string, number | string>;
      const counts = ["suppressions", "consents", "decisions", "contact_attempts"]
        .map((name) => `${kept[name]} ${name.replace("_", " ")}`).join(", ");
      return {
        text: `erased ${command.lead}; kept ${counts}: ${kept.why}\n${kept.uploaded_files}`,
        object: { ok: true, command: "erase", lead_id: command.lead, kept },
      };
    }
    case "dnc":
      return await loadDnc(sql, command.load, io);
  }
}

async function orgOf(sql: Sql, lead: string): Promise<string> {
  const [row] = await sql`select private.org_of_lead(${lead}) as org`;
  if (!row?.org) throw new ClientError(`there is no lead ${lead}`);
  return row.org;
}

async function why(sql: Sql, lead: string, channel: string | null, at: Date) {
  const org = await orgOf(sql, lead);
  const channels = channel === null ? ["sms", "voice_manual", "voice_ai", "email"] : [channel];
  const decisions = await sql`
    select decided_at, as_of, channel, contact, verdict, why, evidence, next_allowed_at, decision_id, rules, rule_version
    from public.why_not_contacted
    where org_id = ${org} and lead_id = ${lead} and channel = any (${channels})
    order by decided_at, decision_id`;
  const outlook = await sql`
    select channel, contact, outlook, why, evidence, rules, next_allowed_at
    from public.contact_outlook(${[lead]}::uuid[], ${channels}, 'marketing', ${at})`;
  const time = (value: Date | null) => value?.toISOString().replace(".000Z", "Z");
  const lines = decisions.length === 0 ? ["No decision is on record."] : decisions.flatMap((d) => [
    `${time(d.decided_at)}  ${d.channel} to ${d.contact ?? "an erased contact"}: ${d.verdict}, ` +
    `as of ${time(d.as_of)} (decision ${d.decision_id}, rules ${d.rule_version})`,
    `  because: ${d.why}`,
    `  evidence: ${d.evidence}`,
    ...d.next_allowed_at ? [`  time alone would permit it at ${time(d.next_allowed_at)}`] : [],
  ]);
  lines.push("", `At ${time(at)}, as things stand:`);
  if (outlook.length === 0) lines.push("  the lead has no contact for this channel");
  for (const o of outlook) {
    const next = o.outlook !== "now" && o.next_allowed_at
      ? `, from ${time(o.next_allowed_at)}`
      : "";
    lines.push(`  ${o.channel} to ${o.contact}: ${o.outlook}${next}`);
    if (o.outlook !== "now") lines.push(`    because: ${o.why}`);
    lines.push(`    evidence: ${o.evidence}`);
  }
  const object = {
    ok: true,
    command: "why",
    lead_id: lead,
    at: at.toISOString(),
    decisions,
    outlook,
  };
  return { text: lines.join("\n"), object };
}

async function loadDnc(sql: Sql, load: DncLoad, io: Io) {
  const counts = { numbers: 0, deletions: 0 };
  const began = performance.now();
  const lists = await sql.begin(async (tx) => {
    await tx`create temp table dnc_input (number bigint not null, gone boolean not null default false, line integer)
      on commit drop`;
    const columns = load.change ? "(number, gone, line)" : "(number)";
    const copy = await tx.unsafe(`copy pg_temp.dnc_input ${columns} from stdin`).writable();
    await pipeline(
      Readable.from(dncCopyLines(await openFile(load.file, io), load.change, counts)),
      copy,
    );
    return await tx`
      select area_code, numbers::float8 as numbers, added::float8 as added, removed::float8 as removed
      from private.load_dnc(${load.kind}, ${load.version}, ${load.obtainedAt}, ${load.file},
        ${load.areaCode}::smallint, ${load.state}, ${load.org}, ${load.list}, ${load.change},
        ${load.acceptShrink}, ${io.now()})`;
  });
  const seconds = (performance.now() - began) / 1000;
  const sum = (key: string) => lists.reduce((total, list) => total + list[key], 0);
  const text = `${load.kind}, obtained ${load.obtainedAt.toISOString()}: ` +
    `${plural(counts.numbers, "line")} into ${plural(lists.length, "list")}, ` +
    `${sum("added")} more, ${sum("removed")} fewer, ${sum("numbers")} numbers now ` +
    `(${seconds.toFixed(1)} s)`;
  const object = { ok: true, command: "dnc load", ...counts, lists: [...lists], seconds };
  return { text, object };
}

async function openFile(path: string, io: Io): Promise<AsyncIterable<Uint8Array>> {
  if (path === "-") return io.stdin;
  try {
    const file = await open(path);
    await file.close();
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${(error as Error).message.split(",")[0]}`);
  }
  const stream = createReadStream(path, { highWaterMark: 1 << 20 });
  if (!path.endsWith(".gz")) return stream;
  const gunzip = createGunzip();
  stream.on("error", (error) => gunzip.destroy(error));
  return stream.pipe(gunzip);
}
