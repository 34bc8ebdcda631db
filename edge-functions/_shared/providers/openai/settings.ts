// The model that reads replies. Off unless it is switched on: replies are personal, and it is somebody else's.
import process from "node:process";
import { z } from "zod";

const schema = z.object({
  SLUICE_TRIAGE: z.enum(["on", "off"]).default("off"),
  OPENAI_API_KEY: z.string().optional(),
  OPENAI_BASE_URL: z.url({ protocol: /^https?$/ }).default("https://api.openai.com/v1"),
  OPENAI_MODEL: z.string().min(1).default("gpt-5-mini"),
  /** How long one answer may take. */
  SLUICE_TRIAGE_TIMEOUT_MS: z.coerce.number().int().min(100).max(60_000).default(15_000),
  /** Tokens of an org on one of its local dates; what comes after waits for a person. */
  SLUICE_TRIAGE_DAILY_TOKENS: z.coerce.number().int().min(0).default(200_000),
});

export type TriageSettings = z.output<typeof schema>;

export function readTriageSettings(
  given: Record<string, string | undefined> = process.env,
): TriageSettings {
  const present = Object.entries(given).filter(([, value]) => value !== "");
  const read = schema.safeParse(Object.fromEntries(present));
  if (!read.success) throw new Error(`environment: ${z.prettifyError(read.error)}`);
  return read.data;
}
