// Questions about reassigned numbers as a task of the worker.
import type { Work } from "../../jobs/job.ts";
import { openRegister } from "../../providers/registry/numbers.ts";
import { askAboutReassigned } from "../reassigned.ts";
import { readOptOutSyncSettings } from "../settings.ts";

export async function askReassigned({ sql, now, log, shouldStop }: Work): Promise<void> {
  const { SYNC_TIMEOUT_MS: timeoutMs } = readOptOutSyncSettings();
  const open = (provider: string, account: string) =>
    openRegister(provider, account, { timeoutMs, now });
  await askAboutReassigned({ sql, now, log, shouldStop, open });
}
