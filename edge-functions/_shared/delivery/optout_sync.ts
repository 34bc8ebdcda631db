// Syncs opt-outs with the providers once a day: their lists are read page by page, and our opt-outs pushed.
// Each page is committed by itself, so that an interrupted run continues where it stopped.
import { asWriter, type Sql } from "../platform/db/client.ts";
import { errorFields, type Log } from "../platform/log.ts";
import { OptOutRequestError } from "../providers/optout_request.ts";
import type { OptOutAccount } from "../providers/types.ts";

export interface OptOutSync {
  sql: Sql;
  now: () => Date;
  log: Log;
  shouldStop: () => boolean;
  /** Null where the account has nothing to sync. */
  open: (provider: string, account: string) => Promise<OptOutAccount | null> | OptOutAccount | null;
}

/** One account at a provider, opened. */
interface SyncedAccount extends OptOutSync {
  provider: string;
  account: string;
  optOuts: OptOutAccount;
}

/** How many opt-outs were read and pushed, by list. */
export type SyncCounts = Record<string, number>;

interface PendingRow {
  org_id: string;
  suppression_id: string;
  value: string;
  opted_out_at: Date;
  sender: string;
}

/** Null where today's sync is done already, or another worker is running it. */
export async function syncOptOuts(sync: OptOutSync): Promise<SyncCounts | null> {
  const { sql, now, log } = sync;
  const [start] = await asWriter(
    sql,
    (tx) => tx<{ started: boolean }[]>`select private.start_opt_out_sync(${now()}) as started`,
  );
  if (!start?.started) return null;
  const counts: SyncCounts = {};
  const failures: string[] = [];
  const attempt = async (name: string, task: () => Promise<number>) => {
    try {
      counts[name] = (counts[name] ?? 0) + await task();
    } catch (error) {
      // If one list fails, the others are still synced, and the run is retried.
      failures.push(error instanceof OptOutRequestError ? error.message : name);
      log("error", "opt_out_sync_failed", { list: name, ...errorFields(error) });
    }
  };
  const accounts = await asWriter(
    sql,
    (tx) => tx<{ provider: string; account: string }[]>`select * from private.opt_out_accounts()`,
  );
  for (const { provider, account } of accounts) {
    const optOuts = await sync.open(provider, account);
    if (!optOuts) continue;
    const synced: SyncedAccount = { ...sync, provider, account, optOuts };
    for (const list of optOuts.lists) {
      await attempt(`${provider}_${list}`, () => pullList(synced, list));
    }
    await attempt(`${provider}_pushed`, () => pushPending(synced));
  }
  if (sync.shouldStop()) failures.push("stopped");
  await asWriter(
    sql,
    (tx) =>
      tx`select private.finish_opt_out_sync(${tx.json(counts)}, ${
        failures.length > 0 ? failures.join("; ").slice(0, 1000) : null
      }, ${now()})`,
  );
  log("info", "opt_outs_synchronised", counts);
  return counts;
}

async function pullList(sync: SyncedAccount, list: string): Promise<number> {
  const { sql, now, provider, account, optOuts } = sync;
  const [from] = await asWriter(
    sql,
    (tx) =>
      tx<{ since: Date | null; next_offset: number }[]>`
        select * from private.begin_opt_out_pull(${provider}, ${account}, ${list}, ${now()})`,
  );
  if (!from) return 0;
  let offset = from.next_offset;
  let stored = 0;
  let last = false;
  while (!last && !sync.shouldStop()) {
    const entries = await optOuts.readPage(list, from.since, offset);
    last = entries.length < optOuts.pageSize;
    offset += entries.length;
    const [row] = await asWriter(sql, (tx) =>
      tx<{ count: number }[]>`
        select private.store_pulled_opt_outs(${provider}, ${account}, ${list}, ${
        tx.json(entries as never)
      }, ${last ? null : offset}) as count`);
    stored += row!.count;
  }
  return stored;
}

async function pushPending(sync: SyncedAccount): Promise<number> {
  const { sql, now, provider, account, optOuts } = sync;
  let pushed = 0;
  while (!sync.shouldStop()) {
    const rows = await asWriter(
      sql,
      (tx) =>
        tx<PendingRow[]>`
          select org_id, suppression_id::text, value, opted_out_at, sender
          from private.opt_outs_to_push(${provider}, ${account}, ${optOuts.pushSize})`,
    );
    if (rows.length === 0) break;
    const refused = await optOuts.push(rows.map((row) => ({
      suppressionId: row.suppression_id,
      value: row.value,
      sender: row.sender,
      at: row.opted_out_at,
    })));
    const results = rows.map(({ org_id, suppression_id }) => ({
      org_id,
      suppression_id,
      refusal: refused.get(suppression_id) ?? null,
    }));
    await asWriter(
      sql,
      (tx) =>
        tx`select private.record_pushed_opt_outs(${provider}, ${account}, ${
          tx.json(results)
        }, ${now()})`,
    );
    pushed += rows.length - refused.size;
  }
  return pushed;
}
