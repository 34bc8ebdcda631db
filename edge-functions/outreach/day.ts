// GET /outreach/day: what happened on a local date, for the daily report.
import { z } from "zod";
import { readDayReport } from "../_shared/delivery/day_report.ts";
import { notFound } from "../_shared/platform/http/problem.ts";
import { namedOrg, type OutreachContext, type OutreachDeps } from "./caller.ts";

// A date far away is a mistake, and may be one that the database does not have.
const LocalDate = z.iso.date().regex(/^20/, "must be in the years 2000 to 2099");

export const DayQuery = z.strictObject({ org_id: z.uuid().optional(), date: LocalDate.optional() });

export async function handleDay(
  { sql, now }: OutreachDeps,
  c: OutreachContext,
  { org_id: orgId, date }: z.output<typeof DayQuery>,
): Promise<Response> {
  const day = await readDayReport(sql, namedOrg(c, orgId), date ?? null, now());
  if (!day) throw notFound();
  return Response.json(day);
}
