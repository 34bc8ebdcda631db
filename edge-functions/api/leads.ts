// /api/leads/ID: what a machine reads about a lead, and what it does with it.
import { z } from "zod";
import { asWriter } from "../_shared/platform/db/client.ts";
import { readOutlook, seesLead } from "../_shared/delivery/api_reads.ts";
import { controlLead } from "../_shared/delivery/control.ts";
import { malformed, notFound, Problem } from "../_shared/platform/http/problem.ts";
import { type ApiContext, type ApiDeps, asKey, idempotent, idOf } from "./caller.ts";

export const LeadQuery = z.strictObject({
  pii: z.enum(["true", "false"]).default("false").transform((text) => text === "true")
    .describe("With name, street and plain contacts: takes the scope leads.pii and a reason."),
  reason: z.string().trim().min(3).max(500).optional()
    .describe("Why plain values are read; it is logged."),
});

interface Contact {
  id: number;
  kind: "phone" | "email";
  masked: string;
  label: string | null;
  verified: boolean | null;
  position: number;
}

interface LeadRow {
  [column: string]: unknown;
  contacts: Contact[];
  run: Record<string, unknown> | null;
}

async function readLead(deps: ApiDeps, c: ApiContext, id: string): Promise<LeadRow> {
  const [row] = await asKey(
    deps,
    c,
    "leads.read",
    (tx) => tx<LeadRow[]>`select * from public.desk_lead(${c.var.key.orgId}, ${id})`,
  );
  if (!row) throw notFound();
  return row;
}

/** Ids, states and the place; no name, street or plain contact. */
function describe(id: string, row: LeadRow) {
  return {
    lead_id: id,
    ...{ status: row.status, campaign_status: row.campaign_status },
    ...{ campaign_id: row.campaign_id, campaign: row.campaign },
    ...{ broker_id: row.broker_id, broker: row.broker },
    ...{ city: row.situs_city, state: row.situs_state, zip: row.situs_zip },
    ...{ county_fips: row.county_fips, time_zone: row.time_zone },
    ...{ score: row.lead_score, tier: row.tier, confidence: row.confidence },
    ...{ source: row.source, created_at: row.created_at, updated_at: row.updated_at },
    ...{ open_tasks: Number(row.open_tasks), open_replies: Number(row.open_replies) },
    run: row.run && {
      ...{ state: row.run.state, step: row.run.step, channel: row.run.channel },
      ...{ next_at: row.run.next_at, sent: row.run.sent },
    },
    contacts: row.contacts.map((contact) => ({
      ...{ contact_point_id: contact.id, kind: contact.kind, masked: contact.masked },
      ...{ label: contact.label, verified: contact.verified, position: contact.position },
    })),
  };
}

export async function handleLead(
  deps: ApiDeps,
  c: ApiContext,
  { pii, reason }: z.output<typeof LeadQuery>,
): Promise<Response> {
  const id = idOf(c);
  if (!pii) return Response.json(describe(id, await readLead(deps, c, id)));
  if (reason === undefined) throw malformed("Invalid query: reason: is required with pii=true.");
  // Both scopes: the lead is looked up first, so that one that the key may not see is not logged.
  const row = await readLead(deps, c, id);
  const values = await reveal(deps, c, id, reason);
  const lead = describe(id, row);
  return Response.json({
    ...lead,
    ...{ name: row.owner_full, first_name: row.owner_1_first, last_name: row.owner_1_last },
    ...{ street: row.address, unit: row.situs_unit },
    contacts: lead.contacts.map((contact) => ({
      ...contact,
      value: values.get(contact.contact_point_id) ?? null,
    })),
  });
}

interface Granted {
  grant_id: string | null;
  code?: string;
  message?: string;
  retry_at?: string | null;
}

