// Deno exports its own spans of requests in and out, and puts whole URLs into them, with tokens, signatures and e-mail
// addresses, unless the settings that docs/platform.md names are set; without them nothing starts.
import { execFile } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readEnv } from "../../../edge-functions/_shared/platform/settings.ts";
import { denoBinary, localPath, root } from "../../../scripts/dev/paths.ts";

const REQUIRED = { OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: "1", OTEL_PROPAGATORS: "tracecontext" };
const MARKED = /Pathmarker|zephyrmarker|Sigmarker|Headermarker|Baggagemarker/;
const TRACE = "0af7651916cd43dd8448eb211c80319c";

interface Span {
  name: string;
  kind: number;
  traceId: string;
  attributes: { key: string }[];
}

let collector: Server;
let endpoint: string;
const received: { path: string; body: string }[] = [];

beforeAll(async () => {
  collector = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text) => body += text).on("end", () => {
      received.push({ path: request.url!, body });
      response.end("{}");
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
  endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
});
afterAll(() => void collector?.close());

const start = (settings: Record<string, string>) =>
  promisify(execFile)(denoBinary(), [
    ...["run", "--quiet", "--no-prompt", "--cached-only", "--no-lock", "--node-modules-dir=manual"],
    ...["--config", "deno.json", "--allow-env", "--allow-sys", "--allow-read"],
    ...["--allow-net=127.0.0.1", join("test", "support", "traced_function.ts")],
  ], {
    cwd: root,
    timeout: 60_000,
    env: {
      ...{ PATH: process.env.PATH, HOME: process.env.HOME, DENO_DIR: localPath("deno") },
      ...{ DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1", DATABASE_URL: "postgres://127.0.0.1:9/none" },
      ...{ OTEL_DENO: "true", OTEL_EXPORTER_OTLP_PROTOCOL: "http/json" },
      ...{ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SERVICE_NAME: "sluice-probe" },
      ...settings,
    },
  });

test("requests in and out are spans of the caller's trace, without URLs, headers or baggage", async () => {
  const { stdout } = await start(REQUIRED);
  expect(stdout).toContain(String.raw`{\"baggage\":null}`);
  const spans: Span[] = received.filter(({ path }) => path === "/v1/traces").flatMap(({ body }) =>
    JSON.parse(body).resourceSpans.flatMap((resource: { scopeSpans: { spans: Span[] }[] }) =>
      resource.scopeSpans.flatMap((scope) => scope.spans)
    )
  );
  // Two requests in (kind 2) and two out (kind 3), one of them to a closed port.
  expect(spans.map(({ kind }) => kind).sort()).toEqual([2, 2, 3, 3]);
  expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([TRACE]));
  expect(new Set(spans.flatMap(({ attributes }) => attributes.map(({ key }) => key))))
    .toEqual(new Set(["http.request.method"]));
  // Logs and metrics are exported as well.
  expect(new Set(received.map(({ path }) => path)))
    .toEqual(new Set(["/v1/traces", "/v1/logs", "/v1/metrics"]));
  const logs = received.filter(({ path }) => path === "/v1/logs").map(({ body }) => body).join();
  expect(logs).toContain("answered");
  expect(received.map(({ body }) => body).filter((body) => MARKED.test(body))).toEqual([]);
});

test("without one of the settings the process does not start", async () => {
  received.length = 0;
  for (const name of Object.keys(REQUIRED)) {
    await expect(start({ ...REQUIRED, [name]: "" })).rejects.toThrow(`OTEL_DENO needs ${name}`);
  }
  expect(received.filter(({ path }) => path === "/v1/traces")).toEqual([]);
  const url = { DATABASE_URL: "postgres://127.0.0.1:9/none" };
  expect(() => readEnv({ ...url, OTEL_DENO: "1" })).toThrow("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT=1");
  expect(readEnv({ ...url, OTEL_DENO: "false" })).toBeTruthy();
  expect(readEnv({ ...url, OTEL_DENO: "true", ...REQUIRED })).toBeTruthy();
});
