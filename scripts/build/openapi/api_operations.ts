// The routes of the function api, which machines call with an API key.
import { z } from "zod";
import * as answers from "./answers.ts";
import * as api from "./api_answers.ts";
import { ForecastQuery, PageQuery, StartBody } from "../../../edge-functions/api/campaigns.ts";
import { CAMPAIGN_ACTIONS, LEAD_ACTIONS } from "../../../edge-functions/api/app.ts";
import { LeadQuery, ReasonBody, TaskBody } from "../../../edge-functions/api/leads.ts";
import { MessageBody } from "../../../edge-functions/api/messages.ts";
import { PublishBody } from "../../../edge-functions/api/publish.ts";
import { UploadQuery } from "../../../edge-functions/api/uploads.ts";
import type { Operation } from "./operation.ts";

const path = { id: z.uuid() };
const done = (description: string, schema: z.ZodType) => ({ description, body: { schema } });
const reading = [400, 401, 403, 404, 405, 429, 503];
const writing = [...reading, 408, 409, 413, 422].sort();
const callers: Operation["callers"] = ["apiKey"];

const idempotent = (required = false): NonNullable<Operation["headers"]> => ({
  "idempotency-key": {
    ...(required ? { required } : {}),
    description:
      "A repeat of the request within seven days gets the first answer, and does nothing.",
  },
});

const read = (
  route: string,
  summary: string,
  answer: z.ZodType,
  query?: z.ZodObject,
): Operation => ({
  ...{ route: `GET /api${route}`, summary, callers },
  ...(query ? { query } : {}),
  ...(route.includes(":id") ? { path } : {}),
  answers: { 200: done("The answer.", answer) },
  problems: reading,
});

const write = (
  route: string,
  summary: string,
  body: z.ZodType,
  answer: z.ZodType,
  keyRequired = false,
): Operation => ({
  ...{ route: `POST /api${route}`, summary, callers, headers: idempotent(keyRequired) },
  ...(route.includes(":id") ? { path } : {}),
  body: { schema: body },
  answers: { 200: done("Done, or done before (`sluice-duplicate: true`).", answer) },
  problems: writing,
});

export const API_OPERATIONS: Operation[] = [
  read("/me", "Describe the key", api.Me),
  read("/leads/:id", "Read a lead (leads.read; with pii also leads.pii)", api.Lead, LeadQuery),
  read("/leads/:id/outlook", "Ask when a lead can be contacted (leads.read)", api.Outlook),
  read("/leads/:id/score", "Explain the score of a lead (leads.read)", api.Score),
  ...LEAD_ACTIONS.map((action) =>
    write(
      `/leads/:id/${action}`,
      `Control a lead: ${action} (leads.control)`,
      ReasonBody,
      answers.LeadControlled,
    )
  ),
  write("/leads/:id/task", "Create a task (tasks.write)", TaskBody, api.TaskMade, true),
  write(
    "/leads/:id/messages",
    "Answer, text, or send the next step (messages.send)",
    MessageBody,
    api.MessageMade,
    true,
  ),
  read("/campaigns", "List campaigns (campaigns.read)", api.Campaigns, PageQuery),
  read(
    "/campaigns/:id/forecast",
    "Forecast a campaign (campaigns.control)",
    api.Forecast,
    ForecastQuery,
  ),
  write(
    "/campaigns/:id/start",
    "Launch a draft, or resume (campaigns.control)",
    StartBody,
    api.CampaignDone,
  ),
  ...CAMPAIGN_ACTIONS.map((action) =>
    write(
      `/campaigns/:id/${action}`,
      `Control a campaign: ${action} (campaigns.control)`,
      ReasonBody,
      api.CampaignDone,
    )
  ),
  {
    route: "POST /api/uploads",
    summary: "Upload a list as CSV (uploads.write)",
    ...{ callers, query: UploadQuery, headers: idempotent(true) },
    body: { schema: z.string(), type: "text/csv" },
    answers: {
      202: done("Accepted.", answers.UploadAccepted),
      200: done("The same content was uploaded before.", answers.UploadAccepted),
    },
    problems: writing,
  },
  read(
    "/uploads/:id",
    "Read the status of an upload (uploads.write)",
    answers.UploadStatus.omit({ rejects_url: true }),
  ),
  read("/sequences", "List sequences (sequences.read)", api.Sequences, PageQuery),
  write(
    "/sequences/publish",
    "Check or publish a sequence drawn in n8n (sequences.publish)",
    PublishBody,
    api.Published,
  ),
  read("/templates", "List templates (sequences.read)", api.Templates, PageQuery),
  read(
    "/sequences/:id",
    "Show a version of a sequence and where its leads are (sequences.read)",
    api.ShownSequence,
  ),
  read(
    "/sequences/:id/workflow",
    "Export a version of a sequence as an n8n workflow (sequences.read)",
    api.ExportedSequence,
  ),
  write(
    "/sequences/:id/move",
    "Move the leads of older versions to this one (sequences.publish)",
    z.strictObject({}),
    api.LeadsMoved,
  ),
  read("/senders", "List senders (sequences.read)", api.Senders),
];
