// Structured logs: one JSON object a line. They contain ids and numbers, never values of a row, names,
// phones, e-mails, secrets or file names.

export type Level = "debug" | "info" | "warn" | "error";
export type Fields = Record<string, string | number | boolean | null | undefined>;

export interface Log {
  (level: Level, event: string, fields?: Fields): void;
}

/** The loggable fields of an error: class, code and message, without details of the statement. */
export function errorFields(error: unknown): Fields {
  if (!(error instanceof Error)) return { error: String(error) };
  const code = (error as { code?: unknown }).code;
  return {
    error: error.name,
    code: typeof code === "string" ? code : undefined,
    // Messages of PostgreSQL about data ("invalid input syntax … "x"") quote the value.
    message: error.message.replace(/"[^"]*"/g, '"…"').slice(0, 500),
  };
}
