// Scores the leads of an org whose facts changed, in batches of a transaction each, or all of them after another version
// became active.
import { Interrupted, retrying, type Work } from "../../jobs/job.ts";
import type { Job } from "../../jobs/queue.ts";
import { asWriter } from "../../platform/db/client.ts";

/** Cost of a batch for this process, in staged rows: the work is the database's. */
const BATCH_ROWS = 300;

export async function scoreLeads(work: Work, job: Job<"score-leads">): Promise<void> {
  const { org_id, all } = job.data;
  if (all) {
    const [row] = await asWriter(work.sql, async (tx) => {
      // One statement, so that no feed sees scores of two versions.
      await tx.unsafe(`set local statement_timeout = '30min'`);
      return await tx<{ changed: number }[]>`
        select private.score_leads(${org_id}, null, ${work.now()})::integer as changed`;
    });
    work.log("info", "scored_all", { org_id, changed: row!.changed });
    return;
  }
  let changed = 0;
  for (let round = 0;; round++) {
    if (round > 0 && work.shouldStop()) throw new Interrupted();
    const step = await retrying(() =>
      asWriter(work.sql, async (tx) => {
        const [row] = await tx<{ step: { changed: number; done: boolean } }[]>`
          select private.score_queued(${org_id}, p_as_of => ${work.now()}) as step`;
        return row!.step;
      })
    );
    work.spend(BATCH_ROWS);
    changed += step.changed;
    if (step.done) {
      work.log("info", "scored", { org_id, changed });
      return;
    }
  }
}
