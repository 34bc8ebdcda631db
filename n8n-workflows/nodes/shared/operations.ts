// The request of each operation of the Sluice node.
import type { IDataObject } from "n8n-workflow";
import type { Call } from "./call.ts";

/** Reads a parameter of the node for the current item. */
export type Read = (name: string) => unknown;

const text = (read: Read, name: string): string => String(read(name) ?? "").trim();

/** Ids are parts of a path: anything else in them would make it another path. */
const id = (read: Read, name: string): string => {
  const value = text(read, name);
  if (!/^[0-9A-Za-z-]{1,64}$/.test(value)) throw new Error(`${name} is not an id: “${value}”`);
  return value;
};

const given = (fields: IDataObject): IDataObject =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== "" && value !== undefined),
  );

const control = (resource: string, action: string) => (read: Read): Call => ({
  method: "POST",
  path: `/${resource}s/${id(read, `${resource}Id`)}/${action}`,
  body: given({ reason: text(read, "reason") }),
});

const show = (resource: string, what = "") => (read: Read): Call => ({
  method: "GET",
  path: `/${resource}s/${id(read, `${resource}Id`)}${what}`,
});

export const operations: Record<string, Record<string, (read: Read) => Call>> = {
  lead: {
    get: (read) => ({
      method: "GET",
      path: `/leads/${id(read, "leadId")}`,
      query: read("contactData") ? { pii: "true", reason: text(read, "reason") } : {},
    }),
    outlook: show("lead", "/outlook"),
    pause: control("lead", "pause"),
    resume: control("lead", "resume"),
    score: show("lead", "/score"),
    stop: control("lead", "stop"),
    task: (read) => ({
      method: "POST",
      path: `/leads/${id(read, "leadId")}/task`,
      body: given({
        kind: text(read, "kind"),
        due_at: text(read, "dueAt"),
        note: text(read, "note"),
      }),
    }),
  },
  message: {
    answer: (read) => ({
      method: "POST",
      path: `/leads/${id(read, "leadId")}/messages`,
      body: { answer: { reply_id: Number(read("replyId")), text: text(read, "text") } },
    }),
    sendStep: (read) => ({
      method: "POST",
      path: `/leads/${id(read, "leadId")}/messages`,
      body: { step: "next" },
    }),
  },
  campaign: {
    forecast: (read) => ({
      method: "GET",
      path: `/campaigns/${id(read, "campaignId")}/forecast`,
      query: given({ date: text(read, "date").slice(0, 10) }),
    }),
    getAll: () => ({ method: "GET", path: "/campaigns" }),
    pause: control("campaign", "pause"),
    start: (read) => ({
      method: "POST",
      path: `/campaigns/${id(read, "campaignId")}/start`,
      body: given({ hash: text(read, "hash") }),
    }),
  },
  outreach: {
    day: (read) => ({
      method: "GET",
      function: "outreach",
      path: "/day",
      query: given({ org_id: text(read, "orgId"), date: text(read, "date").slice(0, 10) }),
    }),
    dispatch: (read) => ({
      method: "POST",
      function: "outreach",
      path: "/dispatch",
      body: given({
        org_id: text(read, "orgId"),
        channel: text(read, "channel"),
        limit: Number(read("most")) || 100,
      }),
    }),
    due: (read) => ({
      method: "GET",
      function: "outreach",
      path: "/due",
      query: given({ org_id: text(read, "orgId") }),
    }),
    enrich: (read) => ({
      method: "POST",
      function: "outreach",
      path: "/enrichment",
      body: given({
        org_id: text(read, "orgId"),
        kind: text(read, "kind"),
        up_to_usd: Number(read("upToUsd")) || 0,
      }),
    }),
  },
  upload: {
    create: (read) => ({
      method: "POST",
      path: "/uploads",
      query: given({
        source: text(read, "source"),
        filename: text(read, "fileName"),
        dry_run: read("dryRun") ? "true" : "",
      }),
      contentType: "text/csv",
    }),
    get: show("upload"),
  },
};

export function callOf(resource: string, operation: string, read: Read): Call {
  const of = operations[resource]?.[operation];
  if (!of) throw new Error(`Unknown operation: ${resource} ${operation}`);
  return of(read);
}
