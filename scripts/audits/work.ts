// The audit worker: takes audits that wait, runs each in a process of its own, and keeps what they find.
import { findFaults } from "../../edge-functions/_shared/audits/findings/find.ts";
import { measuresOf } from "../../edge-functions/_shared/audits/types.ts";
import { asWriter, type Sql } from "../../edge-functions/_shared/platform/db/client.ts";
import { errorFields, type Log } from "../../edge-functions/_shared/platform/log.ts";
import { sleep } from "../../edge-functions/_shared/platform/sleep.ts";
import { runAudit, type RunOptions } from "./run_audit.ts";

export interface WorkOptions extends Pick<RunOptions, "parts" | "limits" | "env"> {
  sql: Sql;
  log: Log;
  now: () => Date;
  /** Audits at the same time. */
  lanes: number;
  /** Ends when nothing waits. */
  untilEmpty?: boolean;
  signal?: AbortSignal;
}

interface Claimed {
  org_id: string;
  id: string;
  url: string;
  attempt: number;
}

const POLL_MS = 5_000;

export async function workOnAudits(options: WorkOptions): Promise<number> {
  const done = await Promise.all(
    Array.from({ length: options.lanes }, () => lane(options)),
  );
  return done.reduce((sum, one) => sum + one, 0);
}

async function lane(options: WorkOptions): Promise<number> {
  const { log, untilEmpty, signal = new AbortController().signal } = options;
  let done = 0;
  while (!signal.aborted) {
    try {
      if (await workOnNext(options)) done++;
      else if (untilEmpty) break;
      else await sleep(POLL_MS, signal);
    } catch (error) {
      if (untilEmpty) throw error;
      // Its lease runs out, and it is taken again.
      log("error", "audit_failed", errorFields(error));
      await sleep(POLL_MS, signal);
    }
  }
  return done;
}

/** False where nothing waits. */
export async function workOnNext(
  { sql, log, now, parts, limits, env, signal }: WorkOptions,
): Promise<boolean> {
  const [claimed] = await asWriter(sql, (tx) =>
    tx<Claimed[]>`
      select org_id, id, url, attempt from private.claim_website_audit(p_as_of => ${now()})`);
  if (!claimed) return false;
  const { org_id, id, url, attempt } = claimed;
  const ran = await runAudit(url, {
    ...{ parts, limits, env, signal },
    onPart: async ({ part, result, error, tookMs }) => {
      await asWriter(
        sql,
        (tx) =>
          tx`select private.record_website_part(${org_id}, ${id}, ${attempt}::smallint, ${part},
          ${result === null ? null : tx.json(result as never)}, ${error}, ${tookMs}, ${now()})`,
      );
    },
  });
  // Another worker goes on with it when the lease has run out.
  if (signal?.aborted) return true;
  const findings = ran.reason === null ? findFaults(measuresOf(ran)) : [];
  await asWriter(
    sql,
    (tx) =>
      tx`select private.end_website_audit(${org_id}, ${id}, ${attempt}::smallint, ${ran.url},
      ${ran.code}, ${ran.reason}, ${
        tx.json(findings as never)
      }, ${ran.tookMs}, ${ran.peakMib}, ${now()})`,
  );
  log("info", "audited", {
    ...{ org_id, audit_id: id, ms: ran.tookMs, peak_mib: ran.peakMib },
    ...{ findings: findings.length, code: ran.code },
  });
  return true;
}
