import { expect, test } from "vitest";
import { configOf } from "../../../edge-functions/_shared/platform/db/pool.ts";

const ssl = (host: string, query = "") =>
  configOf(`postgresql://u:p@${host}:5432/db${query}`, { max: 1 }).ssl;

test("a remote connection is encrypted, a local one is not", () => {
  expect(ssl("db.example.com")).toEqual({ rejectUnauthorized: false });
  for (const host of ["localhost", "127.0.0.1", "[::1]"]) expect(ssl(host)).toBe(false);
  expect(ssl("127.0.0.1.example.com")).toEqual({ rejectUnauthorized: false });
});

test("sslmode in the URL decides", () => {
  expect(ssl("localhost", "?sslmode=require")).toEqual({ rejectUnauthorized: false });
  expect(ssl("db.example.com", "?sslmode=verify-full")).toEqual({ rejectUnauthorized: true });
  expect(ssl("db.example.com", "?sslmode=disable")).toBe(false);
});
