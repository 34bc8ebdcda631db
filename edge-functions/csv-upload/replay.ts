// POST /csv-upload/replay
import { z } from "zod";
import { replayDeadLetters } from "../_shared/intake/replay.ts";
import type { AppContext } from "../_shared/platform/http/app.ts";
import {
  bodyMismatch,
  ownUpload,
  readCommand,
  readSigned,
  sourceField,
  type UploadDeps,
} from "./signed.ts";

export const ReplayQuery = z.strictObject({ ...sourceField, upload: z.uuid().optional() });
export const ReplayCommand = z.strictObject({
  replay: z.string(),
  upload: z.uuid().nullable().default(null),
});

export async function handleReplay(
  deps: UploadDeps,
  c: AppContext,
  query: z.output<typeof ReplayQuery>,
): Promise<Response> {
  const { source, body } = await readSigned(deps, c, query.source);
  const givenId = query.upload?.toLowerCase() ?? null;
  const command = readCommand(body, ReplayCommand);
  const sameUpload = (command.upload?.toLowerCase() ?? null) === givenId;
  if (command.replay !== query.source || !sameUpload) throw bodyMismatch();
  const uploadId = givenId === null ? null : await ownUpload(deps, givenId, source);
  const replayed = await replayDeadLetters(deps, source.source_id, uploadId);
  c.var.log("info", "replayed", { source_id: source.source_id, jobs: replayed });
  return Response.json({ replayed });
}
