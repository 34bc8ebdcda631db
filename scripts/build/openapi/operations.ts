// Every route of every function, with the schemas that its handler checks. A test compares the list with the routes.
import { z } from "zod";
import * as answers from "./answers.ts";
import { API_OPERATIONS } from "./api_operations.ts";
import type { Body, Operation } from "./operation.ts";
import { ReaderQuery } from "../../../edge-functions/csv-upload/reader.ts";
import { ReplayCommand, ReplayQuery } from "../../../edge-functions/csv-upload/replay.ts";
import { UndoCommand, UndoQuery } from "../../../edge-functions/csv-upload/undo.ts";
import { UploadQuery } from "../../../edge-functions/csv-upload/upload.ts";
import { Answer } from "../../../edge-functions/leads/answer.ts";
import { PostQuery } from "../../../edge-functions/leads/post.ts";
import { ReadQuery } from "../../../edge-functions/leads/read.ts";
import { ControlBody } from "../../../edge-functions/outreach/control.ts";
import { DayQuery } from "../../../edge-functions/outreach/day.ts";
import { EnrichBody } from "../../../edge-functions/outreach/enrich.ts";
import { ClaimBody, DueQuery, SendBody } from "../../../edge-functions/outreach/send.ts";
import { InviteBody } from "../../../edge-functions/outreach/invite.ts";
import { TryOutBody } from "../../../edge-functions/outreach/try_out.ts";
import { ConsentForm } from "../../../edge-functions/_shared/consent/forms.ts";
import {
  CAMPAIGN_ACTIONS,
  LEAD_ACTIONS,
} from "../../../edge-functions/_shared/delivery/control.ts";
import { Submission } from "../../../edge-functions/_shared/intake/api/lead.ts";

const Id = z.uuid();
const csv: Body = { schema: z.string(), type: "text/csv" };
const done = (description: string, body: Body | z.ZodType) => ({
  description,
  body: body instanceof z.ZodType ? { schema: body } : body,
});
const signedProblems = [400, 401, 404, 409, 413, 429, 503];
const service = [400, 401, 403, 405, 413, 503];

