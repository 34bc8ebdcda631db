// Senders: from-addresses, numbers and assistants, with their limits and what they cost today.
import { useState } from "preact/hooks";
import { act } from "../../data/act.ts";
import { orgId } from "../../data/me.ts";
import { useQuery } from "../../data/query.ts";
import { rpc } from "../../data/rpc.ts";
import { channel, count, date, money, plural, sentence } from "../../ui/format.ts";
import { actions, Empty, List, Tag } from "../../ui/parts.tsx";
import { param } from "../../ui/router.ts";
import { EditSender, type Sender } from "./edit_sender.tsx";

const LIMIT = 50;

function setState(row: Sender, state: "active" | "paused") {
  const to = (next: string) => () =>
    rpc("set_sender_state", { p_org_id: orgId.value, p_sender_id: row.id, p_state: next });
  void act({
    done: state === "paused" ? "Sender paused" : "Sender sends again",
    run: to(state),
    undo: to(row.state),
    refresh: ["list_senders"],
  });
}

const limits = (row: Sender) =>
  [
    row.per_minute === null ? "" : `${count(row.per_minute)} a minute`,
    row.per_day === null ? "" : `${count(row.per_day)} a day`,
    row.daily_budget_usd === null ? "" : `${money(row.daily_budget_usd)} a day`,
  ].filter(Boolean).join(", ") || "no limit of its own";

export function Senders() {
  const [editing, setEditing] = useState<Sender | "new" | null>(null);
  const found = useQuery<Sender[]>("list_senders", {
    p_org_id: orgId.value,
    p_limit: LIMIT,
    p_after: param("after") || null,
  });
  return (
    <>
      <List
        title="Senders"
        of={found}
        limit={LIMIT}
        cursor={(last) => last.cursor}
        aside={
          <button type="button" class="primary" onClick={() => setEditing("new")}>
            Add a sender
          </button>
        }
        empty={
          <Empty title="No senders yet.">
            <p>A sender is an address or number that messages come from.</p>
          </Empty>
        }
        id={(row) => row.id}
        columns={[
          {
            label: "Sender",
            show: (row) => (
              <>
                <strong>{row.name}</strong>{" "}
                {row.state === "paused" && <Tag tone="warn">paused</Tag>}
                <span class="sub">{row.address}</span>
                {row.account_problem && (
                  <span class="sub bad-text">
                    account {row.account} {row.account_problem}
                  </span>
                )}
              </>
            ),
          },
          {
            label: "Channel",
            show: (row) => (
              <>
                {sentence(channel(row.channel))}
                <span class="sub">{row.provider}, account {row.account}</span>
                {row.channel === "email" && (
                  <span class="sub">
                    {row.authenticated_at
                      ? `SPF, DKIM and DMARC passed ${date(row.authenticated_at)}`
                      : "SPF, DKIM and DMARC not confirmed: no marketing"}
                  </span>
                )}
              </>
            ),
          },
          { label: "Limits", labelled: true, show: limits },
          {
            label: "Today",
            labelled: true,
            show: (row) => `${count(row.sent_today)} sent, ${money(row.spent_today_usd)}`,
          },
          { label: "Used by", labelled: true, show: (row) => plural(row.steps, "step") },
          actions<Sender>((row) => [
            {
              text: "Edit",
              name: `Edit ${row.name} ${row.address}`,
              run: () => setEditing(row),
            },
            row.state === "paused"
              ? { text: "Send again", run: () => setState(row, "active") }
              : { text: "Pause", run: () => setState(row, "paused") },
          ]),
        ]}
      />
      {editing && (
        <EditSender
          row={editing === "new" ? null : editing}
          close={() => setEditing(null)}
        />
      )}
    </>
  );
}
