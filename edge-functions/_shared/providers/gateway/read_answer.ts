// Reads an answer by the documented schema, and says where it differs.
import type { z } from "zod";
import type { Drift } from "./types.ts";

const ROUNDS = 20;
const PATH = /^[[\]A-Za-z0-9_.*-]{1,120}$/;

interface Issue {
  code: string;
  path: PropertyKey[];
  keys?: string[];
}

/** `answer` is null where the body cannot be read at all; fields that nobody knows do no harm, and are counted. */
export function readAnswer<A>(
  schema: z.ZodType<A>,
  body: unknown,
): { answer: A | null; drift: Drift[] } {
  const drift: Drift[] = [];
  const rest = structuredClone(body);
  for (let round = 0; round < ROUNDS; round++) {
    const read = schema.safeParse(rest);
    if (read.success) return { answer: read.data, drift };
    const issues = read.error.issues as unknown as Issue[];
    let removed = false;
    for (const { code, path, keys } of issues) {
      if (code === "unrecognized_keys" && keys) {
        const at = path.reduce<unknown>(
          (value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key],
          rest,
        );
        for (const key of keys) {
          drift.push({ path: pathOf([...path, key]), problem: "unknown field" });
          if (typeof at === "object" && at !== null) {
            removed = delete (at as Record<string, unknown>)[key] || removed;
          }
        }
      } else drift.push({ path: pathOf(path), problem: code.replaceAll("_", " ") });
    }
    if (!removed || issues.some(({ code }) => code !== "unrecognized_keys")) break;
  }
  return { answer: null, drift };
}

/** Names of fields only: a place in a list is `*`, and a name that may be a value is `other`. */
function pathOf(path: PropertyKey[]): string {
  const text = path.map((key) => typeof key === "number" ? "*" : String(key)).join(".") || "body";
  return PATH.test(text) && !/\d{5}/.test(text) ? text : "other";
}
