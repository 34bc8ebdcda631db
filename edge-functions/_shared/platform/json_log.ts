// The log of a process. Modules that only log import log.ts.
import type { Fields, Level, Log } from "./log.ts";
import { errorReporter } from "./sentry.ts";
import type { Variables } from "./settings.ts";
import { currentTrace } from "./trace.ts";

/** Each line names the correlation id of its request or job. Lines of level error also go to Sentry, where the environment names it. */
export function jsonLog(
  functionName: string,
  now: () => Date = () => new Date(),
  variables?: Variables,
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
  const reporter = errorReporter((event, fields) => write(now(), "warn", event, fields), variables);
  const log: Log = (level, event, given = {}) => {
    const at = now();
    const fields = { correlation_id: currentTrace() ?? undefined, ...given };
    write(at, level, event, fields);
    if (level === "error") reporter?.report(at, functionName, event, fields);
  };
  return Object.assign(log, { sent: async () => await reporter?.sent() });
}
