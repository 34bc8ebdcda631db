// The OpenAPI 3.1 document, from the zod schemas that the functions check.
import { z } from "zod";
import { API_VERSION } from "../../../edge-functions/_shared/platform/http/app.ts";
import type { Body, Operation } from "./operation.ts";
import { OPERATIONS } from "./operations.ts";
import { PARTS, PROBLEM } from "./parts.ts";

type Json = Record<string, unknown>;

/** What a caller sends (`input`) or receives. OpenAPI 3.1 schemas are JSON Schema 2020-12. */
function schemaOf(type: z.ZodType, io: "input" | "output"): Json {
  const { $schema: _, ...schema } = z.toJSONSchema(type, { io, unrepresentable: "any" });
  return schema as Json;
}

/** `POST /csv-upload/:id/undo` is at `/csv-upload/v1/{id}/undo`. */
export function pathOf(route: string): { method: string; path: string } {
  const [method = "", path = ""] = route.split(" ");
  const [, name = "", ...rest] = path.split("/");
  const segments = rest.map((one) =>
    one === "*" ? "{org_id}/{endpoint}" : one.replace(/^:(.*)$/, "{$1}")
  );
  return { method: method.toLowerCase(), path: ["", name, API_VERSION, ...segments].join("/") };
}

const content = (
  { schema = z.unknown(), type = "application/json" }: Body,
  io: "input" | "output",
) => ({ [type]: { schema: lifted(schemaOf(schema, io)) } }) as Json;

const components: Json = {};

/** Recursive schemas have definitions of their own, which move to the components. */
function lifted(schema: Json): Json {
  const { $defs, ...rest } = schema;
  const text = (value: unknown) =>
    JSON.parse(
      JSON.stringify(value).replaceAll('"#/$defs/__schema', '"#/components/schemas/Value'),
    ) as Json;
  for (const [name, one] of Object.entries(($defs ?? {}) as Json)) {
    components[name.replace(/^__schema/, "Value")] = text(one);
  }
  return text(rest);
}

function parametersOf({ query, path, headers, route }: Operation): Json[] {
  const list: Json[] = [];
  const paths: Record<string, z.ZodType> = route.endsWith("/*")
    ? { org_id: z.uuid(), endpoint: z.string() }
    : path ?? {};
  for (const [name, type] of Object.entries(paths)) {
    list.push({ name, in: "path", required: true, schema: schemaOf(type, "input") });
  }
  if (query) {
    const { properties = {}, required = [] } = schemaOf(query, "input") as {
      properties?: Record<string, Json>;
      required?: string[];
    };
    for (const [name, schema] of Object.entries(properties)) {
      list.push({ name, in: "query", required: required.includes(name), schema });
    }
  }
  for (const [name, { required = false, description }] of Object.entries(headers ?? {})) {
    list.push({ name, in: "header", required, description, schema: { type: "string" } });
  }
  return list;
}

function responsesOf({ answers, problems }: Operation): Json {
  const found: Json = {};
  for (const [status, answer] of Object.entries(answers)) {
    found[status] = typeof answer === "string"
      ? { description: answer }
      : { description: answer.description, content: content(answer.body, "output") };
  }
  for (const status of problems) found[status] = { $ref: `#/components/responses/${status}` };
  return found;
}

const idOf = (method: string, path: string) =>
  [method, ...path.split("/").filter((one) => one && one !== API_VERSION)].join("_")
    .replace(/[^a-z]+/g, "_").replace(/_+$/, "");

export function openapiDocument(version: string): Json {
  const paths: Record<string, Json> = {};
  for (const operation of OPERATIONS) {
    const { method, path } = pathOf(operation.route);
    const parameters = parametersOf(operation);
    (paths[path] ??= {})[method] = {
      operationId: idOf(method, path),
      tags: [path.split("/")[1]],
      summary: operation.summary,
      security: operation.callers.map((caller) => ({ [caller]: [] })),
      ...(parameters.length > 0 ? { parameters } : {}),
      ...(operation.body
        ? { requestBody: { required: true, content: content(operation.body, "input") } }
        : {}),
      responses: responsesOf(operation),
    };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Sluice",
      version,
      description:
        "The HTTP API of Sluice's functions. Paths without /v1 are older and mean the same.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{
      url: "https://{project}.supabase.co/functions/v1",
      variables: { project: { default: "project" } },
    }],
    tags: [...new Set(Object.keys(paths).map((path) => path.split("/")[1]!))].map((name) => ({
      name,
    })),
    paths,
    components: {
      securitySchemes: PARTS.callers,
      schemas: { Problem: PROBLEM, ...components },
      responses: Object.fromEntries(
        Object.entries(PARTS.problems).map(([status, description]) => [status, {
          description,
          content: {
            "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } },
          },
        }]),
      ),
    },
  };
}
