// /api/campaigns, and the lists of what campaigns are made of.
import { z } from "zod";
import {
  campaignState,
  type Named,
  readCampaigns,
  readSenders,
  readSequences,
  readTemplates,
} from "../_shared/delivery/api_reads.ts";
import { controlCampaign } from "../_shared/delivery/control.ts";
import type { Tx } from "../_shared/platform/db/client.ts";
import { notFound, Problem } from "../_shared/platform/http/problem.ts";
import {
  type ApiContext,
  type ApiDeps,
  asKey,
  cursorOf,
  idempotent,
  idOf,
  readCursor,
} from "./caller.ts";
import { ReasonBody } from "./leads.ts";

export const PageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(2000).optional().describe("next_cursor of the page before."),
});
type Page = z.output<typeof PageQuery>;

const CampaignCursor = z.tuple([z.string().max(40), z.uuid()]);
const NameCursor = z.tuple([z.string().max(500)]);

export async function handleCampaigns(
  deps: ApiDeps,
  c: ApiContext,
  { limit, cursor }: Page,
): Promise<Response> {
  const after = readCursor(cursor, CampaignCursor) ?? [null, null] as const;
  const rows = await asKey(
    deps,
    c,
    "campaigns.read",
    (tx) => readCampaigns(tx, c.var.key.orgId, limit, after),
  );
  const last = rows.at(-1);
  return Response.json({
    campaigns: rows.map(({ at: _at, ...campaign }) => campaign),
    next_cursor: rows.length === limit ? cursorOf([last!.at, last!.campaign_id]) : null,
  });
}

export const ForecastQuery = z.strictObject({ date: z.iso.date().regex(/^20/).optional() });

/** It is remembered, so that a launch can refer to it: this takes the right to launch. */
export async function handleForecast(
  deps: ApiDeps,
  c: ApiContext,
  { date }: z.output<typeof ForecastQuery>,
): Promise<Response> {
  const id = idOf(c);
  const [row] = await asKey(
    deps,
    c,
    "campaigns.control",
    (tx) =>
      tx<{ forecast: Record<string, unknown> }[]>`
        select public.forecast_campaign(${c.var.key.orgId}, ${id}, ${
        date ?? null
      }::date) as forecast`,
    "read write",
  );
  return Response.json({ campaign_id: id, ...row!.forecast });
}

export const StartBody = z.strictObject({
  hash: z.string().max(200).optional().describe("Of a draft's forecast: what was shown starts."),
});

export function handleStart(deps: ApiDeps, c: ApiContext): Promise<Response> {
  const id = idOf(c);
  const { orgId } = c.var.key;
  const write = { scope: "campaigns.control", action: "campaign.start", subject: id } as const;
  return idempotent(deps, c, { ...write, body: StartBody }, async (tx, { hash }) => {
    const before = await campaignState(tx, orgId, id);
    if (before === null) throw notFound();
    if (before !== "draft") {
      const { state } = await controlCampaign(tx, {
        ...{ id, action: "resume", orgId, reason: null, asOf: null },
      }) as { state: string };
      return { campaign_id: id, action: "start", state };
    }
    if (hash === undefined) {
      throw new Problem(409, "conflict", "A draft starts with the hash of its forecast.");
    }
    const [row] = await tx<{ launched: { state: string } }[]>`
      select public.launch_campaign(${orgId}, ${id}, ${hash}) as launched`;
    return { campaign_id: id, action: "start", state: row!.launched.state };
  });
}

export function handleControlCampaign(
  deps: ApiDeps,
  c: ApiContext,
  action: "pause" | "stop",
): Promise<Response> {
  const id = idOf(c);
  const write = { scope: "campaigns.control", action: `campaign.${action}`, subject: id } as const;
  return idempotent(deps, c, { ...write, body: ReasonBody }, async (tx, { reason }) => {
    const { state } = await controlCampaign(tx, {
      ...{ id, action, orgId: c.var.key.orgId, reason: reason || null, asOf: null },
    }) as { state: string };
    return { campaign_id: id, action, state };
  });
}

/** Answers with pages of rows that are ordered by name. */
const listNamed = (
  key: string,
  read: (tx: Tx, orgId: string, limit: number, after: string | null) => Promise<readonly Named[]>,
) =>
async (deps: ApiDeps, c: ApiContext, { limit, cursor }: Page): Promise<Response> => {
  const [after] = readCursor(cursor, NameCursor) ?? [null];
  const rows = await asKey(
    deps,
    c,
    "sequences.read",
    (tx) => read(tx, c.var.key.orgId, limit, after),
  );
  return Response.json({
    [key]: rows,
    next_cursor: rows.length === limit ? cursorOf([rows.at(-1)!.name]) : null,
  });
};

export const handleSequences = listNamed("sequences", readSequences);
export const handleTemplates = listNamed("templates", readTemplates);

export async function handleSenders(deps: ApiDeps, c: ApiContext): Promise<Response> {
  const senders = await asKey(
    deps,
    c,
    "sequences.read",
    (tx) => readSenders(tx, c.var.key.orgId),
  );
  return Response.json({ senders });
}
