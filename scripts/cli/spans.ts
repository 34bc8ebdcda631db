// Spans of a command, for OpenTelemetry: one of the command and one of each of its requests, sent as OTLP/HTTP (JSON)
// when it ends. Node has no exporter of its own, and the packages that are one would be most of what the client loads.
// A span has no URL, no argument and no header: they contain keys, values and names of files.
import { randomBytes } from "node:crypto";
import { COMMANDS, nameOf } from "./commands.ts";
import type { Io } from "./io.ts";

const TIMEOUT_MS = 2_000;
const [INTERNAL, CLIENT] = [1, 3];
const [OK, ERROR] = [1, 2];

type Attributes = Record<string, string | number>;

const id = (bytes: number): string => {
  const given = randomBytes(bytes);
  // All zeros are invalid.
  given[0]! |= 1;
  return given.toString("hex");
};
/** Nanoseconds since 1970, as OTLP/JSON writes them. */
const nanos = (ms: number): string => `${BigInt(Math.round(ms * 1000)) * 1000n}`;
const clock = (): number => performance.timeOrigin + performance.now();

/** Where spans go; null where nobody wants them. The variables are those of OpenTelemetry's specification. */
export function collectorOf(env: Io["env"]): string | null {
  if (/^true$/i.test(env.OTEL_SDK_DISABLED ?? "") || env.OTEL_TRACES_EXPORTER === "none") {
    return null;
  }
  if (env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT) return env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT;
  const base = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  return base ? `${base.replace(/\/+$/, "")}/v1/traces` : null;
}

/** `api-key=x,tenant=%41`: values are percent-encoded. */
function headersOf(env: Io["env"]): Record<string, string> {
  const text = env.OTEL_EXPORTER_OTLP_TRACES_HEADERS ?? env.OTEL_EXPORTER_OTLP_HEADERS ?? "";
  return Object.fromEntries(
    text.split(",").filter((one) => one.includes("=")).map((one) => {
      const at = one.indexOf("=");
      return [one.slice(0, at).trim(), decodeURIComponent(one.slice(at + 1).trim())];
    }),
  );
}

const attributesOf = (given: Attributes) =>
  Object.entries(given).map(([key, value]) => ({
    key,
    value: typeof value === "number" ? { intValue: value } : { stringValue: value },
  }));

/** Runs a command and exports its spans; what the command does is the same if they cannot be exported. */
export async function traced(
  argv: readonly string[],
  io: Io,
  run: (argv: readonly string[], io: Io) => Promise<number>,
): Promise<number> {
  const collector = collectorOf(io.env);
  if (collector === null) return await run(argv, io);
  const [traceId, root] = [id(16), id(8)];
  const spans: object[] = [];
  const end = (
    span: { spanId: string; parentSpanId?: string; name: string; kind: number; began: number },
    failed: boolean,
    attributes: Attributes,
  ) => {
    const { began, ...rest } = span;
    spans.push({
      ...{ traceId, ...rest, startTimeUnixNano: nanos(began), endTimeUnixNano: nanos(clock()) },
      ...{ attributes: attributesOf(attributes), status: { code: failed ? ERROR : OK } },
    });
  };

  const fetchTraced: typeof fetch = async (input, init) => {
    const method = init?.method ?? "GET";
    const span = { spanId: id(8), parentSpanId: root, name: method, kind: CLIENT, began: clock() };
    const headers = new Headers(init?.headers);
    headers.set("traceparent", `00-${traceId}-${span.spanId}-01`);
    try {
      const response = await io.fetch(input, { ...init, headers });
      end(span, response.status >= 400, {
        "http.request.method": method,
        "http.response.status_code": response.status,
      });
      return response;
    } catch (error) {
      end(span, true, { "http.request.method": method });
      throw error;
    }
  };

  const known = COMMANDS.map(nameOf).find((name) => name === argv[0]);
  const span = {
    spanId: root,
    name: `sluice ${known ?? ""}`.trim(),
    kind: INTERNAL,
    began: clock(),
  };
  let code: number | null = null;
  try {
    code = await run(argv, { ...io, fetch: fetchTraced });
    return code;
  } finally {
    end(span, code !== 0, code === null ? {} : { "process.exit.code": code });
    await send(collector, io, spans);
  }
}

async function send(collector: string, io: Io, spans: object[]): Promise<void> {
  const name = io.env.OTEL_SERVICE_NAME || "sluice-cli";
  try {
    const response = await io.fetch(collector, {
      method: "POST",
      headers: { "content-type": "application/json", ...headersOf(io.env) },
      body: JSON.stringify({
        resourceSpans: [{
          resource: { attributes: attributesOf({ "service.name": name }) },
          scopeSpans: [{ scope: { name: "sluice" }, spans }],
        }],
      }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
    if (!response.ok) io.stderr.write(`sluice: spans were not exported (${response.status})\n`);
  } catch {
    io.stderr.write("sluice: spans were not exported: no answer of the collector\n");
  }
}
