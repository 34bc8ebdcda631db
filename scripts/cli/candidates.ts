// The work of `sluice candidates`: pairs of leads that may be one.
import { print } from "./command.ts";
import type { Database, Sql } from "./database.ts";
import { EXIT } from "./errors.ts";
import type { Io } from "./io.ts";
import { plural } from "./size.ts";

export type Answer = "same" | "different" | "skip";
export const STATES = ["open", "same", "different", "merged", "stale"] as const;
export type State = typeof STATES[number];

/** Pairs that one call answers. */
const PAGE = 200;

interface Card {
  lead_id: string;
  owner?: string | null;
  address?: string | null;
  mailing?: string | null;
  mak?: string | null;
  county_fips?: string | null;
  apn?: string | null;
  contacts?: string[];
}

export interface Candidate {
  id: string;
  state: State;
  probability: number;
  reasons: string[];
  skipped: boolean;
  merge_id: string | null;
  left_lead: Card;
  right_lead: Card;
}

export interface Conditions {
  like: string | null;
  from: number | null;
  to: number | null;
}

export interface AnswerInput extends Conditions {
  org: string;
  database: Database;
  ids: string[];
  answer: Answer;
  dryRun: boolean;
}

function cardText({ owner, address, mailing, mak, county_fips: county, apn, ...card }: Card) {
  const facts = [
    owner,
    address ?? (mailing ? `mail to ${mailing}` : null),
    mak ? `MAK ${mak}` : null,
    apn ? `parcel ${county ? `${county} ` : ""}${apn}` : null,
    card.contacts && card.contacts.length > 0 ? card.contacts.join(" ") : null,
  ].filter((fact) => fact !== null && fact !== undefined);
  return `${facts.length > 0 ? facts.join("; ") : "this lead is gone"}  ${card.lead_id}`;
}

export function candidateText(candidate: Candidate): string {
  const { id, probability, reasons, skipped, merge_id: merge } = candidate;
  const notes = [
    ...skipped ? ["skipped before"] : [],
    ...merge === null ? [] : [`merge ${merge}`],
  ];
  return [
    `${id}  probability ${probability.toFixed(3)}: ${reasons.join("; ")}` +
    (notes.length > 0 ? ` (${notes.join(", ")})` : ""),
    `    left:  ${cardText(candidate.left_lead)}`,
    `    right: ${cardText(candidate.right_lead)}`,
  ].join("\n");
}

export async function list(
  sql: Sql,
  org: string,
  { state, lead, limit, database }: {
    state: State;
    lead: string | null;
    limit: number;
    database: Database;
  },
  io: Io,
): Promise<number> {
  const rows = await sql<Candidate[]>`
    select c.id::text, c.state, c.probability, c.reasons, c.skipped, c.merge_id::text, c.left_lead, c.right_lead
    from public.list_match_candidates(${org}, ${state}::public.candidate_state, ${lead}, ${limit}) c`;
  const [row] = await sql<{ count: number; version: number | null }[]>`
    select (select count(*)::integer from public.match_candidates c
        where c.org_id = ${org} and c.state = ${state}::public.candidate_state) as count,
      (select max(m.version) from public.match_models m where m.org_id = ${org}) as version`;
  const { count, version } = row!;
  const more = lead === null && count > rows.length ? ` (${rows.length} shown)` : "";
  const shown = lead === null ? count : rows.length;
  const body = rows.length === 0
    ? `No pairs are ${state}.`
    : [...rows.map(candidateText), `${plural(shown, "pair")} ${state}${more}`].join("\n\n");
  print(io, database.json, body, {
    ...{ ok: true, command: "candidates list", state, count, model_version: version },
    candidates: [...rows],
  });
  return EXIT.ok;
}

interface Result {
  open: number;
  answered: number;
  refused: { id: number; reason: string }[];
}

export async function answer(
  sql: Sql,
  org: string,
  { ids, answer, like, from, to, dryRun, database }: AnswerInput,
  io: Io,
): Promise<number> {
  const total: Result = { open: 0, answered: 0, refused: [] };
  for (let round = 0;; round++) {
    const [row] = await sql<{ result: Result }[]>`
      select public.answer_candidates(${org}, ${answer}, ${
      ids.length > 0 ? ids : null
    }::bigint[], ${like}, ${from}, ${to}, ${dryRun}, ${PAGE}, ${io.now()}) as result`;
    const { result } = row!;
    if (round === 0) total.open = result.open;
    total.answered += result.answered;
    total.refused = result.refused;
    // Pairs that were refused stay open and come again.
    if (dryRun || ids.length > 0 || result.answered === 0 || result.open <= PAGE) break;
  }
  const lines = [
    dryRun
      ? `${plural(total.open, "pair")} would be answered with ${answer}`
      : `${plural(total.answered, "pair")} answered with ${answer}`,
    ...total.refused.map(({ id, reason }) => `${id}: not answered, because ${reason}`),
  ];
  print(io, database.json, lines.join("\n"), {
    ...{ ok: total.refused.length === 0, command: "candidates answer", ...total },
  });
  return total.refused.length === 0 ? EXIT.ok : EXIT.failed;
}

interface Step {
  done: boolean;
  /** Uploads come first: the job that was sent for later does the rest. */
  busy?: boolean;
  leads?: number;
  found?: number;
  merged?: number;
}

export async function find(
  sql: Sql,
  org: string,
  { all, database }: { all: boolean; database: Database },
  io: Io,
): Promise<number> {
  const sums = { leads: 0, found: 0, merged: 0 };
  let busy = false;
  if (all) {
    await sql`
      insert into private.match_queue (org_id, lead_id, queued_at)
      select l.org_id, l.id, ${io.now()} from public.leads l where l.org_id = ${org}
      on conflict (org_id, lead_id) do nothing`;
  }
  for (;;) {
    const [row] = await sql<{ step: Step }[]>`
      select private.find_candidates(${org}, p_as_of => ${io.now()}) as step`;
    const { step } = row!;
    sums.leads += step.leads ?? 0;
    sums.found += step.found ?? 0;
    sums.merged += step.merged ?? 0;
    busy = step.busy ?? false;
    if (step.done) break;
    io.stderr.write(`\r${plural(sums.leads, "lead")} compared`);
  }
  io.stderr.write("\n");
  const merged = sums.merged > 0 ? `, ${plural(sums.merged, "pair")} merged` : "";
  print(
    io,
    database.json,
    `${plural(sums.leads, "lead")} compared, ${plural(sums.found, "pair")} found${merged}` +
      (busy ? "; an upload is in work, so the worker compares the rest after it" : ""),
    { ok: true, command: "candidates find", busy, ...sums },
  );
  return EXIT.ok;
}
