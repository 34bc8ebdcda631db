// GET /leads/SUBMISSION_ID
import { z } from "zod";
import { readSubmitted } from "../_shared/intake/api/submit.ts";
import { findUpload } from "../_shared/intake/sources.ts";
import type { AppContext } from "../_shared/platform/http/app.ts";
import { notFound } from "../_shared/platform/http/problem.ts";
import { answerOf, MOST_ROWS } from "./answer.ts";
import { type LeadsDeps, readCaller, sourceField } from "./caller.ts";

export const ReadQuery = z.strictObject({
  ...sourceField,
  cursor: z.string().regex(/^(0|[1-9][0-9]{0,5})$/, "must be next_cursor of an answer").transform(
    Number,
  ).optional(),
  limit: z.coerce.number().int().min(1).max(MOST_ROWS).default(MOST_ROWS),
});

export async function handleRead(
  deps: LeadsDeps,
  c: AppContext,
  { source: sourceKey, cursor, limit }: z.output<typeof ReadQuery>,
): Promise<Response> {
  const { source } = await readCaller(deps, c, sourceKey, 0);
  const id = z.uuid().safeParse(c.req.param("id"));
  const uploadId = id.success ? id.data.toLowerCase() : null;
  const storedId = uploadId && await findUpload(deps.sql, source, uploadId);
  const submitted = storedId ? await readSubmitted(deps.sql, storedId) : null;
  if (!uploadId || !storedId || !submitted) throw notFound();
  return Response.json(
    await answerOf(deps, c.req.raw, { uploadId, storedId, submitted }, {
      ...{ limit },
      ...(cursor === undefined ? {} : { after: cursor }),
    }),
  );
}
