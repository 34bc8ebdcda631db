// Opt-outs in step with the providers, once a day, by whichever worker asks first.
import { syncOptOuts } from "../optout_sync.ts";
import { readSyncSettings } from "../optout_settings.ts";
import type { Work } from "../../jobs/job.ts";

export async function syncDaily(work: Work): Promise<void> {
  const { sql, now, log, shouldStop } = work;
  await syncOptOuts({
    sql,
    now,
    log,
    shouldStop,
    settings: (account) => readSyncSettings(account),
  });
}
