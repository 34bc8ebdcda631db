// A run in words: its forecast, what came of it, and why leads wait.
import { formatCount, plural } from "./size.ts";

export interface Forecast {
  leads: number;
  to_ask: number;
  cached: number;
  most_usd: number;
  budget_left_usd: number | null;
  budgets: { provider: string; left_usd: number | null }[];
}

export interface Status {
  id: string;
  kind: string;
  state: string;
  reason: string | null;
  leads: number;
  forecast: Forecast | null;
  spent_usd: number;
  results: Record<string, number>;
  waiting: number;
  finished: number;
  failed: number;
  reasons: { state: string; reason: string; leads: number; next_at: string | null }[];
}

export function dollars(value: number | string): string {
  const amount = Number(value);
  const exact = amount.toFixed(6).replace(/0+$/, "");
  return `$${exact.split(".")[1]!.length > 2 ? exact : amount.toFixed(2)}`;
}

/** Why a lead was not asked about, and what helps. */
const MEANINGS: Record<string, string> = {
  over_budget:
    "the budget is used up: raise it with sluice provider budget, or wait for a new day or month",
  no_budget: "the provider has no budget: set one with sluice provider budget",
  unconfirmed:
    "an earlier call may have been charged: see sluice provider reconcile, then resume the run",
  no_answer: "no answer came, and the call may have been charged: see sluice provider reconcile",
  over_forecast: "what was confirmed is spent: resume it for a new forecast",
  no_account: "the org has no keys for the provider",
  auth: "the provider refuses the keys: replace them, then resume the run",
  out_of_credit: "the account has no credits left: buy some, then resume the run",
  blocked: "the provider's shield refuses calls for a while",
  circuit_open: "the provider fails: the account is closed for a while",
  slow_down: "the provider asks for fewer calls",
  bad_request: "the provider cannot read the question",
  malformed: "the answer cannot be read: see sluice usage for the difference",
};

const meaning = (reason: string): string =>
  MEANINGS[reason] ? `${reason}: ${MEANINGS[reason]}` : reason;

export function forecastLine({ leads, cached, most_usd, ...rest }: Forecast): string {
  const left = rest.budget_left_usd === null
    ? "no budget"
    : `budget left ${dollars(rest.budget_left_usd)}`;
  const asked = rest.to_ask < leads
    ? ` (${formatCount(leads - rest.to_ask)} with nothing to ask)`
    : "";
  return `${plural(leads, "lead")}${asked}, ${formatCount(cached)} cached, at most ${
    dollars(most_usd)
  }, ${left}`;
}

export function describe(status: Status): string {
  const words = Object.entries(status.results).sort(([, a], [, b]) => b - a);
  return [
    `run ${status.id}, ${status.kind}: ${status.state}${
      status.reason ? ` (${meaning(status.reason)})` : ""
    }`,
    ...(status.forecast ? [forecastLine(status.forecast)] : []),
    ...(["planning", "planned"].includes(status.state) ? [] : [
      `${formatCount(status.finished)} done, ${formatCount(status.waiting)} waiting, ` +
      `${formatCount(status.failed)} failed; ${dollars(status.spent_usd)} spent`,
    ]),
    ...(words.length > 0
      ? [words.map(([word, n]) => `${formatCount(n)} ${word.replaceAll("_", " ")}`).join(", ")]
      : []),
    ...status.reasons.map(({ state, reason, leads, next_at }) =>
      `  ${plural(leads, "lead")} ${state}: ${meaning(reason)}${
        state === "waiting" && next_at ? ` (again from ${next_at})` : ""
      }`
    ),
  ].join("\n");
}
