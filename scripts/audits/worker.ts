// `npm run audits`: the audit worker as a process. Any number of copies; SIGTERM and SIGINT stop it, and another worker
// takes its audits when their leases have run out. `--until-empty` ends it when nothing waits.
import { z } from "zod";
import { clockOf } from "../../edge-functions/_shared/platform/clock.ts";
import { openDatabase } from "../../edge-functions/_shared/platform/db/client.ts";
import { jsonLog } from "../../edge-functions/_shared/platform/json_log.ts";
import { count, readEnv, readSettings } from "../../edge-functions/_shared/platform/settings.ts";
import { installLighthouse } from "./lighthouse.ts";
import { LIMITS } from "./run_audit.ts";
import { workOnAudits } from "./work.ts";

const env = readEnv();
const settings = readSettings(z.object({
  /** Audits at the same time. Two at once disturb each other's speed figures. */
  WEBSITE_AUDIT_LANES: count(1, 8),
  WEBSITE_AUDIT_SECONDS: count(LIMITS.seconds, 540),
  WEBSITE_AUDIT_MIB: count(LIMITS.mib, 16_384),
}));
const log = jsonLog("audits");
installLighthouse();
const stop = new AbortController();
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => stop.abort());
}
const sql = openDatabase(env, {
  name: "audits",
  max: settings.WEBSITE_AUDIT_LANES,
});
log("info", "started", { lanes: settings.WEBSITE_AUDIT_LANES });
const done = await workOnAudits({
  ...{ sql, log, now: clockOf(), signal: stop.signal },
  lanes: settings.WEBSITE_AUDIT_LANES,
  limits: {
    seconds: settings.WEBSITE_AUDIT_SECONDS,
    mib: settings.WEBSITE_AUDIT_MIB,
  },
  untilEmpty: process.argv.includes("--until-empty"),
});
log("info", "stopped", { done });
await sql.end({ timeout: 5 });
