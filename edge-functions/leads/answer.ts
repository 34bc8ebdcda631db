// What a submission has become, as JSON.
import { z } from "zod";
import { FIRST_LINE } from "../_shared/intake/api/lead.ts";
import { readRows, type Submitted } from "../_shared/intake/api/submit.ts";
import type { LeadsDeps } from "./caller.ts";

export const MOST_ROWS = 100;

export const Verdict = z.enum([
  ...["created", "updated", "unchanged", "merged", "conflict", "rejected"] as const,
]);

export const Answer = z.object({
  submission_id: z.uuid(),
  state: z.enum(["receiving", "processing", "completed", "failed", "undone"]),
  duplicate: z.literal(true).optional().meta({ description: "It was submitted before." }),
  error: z.string().nullable().meta({ description: "Why it failed." }),
  leads: z.array(z.object({
    index: z.int().meta({ description: "The place in the batch, from 0." }),
    verdict: Verdict,
    lead_id: z.uuid().nullable(),
    reason: z.string().nullable().meta({ description: "Code of a rejection." }),
    detail: z.string().nullable(),
  })),
  next_cursor: z.string().nullable().meta({ description: "For the next page; null on the last." }),
  warnings: z.record(z.string(), z.int()).meta({
    description: "Values that were repaired or left out: how many, by code.",
  }),
  status_url: z.url(),
});

export async function answerOf(
  deps: LeadsDeps,
  request: Request,
  given: { uploadId: string; storedId: string; submitted: Submitted; duplicate?: boolean },
  { after = -1, limit = MOST_ROWS } = {},
): Promise<z.output<typeof Answer>> {
  const { submitted, storedId } = given;
  const rows = submitted.state === "completed"
    ? await readRows(deps.sql, storedId, after + FIRST_LINE, limit + 1)
    : [];
  const leads = rows.slice(0, limit).map(({ line, verdict, lead_id, code, detail }) => ({
    index: line - FIRST_LINE,
    verdict: verdict as z.output<typeof Verdict>,
    lead_id,
    reason: code,
    detail,
  }));
  const last = leads.at(-1);
  return {
    submission_id: given.uploadId,
    state: submitted.state,
    ...(given.duplicate ? { duplicate: true } as const : {}),
    error: submitted.error,
    leads,
    next_cursor: rows.length > limit && last ? String(last.index) : null,
    warnings: submitted.warnings,
    status_url: statusUrl(deps, request, given.uploadId),
  };
}

function statusUrl({ env }: LeadsDeps, request: Request, id: string): string {
  const base = env.publicUrl ? `${env.publicUrl}/functions/v1` : new URL(request.url).origin;
  return `${base}/leads/v1/${id}`;
}
