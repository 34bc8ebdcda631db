// Sending as a task of the worker: due steps where that is switched on, and always the reconciling of
// unconfirmed messages. Providers' SDKs are loaded on first use, which keeps other workers small.
import { sharedClockOf } from "../../platform/clock.ts";
import { openAccounts } from "../../providers/registry/accounts.ts";
import { storedAccounts } from "../../providers/stored.ts";
import type { Work } from "../../jobs/job.ts";
import { dispatch } from "../dispatch.ts";
import { reconcile } from "../reconcile.ts";
import type { Sending } from "../sending.ts";
import { readDeliverySettings } from "../settings.ts";

export function openSending(work: Work): Sending {
  const settings = readDeliverySettings();
  return {
    ...work,
    clock: sharedClockOf(),
    settings,
    accounts: openAccounts({
      timeoutMs: settings.OUTREACH_TIMEOUT_MS,
      now: work.now,
      publicUrl: work.env.publicUrl,
    }, storedAccounts(work.sql)),
  };
}

/** Sends until nothing is due or it is time to stop; returns how many messages it claimed. */
export async function sendDue(sending: Sending): Promise<number> {
  let claimed = 0;
  while (!sending.shouldStop()) {
    const { messages: _, next_at: __, ...counts } = await dispatch(sending);
    if (counts.claimed === 0) break;
    claimed += counts.claimed;
    sending.log("info", "dispatched", counts);
  }
  return claimed;
}

export async function reconcileUnconfirmed(sending: Sending): Promise<void> {
  const counts = await reconcile(sending);
  if (Object.values(counts).some((count) => count > 0)) {
    sending.log("info", "reconciled", { ...counts });
  }
}
