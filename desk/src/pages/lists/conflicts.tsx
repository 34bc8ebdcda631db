// Rows whose keys point to different leads: a person picks, beside what is known.
import { act } from "../../data/act.ts";
import { orgId } from "../../data/me.ts";
import { patch, useQuery } from "../../data/query.ts";
import { rpc } from "../../data/rpc.ts";
import { joined, plural, words } from "../../ui/format.ts";
import { At, Empty, List } from "../../ui/parts.tsx";
import { param } from "../../ui/router.ts";

interface Conflict {
  id: number;
  reason: string;
  upload_id: string;
  line: number;
  created_at: string;
  rows: number;
  address: string | null;
  owner: string | null;
  contacts: string[] | null;
  leads: { lead_id: string; address: string | null; owner: string | null; apn: string | null }[];
}

const LIMIT = 25;

function answer(row: Conflict, given: "same" | "own" | "dismiss", lead?: string) {
  const told = {
    same: "The row joins that lead",
    own: "The row becomes a lead of its own",
    dismiss: "The row is left out",
  };
  return act({
    done: told[given],
    show: () =>
      patch<Conflict[]>(["list_conflicts"], (rows) => rows.filter(({ id }) => id !== row.id)),
    run: () =>
      rpc("close_conflict", {
        p_org_id: orgId.value,
        p_conflict_id: row.id,
        p_answer: given,
        p_lead_id: lead,
        p_resolution: "Answered on the desk",
      }),
    refresh: ["list_conflicts", "desk_lead_matches"],
  });
}

const Item = ({ row }: { row: Conflict }) => (
  <li class="conflict" data-row={String(row.id)}>
    <div>
      <strong>{row.owner ?? "No name"}</strong>
      <span class="sub">{row.address}</span>
      <span class="sub">{(row.contacts ?? []).join(", ")}</span>
      <span class="sub">
        {words(row.reason)}, line {row.line}, sent {plural(row.rows, "time")},{" "}
        <At value={row.created_at} />
      </span>
    </div>
    <ul class="stack">
      {row.leads.map((lead) => (
        <li class="row" key={lead.lead_id}>
          <span class="grow">
            <a href={`#/lead/${lead.lead_id}`}>{lead.owner ?? "Lead"}</a>
            <span class="sub">{joined(lead.address, lead.apn)}</span>
          </span>
          <button type="button" onClick={() => void answer(row, "same", lead.lead_id)}>
            Is this one
          </button>
        </li>
      ))}
    </ul>
    <div class="row">
      <button type="button" onClick={() => void answer(row, "own")}>A lead of its own</button>
      <button type="button" data-key="e" onClick={() => void answer(row, "dismiss")}>
        Leave it out
      </button>
    </div>
  </li>
);

export function Conflicts() {
  const found = useQuery<Conflict[]>("list_conflicts", {
    p_org_id: orgId.value,
    p_after: param("after") ? Number(param("after")) : undefined,
    p_limit: LIMIT,
  });
  return (
    <List
      title="Conflicts"
      bare
      of={found}
      empty={
        <Empty title="No open conflicts.">
          <p>A row whose keys point to different leads waits here for an answer.</p>
        </Empty>
      }
      limit={LIMIT}
      cursor={(row) => String(row.id)}
    >
      {(rows) => <ul>{rows.map((row) => <Item row={row} key={row.id} />)}</ul>}
    </List>
  );
}
