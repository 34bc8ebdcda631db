// What the functions answer where their own code has no schema of it: statements of SQL write these answers. Tests compare
// every answer that an http test receives with them (test/support/openapi.ts).
import { z } from "zod";

const Id = z.uuid();
const Count = z.int().min(0);
const Time = z.iso.datetime({ offset: true });
const Channel = z.enum(["email", "sms", "voice_ai"]);

export const UploadAccepted = z.object({
  upload_id: Id,
  part: z.int(),
  bytes: Count.meta({ description: "After decompression." }),
  sha256: z.string(),
  status_url: z.url(),
  duplicate: z.literal(true).optional().meta({ description: "The content was uploaded before." }),
});

const Counts = z.object({
  ...Object.fromEntries(
    ["received", "staged", "created", "updated", "unchanged", "merged", "conflict", "rejected"]
      .map((name) => [name, Count.nullable().optional()]),
  ),
});

export const UploadStatus = z.object({
  upload_id: Id,
  source: z.string(),
  state: z.enum(["receiving", "processing", "completed", "failed", "undone"]),
  dry_run: z.boolean(),
  filename: z.string().nullable(),
  rerun_of: Id.nullable(),
  parts_expected: z.int().nullable(),
  parts: z.array(z.object({
    part: z.int(),
    state: z.string(),
    bytes: Count,
    sha256: z.string(),
    rows: Count.nullable(),
    error: z.string().nullable(),
    duplicate_of: Id.optional(),
  })),
  progress: z.number().min(0).max(1),
  counts: Counts,
  skipped: z.object({
    parts: Count.optional(),
    rows: Count.optional(),
    uploads: z.array(Id).nullable().optional(),
  }).meta({ description: "Parts whose content was known." }),
  superseded: z.boolean().meta({ description: "Something newer may have changed its leads." }),
  warnings: z.record(z.string(), Count),
  warning_lines: z.record(z.string(), z.array(z.int())),
  shared_keys: z.array(z.object({
    kind: z.string(),
    value: z.string(),
    rows: Count,
    places: Count,
    owners: Count,
    first_lines: z.array(z.array(z.int())).meta({ description: "Of each: part, and line in it." }),
  })),
  dialect: z.looseObject({}).nullable(),
  mapping: z.array(z.looseObject({ header: z.string().optional() })).nullable(),
  timings: z.object({
    received_at: Time,
    staged_at: Time.nullable(),
    resolved_at: Time.nullable(),
    completed_at: Time.nullable(),
    seconds: z.number().nullable(),
  }),
  correlation_id: Id.nullable(),
  error: z.string().nullable(),
  rejects_url: z.url(),
});

export const Undone = z.object({
  undone: z.object({ deleted: Count, reverted: Count, unmerged: Count }),
  kept: z.array(z.object({ lead_id: Id, reason: z.string() })),
});

const Message = z.object({
  id: Id,
  org_id: Id,
  lead_id: Id,
  campaign_id: Id.nullable(),
  step: z.int().nullable(),
  channel: Channel,
  state: z.enum([
    ...["claimed", "sending", "sent", "delivered", "bounced", "cancelled", "retrying"] as const,
    ...["failed", "unconfirmed"] as const,
  ]),
});

const sendCounts = {
  ...{ sent: Count, cancelled: Count, retrying: Count, failed: Count, unconfirmed: Count },
  refused: Count.meta({
    description: "Of the failed: by the provider, or by the check of the text.",
  }),
  next_at: Time.nullable().meta({ description: "When the next step is due." }),
  messages: z.array(Message),
};
export const Dispatched = z.object({ claimed: Count, ...sendCounts });
export const Sent = z.object(sendCounts);
export const Claimed = z.object({
  claimed: Count,
  messages: z.array(Message.extend({ lease_token: Id })),
});

export const Due = z.object({
  due: z.object({ email: Count, sms: Count, voice_ai: Count }),
  next_at: Time.nullable(),
});

export const Day = z.object({
  local_date: z.iso.date(),
  counts: z.record(z.string(), Count).meta({ description: "Events of the day, by kind." }),
  open_dead_letters: Count,
});

export const EnrichmentRun = z.object({
  ...{ run_id: Id, kind: z.string(), state: z.string(), reason: z.string().nullable() },
  forecast: z.looseObject({}).nullable(),
  spent_usd: z.number().min(0),
  results: z.record(z.string(), Count),
  waiting: Count,
  needs_approval: z.boolean(),
});

export const LeadControlled = z.object({
  lead_id: Id,
  action: z.string(),
  result: z.object({
    run_id: Id,
    state: z.string(),
    next_step: z.int().nullable(),
    next_at: Time.nullable(),
    message_id: Id.nullable(),
  }),
});
export const CampaignControlled = z.object({
  campaign_id: Id,
  action: z.string(),
  result: z.object({
    campaign_id: Id,
    state: z.string(),
    runs: z.record(z.string(), Count).meta({ description: "Runs of its sequences, by state." }),
  }),
});

export const Previewed = z.object({
  subject: z.string().nullable(),
  text: z.string().nullable(),
  html: z.string().nullable(),
  problems: z.array(z.string()).meta({ description: "Why it could not be saved or sent so." }),
});
export const Tested = z.object({
  id: Id,
  state: z.enum(["sent", "failed", "unknown"]),
  to: z.string().meta({ description: "The own address, masked." }),
  code: z.string().optional(),
});

export const Invited = z.object({
  invitation_id: Id,
  token: z.string().meta({ description: "For a link handed over by hand; shown once." }),
  expires_at: z.string(),
  email_masked: z.string(),
  mail: z.discriminatedUnion("state", [
    z.object({ state: z.literal("sent") }),
    z.object({ state: z.literal("failed"), reason: z.string() }),
  ]),
});

export const ShownForm = z.object({
  state: z.enum(["open", "already_used"]),
  ...{ title: z.string(), text: z.string(), text_sha256: z.string(), text_version: z.int() },
  ...{ language: z.string(), seller: z.string(), privacy_url: z.string().nullable() },
  channels: z.array(z.enum(["email", "sms", "voice_manual", "voice_ai"])),
  phone: z.string().nullable().meta({ description: "Masked." }),
  email: z.string().nullable().meta({ description: "Masked." }),
  expires_at: Time,
});
export const FormRecorded = z.object({ outcome: z.literal("recorded") });
export const LinkValid = z.object({ state: z.literal("valid") });
export const Unsubscribed = z.object({ outcome: z.literal("unsubscribed") });
export const WebhookStored = z.object({
  received: Count.meta({ description: "Events in the delivery." }),
  duplicate: z.literal(true).optional(),
});
