// Syncs opt-outs with the providers once a day, in whichever worker asks first.
import { openOptOuts } from "../../providers/registry/optouts.ts";
import type { Work } from "../../jobs/job.ts";
import { syncOptOuts } from "../optout_sync.ts";
import { readOptOutSyncSettings } from "../settings.ts";

export async function syncDaily(work: Work): Promise<void> {
  const { sql, now, log, shouldStop } = work;
  const { SYNC_TIMEOUT_MS: timeoutMs } = readOptOutSyncSettings();
  const open = (provider: string, account: string) => openOptOuts(provider, account, timeoutMs);
  await syncOptOuts({ sql, now, log, shouldStop, open });
}
