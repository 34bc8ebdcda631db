import fc from "fast-check";
import { expect, test } from "vitest";
import { createFunctionApp } from "../../../edge-functions/_shared/platform/http/app.ts";
import { correlationOf, traceparentOf } from "../../../edge-functions/_shared/platform/trace.ts";

const ID = "0af76519-16cd-43dd-8448-eb211c80319c";
const TRACE = "0af7651916cd43dd8448eb211c80319c";

test("a correlation id is the trace id, with another span each time", () => {
  fc.assert(fc.property(fc.uuid(), (id) => {
    const [one, two] = [traceparentOf(id), traceparentOf(id)];
    expect(correlationOf(one)).toBe(id);
    expect(one).not.toBe(two);
    expect(one).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  }));
});

test("only a valid traceparent counts", () => {
  expect(correlationOf(`00-${TRACE}-b7ad6b7169203331-01`)).toBe(ID);
  expect(correlationOf(`01-${TRACE}-b7ad6b7169203331-01-later`)).toBe(ID);
  for (
    const wrong of [
      null,
      undefined,
      "",
      `ff-${TRACE}-b7ad6b7169203331-01`,
      `00-${TRACE}-b7ad6b7169203331-01-more`,
      `00-${"0".repeat(32)}-b7ad6b7169203331-01`,
      `00-${TRACE}-0000000000000000-01`,
      `00-${TRACE.toUpperCase()}-b7ad6b7169203331-01`,
      `00-${TRACE}x-b7ad6b7169203331-01`,
      `00-${TRACE.slice(1)}-b7ad6b7169203331-01`,
    ]
  ) expect(correlationOf(wrong), String(wrong)).toBeNull();
});

test("a request continues its caller's trace, in the answer and in every line of the log", async () => {
  const lines: Record<string, unknown>[] = [];
  const app = createFunctionApp({
    env: { bodies: { bytes: 1, timeoutMs: 1 }, clientAddress: { header: "x-real-ip", proxies: 1 } },
    log: (_level: string, event: string, fields: object) => lines.push({ event, ...fields }),
  } as never, "test");
  app.get("/", (c) => {
    c.var.log("info", "inside");
    return c.json({});
  });
  const ask = (headers: Record<string, string>) =>
    app.request("http://127.0.0.1/test", { headers });
  const answer = await ask({ traceparent: `00-${TRACE}-b7ad6b7169203331-01` });
  expect(answer.headers.get("sluice-correlation-id")).toBe(ID);
  expect(correlationOf(answer.headers.get("traceparent"))).toBe(ID);
  expect(answer.headers.get("traceparent")).not.toContain("b7ad6b7169203331");
  expect(lines.map(({ event, correlation_id }) => [event, correlation_id])).toEqual([
    ["inside", ID],
    ["answered", ID],
  ]);
  const other = await ask({ traceparent: "nonsense" });
  expect(other.headers.get("sluice-correlation-id")).toMatch(/^[0-9a-f-]{36}$/);
  expect(other.headers.get("sluice-correlation-id")).not.toBe(ID);
  const refused = await app.request("http://127.0.0.1/test/none", {
    headers: { traceparent: `00-${TRACE}-b7ad6b7169203331-01` },
  });
  expect(await refused.text()).toContain(ID);
});
