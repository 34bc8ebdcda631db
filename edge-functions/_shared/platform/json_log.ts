// The log of a process. Modules that only log import log.ts.
import type { Fields, Level, Log } from "./log.ts";
import { errorReporter } from "./sentry.ts";
import type { Variables } from "./settings.ts";

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
