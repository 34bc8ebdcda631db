// The kinds of runs that verify contacts, each with the providers that can.
import { asWriter } from "../platform/db/client.ts";
import { CONTACT_CHECKS, type ContactCheck } from "../providers/registry/contact_checks.ts";
import { CannotRun, type Enricher, type Run } from "./enricher.ts";
import { verifyContacts } from "./verify_contacts.ts";

/** A run has time: a call whose turn comes later is waited for. */
const PATIENCE_MS = 30_000;

const accountOf = (run: Run): string | undefined =>
  typeof run.options.account === "string" ? run.options.account : undefined;

const renewals = (run: Run): boolean => run.options.renewal === true;

function verification(kind: "email" | "phone"): Enricher {
  const checks = CONTACT_CHECKS[kind];
  const checkOf = (run: Run): ContactCheck => {
    const names = [...checks.keys()];
    const name = run.provider ?? names[0];
    const check = name === undefined ? undefined : checks.get(name);
    if (!check) throw new CannotRun(`${kind}s are verified by ${names.join(", ") || "nobody"}`);
    return check;
  };
  return {
    providers: (run) => [checkOf(run).provider.name],
    async estimate({ sql, gateway, now }, run, leadIds) {
      const { provider, endpoint } = checkOf(run);
      const costUsd = await gateway.costUsd(provider, endpoint, run.org_id, accountOf(run));
      if (costUsd === null) throw new CannotRun(`the org has no keys for ${provider.name}`);
      const rows = await asWriter(
        sql,
        (tx) =>
          tx<{ lead_id: string; asks: number; cached: number }[]>`
          select lead_id, asks, cached from private.estimate_verification(${run.org_id}, ${provider.name},
            ${endpoint.name}, ${kind}, ${leadIds as string[]}, ${renewals(run)}, ${now()})`,
      );
      return rows.map((row) => ({ ...row, most_usd: (row.asks - row.cached) * costUsd }));
    },
    ask: (work, run, leadIds, mostUsd) =>
      verifyContacts(work, checkOf(run), {
        orgId: run.org_id,
        kind,
        leadIds,
        renewals: renewals(run),
        mostUsd,
        patienceMs: PATIENCE_MS,
        account: accountOf(run),
        correlationId: run.correlation_id,
      }),
  };
}

export const verifyEmail = verification("email");
export const verifyPhone = verification("phone");
