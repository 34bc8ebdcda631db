// POST /leads
import { z } from "zod";
import { Batch, flatten, InvalidLead, isShallow, Lead, toCsv } from "../_shared/intake/api/lead.ts";
import { submitLeads } from "../_shared/intake/api/submit.ts";
import type { AppContext } from "../_shared/platform/http/app.ts";
import { check, parseJson } from "../_shared/platform/http/input.ts";
import { malformed, Problem } from "../_shared/platform/http/problem.ts";
import { answerOf } from "./answer.ts";
import { type LeadsDeps, readCaller, sourceField } from "./caller.ts";
import { settle } from "./settle.ts";

export const PostQuery = z.strictObject(sourceField);
export const MAX_BODY = 256 * 1024;

export async function handlePost(
  deps: LeadsDeps,
  c: AppContext,
  query: z.output<typeof PostQuery>,
): Promise<Response> {
  const { source, body, deliveryId } = await readCaller(deps, c, query.source, MAX_BODY);
  const accepted = await submitLeads(deps, {
    sourceId: source.source_id,
    deliveryId,
    csv: csvOf(body, deps.now()),
    correlationId: c.var.correlationId,
  });
  c.var.log("info", accepted.outcome, {
    source_id: source.source_id,
    upload_id: accepted.upload_id,
  });
  if (accepted.outcome === "webhook_id_reused") {
    throw new Problem(
      409,
      "conflict",
      "The webhook-id or Idempotency-Key was already used with different content.",
    );
  }
  const duplicate = accepted.outcome === "duplicate";
  const submitted = await settle(
    deps,
    c.var.log,
    accepted.stored_upload_id,
    duplicate ? null : accepted.part_id,
  );
  if (!submitted) throw new Error("the submission is gone");
  const answer = await answerOf(deps, c.req.raw, {
    uploadId: accepted.upload_id,
    storedId: accepted.stored_upload_id,
    submitted,
    duplicate,
  });
  if (submitted.state === "failed") {
    throw new Problem(422, "unusable", submitted.error ?? "The leads could not be read.");
  }
  return Response.json(answer, {
    status: submitted.state === "processing" || submitted.state === "receiving" ? 202 : 200,
    headers: duplicate ? { "sluice-duplicate": "true" } : {},
  });
}

function csvOf(body: Uint8Array[], now: Date): string {
  const records = recordsOf(body, now);
  try {
    return toCsv(records);
  } catch (error) {
    if (!(error instanceof InvalidLead)) throw error;
    throw malformed(`Invalid request body: the leads ${error.message}.`);
  }
}

function recordsOf(body: Uint8Array[], now: Date): Map<string, string>[] {
  const json = parseJson(body, z.unknown());
  if (!isShallow(json)) throw malformed("The request body is nested too deep.");
  const isBatch = typeof json === "object" && json !== null && "leads" in json;
  const leads = isBatch
    ? check(Batch, json, "request body").leads
    : [check(Lead, json, "request body")];
  return leads.map((lead, index) => {
    try {
      const record = flatten(lead, now);
      if (record.size === 0) throw new InvalidLead("has no values");
      return record;
    } catch (error) {
      if (!(error instanceof InvalidLead)) throw error;
      throw malformed(`Invalid request body: lead ${index} ${error.message}.`);
    }
  });
}
