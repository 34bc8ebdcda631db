// Structured logs: one JSON object a line. They contain ids and numbers, never values of a row, names,
// phones, e-mails, secrets or file names.
import { errorReporter } from "./sentry.ts";
import type { Variables } from "./settings.ts";

export type Level = "debug" | "info" | "warn" | "error";
export type Fields = Record<string, string | number | boolean | null | undefined>;

export interface Log {
  (level: Level, event: string, fields?: Fields): void;
}

/** Lines of level error also go to Sentry, where the environment names it. */
export function jsonLog(
  functionName: string,
  now: () => Date = () => new Date(),
  given?: Variables,
): Log & { sent: () => Promise<void> } {
  const write = (at: Date, level: Level, event: string, fields: Fields) => {
    const line = JSON.stringify({
      at: at.toISOString(),
      level,
      function: functionName,
      event,
      ...fields,
    });
    if (level === "error" || level === "warn") console.error(line);
    else console.log(line);
  };
  const reporter = errorReporter((event, fields) => write(now(), "warn", event, fields), given);
  const log: Log = (level, event, fields = {}) => {
    const at = now();
    write(at, level, event, fields);
    if (level === "error") reporter?.report(at, functionName, event, fields);
  };
  return Object.assign(log, { sent: async () => await reporter?.sent() });
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
