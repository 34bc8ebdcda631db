// The kinds of runs that verify contacts, each with the providers that can.
import { asWriter } from "../platform/db/client.ts";
import { validateEmail, zerobounce } from "../providers/zerobounce/data.ts";
import { CannotRun, type Enricher, type Run } from "./enricher.ts";
import { type Verifier, verifyContacts } from "./verify_contacts.ts";

// deno-lint-ignore no-explicit-any
type AnyVerifier = Verifier<any, any>;

/** A run has time: a call whose turn comes later is waited for. */
const PATIENCE_MS = 30_000;

const accountOf = (run: Run): string | undefined =>
  typeof run.options.account === "string" ? run.options.account : undefined;

function verification(
  kind: "email" | "phone",
  verifiers: ReadonlyMap<string, AnyVerifier>,
): Enricher {
  const verifierOf = (run: Run): AnyVerifier => {
    const names = [...verifiers.keys()];
    const name = run.provider ?? names[0];
    const verifier = name === undefined ? undefined : verifiers.get(name);
    if (!verifier) throw new CannotRun(`${kind}s are verified by ${names.join(", ") || "nobody"}`);
    return verifier;
  };
  return {
    providers: (run) => [verifierOf(run).provider.name],
    async estimate({ sql, gateway, now }, run, leadIds) {
      const { provider, endpoint } = verifierOf(run);
      const costUsd = await gateway.costUsd(provider, endpoint, run.org_id, accountOf(run));
      if (costUsd === null) throw new CannotRun(`the org has no keys for ${provider.name}`);
      const rows = await asWriter(
        sql,
        (tx) =>
          tx<{ lead_id: string; asks: number; cached: number }[]>`
          select lead_id, asks, cached from private.estimate_verification(${run.org_id}, ${provider.name},
            ${endpoint.name}, ${kind}, ${leadIds as string[]}, ${now()})`,
      );
      return rows.map((row) => ({ ...row, most_usd: (row.asks - row.cached) * costUsd }));
    },
    ask: (work, run, leadIds, mostUsd) =>
      verifyContacts(work, verifierOf(run), {
        orgId: run.org_id,
        kind,
        leadIds,
        mostUsd,
        patienceMs: PATIENCE_MS,
        account: accountOf(run),
        correlationId: run.correlation_id,
      }),
  };
}

export const verifyEmail = verification(
  "email",
  new Map<string, AnyVerifier>([["zerobounce", { provider: zerobounce, endpoint: validateEmail }]]),
);

export const verifyPhone = verification("phone", new Map<string, AnyVerifier>());
