// What people do with a reply or call; each is shown at once and can be taken back.
import { act, actLater } from "../../data/act.ts";
import { patch } from "../../data/query.ts";
import { rpc } from "../../data/rpc.ts";
import { words } from "../../ui/format.ts";
import type { InboxRow, Reason } from "../../work/types.ts";

export const LABELS = [
  "interested",
  "question",
  "later",
  "wrong_person",
  "not_interested",
  "opt_out",
];

const REFRESH = ["desk_inbox", "desk_day", "desk_summary"] as const;

export const keyOf = (row: InboxRow) => `${row.item}-${row.id}`;
const args = (row: InboxRow) => ({ p_org_id: row.org_id, p_item: row.item, p_id: row.id });

const same = (a: InboxRow, b: InboxRow) => keyOf(a) === keyOf(b);
const without = (row: InboxRow) => () =>
  patch<InboxRow[]>(["desk_inbox"], (rows) => rows.filter((item) => !same(item, row)));
const changed = (row: InboxRow, values: Partial<InboxRow>) => () =>
  patch<InboxRow[]>(
    ["desk_inbox"],
    (rows) => rows.map((item) => same(item, row) ? { ...item, ...values } : item),
  );

export const close = (row: InboxRow) =>
  act({
    done: "Closed",
    show: without(row),
    run: () => rpc("close_inbox", args(row)),
    undo: () => rpc("reopen_inbox", args(row)),
    refresh: [...REFRESH],
  });

export const reopen = (row: InboxRow) =>
  act({
    done: "Reopened",
    run: () => rpc("reopen_inbox", args(row)),
    undo: () => rpc("close_inbox", args(row)),
    refresh: [...REFRESH],
  });

export const assign = (row: InboxRow, user: string | null, name: string) =>
  act({
    done: user ? `Assigned to ${name}` : "Assigned to nobody",
    show: changed(row, { assigned_to: user, assigned_name: user ? name : null }),
    run: () => rpc("assign_inbox", { ...args(row), p_user_id: user }),
    undo: () => rpc("assign_inbox", { ...args(row), p_user_id: row.assigned_to }),
    refresh: [...REFRESH],
  });

export function label(row: InboxRow, value: string) {
  const set = (to: string | null) =>
    rpc("set_reply_label", { p_org_id: row.org_id, p_reply_id: row.id, p_label: to });
  return act({
    done: `Labelled “${words(value)}”`,
    show: changed(row, { label: value }),
    run: () => set(value),
    // A wish is carried out at once and not taken back by a click.
    undo: value === "opt_out" || !row.label ? undefined : () => set(row.label),
    refresh: [...REFRESH],
  });
}

interface Sent {
  refused: unknown;
  reasons: Reason[] | null;
}

/** Sent after ten seconds; the gate may refuse it, and then it comes back with the reason. */
export const send = (row: InboxRow, key: string, text: string) =>
  actLater({
    done: "The answer is sent",
    show: without(row),
    run: async () => {
      const { refused, reasons } = await rpc<Sent>("send_answer", {
        p_org_id: row.org_id,
        p_reply_id: row.id,
        p_client_key: key,
        p_text: text,
      });
      if (!refused) return;
      const why = (reasons ?? []).map((reason) => reason.words).join("; ");
      throw new Error(`Not sent: ${why || "the rules refuse it"}`);
    },
    refresh: [...REFRESH, "desk_timeline"],
  });
