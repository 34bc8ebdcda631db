// Settings of the inbox and of triage, from the environment.
import process from "node:process";
import { z } from "zod";
import { count, readSettings, type Variables } from "../platform/settings.ts";

const Inbox = z.object({
  /** Deliveries that may wait for the database at the same time in one process; further ones get 503. */
  WEBHOOKS_WAITING: count(256, 10_000),
  /** The size of their bodies together. */
  WEBHOOKS_WAITING_BYTES: count(48 * 1024 * 1024, 1024 * 1024 * 1024),
});

export type InboxSettings = z.output<typeof Inbox>;

export const readInboxSettings = (given: Variables = process.env): InboxSettings =>
  readSettings(Inbox, given);

const Triage = z.object({
  /** Whether a model reads replies. Off by default: replies are personal, and the model is a third party's. */
  SLUICE_TRIAGE: z.enum(["on", "off"]).default("off"),
  /** How long one answer may take. */
  SLUICE_TRIAGE_TIMEOUT_MS: z.coerce.number().int().min(100).max(60_000).default(15_000),
  /** Tokens of an org on one of its local dates; replies beyond that wait for a person. */
  SLUICE_TRIAGE_DAILY_TOKENS: z.coerce.number().int().min(0).default(200_000),
});

export type TriageSettings = z.output<typeof Triage>;

export const readTriageSettings = (given: Variables = process.env): TriageSettings =>
  readSettings(Triage, given);
