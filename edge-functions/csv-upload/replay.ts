// POST /csv-upload/replay
import { z } from "zod";
import { asWriter } from "../_shared/platform/db/client.ts";
import type { QueueData, QueueName } from "../_shared/jobs/queue.ts";
import { malformed } from "../_shared/platform/http/problem.ts";
import {
  assertOwnUpload,
  type Context,
  type Door,
  readCommand,
  readQuery,
  readSigned,
  sourceField,
} from "./door.ts";

const Query = z.strictObject({ ...sourceField, upload: z.uuid().optional() });
const Command = z.strictObject({
  replay: z.string(),
  upload: z.uuid().nullable().default(null),
});

export async function handleReplay(
  door: Door,
  context: Context,
): Promise<Response> {
  const query = readQuery(context.url, Query);
  const signed = await readSigned(door, context, query.source);
  const uploadId = query.upload?.toLowerCase() ?? null;
  const command = readCommand(signed.body, Command);
  if (
    command.replay !== query.source ||
    (command.upload?.toLowerCase() ?? null) !== uploadId
  ) {
    throw malformed("The body does not name what the address names.");
  }
  if (uploadId) await assertOwnUpload(door, uploadId, signed.source);
  await door.queue.ready("stage-part", "resolve-upload");
  const replayed = await asWriter(door.sql, async (tx) => {
    const jobs = await tx<{ queue: QueueName; data: QueueData[QueueName] }[]>`
      select * from private.replay_dead_letters(${signed.source.source_id}, ${uploadId}, ${door.now()})`;
    for (const { queue, data } of jobs) await door.queue.send(tx, queue, data);
    return jobs.length;
  });
  context.log("info", "replayed", {
    source_id: signed.source.source_id,
    jobs: replayed,
  });
  return Response.json({ replayed });
}
