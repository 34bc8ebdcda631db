// POST /csv-upload/UPLOAD_ID/undo
import { z } from "zod";
import { asWriter } from "../_shared/platform/db/client.ts";
import { malformed, notFound, Problem } from "../_shared/platform/http/problem.ts";
import {
  assertOwnUpload,
  type Context,
  type Door,
  readCommand,
  readQuery,
  readSigned,
  sourceField,
  uploadIdOf,
} from "./door.ts";

const Query = z.strictObject(sourceField);
const Command = z.strictObject({ undo: z.uuid() });

export async function handleUndo(
  door: Door,
  context: Context,
): Promise<Response> {
  const { source } = readQuery(context.url, Query);
  const signed = await readSigned(door, context, source);
  const uploadId = uploadIdOf(context);
  if (readCommand(signed.body, Command).undo.toLowerCase() !== uploadId) {
    throw malformed("The body does not name what the address names.");
  }
  await assertOwnUpload(door, uploadId, signed.source);
  const [row] = await asWriter(
    door.sql,
    (tx) =>
      tx<{ result: Record<string, unknown> }[]>`
      select public.undo_upload(${uploadId}, ${door.now()}) as result`,
  ).catch(explain);
  context.log("info", "undone", { upload_id: uploadId });
  return Response.json(row?.result);
}

function explain(error: unknown): never {
  const code = (error as { code?: string }).code;
  if (code === "SL203") throw notFound();
  if (code === "SL206") {
    throw new Problem(
      409,
      "conflict",
      "Only a finished upload can be undone, and only once.",
    );
  }
  throw error;
}
