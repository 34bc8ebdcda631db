// GET /csv-upload/UPLOAD_ID
import type { AppContext } from "../_shared/platform/http/app.ts";
import { type Reader, readStatus } from "./reader.ts";
import type { UploadDeps } from "./signed.ts";
import { statusUrl } from "./upload.ts";

export async function handleStatus(
  deps: UploadDeps,
  c: AppContext,
  reader: Reader,
): Promise<Response> {
  const status = await readStatus(reader);
  const rejects = `${statusUrl(deps, c.req.raw, status.upload_id)}/rejects.csv`;
  return Response.json({ ...status, rejects_url: rejects });
}
