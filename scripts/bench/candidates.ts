// Item 11: comparing leads of a large org with its others, against parsing the same owners and addresses.
import { DatabaseCpu } from "./processes.ts";
import { integer, type Line, seconds } from "./report.ts";
import type { World } from "./world.ts";

/** Batches of the job. */
const BATCHES = 10;

export async function measureCandidates(world: World): Promise<Line> {
  const { sql, orgId } = world;
  // What the worker had not done when it was stopped.
  await sql`update pgboss.job set state = 'cancelled' where state < 'completed'`;
  for (;;) {
    const [row] = await sql`select private.find_candidates(${orgId}, 1) ? 'queued' as queued`;
    if (!row!.queued) break;
  }
  const leads = await sql<{ n: number }[]>`
    select count(*)::integer as n from public.leads where org_id = ${orgId}`;
  const began = performance.now();
  const server = new DatabaseCpu(world.server, world.database);
  let compared = 0;
  for (let k = 0; k < BATCHES; k++) {
    const [row] = await sql`select private.find_candidates(${orgId}) as step`;
    compared += row!.step.leads ?? 0;
  }
  const spent = (performance.now() - began) / 1000;
  const cpu = server.stop();
  const parsing = performance.now();
  await sql`
    select count(private.parse_name_text(private.name_letters(coalesce(owner_full, ''))))
      + count(private.parse_address(situs_street, situs_unit, situs_city, situs_state, situs_zip))
    from (select * from public.leads where org_id = ${orgId} limit ${compared}) l`;
  const baseline = (performance.now() - parsing) / 1000;
  return {
    item: 11,
    what: `search for candidates, ${integer(compared)} of ${integer(leads[0]!.n)} leads`,
    ratio: spent / baseline,
    against: `parsing their owners and addresses, ${seconds(baseline)}`,
    absolute:
      `${(spent / compared * 1000).toFixed(2)} ms a lead, ${integer(compared / spent)} leads/s` +
      (cpu === null ? "" : `; CPU ${(cpu / compared * 1000).toFixed(2)} ms`),
    goal: "",
    met: null,
    data: { seconds: spent, leads: compared },
  };
}
