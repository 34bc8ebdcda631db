// What the function api answers. Tests compare every answer that an http test receives with these schemas.
import { z } from "zod";
import { SCOPES } from "../../../edge-functions/_shared/platform/http/api_key.ts";

const Id = z.uuid();
const Count = z.int().min(0);
const Time = z.iso.datetime({ offset: true });
const Text = z.string().nullable();
const Words = z.looseObject({});
const Cursor = z.string().nullable().meta({ description: "For the next page; null on the last." });

export const Me = z.object({
  ...{ org_id: Id, org_name: z.string(), time_zone: z.string() },
  key: z.object({
    id: z.string().meta({ description: "The public part of the key." }),
    name: z.string(),
    role: z.enum(["admin", "broker", "viewer"]),
    scopes: z.array(z.enum(SCOPES)),
    expires_at: Time,
  }),
});

export const Lead = z.object({
  ...{ lead_id: Id, status: z.string(), campaign_status: z.string() },
  ...{ campaign_id: Id.nullable(), campaign: Text, broker_id: Id.nullable(), broker: Text },
  ...{ city: Text, state: Text, zip: Text, county_fips: Text, time_zone: Text },
  ...{ score: z.int().nullable(), tier: Text, confidence: z.int().nullable() },
  ...{ source: Text, created_at: Time, updated_at: Time },
  ...{ open_tasks: Count, open_replies: Count },
  run: z.object({
    ...{ state: z.string(), step: z.int().nullable(), channel: Text },
    ...{ next_at: Time.nullable(), sent: Count },
  }).nullable().meta({ description: "The latest run of a sequence." }),
  contacts: z.array(z.object({
    contact_point_id: z.int(),
    kind: z.enum(["phone", "email"]),
    masked: z.string(),
    label: Text,
    verified: z.boolean().nullable(),
    position: z.int(),
    value: Text.optional().meta({ description: "With pii only." }),
  })),
  name: Text.optional().meta({ description: "With pii only, as the four that follow." }),
  ...{ first_name: Text.optional(), last_name: Text.optional() },
  ...{ street: Text.optional(), unit: Text.optional() },
});

export const Outlook = z.object({
  lead_id: Id,
  outlook: z.array(z.object({
    contact_point_id: z.int(),
    kind: z.enum(["phone", "email"]),
    masked: z.string(),
    channel: z.enum(["voice_manual", "sms", "voice_ai", "email"]),
    outlook: z.enum(["now", "later today", "later", "never"]),
    next_at: Time.nullable(),
    why: Text.meta({ description: "The first reason in words." }),
    reasons: z.array(z.object({ rule: z.string() })),
  })),
});

export const Score = z.object({
  ...{ lead_id: Id, score: z.int().nullable(), tier: Text, confidence: z.int().nullable() },
  scored_at: Time.nullable(),
  rules: z.array(z.object({
    ...{ rule: z.string(), words: Text, group: z.string(), axis: Text, points: z.int() },
    ...{ known: z.boolean(), cap: z.int().nullable(), group_points: z.int().nullable() },
  })),
});

export const TaskMade = z.object({ lead_id: Id, task_id: Id });
export const MessageMade = z.object({
  ...{ lead_id: Id, message_id: Id.nullable() },
  state: z.string().meta({
    description:
      "Of the message (cancelled: the gate refused it), or of the run whose step is due.",
  }),
  refused: z.array(z.string()).meta({ description: "The rules that refused it." }),
  reasons: z.array(Words),
  next_at: Time.nullable().meta({ description: "Of a step: when it is due." }),
});

export const Campaigns = z.object({
  campaigns: z.array(z.object({
    ...{ campaign_id: Id, name: z.string() },
    state: z.enum(["draft", "running", "paused", "finished"]),
    ...{ version: z.int(), daily_limit: z.int() },
    ...{ sequence_id: Id.nullable(), sequence: Text, starts_on: Text, ends_on: Text },
    ...{ fed: Count, sent: Count, replied: Count, booked: Count },
    spent_usd: z.number().nullable().meta({ description: "Null for keys of brokers." }),
  })),
  next_cursor: Cursor,
});
export const Forecast = z.object({
  ...{ campaign_id: Id, hash: z.string(), made_at: Time, date: z.iso.date() },
  ...{ candidates: Count, sampled: Count },
  channels: z.array(Words),
  reasons: z.array(Words),
});
export const CampaignDone = z.object({ campaign_id: Id, action: z.string(), state: z.string() });

export const Sequences = z.object({
  sequences: z.array(z.object({
    ...{ sequence_id: Id, name: z.string(), version: z.int() },
    ...{ steps: Count, leads: Count, leads_on_older: Count },
    campaigns: z.array(z.string()),
  })),
  next_cursor: Cursor,
});
export const Templates = z.object({
  templates: z.array(z.object({
    ...{ template_id: Id, name: z.string(), channel: z.string(), purpose: z.string() },
    version: z.int(),
  })),
  next_cursor: Cursor,
});
export const Senders = z.object({
  senders: z.array(
    z.object({ sender_id: Id, name: Text, channel: z.string(), state: z.string() }),
  ),
});

export const Published = z.object({
  ...{ sequence_id: Id.nullable(), name: Text, version: z.int().nullable(), steps: Count },
  leads: z.record(z.string(), Count).meta({ description: "Leads that wait at each node." }),
  problems: z.array(z.object({ node: z.string(), reason: z.string() })),
  dry_run: z.boolean(),
  texts: z.array(z.object({
    ...{ node: z.string(), template: z.string(), version: z.int() },
    was: z.int().nullable().meta({ description: "Version in the newest published one." }),
  })),
  campaigns: z.array(z.object({ campaign_id: Id, name: z.string() })),
  ...{ leads_on_older: Count, forecast_needed: z.boolean(), unchanged: z.boolean() },
});

const Version = z.object({ sequence_id: Id, name: z.string(), version: z.int(), newest: z.int() });

const Edge = z.object({ to: z.string(), delay: z.string(), delay_kind: z.string() });

export const ShownSequence = Version.extend({
  steps: z.array(z.object({
    step: z.int(),
    node: z.string().nullable(),
    kind: z.enum(["send", "branch", "hand_over"]),
    channel: z.string().nullable(),
    delay: z.string(),
    delay_kind: z.string(),
    send_from: z.string(),
    send_until: z.string(),
    purpose: z.string(),
    sender: z.string().nullable(),
    variants: z.array(z.record(z.string(), z.unknown())),
    event: z.string().nullable(),
    within: z.string().nullable(),
    note: z.string().nullable(),
    edges: z.object({ next: Edge.optional(), yes: Edge.optional(), no: Edge.optional() }),
    is_first: z.boolean(),
    waiting: z.int(),
    in_flight: z.int(),
    paused: z.int(),
  })),
});

export const ExportedSequence = Version.extend({
  workflow: z.record(z.string(), z.unknown()).describe("A workflow that n8n imports."),
});

export const LeadsMoved = Version.extend({ moved: z.int(), stayed: z.int() });
