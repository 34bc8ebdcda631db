// Compares new and changed leads of an org with its others, in batches of a transaction each.
import { asWriter } from "../../platform/db/client.ts";
import type { Job } from "../../jobs/queue.ts";
import { Interrupted, retrying, type Work } from "../../jobs/job.ts";

/** Cost of a step for this process, in staged rows: the work is the database's. */
const BATCH_ROWS = 300;

interface Step {
  done: boolean;
  /** Uploads come first: a job that was sent for later does the rest. */
  busy?: boolean;
  found?: number;
  merged?: number;
}

export async function matchLeads(work: Work, job: Job<"match-leads">): Promise<void> {
  const { org_id } = job.data;
  let found = 0;
  for (let round = 0;; round++) {
    if (round > 0 && work.shouldStop()) throw new Interrupted();
    const step = await retrying(() =>
      asWriter(work.sql, async (tx) => {
        // Queueing the leads of a large upload takes one long statement.
        await tx.unsafe(`set local statement_timeout = '10min'`);
        const [row] = await tx<{ step: Step }[]>`
          select private.find_candidates(${org_id}, p_as_of => ${work.now()}) as step`;
        return row!.step;
      })
    );
    work.spend(BATCH_ROWS);
    found += step.found ?? 0;
    if (step.done) {
      work.log("info", step.busy ? "match_waits" : "matched", {
        org_id,
        found,
        merged: step.merged ?? 0,
      });
      return;
    }
  }
}