export const OPERATIONS: Operation[] = [
  {
    route: "POST /csv-upload",
    summary: "Upload a file, or a part of one",
    callers: ["signature", "member", "apiKey"],
    query: UploadQuery,
    headers: {
      "content-encoding": { description: "`gzip` where the body is compressed." },
      "webhook-id": {
        description: "With a member's token: names the delivery. Part of a signature otherwise.",
      },
    },
    body: csv,
    answers: {
      202: done("Accepted.", answers.UploadAccepted),
      200: done("The same content was uploaded before.", answers.UploadAccepted),
    },
    problems: [400, 401, 403, 408, 409, 413, 415, 422, 429, 503],
  },
  {
    route: "POST /csv-upload/replay",
    summary: "Try failed parts and rejected rows again",
    callers: ["signature"],
    query: ReplayQuery,
    body: { schema: ReplayCommand },
    answers: { 200: done("How many jobs.", { schema: z.object({ replayed: z.int() }) }) },
    problems: signedProblems,
  },
  {
    route: "GET /csv-upload/:id",
    summary: "Read the status of an upload",
    callers: ["signature", "member", "apiKey"],
    query: ReaderQuery,
    path: { id: Id },
    answers: { 200: done("The status.", answers.UploadStatus) },
    problems: signedProblems,
  },
  {
    route: "GET /csv-upload/:id/rejects.csv",
    summary: "Download the rejected records",
    callers: ["signature", "member"],
    query: ReaderQuery,
    path: { id: Id },
    answers: { 200: done("The records with line, reason and detail.", csv) },
    problems: signedProblems,
  },
  {
    route: "POST /csv-upload/:id/undo",
    summary: "Undo an upload",
    callers: ["signature"],
    query: UndoQuery,
    path: { id: Id },
    body: { schema: UndoCommand },
    answers: { 200: done("What was undone and kept.", answers.Undone) },
    problems: signedProblems,
  },
  {
    route: "POST /leads",
    summary: "Post one lead or a batch",
    callers: ["signature", "leadsKey", "apiKey", "service"],
    query: PostQuery,
    headers: {
      "idempotency-key": {
        description:
          "Names the delivery, so that a retry is recognised. Signed requests have webhook-id.",
      },
    },
    body: { schema: Submission },
    answers: {
      200: done("The verdict of each lead.", { schema: Answer }),
      202: done("Stored; the worker finishes it. Ask status_url.", { schema: Answer }),
    },
    problems: [400, 401, 408, 409, 413, 422, 429, 503],
  },
  {
    route: "GET /leads/:id",
    summary: "Read the verdicts of a submission, in pages",
    callers: ["signature", "leadsKey", "apiKey", "service"],
    query: ReadQuery,
    path: { id: Id },
    answers: { 200: done("The verdicts after the cursor.", { schema: Answer }) },
    problems: [400, 401, 404, 429, 503],
  },
  {
    route: "POST /outreach/dispatch",
    summary: "Claim due steps and send them",
    callers: ["service", "apiKey"],
    body: { schema: ClaimBody },
    answers: { 200: done("Counts, and the ids of the messages.", answers.Dispatched) },
    problems: service,
  },
  {
    route: "POST /outreach/claim",
    summary: "Claim due steps",
    callers: ["service", "apiKey"],
    body: { schema: ClaimBody },
    answers: { 200: done("The claimed messages.", answers.Claimed) },
    problems: service,
  },
  {
    route: "POST /outreach/send",
    summary: "Send claimed messages",
    callers: ["service", "apiKey"],
    body: { schema: SendBody },
    answers: { 200: done("What became of each message.", answers.Sent) },
    problems: service,
  },
  {
    route: "GET /outreach/due",
    summary: "Count what is due",
    callers: ["service", "member", "apiKey"],
    query: DueQuery,
    answers: { 200: done("Counts by channel, and when the next step is due.", answers.Due) },
    problems: [400, 401, 403, 503],
  },
  {
    route: "GET /outreach/day",
    summary: "Report a day",
    callers: ["service", "apiKey"],
    query: DayQuery,
    answers: { 200: done("Counts of the day.", answers.Day) },
    problems: [400, 401, 403, 404, 503],
  },
  {
    route: "POST /outreach/preview",
    summary: "Fill in a text with a lead",
    callers: ["member"],
    body: { schema: TryOutBody },
    answers: { 200: done("The text, or why it cannot be filled in.", answers.Previewed) },
    problems: [400, 401, 403, 404, 413, 503],
  },
  {
    route: "POST /outreach/test-send",
    summary: "Send a text to oneself",
    callers: ["member"],
    body: { schema: TryOutBody },
    answers: { 200: done("How it ended.", answers.Tested) },
    problems: [400, 401, 403, 404, 413, 422, 429, 503],
  },
  {
    route: "POST /outreach/invitations",
    summary: "Invite a person by mail",
    callers: ["member"],
    body: { schema: InviteBody },
    answers: { 200: done("The invitation, and whether the mail was sent.", answers.Invited) },
    problems: [400, 401, 403, 413, 422, 429, 503],
  },
  {
    route: "POST /outreach/enrichment",
    summary: "Plan or continue the day's run about the leads that are fed next",
    callers: ["service", "apiKey"],
    body: { schema: EnrichBody },
    answers: {
      200: done(
        "The run, its forecast, and whether a person has to approve it.",
        answers.EnrichmentRun,
      ),
    },
    problems: [400, 401, 403, 404, 409, 413, 503],
  },
  ...([
    ["leads", LEAD_ACTIONS, "lead", answers.LeadControlled],
    ["campaigns", CAMPAIGN_ACTIONS, "campaign", answers.CampaignControlled],
  ] as const).map(([folder, actions, target, result]): Operation => ({
    route: `POST /outreach/${folder}/:id/:action`,
    summary: `Control a ${target}`,
    callers: ["service", "member", "apiKey"],
    path: { id: Id, action: z.enum(actions as unknown as [string, ...string[]]) },
    body: { schema: ControlBody },
    answers: { 200: done("The result.", result) },
    problems: [400, 401, 403, 404, 409, 503],
  })),
  {
    route: "POST /webhooks/*",
    summary: "Deliver a webhook; the provider's documentation has the content",
    callers: ["provider"],
    body: { schema: z.unknown(), type: "*/*" },
    answers: {
      200: done(
        "Stored, or stored before (`sluice-duplicate: true`). Some providers are answered in a format of their own.",
        answers.WebhookStored,
      ),
    },
    problems: [400, 401, 404, 413, 503],
  },
  {
    route: "GET /consent",
    summary: "Show the form of a consent link",
    callers: ["consentLink"],
    answers: { 200: done("The form.", answers.ShownForm) },
    problems: [404, 429, 503],
  },
  {
    route: "POST /consent",
    summary: "Submit the form of a consent link, once",
    callers: ["consentLink"],
    body: { schema: ConsentForm },
    answers: { 201: done("Recorded.", answers.FormRecorded) },
    problems: [400, 404, 409, 413, 429, 503],
  },
  {
    route: "GET /unsubscribe",
    summary: "Open an unsubscribe link; changes nothing",
    callers: ["unsubscribeLink"],
    answers: { 200: done("The link is valid.", answers.LinkValid), 303: "To the page." },
    problems: [404, 503],
  },
  {
    route: "POST /unsubscribe",
    summary: "Unsubscribe with one click (RFC 8058)",
    callers: ["unsubscribeLink"],
    body: {
      schema: z.object({
        "List-Unsubscribe": z.literal("One-Click"),
        from: z.literal("page").optional(),
      }),
      type: "application/x-www-form-urlencoded",
    },
    answers: { 200: done("Unsubscribed.", answers.Unsubscribed) },
    problems: [400, 404, 413, 503],
  },
  {
    route: "GET /metrics",
    summary: "Metrics in the text format of Prometheus",
    callers: ["apiKey", "metricsToken", "service"],
    answers: { 200: done("The metrics.", { schema: z.string(), type: "text/plain" }) },
    problems: [401, 403, 405, 429, 503],
  },
  {
    route: "POST /worker",
    summary: "Run one bounded batch of jobs",
    callers: ["service"],
    answers: {
      200: done("How many jobs ran and wait.", {
        schema: z.object({ done: z.int(), remaining: z.int() }),
      }),
    },
    problems: [401, 403, 503],
  },
  ...API_OPERATIONS,
];
