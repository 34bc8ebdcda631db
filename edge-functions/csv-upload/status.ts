// GET /csv-upload/UPLOAD_ID
import type { Context, Door } from "./door.ts";
import { openReader, readStatus } from "./reader.ts";
import { statusUrl } from "./upload.ts";

export async function handleStatus(
  door: Door,
  context: Context,
): Promise<Response> {
  const status = await readStatus(await openReader(door, context));
  const rejects = `${statusUrl(door, context, status.upload_id)}/rejects.csv`;
  return Response.json({ ...status, rejects_url: rejects });
}
