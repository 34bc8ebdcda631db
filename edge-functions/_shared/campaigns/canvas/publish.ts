// Publishing: the catalogue of the org, the compiler, and public.save_sequence, which has the last word.
import type { Tagged } from "../../platform/db/sql.ts";
import { compileWorkflow } from "./compile.ts";
import { exportWorkflow, type ShownStep } from "./export.ts";
import type {
  Catalogue,
  DrawnStep,
  NamedSender,
  NamedTemplate,
  Problem,
  Workflow,
} from "./types.ts";

/** Functions and the CLI have transactions of their own kinds. */
export type Tx = Tagged & { json(value: never): unknown };

export interface Publication {
  workflow: unknown;
  /** The version that was read; null for a new name. */
  version: number | null;
  dryRun: boolean;
  /** The workflow that publishes, as it names itself; the version that it published last counts as read. */
  origin?: string | null;
}

export interface Published {
  sequence_id: string | null;
  name: string | null;
  version: number | null;
  steps: number;
  /** Leads that wait at the node of this name, in any version. */
  leads: Record<string, number>;
  problems: Problem[];
  dry_run: boolean;
  texts: { node: string; template: string; version: number; was: number | null }[];
  /** Running campaigns that feed their next leads into the version. */
  campaigns: { campaign_id: string; name: string }[];
  leads_on_older: number;
  /** Nobody has looked at a forecast of the version for these campaigns. */
  forecast_needed: boolean;
  unchanged: boolean;
}

/** There is a newer version than the one that was read. */
export class NewerVersion extends Error {
  readonly version: number;

  constructor(version: number, message: string) {
    super(message);
    this.name = "NewerVersion";
    this.version = version;
  }
}

/** The database found what the compiler did not. */
export class Refused extends Error {
  readonly answer: Published;

  constructor(answer: Published) {
    super(answer.problems[0]?.reason);
    this.name = "Refused";
    this.answer = answer;
  }
}

interface Saved {
  sequence_id: string | null;
  version: number;
  leads_on_older: number;
  running: { campaign_id: string; name: string }[];
  unchanged?: boolean;
}

export async function readCatalogue(tx: Tx, orgId: string): Promise<Catalogue> {
  return {
    templates: await tx<NamedTemplate[]>`
      select distinct on (t.name) t.id, t.name, t.channel, t.purpose, t.version
      from public.templates t where t.org_id = ${orgId} order by t.name, t.version desc`,
    senders: await tx<NamedSender[]>`
      select s.id, s.name, s.channel from public.senders s where s.org_id = ${orgId} order by s.id`,
  };
}

/**
 * In a transaction of the caller's. What the compiler refuses is an answer; NewerVersion and Refused roll the
 * transaction back.
 */
export async function publishSequence(
  tx: Tx,
  orgId: string,
  { workflow, version, dryRun, origin = null }: Publication,
): Promise<Published> {
  const catalogue = await readCatalogue(tx, orgId);
  const { name, steps, problems } = compileWorkflow(workflow, catalogue);
  if (steps === null) return refused(name, problems, dryRun);
  const before = await textsBefore(tx, orgId, name);
  const saved = await save(tx, orgId, name, steps, { version, dryRun, origin });
  const used = new Map(catalogue.templates.map((template) => [template.id, template]));
  return {
    sequence_id: saved.sequence_id,
    name,
    version: saved.version,
    steps: steps.length,
    leads: await countLeads(tx, orgId, name, steps.map(({ node }) => node)),
    problems: [],
    dry_run: dryRun,
    texts: steps.flatMap(({ node, variants = [] }) =>
      variants.map(({ template_id }) => {
        const { name: template, version } = used.get(template_id)!;
        return { node, template, version, was: before.get(`${node}\n${template}`) ?? null };
      })
    ),
    campaigns: saved.running,
    leads_on_older: Number(saved.leads_on_older),
    forecast_needed: saved.running.length > 0 && !saved.unchanged,
    unchanged: saved.unchanged === true,
  };
}

