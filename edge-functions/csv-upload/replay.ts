// POST /csv-upload/replay
import { z } from "zod";
import { replayDeadLetters } from "../_shared/intake/replay.ts";
import type { AppContext } from "../_shared/platform/http/app.ts";
import {
  assertOwnUpload,
  bodyMismatch,
  readCommand,
  readSigned,
  sourceField,
  type UploadDeps,
} from "./signed.ts";

export const ReplayQuery = z.strictObject({ ...sourceField, upload: z.uuid().optional() });
const Command = z.strictObject({
  replay: z.string(),
  upload: z.uuid().nullable().default(null),
});

export async function handleReplay(
  deps: UploadDeps,
  c: AppContext,
  query: z.output<typeof ReplayQuery>,
): Promise<Response> {
  const { source, body } = await readSigned(deps, c, query.source);
  const uploadId = query.upload?.toLowerCase() ?? null;
  const command = readCommand(body, Command);
  const sameUpload = (command.upload?.toLowerCase() ?? null) === uploadId;
  if (command.replay !== query.source || !sameUpload) throw bodyMismatch();
  if (uploadId) await assertOwnUpload(deps, uploadId, source);
  const replayed = await replayDeadLetters(deps, source.source_id, uploadId);
  c.var.log("info", "replayed", { source_id: source.source_id, jobs: replayed });
  return Response.json({ replayed });
}
