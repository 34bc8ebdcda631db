// POST /csv-upload/UPLOAD_ID/undo
import { z } from "zod";
import { asWriter } from "../_shared/platform/db/client.ts";
import type { AppContext } from "../_shared/platform/http/app.ts";
import { notFound, Problem } from "../_shared/platform/http/problem.ts";
import {
  bodyMismatch,
  ownUpload,
  readCommand,
  readSigned,
  sourceField,
  type UploadDeps,
  uploadIdOf,
} from "./signed.ts";

export const UndoQuery = z.strictObject(sourceField);
export const UndoCommand = z.strictObject({ undo: z.uuid() });

export async function handleUndo(
  deps: UploadDeps,
  c: AppContext,
  query: z.output<typeof UndoQuery>,
): Promise<Response> {
  const { source, body } = await readSigned(deps, c, query.source);
  const givenId = uploadIdOf(c);
  if (readCommand(body, UndoCommand).undo.toLowerCase() !== givenId) throw bodyMismatch();
  const uploadId = await ownUpload(deps, givenId, source);
  const [row] = await asWriter(
    deps.sql,
    (tx) =>
      tx<{ result: Record<string, unknown> }[]>`
        select public.undo_upload(${uploadId}, ${deps.now()}) as result`,
  ).catch(explain);
  c.var.log("info", "undone", { upload_id: uploadId });
  return Response.json(row?.result);
}

function explain(error: unknown): never {
  const { code, detail } = error as { code?: string; detail?: string };
  if (code === "SL203") throw notFound();
  if (code === "SL206") {
    throw new Problem(409, "conflict", "Only a finished upload can be undone, and only once.");
  }
  if (code === "SL209") {
    throw new Problem(
      409,
      "conflict",
      `The upload was read again since, as upload ${detail}: undo that one first.`,
    );
  }
  throw error;
}
