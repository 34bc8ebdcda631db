// The clocks of this machine, the database and the functions. Signatures are valid for five minutes around them.
import { TOLERANCE_SECONDS } from "../../../edge-functions/_shared/platform/crypto/signature.ts";
import {
  type Check,
  combine,
  type Context,
  failed,
  type Finding,
  ok,
  request,
  warning,
} from "./check.ts";

const NOTABLE_MS = 10_000;

export const clock: Check = {
  name: "clock",
  needs: ["database"],
  async run(context) {
    const { io, functionsUrl } = context;
    const findings = [await ofDatabase(context)];
    try {
      const response = await request(context, functionsUrl);
      await response.body?.cancel();
      const date = Date.parse(response.headers.get("date") ?? "");
      // The header has whole seconds: half of one is the best guess.
      if (!Number.isNaN(date)) {
        findings.push(compare("the functions", date + 500 - io.now().getTime()));
      }
    } catch {
      // The check of the functions reports it.
    }
    return combine(findings);
  },
};

/** For projects without functions. */
export const databaseClock: Check = { name: "clock", needs: ["database"], run: ofDatabase };

async function ofDatabase({ io, sql }: Context): Promise<Finding> {
  const before = io.now().getTime();
  const [row] = await sql<{ ms: number }[]>`
    select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`;
  return compare("the database", row!.ms - (before + io.now().getTime()) / 2);
}

function compare(whose: string, offsetMs: number): Finding {
  const text = `${whose} ${(Math.abs(offsetMs) / 1000).toFixed(1)} s ${
    offsetMs < 0 ? "behind" : "ahead"
  }`;
  if (Math.abs(offsetMs) < NOTABLE_MS) return ok(text);
  const advice = "Synchronise the clock of this machine (NTP).";
  return Math.abs(offsetMs) < TOLERANCE_SECONDS * 1000
    ? warning(text, advice)
    : failed(`${text}: signed requests are refused`, advice);
}
