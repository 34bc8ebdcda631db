// Whose secrets prove a delivery: those of the org's own accounts, or the project's where the org has none. A signature of
// one org's account, or of the project's, opens no other org.
import process from "node:process";
import { asWriter, type Sql } from "../_shared/platform/db/client.ts";
import type { Variables } from "../_shared/platform/settings.ts";
import { openProvider, type Verifiers } from "../_shared/providers/registry/verifiers.ts";
import { environmentOf, remembered } from "../_shared/providers/stored.ts";
import type { Unverified } from "../_shared/providers/events.ts";
import type { BodyCheck, VerificationInput, Verifier } from "../_shared/providers/types.ts";
import { requireSecret } from "../_shared/providers/verification.ts";

/** Its secrets are those of the org's sources. */
const BY_SOURCE = "generic";

export interface VerifiersOf {
  (orgId: string, provider: string, kind: string): Promise<Verifier>;
}

export function verifiersOf(
  sql: Sql,
  projects: Verifiers,
  given: Variables = process.env,
): VerifiersOf {
  const accounts = remembered(async (orgId: string, provider: string) => {
    const [row] = await asWriter(
      sql,
      (tx) =>
        tx<{ settings: Variables[]; use_default: boolean }[]>`
          select * from private.webhook_settings(${orgId}, ${provider})`,
    );
    if (row!.use_default) return [projects];
    return row!.settings.map((settings) => openProvider(provider, environmentOf(settings, given)));
  });
  return async (orgId, provider, kind) => {
    const found = provider === BY_SOURCE ? [projects] : await accounts(orgId, provider);
    const verifiers = found.flatMap((account) => account.get(`${provider}/${kind}`) ?? []);
    return (input) => anyOf(verifiers, input);
  };
}

/** One of the accounts must have signed. */
async function anyOf(
  verifiers: readonly Verifier[],
  input: VerificationInput,
): Promise<BodyCheck | Unverified> {
  if (verifiers.length === 0) requireSecret(undefined);
  const checks: BodyCheck[] = [];
  let cause: Unverified = "missing_signature";
  let problem: unknown;
  for (const verifier of verifiers) {
    try {
      const check = await verifier(input);
      if (typeof check === "string") cause = check;
      else checks.push(check);
    } catch (error) {
      // This account has no such secret.
      problem ??= error;
    }
  }
  if (checks.length === 0) {
    if (problem) throw problem;
    return cause;
  }
  return async (body) => {
    let verified = await checks[0]!(body);
    for (const check of checks.slice(1)) {
      if (verified === "ok") break;
      verified = await check(body);
    }
    return verified;
  };
}
