// Queries and JSON bodies as a schema describes them; anything else is a 400.
import { zValidator } from "@hono/zod-validator";
import type { z } from "zod";
import { joinChunks, type WithBody } from "./body.ts";
import { malformed, type Problem } from "./problem.ts";
import { isStorable } from "./text.ts";

const decoder = new TextDecoder("utf-8", { fatal: true });

/** Middleware; the handler reads `c.req.valid("query")`. A repeated parameter is invalid. */
export const validQuery = <S extends z.ZodType>(schema: S) =>
  zValidator("query", schema, (result) => {
    if (!result.success) throw invalid("query", result.error);
  });

/** The value as the schema describes it; `what` names it to the caller. */
export function check<S extends z.ZodType>(schema: S, value: unknown, what: string): z.output<S> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw invalid(what, read.error);
}

/** The JSON of a body that has been read. An empty body reads as `{}`. */
export function parseJson<S extends z.ZodType>(
  body: readonly Uint8Array[],
  schema: S,
): z.output<S> {
  let json: unknown;
  try {
    const text = decoder.decode(joinChunks(body));
    json = text.trim() === "" ? {} : JSON.parse(text);
  } catch {
    throw malformed("The request body is not valid JSON.");
  }
  if (!isStorable(json)) {
    throw malformed("The request body must not contain NUL or lone surrogates.");
  }
  return check(schema, json, "request body");
}

/** The JSON body of a request, read up to `limit` bytes, whatever its content type says. */
export async function readJson<S extends z.ZodType>(
  c: WithBody,
  limit: number,
  schema: S,
): Promise<z.output<S>> {
  return parseJson(await c.var.readBody(limit), schema);
}

/** Names the first mistake by its field; what the caller sent is not repeated. */
function invalid(
  what: string,
  { issues: [issue] }: { issues: readonly { path: readonly PropertyKey[]; message: string }[] },
): Problem {
  const at = issue?.path.map(String).join(".");
  return malformed(`Invalid ${what}: ${at ? `${at}: ` : ""}${issue?.message}.`);
}
