import { expect, test } from "vitest";
import { z } from "zod";
import { readEnv, readSettings } from "../../../edge-functions/_shared/platform/settings.ts";
import { readWorkerSettings } from "../../../edge-functions/worker/settings.ts";

test("an empty variable counts as unset, whatever its type", () => {
  const schema = z.object({
    A: z.string().optional(),
    B: z.coerce.number().default(3),
    C: z.enum(["on", "off"]).default("off"),
    D: z.url().optional(),
  });
  expect(readSettings(schema, { A: "", B: "", C: "", D: "" })).toEqual({ B: 3, C: "off" });
  expect(readSettings(schema, { A: "a", B: "4", C: "on", D: "http://a.example.com" }))
    .toEqual({ A: "a", B: 4, C: "on", D: "http://a.example.com" });
});

test("the worker starts with an empty WORKER_DISPATCH", () => {
  expect(readWorkerSettings({ WORKER_DISPATCH: "", WORKER_STAGE_LANES: "" }))
    .toEqual(readWorkerSettings({}));
});

test("an error names the variable, and does not repeat its value", () => {
  expect(() => readWorkerSettings({ WORKER_DISPATCH: "maybe" })).toThrow(/WORKER_DISPATCH/);
  expect(() => readEnv({ DATABASE_URL: "x", SUPABASE_JWT_SECRET: "hush" }))
    .toThrow(/^Invalid environment: SUPABASE_JWT_SECRET: (?!.*hush)/);
  expect(() => readEnv({ DATABASE_URL: "" }))
    .toThrow("Invalid environment: DATABASE_URL or SUPABASE_DB_URL is required");
});
