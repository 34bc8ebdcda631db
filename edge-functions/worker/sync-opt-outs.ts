// Opt-outs in step with the providers, once a day, by whichever worker asks first.
import { syncOptOuts } from "../_shared/sync/opt-outs.ts";
import { readSyncSettings } from "../_shared/sync/settings.ts";
import type { Work } from "./work.ts";

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
