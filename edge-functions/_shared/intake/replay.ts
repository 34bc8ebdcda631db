// Dead letters of a source get their jobs again.
import { asWriter } from "../platform/db/client.ts";
import type { Deps } from "../platform/deps.ts";
import type { Queue, QueueData, QueueName } from "../jobs/queue.ts";

/** Those of one upload, or all of the source; returns the number of jobs. */
export async function replayDeadLetters(
  { sql, now, queue }: Pick<Deps, "sql" | "now"> & { queue: Queue },
  sourceId: string,
  uploadId: string | null,
): Promise<number> {
  await queue.ready("stage-part", "resolve-upload");
  return await asWriter(sql, async (tx) => {
    const jobs = await tx<{ queue: QueueName; data: QueueData[QueueName] }[]>`
      select * from private.replay_dead_letters(${sourceId}, ${uploadId}, null, ${now()})`;
    for (const job of jobs) await queue.send(tx, job.queue, job.data);
    return jobs.length;
  });
}
