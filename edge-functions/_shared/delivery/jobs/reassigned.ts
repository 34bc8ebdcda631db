// Questions about reassigned numbers as a task of the worker.
import process from "node:process";
import type { Work } from "../../jobs/job.ts";
import { openRegister } from "../../providers/registry/numbers.ts";
import { openStored, storedAccounts } from "../../providers/stored.ts";
import { askAboutReassigned } from "../reassigned.ts";
import { readOptOutSyncSettings } from "../settings.ts";

export async function askReassigned({ sql, now, log, shouldStop }: Work): Promise<void> {
  const { SYNC_TIMEOUT_MS: timeoutMs } = readOptOutSyncSettings();
  const stored = storedAccounts(sql);
  const open = (provider: string, account: string) =>
    openStored(
      stored,
      [provider, account],
      process.env,
      (name, given) => openRegister(provider, name, { timeoutMs, now }, given),
    );
  await askAboutReassigned({ sql, now, log, shouldStop, open });
}
