// Checks of the doctor whose other side is not here: the management API and databases on other hosts.
import { describe, expect, test } from "vitest";
import type { Check, Context } from "../../../scripts/cli/doctor/check.ts";
import { connection } from "../../../scripts/cli/doctor/database.ts";
import { deployed } from "../../../scripts/cli/doctor/deployed.ts";
import { providerKeys } from "../../../scripts/cli/doctor/provider_keys.ts";
import { runChecks } from "../../../scripts/cli/doctor/run.ts";
import { functionConfigs } from "../../../scripts/dev/config.ts";

type Answer = (path: string) => Response;

function contextOf(over: Partial<Record<keyof Context, unknown>>, answer?: Answer): Context {
  const fetch = (url: URL | string, init?: RequestInit) => {
    const { pathname } = new URL(url);
    const known = new Headers(init?.headers).get("authorization") === "Bearer sbp_token";
    return Promise.resolve(
      known && answer ? answer(pathname) : new Response("{}", { status: 401 }),
    );
  };
  return {
    io: { fetch },
    accessToken: "sbp_token",
    projectRef: "abcdefghijklmnopqrst",
    ...over,
  } as unknown as Context;
}

describe("deployed functions", () => {
  const names = functionConfigs().map(({ name }) => name);
  const list = (over: Record<string, unknown> = {}) =>
    names.map((slug) => ({
      slug,
      version: 7,
      status: "ACTIVE",
      verify_jwt: false,
      updated_at: Date.parse("2026-11-27T08:00:00Z"),
      ...over,
    }));
  const api = (functions: unknown, bytes = 1_500_000): Answer => (path) =>
    path.endsWith("/body")
      ? new Response(new Uint8Array(bytes))
      : path === "/v1/projects/abcdefghijklmnopqrst/functions"
      ? Response.json(functions)
      : new Response(null, { status: 404 });

  test("are shown with version, date and size", async () => {
    const found = await deployed.run(contextOf({}, api(list())));
    expect(found.status).toBe("ok");
    expect(found.message).toContain("worker version 7 of 2026-11-27, 1.5 MB");
  });

  test("that are missing or have verify_jwt fail", async () => {
    const missing = await deployed.run(contextOf({}, api(list().slice(1))));
    expect(missing).toMatchObject({ status: "failed", message: `${names[0]} is not deployed` });
    const checked = await deployed.run(contextOf({}, api(list({ verify_jwt: true }))));
    expect(checked).toMatchObject({
      status: "failed",
      message: expect.stringContaining("worker has verify_jwt true"),
    });
  });

  test("that are too large warn, and a refused token fails", async () => {
    expect((await deployed.run(contextOf({}, api(list(), 6_000_000)))).status).toBe("warning");
    expect(await deployed.run(contextOf({ accessToken: "other" }, api(list())))).toMatchObject({
      status: "failed",
      message: "the management API answers 401",
    });
  });
});

test.each([
  ["?sslmode=verify-full", "ok"],
  ["?sslmode=require", "warning"],
  ["", "warning"],
  ["?sslmode=disable", "failed"],
])("a connection to another host with %s is %s", async (query, status) => {
  const databaseUrl = `postgresql://postgres:hidden@db.example.com:5432/postgres${query}`;
  const sql = () => Promise.resolve([{ tls: "TLSv1.3", login: "postgres", database: "postgres" }]);
  const found = await connection.run(contextOf({ databaseUrl, sql }));
  expect(found.status).toBe(status);
  expect(found.message).not.toContain("hidden");
  const here = "postgresql://postgres:hidden@127.0.0.1:5432/postgres";
  expect((await connection.run(contextOf({ databaseUrl: here, sql }))).status).toBe("ok");
});

test("a check that throws is a failure, and the next one runs", async () => {
  const checks: Check[] = [
    { name: "one", needs: [], run: () => Promise.reject(new Error("boom")) },
    {
      name: "two",
      needs: [],
      run: () => Promise.reject(Object.assign(new Error("denied"), { code: "42501" })),
    },
    { name: "three", needs: ["database"], run: () => Promise.reject(new Error("not run")) },
    { name: "four", needs: [], run: () => Promise.resolve({ status: "ok", message: "fine" }) },
  ];
  const found = [];
  for await (const result of runChecks(checks, { ...contextOf({}), sql: null })) found.push(result);
  expect(found.map(({ status }) => status)).toEqual(["failed", "failed", "not run", "ok"]);
  expect(found[0]?.message).toMatch(/boom/);
  expect(found[1]?.advice).toMatch(/role postgres/);
});

describe("provider keys", () => {
  const senders = [
    { provider: "sendgrid", account: "default", keys: ["SENDGRID_API_KEY"] },
    {
      ...{ provider: "twilio", account: "west-1" },
      keys: ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"],
    },
  ];
  const judge = (rows: unknown[], names: string[] | number) =>
    providerKeys.run(contextOf(
      { sql: () => Promise.resolve(rows) },
      (path) =>
        path !== "/v1/projects/abcdefghijklmnopqrst/secrets" || typeof names === "number"
          ? new Response(null, { status: typeof names === "number" ? names : 404 })
          : Response.json(names.map((name) => ({ name, value: "hidden" }))),
    ));

  test("of every active sender's account are there", async () => {
    const names = ["SENDGRID_API_KEY", "TWILIO_ACCOUNT_SID_WEST_1", "TWILIO_AUTH_TOKEN_WEST_1"];
    expect(await judge(senders, names)).toEqual({
      status: "ok",
      message: "set for sendgrid, twilio",
    });
    expect((await judge([], [])).status).toBe("ok");
  });

  test("that are missing fail by name", async () => {
    const names = ["SENDGRID_API_KEY", "TWILIO_ACCOUNT_SID_WEST_1", "TWILIO_AUTH_TOKEN"];
    expect(await judge(senders, names)).toMatchObject({
      status: "failed",
      message: "active senders lack TWILIO_AUTH_TOKEN_WEST_1: their messages wait",
      advice: expect.stringContaining("secrets set"),
    });
    expect(await judge(senders, 403)).toMatchObject({
      status: "failed",
      message: "the management API answers 403",
    });
  });
});
