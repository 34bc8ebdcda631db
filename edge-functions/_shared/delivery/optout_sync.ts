// Opt-outs in step with the providers, once a day: what people told the provider comes in page by page, what
// they told us goes out. Each page is committed by itself, so a run that is cut short goes on where it was.
import { asWriter, type Sql } from "../platform/db/client.ts";
import { errorFields, type Log } from "../platform/log.ts";
import {
  CONSENTS_AT_ONCE,
  LISTS,
  PAGE,
  sendgridLists,
  SyncProblem,
  twilioConsents,
} from "../providers/optouts.ts";
import type { SyncSettings } from "./optout_settings.ts";

export interface Sync {
  sql: Sql;
  now: () => Date;
  log: Log;
  shouldStop: () => boolean;
  /** Keys and addresses of an account. */
  settings: (account: string) => SyncSettings;
}

/** One account at a provider, and how to reach it. */
interface Account extends Omit<Sync, "settings"> {
  account: string;
  settings: SyncSettings;
}

/** How many opt-outs came in and went out. */
export type SyncCounts = Record<string, number>;

interface Due {
  org_id: string;
  suppression_id: string;
  value: string;
  opted_out_at: Date;
  sender: string;
}

const PUSHED_AT_ONCE = 500;

/** Null: it was done today, or somebody else is at it. */
export async function syncOptOuts(sync: Sync): Promise<SyncCounts | null> {
  const { sql, now, log } = sync;
  const [claim] = await asWriter(
    sql,
    (tx) => tx<{ mine: boolean }[]>`select private.start_opt_out_sync(${now()}) as mine`,
  );
  if (!claim?.mine) return null;
  const counts: SyncCounts = {};
  const failures: string[] = [];
  const attempt = async (what: string, task: () => Promise<number>) => {
    try {
      counts[what] = (counts[what] ?? 0) + await task();
    } catch (error) {
      // One list that fails keeps no other back; the run is tried again.
      failures.push(error instanceof SyncProblem ? error.message : what);
      log("error", "opt_out_sync_failed", { list: what, ...errorFields(error) });
    }
  };
  const accounts = await asWriter(
    sql,
    (tx) => tx<{ provider: string; account: string }[]>`select * from private.opt_out_accounts()`,
  );
  for (const { provider, account } of accounts) {
    const at: Account = { ...sync, account, settings: sync.settings(account) };
    if (provider === "sendgrid" && at.settings.SENDGRID_API_KEY) {
      for (const list of LISTS) await attempt(`sendgrid_${list}`, () => pull(at, list));
      await attempt("sendgrid_pushed", () => pushToSendgrid(at));
    }
    if (
      provider === "twilio" && at.settings.TWILIO_ACCOUNT_SID &&
      at.settings.TWILIO_CONSENTS === "on"
    ) await attempt("twilio_pushed", () => pushToTwilio(at));
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

async function pull(sync: Account, list: (typeof LISTS)[number]): Promise<number> {
  const { sql, now, account } = sync;
  const lists = sendgridLists(sync.settings);
  const [from] = await asWriter(
    sql,
    (tx) =>
      tx<{ since: Date | null; next_offset: number }[]>`
        select * from private.begin_opt_out_pull('sendgrid', ${account}, ${list}, ${now()})`,
  );
  if (!from) return 0;
  let offset = from.next_offset;
  let taken = 0;
  let last = false;
  while (!last && !sync.shouldStop()) {
    const entries = await lists.page(list, from.since, offset);
    last = entries.length < PAGE;
    offset += entries.length;
    const [row] = await asWriter(sql, (tx) =>
      tx<{ count: number }[]>`
        select private.store_pulled_opt_outs('sendgrid', ${account}, ${list}, ${
        tx.json(entries as never)
      }, ${last ? null : offset}) as count`);
    taken += row!.count;
  }
  return taken;
}

const due = (sync: Account, provider: string, limit: number) =>
  asWriter(
    sync.sql,
    (tx) =>
      tx<Due[]>`
        select org_id, suppression_id::text, value, opted_out_at, sender
        from private.opt_outs_to_push(${provider}, ${sync.account}, ${limit})`,
  );

const told = (sync: Account, provider: string, rows: Due[], refusals = new Map<string, string>()) =>
  asWriter(
    sync.sql,
    (tx) =>
      tx`select private.record_pushed_opt_outs(${provider}, ${sync.account}, ${
        tx.json(rows.map(({ org_id, suppression_id }) => ({
          org_id,
          suppression_id,
          refusal: refusals.get(suppression_id) ?? null,
        })))
      }, ${sync.now()})`,
  );

const isRefusal = (error: unknown): error is SyncProblem =>
  error instanceof SyncProblem && (error.status === 400 || error.status === 422);

async function pushToSendgrid(sync: Account): Promise<number> {
  const { unsubscribe } = sendgridLists(sync.settings);
  let pushed = 0;
  while (!sync.shouldStop()) {
    const rows = await due(sync, "sendgrid", PUSHED_AT_ONCE);
    if (rows.length === 0) break;
    const refused = new Map<string, string>();
    try {
      await unsubscribe([...new Set(rows.map(({ value }) => value))]);
    } catch (error) {
      // One address that SendGrid takes for none must not keep the others back.
      if (!isRefusal(error)) throw error;
      for (const { suppression_id, value } of rows) {
        await unsubscribe([value]).catch((one) => {
          if (!isRefusal(one)) throw one;
          refused.set(suppression_id, `status ${one.status}`);
        });
      }
    }
    await told(sync, "sendgrid", rows, refused);
    pushed += rows.length - refused.size;
  }
  return pushed;
}

async function pushToTwilio(sync: Account): Promise<number> {
  const { optOut } = twilioConsents(sync.settings);
  let pushed = 0;
  while (!sync.shouldStop()) {
    const rows = await due(sync, "twilio", CONSENTS_AT_ONCE);
    if (rows.length === 0) break;
    const byCorrelation = new Map(
      rows.map((row) => [crypto.randomUUID().replaceAll("-", ""), row]),
    );
    const refused = await optOut(
      [...byCorrelation].map(([id, row]) => ({
        id,
        phone: row.value,
        sender: row.sender,
        at: row.opted_out_at,
      })),
    );
    await told(
      sync,
      "twilio",
      rows,
      new Map([...refused].flatMap(([id, refusal]) => {
        const row = byCorrelation.get(id);
        return row ? [[row.suppression_id, refusal] as const] : [];
      })),
    );
    pushed += rows.length - refused.size;
  }
  return pushed;
}
