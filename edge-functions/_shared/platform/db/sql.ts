// Statements as tagged templates: what the code writes, and the text and values that PostgreSQL receives.
import type { Writable } from "node:stream";
import { cleanJsonText } from "../text.ts";

// deno-lint-ignore no-explicit-any
export type Row = Record<string, any>;

/** Runs when it is awaited, and only once. */
export interface Statement<T> extends Promise<T> {
  /** For `copy … from stdin`: the stream that takes the rows. */
  writable(): Promise<Writable>;
}

export interface Tagged {
  // deno-lint-ignore no-explicit-any
  <T extends readonly object[] = Row[]>(text: TemplateStringsArray, ...values: any[]): Statement<T>;
}

export interface Tx extends Tagged {
  /** Without values, the text may contain several statements; the result is then one list of rows for each. */
  unsafe<T extends readonly object[] = Row[]>(text: string, values?: unknown[]): Statement<T>;
  json(value: unknown): unknown;
}

export interface Sql extends Tagged {
  /**
   * One statement that is a transaction of its own, in one round trip instead of three. It begins with the rights of
   * the login, so it calls a function that takes a lesser role itself.
   */
  alone: Tagged;
  begin<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** `first` is sent together with the begin: statements without values, which cost no round trip of their own. */
  begin<T>(
    access: "read only" | "read write",
    work: (tx: Tx) => Promise<T>,
    first?: string,
  ): Promise<T>;
  listen(channel: string, onNotify: (payload: string) => void): Promise<{
    unlisten(): Promise<void>;
  }>;
  end(options?: { timeout?: number }): Promise<void>;
}

export class Json {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}

/** The value as the driver takes it, and the type it has whatever the statement makes of it. */
function bind(value: unknown): [value: unknown, cast: string] {
  if (value === undefined) {
    throw Object.assign(new Error("Undefined values are not allowed"), { code: "UNDEFINED_VALUE" });
  }
  if (value instanceof Json) return [cleanJsonText(value.value), "::jsonb"];
  if (value instanceof Date) return [value.toISOString(), "::timestamptz"];
  if (value instanceof Uint8Array) return [value, "::bytea"];
  if (typeof value === "boolean") return [value, "::boolean"];
  if (typeof value === "bigint") return [String(value), "::bigint"];
  if (Array.isArray(value)) {
    return [value.map((item) => item instanceof Date ? item.toISOString() : item), ""];
  }
  return [value, ""];
}

export function build(strings: readonly string[], given: unknown[]): {
  text: string;
  values: unknown[];
} {
  let text = strings[0] ?? "";
  const values = given.map((value, k) => {
    const [bound, cast] = bind(value);
    text += `$${k + 1}${cast}${strings[k + 1]}`;
    return bound;
  });
  return { text, values };
}