async function save(
  tx: Tx,
  orgId: string,
  name: string,
  steps: readonly DrawnStep[],
  { version, dryRun, origin }: { version: number | null; dryRun: boolean; origin: string | null },
): Promise<Saved> {
  try {
    const [row] = await tx<{ saved: Saved }[]>`
      select public.save_sequence(${orgId}, ${name}, ${
      tx.json(steps as never)
    }, ${version}, ${dryRun}, ${origin}) as saved`;
    return row!.saved;
  } catch (error) {
    const { code, detail, message } = error as { code?: string; detail?: string; message: string };
    if (code === "SL525") throw new NewerVersion(Number(detail), message);
    if (code === "SL526" || code === "SL522") {
      throw new Refused(refused(name, [{ node: "", reason: message }], dryRun));
    }
    throw error;
  }
}

const refused = (name: string | null, problems: Problem[], dryRun: boolean): Published => ({
  sequence_id: null,
  name,
  version: null,
  steps: 0,
  leads: {},
  problems,
  dry_run: dryRun,
  texts: [],
  campaigns: [],
  leads_on_older: 0,
  forecast_needed: false,
  unchanged: false,
});

async function textsBefore(tx: Tx, orgId: string, name: string): Promise<Map<string, number>> {
  const rows = await tx<{ node: string; template: string; version: number }[]>`
    select private.step_name(s) as node, t.name as template, t.version
    from (select q.id from public.sequences q where q.org_id = ${orgId} and q.name = ${name}
      order by q.version desc limit 1) q
    join public.sequence_steps s on s.org_id = ${orgId} and s.sequence_id = q.id
    join public.step_variants v on v.org_id = s.org_id and v.sequence_id = s.sequence_id and v.step = s.step
    join public.templates t on t.org_id = v.org_id and t.id = v.template_id`;
  return new Map(rows.map(({ node, template, version }) => [`${node}\n${template}`, version]));
}

async function countLeads(
  tx: Tx,
  orgId: string,
  name: string,
  nodes: string[],
): Promise<Record<string, number>> {
  const rows = await tx<{ node: string; leads: number }[]>`
    select private.step_name(s) as node, count(*)::integer as leads
    from public.sequences q
    join public.sequence_runs r on r.org_id = q.org_id and r.sequence_id = q.id
      and r.state in ('active', 'paused')
    join public.sequence_steps s on s.org_id = r.org_id and s.sequence_id = r.sequence_id
      and s.step = r.next_step
    where q.org_id = ${orgId} and q.name = ${name} group by 1`;
  return Object.fromEntries([
    ...nodes.map((node) => [node, 0]),
    ...rows.map(({ node, leads }) => [node, leads]),
  ]);
}

export interface Version {
  sequence_id: string;
  name: string;
  version: number;
  newest: number;
}

/** The newest version of a name, or the one with the number. Null: there is none. */
export async function findVersion(
  tx: Tx,
  orgId: string,
  name: string,
  version: number | null = null,
): Promise<Version | null> {
  const [row] = await tx<Version[]>`
    select q.id as sequence_id, q.name, q.version, max(q.version) over ()::integer as newest
    from public.sequences q where q.org_id = ${orgId} and q.name = ${name}
    order by q.version is not distinct from ${version}::integer desc, q.version desc limit 1`;
  return row && (version === null || row.version === version) ? row : null;
}

export async function findVersionById(tx: Tx, orgId: string, id: string): Promise<Version | null> {
  const [row] = await tx<Version[]>`
    select q.id as sequence_id, q.name, q.version, (select max(x.version) from public.sequences x
      where x.org_id = q.org_id and x.name = q.name)::integer as newest
    from public.sequences q where q.org_id = ${orgId} and q.id = ${id}`;
  return row ?? null;
}

export type ShownNode = ShownStep & { waiting: number; in_flight: number; paused: number };

export async function showVersion(tx: Tx, orgId: string, sequenceId: string): Promise<ShownNode[]> {
  return [
    ...await tx<ShownNode[]>`
      select s.step, s.node, s.kind, s.channel, s.delay::text as delay, s.delay_kind,
        s.send_from::text as send_from, s.send_until::text as send_until, s.purpose, s.sender, s.variants,
        s.event, s.within::text as within, s.note, s.edges, s.is_first, s.waiting::integer as waiting,
        s.in_flight::integer as in_flight, s.paused::integer as paused
      from public.show_sequence(${orgId}, ${sequenceId}) s`,
  ];
}

export async function exportVersion(tx: Tx, orgId: string, version: Version): Promise<Workflow> {
  return exportWorkflow(version.name, await showVersion(tx, orgId, version.sequence_id));
}
