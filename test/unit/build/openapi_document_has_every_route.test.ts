import { readFileSync } from "node:fs";
import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, test } from "vitest";
import { z } from "zod";
import { createApp as api } from "../../../edge-functions/api/app.ts";
import { createApp as consent } from "../../../edge-functions/consent/app.ts";
import { createApp as upload } from "../../../edge-functions/csv-upload/app.ts";
import { createApp as leads } from "../../../edge-functions/leads/app.ts";
import { createApp as metrics } from "../../../edge-functions/metrics/app.ts";
import { createApp as outreach } from "../../../edge-functions/outreach/app.ts";
import { createApp as unsubscribe } from "../../../edge-functions/unsubscribe/app.ts";
import { createApp as webhooks } from "../../../edge-functions/webhooks/app.ts";
import { createApp as worker } from "../../../edge-functions/worker/app.ts";
import { pathOf } from "../../../scripts/build/openapi/document.ts";
import { OPERATIONS } from "../../../scripts/build/openapi/operations.ts";
import { OPENAPI_FILE, openapiText } from "../../../scripts/build/openapi_document.ts";
import { undescribed } from "../../support/openapi.ts";
import { functionConfigs } from "../../../scripts/dev/config.ts";

type Document = {
  [name: string]: unknown;
  paths: Record<string, Record<string, unknown>>;
};
const document = JSON.parse(readFileSync(OPENAPI_FILE, "utf8")) as Document;

test("the file is what the schemas say (npm run docs:openapi)", () => {
  expect(readFileSync(OPENAPI_FILE, "utf8")).toBe(openapiText());
});

test("the document has the routes of all functions, under /v1, and no others", () => {
  const env = { connections: 1, bodies: { bytes: 1, timeoutMs: 1 } };
  const deps = { env, sql: null, log: () => {}, now: () => new Date() } as never;
  const apps = {
    ...{ "csv-upload": upload(deps), outreach: outreach(deps), leads: leads(deps) },
    ...{ api: api(deps), consent: consent(deps), unsubscribe: unsubscribe(deps) },
    metrics: metrics(deps, { token: null }),
    webhooks: webhooks(deps, {} as never, {} as never),
    worker: worker(deps, {} as never, new AbortController().signal),
  };
  expect(Object.keys(apps).sort()).toEqual(functionConfigs().map(({ name }) => name).sort());
  // A handler behind middleware is listed once for each.
  const all = Object.values(apps).flatMap(({ routes }) =>
    routes.filter(({ method }) => !["ALL", "OPTIONS"].includes(method))
      .map(({ method, path }) => `${method} ${path.replace(/\/$/, "")}`)
  );
  const routes = [...new Set(all)];
  expect(OPERATIONS.map(({ route }) => route).sort()).toEqual(routes.sort());
  const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`)
  );
  const expected = routes.map((route) => {
    const { method, path } = pathOf(route);
    return `${method} ${path}`;
  });
  expect(documented.sort()).toEqual(expected.sort());
  expect(documented.every((one) => /^\w+ \/[a-z-]+\/v1(\/|$)/.test(one))).toBe(true);
});

test("every answer has a schema, or no content", () => {
  const answers = OPERATIONS.flatMap(({ route, answers }) =>
    Object.entries(answers).map(([status, answer]) => ({ route, status, answer }))
  );
  expect(answers.length).toBeGreaterThan(20);
  const untyped = answers.filter(({ answer }) =>
    typeof answer !== "string" &&
    (!answer.body.schema || Object.keys(z.toJSONSchema(answer.body.schema)).length < 2)
  );
  expect(untyped).toEqual([]);
  expect(answers.filter(({ answer }) => typeof answer === "string").map(({ status }) => status))
    .toEqual(["303"]);
});

test("answers of http tests are compared with it", () => {
  const due = { due: { email: 1, sms: 0, voice_ai: 0 }, next_at: null };
  const check = (json: unknown, path = "/outreach/v1/due", status = 200) =>
    undescribed("GET", `http://localhost/functions/v1${path}`, status, json);
  expect(check(due)).toBeNull();
  expect(check(due, "/outreach/due?org_id=1")).toBeNull();
  expect(check({ ...due, more: 1 })).toContain("GET /outreach/due: ");
  expect(check({ due: due.due })).toContain("next_at");
  expect(check(due, "/outreach/due", 202)).toContain("status 202 is not documented");
  expect(check({ title: "Not found" }, "/outreach/due", 404)).toBeNull();
});

test("it is valid OpenAPI 3.1, and a broken one is not", async () => {
  const validator = new Validator();
  expect(await validator.validate(structuredClone(document))).toMatchObject({ valid: true });
  expect(validator.version).toBe("3.1");
  const broken = structuredClone(document);
  broken.paths["/leads/v1"]!.post = { responses: 7 };
  expect(await new Validator().validate(broken)).toMatchObject({ valid: false });
});
