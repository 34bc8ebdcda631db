// POST /outreach/enrichment: data about the leads that are fed next, for a schedule such as n8n's. The database plans
// one run a day, starts what costs no more than the caller allows, and leaves the rest to a person.
import { z } from "zod";
import { readJson } from "../_shared/platform/http/input.ts";
import { notFound, Problem } from "../_shared/platform/http/problem.ts";
import {
  asCaller,
  AsOf,
  clockFor,
  MAX_BODY,
  namedOrg,
  type OutreachContext,
  type OutreachDeps,
} from "./caller.ts";

export const EnrichBody = z.strictObject({
  org_id: z.uuid().optional().describe("Of an API key: its own, also where it is left out."),
  kind: z.string().regex(/^[a-z][a-z0-9_]{1,39}$/),
  up_to_usd: z.number().min(0).max(100_000).default(0)
    .describe("What a run may cost without the approval of a person."),
  as_of: AsOf.optional(),
});

interface Status {
  id: string;
  kind: string;
  state: string;
  reason: string | null;
  forecast: Record<string, unknown> | null;
  spent_usd: number;
  results: Record<string, number>;
  waiting: number;
}

export async function handleEnrich(deps: OutreachDeps, c: OutreachContext): Promise<Response> {
  const body = await readJson(c, MAX_BODY, EnrichBody);
  const orgId = namedOrg(c, body.org_id);
  const asOf = clockFor(deps, c, body.as_of);
  const [row] = await asCaller(
    deps,
    c,
    (tx) =>
      tx<{ run: Status }[]>`
      select public.enrich_fed_next(${orgId}, ${body.kind}, ${body.up_to_usd},
        coalesce(${asOf}::timestamptz, now())) as run`,
  ).catch((error) => {
    const { code } = error as { code?: unknown };
    if (code === "SL702") throw notFound();
    if (code === "SL703") throw new Problem(409, "conflict", "This kind of run is not possible.");
    throw error;
  });
  const { id, kind, state, reason, forecast, spent_usd, results, waiting } = row!.run;
  return Response.json({
    ...{ run_id: id, kind, state, reason, forecast, spent_usd, results, waiting },
    needs_approval: state === "planned" &&
      Number(spent_usd) + Number(forecast?.most_usd) > body.up_to_usd,
  });
}
