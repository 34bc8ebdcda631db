// The work of `sluice conflicts`.
import { print } from "./command.ts";
import { type Conflict, conflictText } from "./conflict_text.ts";
import type { Database, Sql } from "./database.ts";
import { ClientError, EXIT } from "./errors.ts";
import type { Io } from "./io.ts";
import { formatCount, plural } from "./size.ts";

export type Answer = "own" | "dismiss" | "same";
const PAGE = 500;

export interface Place {
  street: string | null;
  city: string | null;
  state: string | null;
  zip: string | null;
}

/** One conflict by its number, or several by conditions that must all hold. */
export interface AnswerInput {
  org: string;
  database: Database;
  id: string | null;
  lead: string | null;
  answer: Answer;
  upload: string | null;
  reason: string | null;
  place: Place;
  dryRun: boolean;
}

export interface RuleInput {
  org: string;
  database: Database;
  remove: string | null;
  place: Place;
  county: string | null;
  note: string | null;
  dryRun: boolean;
}

interface Counts {
  open: number;
  closed: number;
  left: number;
}

export async function list(
  sql: Sql,
  org: string,
  { upload, database }: { upload: string | null; database: Database },
  io: Io,
): Promise<number> {
  const all: Conflict[] = [];
  for (let after = "0";;) {
    const page = await sql<Conflict[]>`
      select * from public.list_conflicts(${org}, ${upload}, ${after}, ${PAGE})`;
    all.push(...page);
    if (page.length < PAGE) break;
    after = page.at(-1)!.id;
  }
  const body = all.length === 0
    ? "No open conflicts."
    : [...all.map(conflictText), plural(all.length, "open conflict")].join("\n\n");
  print(io, database.json, body, { ok: true, command: "conflicts list", conflicts: all });
  return EXIT.ok;
}

export async function answer(
  sql: Sql,
  org: string,
  input: AnswerInput,
  io: Io,
): Promise<number> {
  const command = "conflicts answer";
  const { json } = input.database;
  if (input.id !== null) {
    await sql`select public.close_conflict(${org}, ${input.id}, ${input.lead},
      p_answer => ${input.answer}::public.conflict_answer, p_as_of => ${io.now()})`;
    const [row] = await sql<{ resolution: string }[]>`
      select resolution from public.lead_conflicts where org_id = ${org} and id = ${input.id}`;
    const { resolution } = row!;
    print(io, json, `conflict ${input.id}: ${resolution}`, {
      ...{ ok: true, command, id: input.id, answer: input.answer, resolution },
    });
    return EXIT.ok;
  }
  const { street, city, state, zip } = input.place;
  let closed = 0;
  for (;;) {
    const [row] = await sql<{ result: Counts & { unclear: number } }[]>`
      select public.close_conflicts(${org}, ${input.answer}::public.conflict_answer, ${input.upload},
        ${input.reason}, ${street}, ${city}, ${state}, ${zip}, p_preview => ${input.dryRun},
        p_limit => ${PAGE}, p_as_of => ${io.now()}) as result`;
    const result = row!.result;
    closed += result.closed;
    // A lead that a conflict points to may be gone: then the rest cannot be answered with it.
    if (!input.dryRun && result.closed > 0 && result.left > 0) continue;
    const lines = [
      input.dryRun
        ? `${plural(result.open, "open conflict")} would be answered with ${input.answer}`
        : `${plural(closed, "conflict")} answered with ${input.answer}`,
      ...result.unclear > 0
        ? [`${formatCount(result.unclear)} point to several leads: answer them one by one`]
        : [],
      ...!input.dryRun && result.left > 0
        ? [`${formatCount(result.left)} point to leads that are gone: answer them one by one`]
        : [],
    ];
    print(io, json, lines.join("\n"), { ok: true, command, ...result, closed });
    return EXIT.ok;
  }
}

export async function rule(
  sql: Sql,
  org: string,
  { remove, place, county, note, dryRun, database }: RuleInput,
  io: Io,
): Promise<number> {
  const command = "conflicts rule";
  if (remove !== null) {
    const [row] = await sql`select public.remove_conflict_rule(${org}, ${remove}) as removed`;
    if (!row!.removed) throw new ClientError(`rule ${remove} not found`);
    print(io, database.json, `rule ${remove} removed`, { ok: true, command, removed: remove });
    return EXIT.ok;
  }
  const { street, city, state, zip } = place;
  const [row] = await sql<{ result: Counts & { rule_id: number | null } }[]>`
    select public.add_conflict_rule(${org}, ${street}, ${city}, ${state}, ${zip}, ${county}, ${note},
      ${dryRun}, ${io.now()}) as result`;
  const result = row!.result;
  let { closed, left } = result;
  while (!dryRun && left > 0) {
    const [more] = await sql<{ result: Counts }[]>`
      select public.close_conflicts(${org}, 'own', p_rule_id => ${result.rule_id}, p_preview => false,
        p_limit => ${PAGE}, p_as_of => ${io.now()}) as result`;
    closed += more!.result.closed;
    left = more!.result.left;
    if (more!.result.closed === 0) break;
  }
  print(
    io,
    database.json,
    dryRun
      ? `the rule would answer ${plural(result.open, "open conflict")}`
      : `rule ${result.rule_id}: ${
        plural(closed, "open conflict")
      } answered, each a lead of its own`,
    { ok: true, command, ...result, closed, left },
  );
  return EXIT.ok;
}

export async function rules(
  sql: Sql,
  org: string,
  { database }: { database: Database },
  io: Io,
): Promise<number> {
  const rows = await sql`
    select r.id::text, r.address, r.county_fips, r.note, r.created_at,
      (select count(*)::integer from public.conflict_answers a
        where a.org_id = r.org_id and a.rule_id = r.id) as leads
    from public.conflict_rules r where r.org_id = ${org} order by r.id`;
  const lines = rows.map((row) =>
    [
      `${row.id}  ${row.address}`,
      ...row.county_fips ? [`county ${row.county_fips}`] : [],
      plural(row.leads, "lead"),
      ...row.note ? [row.note] : [],
    ].join("; ")
  );
  print(io, database.json, lines.length === 0 ? "No rules." : lines.join("\n"), {
    ok: true,
    command: "conflicts rules",
    rules: [...rows],
  });
  return EXIT.ok;
}
