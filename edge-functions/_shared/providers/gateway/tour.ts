// The tour of `sluice provider check`: free calls that change nothing, compared with the documentation.
import { failure, read, readTogether, send } from "./call.ts";
import type { DataProvider, Drift } from "./types.ts";

/** The id of the only question of a step. */
export const TOUR_ID = "check";

export interface Seen {
  title: string;
  expected: string;
  outcome: string;
  code: string | null;
  drift: Drift[];
}

export async function takeTour<S>(provider: DataProvider<S>, settings: S): Promise<Seen[]> {
  const seen: Seen[] = [];
  for (const { title, endpoint, request, expect } of provider.tour) {
    let outcome: string;
    let code: string | null;
    let drift: Drift[] = [];
    try {
      const answer = await send(request(settings), AbortSignal.timeout(provider.timeoutMs));
      const asked = provider.endpoints[endpoint]!;
      const found = asked.together
        ? readTogether(provider, { ...asked, together: asked.together }, answer, [TOUR_ID])[0]!
        : read(provider, asked, answer);
      ({ outcome, code = null } = found.verdict);
      drift = found.drift;
    } catch (error) {
      ({ outcome, code } = failure(error));
    }
    seen.push({ title, expected: expect, outcome, code, drift });
    // A refused key is counted by the provider, and too many of them close the account.
    if (outcome === "auth" || outcome === "blocked" || outcome === "slow_down") break;
  }
  return seen;
}

export const differs = ({ expected, outcome, drift }: Seen): boolean =>
  outcome !== expected || drift.length > 0;
