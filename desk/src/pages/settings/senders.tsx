// Senders: from-addresses, numbers and assistants, with their limits and what they cost today.
import { useState } from "preact/hooks";
import { act } from "../../data/act.ts";
import { orgId } from "../../data/me.ts";
import { useQuery } from "../../data/query.ts";
import { rpc } from "../../data/rpc.ts";
import { channel, count, date, money, plural, sentence } from "../../ui/format.ts";
import { Empty, Pager, Panel, Shown, Table, Tag } from "../../ui/parts.tsx";
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
      <Panel
        title="Senders"
        flush
        aside={
          <button type="button" class="primary" onClick={() => setEditing("new")}>
            Add a sender
          </button>
        }
      >
        <Shown
          of={found}
          empty={
            <Empty title="No senders yet.">
              <p>A sender is an address or number that messages come from.</p>
            </Empty>
          }
        >
          {(rows) => (
            <Table
              label="Senders"
              rows={rows}
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
                {
                  label: "Actions",
                  num: true,
                  show: (row) => (
                    <span class="row actions">
                      <button
                        type="button"
                        aria-label={`Edit ${row.name} ${row.address}`}
                        onClick={() => setEditing(row)}
                      >
                        Edit
                      </button>
                      <button
                        type="button"
                        onClick={() => setState(row, row.state === "paused" ? "active" : "paused")}
                      >
                        {row.state === "paused" ? "Send again" : "Pause"}
                      </button>
                    </span>
                  ),
                },
              ]}
            />
          )}
        </Shown>
        <Pager cursor={found.data?.at(-1)?.cursor} full={(found.data?.length ?? 0) >= LIMIT} />
      </Panel>
      {editing && (
        <EditSender
          row={editing === "new" ? null : editing}
          close={() => setEditing(null)}
        />
      )}
    </>
  );
}
