import { execFile } from "node:child_process";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { correlationOf } from "../../../edge-functions/_shared/platform/trace.ts";
import { collectorOf } from "../../../scripts/cli/spans.ts";
import { root } from "../../../scripts/dev/paths.ts";

const ID = "0b7d2c3e-3b1f-4d52-9c0a-1f2e3d4c5b60";
const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

/** Functions and collector in one. */
let server: Server;
let url: string;
let received: { request: IncomingMessage; body: string }[] = [];
let collects = 200;

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text) => body += text).on("end", () => {
      received.push({ request, body });
      response.statusCode = request.url === "/otel/v1/traces" ? collects : 404;
      response.setHeader("content-type", "application/json");
      response.end(`{"title": "not found", "code": "not_found"}`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server?.close());
beforeEach(() => {
  received = [];
  collects = 200;
});

const status = (settings: Record<string, string>) =>
  promisify(execFile)(process.execPath, [
    join(root, "scripts", "cli", "sluice.ts"),
    ...["status", ID, "--url", url, "--source", "sourcemarker"],
  ], { env: { PATH: process.env.PATH, SLUICE_SECRET: SECRET, ...settings } })
    .then(() => ({ code: 0, err: "" }), ({ code, stderr }) => ({ code, err: stderr as string }));
const exported = () => received.filter(({ request }) => request.url!.startsWith("/otel"));

test("a command and its requests are spans of one trace, which the functions continue", async () => {
  const { code, err } = await status({
    OTEL_EXPORTER_OTLP_ENDPOINT: `${url}/otel/`,
    OTEL_EXPORTER_OTLP_HEADERS: "x-key=a%20b,y=z",
    OTEL_SERVICE_NAME: "office",
  });
  expect([code, err]).toEqual([1, expect.stringContaining("404")]);
  const [{ request, body }, ...more] = exported() as [typeof received[number]];
  expect(more).toEqual([]);
  expect(request.headers).toMatchObject({ "x-key": "a b", y: "z" });
  const [{ resource, scopeSpans }] = JSON.parse(body).resourceSpans;
  expect(resource.attributes).toEqual([{
    key: "service.name",
    value: { stringValue: "office" },
  }]);
  const [asked, command] = scopeSpans[0].spans;
  expect(command).toMatchObject({
    name: "sluice status",
    kind: 1,
    status: { code: 2 },
    attributes: [{ key: "process.exit.code", value: { intValue: 1 } }],
  });
  expect(asked).toMatchObject({
    ...{ name: "GET", kind: 3, traceId: command.traceId, parentSpanId: command.spanId },
    attributes: [
      { key: "http.request.method", value: { stringValue: "GET" } },
      { key: "http.response.status_code", value: { intValue: 404 } },
    ],
  });
  expect(BigInt(command.endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(asked.endTimeUnixNano));
  const { traceparent } = received[0]!.request.headers;
  expect(traceparent).toBe(`00-${command.traceId}-${asked.spanId}-01`);
  expect(correlationOf(traceparent as string)?.replaceAll("-", "")).toBe(command.traceId);
  // Neither arguments nor addresses nor keys.
  for (const secret of [ID, "sourcemarker", "127.0.0.1", "csv-upload", SECRET.slice(6, 20), root]) {
    expect(body).not.toContain(secret);
  }
});

test("a collector that refuses or is not there changes neither the command nor its exit code", async () => {
  collects = 500;
  const refused = await status({ OTEL_EXPORTER_OTLP_ENDPOINT: `${url}/otel` });
  expect([refused.code, refused.err]).toEqual([
    1,
    expect.stringContaining("spans were not exported (500)"),
  ]);
  const closed = await status({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" });
  expect([closed.code, closed.err]).toEqual([1, expect.stringContaining("no answer")]);
});

test("without the variables nothing is exported, and requests name no trace", async () => {
  expect((await status({})).code).toBe(1);
  expect(received[0]!.request.headers.traceparent).toBeUndefined();
  expect(exported()).toEqual([]);
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://c:4318" };
  expect(collectorOf(endpoint)).toBe("http://c:4318/v1/traces");
  expect(collectorOf({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://c/x" })).toBe("http://c/x");
  expect(collectorOf({ ...endpoint, OTEL_SDK_DISABLED: "true" })).toBeNull();
  expect(collectorOf({ ...endpoint, OTEL_TRACES_EXPORTER: "none" })).toBeNull();
});
