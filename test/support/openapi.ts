// Answers of functions against their schemas in the OpenAPI document.
import { z } from "zod";
import { OPERATIONS } from "../../scripts/build/openapi/operations.ts";

/** What of a JSON answer the document does not describe; null where all is described, or nothing is JSON. */
export function undescribed(
  method: string,
  url: URL | string,
  status: number,
  json: unknown,
): string | null {
  if (status >= 300 || json === null) return null;
  const path = new URL(url).pathname.replace(/^\/functions\/v1/, "").replace(/\/$/, "");
  const operation = OPERATIONS.find(({ route }) => {
    const [verb, pattern = ""] = route.split(" ");
    const [name = "", ...rest] = pattern.slice(1).split("/");
    const tail = rest.map((part) => `/${part === "*" ? ".+" : part.replace(/^:.*/, "[^/]+")}`);
    return verb === method && new RegExp(`^/${name}(/v1)?${tail.join("")}$`).test(path);
  });
  if (!operation) return null;
  const answer = operation.answers[status];
  if (answer === undefined) return `${operation.route}: status ${status} is not documented`;
  if (typeof answer === "string" || !answer.body.schema) {
    return `${operation.route}: the answer is not documented`;
  }
  const schema = answer.body.schema;
  // Fields that the document leaves out count, too, at the first level.
  const read = (schema instanceof z.ZodObject ? schema.strict() : schema).safeParse(json);
  return read.success ? null : `${operation.route}: ${z.prettifyError(read.error)}`;
}
