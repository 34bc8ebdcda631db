// Opt-outs in step with the providers, once a day, by whichever worker asks first.
import { syncOptOuts } from "../_shared/sync/opt-outs.ts";
import { readSyncSettings } from "../_shared/sync/settings.ts";
import type { Work } from "./work.ts";

export async function syncDaily(work: Work): Promise<void> {
  const settings = readSyncSettings();
  // Without an account there is nobody to be in step with.
  if (!settings.SENDGRID_API_KEY && !settings.TWILIO_ACCOUNT_SID) return;
  const { sql, now, log, shouldStop } = work;
  await syncOptOuts({ sql, now, log, shouldStop, settings });
}
