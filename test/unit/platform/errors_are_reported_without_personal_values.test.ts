import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { jsonLog } from "../../../edge-functions/_shared/platform/json_log.ts";
import { errorFields } from "../../../edge-functions/_shared/platform/log.ts";

const ID = "0af76519-16cd-43dd-8448-eb211c80319c";
const PHONE = "+1 213-555-0177";
const MAIL = "zephyrmarker@example.com";
const NAME = "Quillmarker";

let server: Server;
let dsn: string;
let got: { url: string; auth: string; type: string; body: string }[];
let answer: (count: number) => { status: number; headers?: Record<string, string> };
let lines: Record<string, unknown>[];

beforeEach(async () => {
  [got, lines] = [[], []];
  answer = () => ({ status: 200 });
  server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text) => body += text).on("end", () => {
      const { "x-sentry-auth": auth, "content-type": type } = request.headers;
      got.push({ url: request.url!, auth: String(auth), type: String(type), body });
      const { status, headers } = answer(got.length);
      response.writeHead(status, headers).end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  dsn = `http://publickey@127.0.0.1:${(server.address() as AddressInfo).port}/base/42`;
  for (const method of ["log", "error"] as const) {
    vi.spyOn(console, method).mockImplementation((line) => lines.push(JSON.parse(line)));
  }
});
afterEach(async () => {
  vi.restoreAllMocks();
  await new Promise((resolve) => server.close(resolve));
});

const open = (given: Record<string, string> = {}) =>
  jsonLog("api", undefined, { SENTRY_DSN: dsn, SLUICE_LOOPBACK_URLS: "allow", ...given });

test("a line of level error is one envelope, other lines are none", async () => {
  const log = open({ SENTRY_ENVIRONMENT: "staging" });
  log("warn", "refused", { status: 400 });
  log("info", "answered");
  const error = Object.assign(new Error("It broke"), { code: "XX000" });
  log("error", "failed", { correlation_id: ID, route: "leads", ...errorFields(error) });
  await log.sent();
  expect(got).toHaveLength(1);
  expect(got[0]).toMatchObject({
    url: "/base/api/42/envelope/",
    type: "application/x-sentry-envelope",
    auth: "Sentry sentry_version=7, sentry_client=sluice/1.0, sentry_key=publickey",
  });
  const [envelope, item, payload] = got[0]!.body.split("\n");
  const event = JSON.parse(payload!);
  expect(JSON.parse(envelope!)).toMatchObject({ event_id: event.event_id });
  expect(event.event_id).toMatch(/^[0-9a-f]{32}$/);
  expect(JSON.parse(item!)).toEqual({ type: "event", length: Buffer.byteLength(payload!) });
  expect(event).toMatchObject({
    level: "error",
    logger: "api",
    environment: "staging",
    exception: { values: [{ type: "Error", value: "It broke" }] },
    tags: { event: "failed", code: "XX000" },
    contexts: { trace: { trace_id: ID.replaceAll("-", "") } },
    extra: { route: "leads" },
  });
});

test("values that PostgreSQL quotes, phones and e-mails are not in it", async () => {
  const log = open();
  const error = Object.assign(new Error(`invalid input "${NAME}" of ${MAIL}, ${PHONE} and é`), {
    detail: NAME,
    query: `select '${NAME}'`,
  });
  log("error", "failed", { lead_id: ID, note: `call ${PHONE}`, ...errorFields(error) });
  log("error", "failed", errorFields(`${MAIL} broke`));
  await log.sent();
  expect(got).toHaveLength(2);
  const sent = got.map(({ body }) => body).join("");
  for (const value of [NAME, MAIL, "zephyrmarker", PHONE, "555-0177"]) {
    expect(sent).not.toContain(value);
  }
  expect(sent).toContain(ID);
  expect(sent).toContain("[number]");
});

test("fifty wait at most, and logging neither waits nor throws", async () => {
  const log = open();
  for (let n = 0; n < 200; n++) log("error", "failed", { n });
  expect(got).toHaveLength(0);
  await log.sent();
  // One is on its way while fifty wait.
  expect(got).toHaveLength(51);
  expect(lines.filter(({ event }) => event === "failed")).toHaveLength(200);
  expect(lines.at(-1)).toMatchObject({ event: "errors_not_reported", dropped: 149 });
});

test("after a refusal nothing is sent, with one line in the log", async () => {
  answer = () => ({ status: 429, headers: { "retry-after": "600" } });
  const log = open();
  for (let n = 0; n < 10; n++) log("error", "failed", { n });
  await log.sent();
  log("error", "failed");
  await log.sent();
  expect(got).toHaveLength(1);
  const warned = lines.filter(({ event }) => event === "errors_not_reported");
  expect(warned).toHaveLength(1);
  expect(warned[0]).toMatchObject({ level: "warn", status: 429, dropped: 10 });
});

test("an unavailable server fails nothing", async () => {
  const log = open({ SENTRY_DSN: "http://publickey@127.0.0.1:9/42" });
  log("error", "failed");
  await log.sent();
  expect(lines.map(({ event }) => event)).toEqual(["failed", "errors_not_reported"]);
});

test("without SENTRY_DSN nothing is sent, and an invalid one stops the start without its key", async () => {
  const log = open({ SENTRY_DSN: "" });
  log("error", "failed");
  await log.sent();
  expect(got).toEqual([]);
  for (const wrong of ["https://hushkey@host", "ftp://hushkey@host/1", "http://hushkey@host/x"]) {
    expect(() => open({ SENTRY_DSN: wrong })).toThrow(/SENTRY_DSN(?!.*hushkey)/);
  }
  expect(() => open({ SLUICE_LOOPBACK_URLS: "" })).toThrow("SENTRY_DSN must be https");
});
