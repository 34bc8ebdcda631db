import { expect, test } from "vitest";
import { readEnv } from "../../../edge-functions/_shared/platform/settings.ts";

const prepare = (port: number, more: Record<string, string> = {}) =>
  readEnv({ DATABASE_URL: `postgresql://u:p@db.example.com:${port}/postgres`, ...more }).prepare;

test("on the port of Supabase's transaction poolers, statements have no names", () => {
  expect(prepare(6543)).toBe(false);
  expect(prepare(5432)).toBe(true);
});

test("the environment decides for any port", () => {
  expect(prepare(6543, { DATABASE_PREPARE: "true" })).toBe(true);
  expect(prepare(5432, { DATABASE_PREPARE: "false" })).toBe(false);
});