/** Plain contacts, in two transactions: the log is committed before a value is read. */
async function reveal(
  deps: ApiDeps,
  c: ApiContext,
  id: string,
  reason: string,
): Promise<Map<number, string>> {
  const { orgId } = c.var.key;
  const [asked] = await asKey(
    deps,
    c,
    "leads.pii",
    (tx) =>
      tx<{ granted: Granted }[]>`
        select public.request_reveal(${orgId}, 'contacts', array[${id}]::uuid[], ${reason}) as granted`,
    "read write",
  );
  const { grant_id: grantId, code, retry_at: retryAt } = asked!.granted;
  if (code === "hourly_limit") {
    const wait = retryAt
      ? Math.max(1, Math.ceil((Date.parse(retryAt) - deps.now().getTime()) / 1000))
      : 3600;
    throw new Problem(429, "hourly_limit", "The key has read its leads of this hour.", {
      headers: { "retry-after": String(wait) },
    });
  }
  if (grantId === null) return new Map();
  const [shown] = await asKey(
    deps,
    c,
    "leads.pii",
    (tx) =>
      tx<{ revealed: { values: { id: number; value: string }[] } }[]>`
        select public.redeem_reveal(${grantId}) as revealed`,
    "read write",
  );
  return new Map(shown!.revealed.values.map(({ id, value }) => [id, value]));
}

export async function handleOutlook(deps: ApiDeps, c: ApiContext): Promise<Response> {
  const id = idOf(c);
  const { orgId } = c.var.key;
  if (!await asKey(deps, c, "leads.read", (tx) => seesLead(tx, orgId, id))) throw notFound();
  const rows = await asWriter(deps.sql, (tx) => readOutlook(tx, id));
  return Response.json({
    lead_id: id,
    outlook: rows.map(({ channel, rules, ...row }) => ({
      ...{ ...row, channel, kind: channel === "email" ? "email" : "phone" },
      reasons: rules.map((rule) => ({ rule })),
    })),
  });
}

export async function handleScore(deps: ApiDeps, c: ApiContext): Promise<Response> {
  const id = idOf(c);
  const { orgId } = c.var.key;
  const row = await readLead(deps, c, id);
  const rules = await asKey(
    deps,
    c,
    "leads.read",
    (tx) => tx`select * from public.explain_score(${orgId}, ${id})`,
  );
  return Response.json({
    lead_id: id,
    ...{ score: row.lead_score, tier: row.tier, confidence: row.confidence },
    ...{ scored_at: row.scored_at, rules },
  });
}

export const ReasonBody = z.strictObject({ reason: z.string().trim().max(500).optional() });

export function handleControl(deps: ApiDeps, c: ApiContext, action: string): Promise<Response> {
  const id = idOf(c);
  const write = { scope: "leads.control", action: `lead.${action}`, subject: id } as const;
  return idempotent(deps, c, { ...write, body: ReasonBody }, async (tx, { reason }) => ({
    lead_id: id,
    action,
    result: await controlLead(tx, {
      ...{ id, action, orgId: c.var.key.orgId, reason: reason || null, asOf: null },
    }),
  }));
}

export const TaskBody = z.strictObject({
  kind: z.enum(["call_back", "follow_up", "to_do"]),
  due_at: z.iso.datetime({ offset: true }).optional(),
  note: z.string().trim().min(1).max(4000).optional(),
});

export function handleTask(deps: ApiDeps, c: ApiContext): Promise<Response> {
  const id = idOf(c);
  const write = { scope: "tasks.write", action: "lead.task", subject: id } as const;
  return idempotent(
    deps,
    c,
    { ...write, body: TaskBody, keyRequired: true },
    async (tx, { kind, due_at: dueAt, note }) => {
      const [row] = await tx<{ id: string }[]>`
        select public.create_task(${c.var.key.orgId}, ${id}, ${kind}, ${
        dueAt ?? null
      }::timestamptz, ${note ?? null}) as id`;
      return { lead_id: id, task_id: row!.id };
    },
  );
}
