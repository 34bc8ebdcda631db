// Syncs opt-outs with the providers once a day, in whichever worker asks first.
import process from "node:process";
import { openOptOuts } from "../../providers/registry/optouts.ts";
import { openStored, storedAccounts } from "../../providers/stored.ts";
import type { Work } from "../../jobs/job.ts";
import { syncOptOuts } from "../optout_sync.ts";
import { readOptOutSyncSettings } from "../settings.ts";

export async function syncDaily(work: Work): Promise<void> {
  const { sql, now, log, shouldStop } = work;
  const { SYNC_TIMEOUT_MS: timeoutMs } = readOptOutSyncSettings();
  const stored = storedAccounts(sql);
  const open = (provider: string, account: string) =>
    openStored(
      stored,
      [provider, account],
      process.env,
      (name, given) => openOptOuts(provider, name, timeoutMs, given),
    );
  await syncOptOuts({ sql, now, log, shouldStop, open });
}
