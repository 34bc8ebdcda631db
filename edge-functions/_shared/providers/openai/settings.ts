// OpenAI's settings.
import process from "node:process";
import { z } from "zod";
import { httpUrl, readSettings, type Variables } from "../../platform/settings.ts";

const Model = z.object({
  OPENAI_API_KEY: z.string().optional(),
  OPENAI_BASE_URL: httpUrl.default("https://api.openai.com/v1"),
  OPENAI_MODEL: z.string().min(1).default("gpt-5-mini"),
});

export type ModelSettings = z.output<typeof Model>;

export const readModelSettings = (given: Variables = process.env) => readSettings(Model, given);
