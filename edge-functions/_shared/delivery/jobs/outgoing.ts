// Sending as work of the worker: due steps go out where that is switched on, messages in doubt are asked
// about always. The providers' SDKs are loaded when they are first used, so that other workers stay small.
import { sharedClockOf } from "../../platform/clock.ts";
import { openProviders } from "../../providers/accounts.ts";
import { dispatch, type Sending } from "../dispatch.ts";
import { reconcile } from "../reconcile.ts";
import { readOutreachSettings } from "../../providers/settings.ts";
import type { Work } from "../../jobs/job.ts";

export function openSending(work: Work): Sending {
  const settings = readOutreachSettings();
  return {
    ...work,
    clock: sharedClockOf(),
    settings,
    providers: openProviders(work.env, work.now),
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

export async function settleDoubts(sending: Sending): Promise<void> {
  const counts = await reconcile(sending);
  if (Object.values(counts).some((count) => count > 0)) {
    sending.log("info", "reconciled", { ...counts });
  }
}
