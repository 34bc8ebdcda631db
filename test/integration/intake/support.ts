// Pulls of a world: one is added, run, and looked at when it has ended.
import { eventually, type Source, type World } from "../../http/intake/harness.ts";

export interface Run {
  id: string;
  state: string;
  rows: number;
  parts: number;
  new_parts: number;
  attempts: number;
  error: string | null;
  upload_id: string | null;
}

export function pullsOf(world: World) {
  const addPull = async (kind: string, url: string, more: Record<string, unknown> = {}) => {
    const source = await world.addSource(await world.addOrg());
    const row = {
      ...{ org_id: source.orgId, source_id: source.id, kind, url, terms: "public record" },
      ...{ at_times: "{00:00}", ...more },
    };
    // Not due by itself: its first local time lies before it was made.
    await world.sql`insert into public.pulls ${world.sql(row)}`;
    return source;
  };
  const lastRun = async (source: Source): Promise<Run> => {
    const [run] = await world.sql<Run[]>`
      select *, rows::integer as rows from public.pull_runs where source_id = ${source.id}
      order by due_at desc limit 1`;
    return run!;
  };
  const settled = (source: Source) =>
    eventually("the pull to end", async () => {
      const run = await lastRun(source);
      if (["due", "running"].includes(run.state)) return null;
      const [open] = await world.sql`
        select from public.uploads where id = ${run.upload_id} and state = 'processing'`;
      return open ? null : run;
    });
  return {
    addPull,
    lastRun,
    settled,
    /** Runs the pull, until it waits for a person or nothing is left to do. */
    pulled: async (source: Source) => {
      await world.sql`select public.run_pull(${source.id})`;
      return await settled(source);
    },
    leadsOf: async ({ orgId }: Source) =>
      (await world.sql`
        select count(*)::integer as n from public.leads where org_id = ${orgId}`)[0]!.n as number,
  };
}
