// GET /outreach/day: what happened on a local date, for the daily report.
import { z } from "zod";
import { readDayReport } from "../_shared/delivery/day_report.ts";
import { notFound } from "../_shared/platform/http/problem.ts";
import type { OutreachDeps } from "./caller.ts";

export const DayQuery = z.strictObject({ org_id: z.uuid(), date: z.iso.date().optional() });

export async function handleDay(
  { sql, now }: OutreachDeps,
  { org_id: orgId, date }: z.output<typeof DayQuery>,
): Promise<Response> {
  const day = await readDayReport(sql, orgId, date ?? null, now());
  if (!day) throw notFound();
  return Response.json(day);
}
