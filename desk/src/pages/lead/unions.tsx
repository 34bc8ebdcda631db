// Leads that were merged into this one and its splits, with their undo; and a merge or split by hand.
import { useState } from "preact/hooks";
import { act } from "../../data/act.ts";
import { org } from "../../data/me.ts";
import { useQuery } from "../../data/query.ts";
import { rpc } from "../../data/rpc.ts";
import { dotted, words } from "../../ui/format.ts";
import { actions, At, type Column, Empty, List, Tag } from "../../ui/parts.tsx";
import { param } from "../../ui/router.ts";
import { about, IDENTITY, type Lead } from "./lead.ts";
import { MergeLead } from "./merge_lead.tsx";
import { SplitLead } from "./split_lead.tsx";

interface Union {
  kind: "merge" | "split";
  id: number;
  at: string;
  by_whom: string | null;
  reason: string | null;
  other_lead_id: string;
  other: string | null;
  undone_at: string | null;
  may_undo: boolean;
  cursor: string;
}

const LIMIT = 10;

const undo = (lead: Lead, { kind, id }: Union) =>
  act({
    done: kind === "merge" ? "Merge undone: both leads are back" : "Split undone: one lead again",
    run: () =>
      kind === "merge"
        ? rpc("undo_merge", { p_org_id: lead.org_id, p_merge_id: id })
        : rpc("undo_split", { p_org_id: lead.org_id, p_split_id: id }),
    refresh: [...IDENTITY],
  });

/** A lead that was merged is no page; one that was split off, or that an undo brought back, is. */
const Other = ({ row }: { row: Union }) =>
  row.kind === "split" !== (row.undone_at !== null)
    ? <a href={`#/lead/${row.other_lead_id}`}>{row.other ?? "The other lead"}</a>
    : <strong>{row.other ?? "A lead without a name"}</strong>;

export function Unions({ lead }: { lead: Lead }) {
  const [opened, open] = useState<"merge" | "split" | null>(null);
  // Brokers may not see the other lead.
  const sees = org.value?.role !== "broker";
  const found = useQuery<Union[]>("lead_unions", {
    ...about(lead),
    p_limit: LIMIT,
    p_cursor: param("unions") || null,
  }, { when: sees });
  const may = lead.may?.merge === true;
  if (!sees) return null;
  const columns: Column<Union>[] = [
    {
      label: "Lead",
      show: (row) => (
        <>
          <Tag tone={row.undone_at ? "plain" : "info"}>
            {row.kind === "merge" ? "merged" : "split off"}
          </Tag>{" "}
          <Other row={row} />
          <span class="sub">
            {dotted(words(row.reason), row.by_whom && `by ${words(row.by_whom)}`)},{" "}
            <At value={row.at} />
            {row.undone_at && (
              <>
                , undone <At value={row.undone_at} />
              </>
            )}
          </span>
        </>
      ),
    },
    actions<Union>((row) => [
      row.may_undo && {
        text: "Undo",
        name: `Undo the ${row.kind} of ${row.other ?? "the other lead"}`,
        run: () => undo(lead, row),
      },
    ]),
  ];
  return (
    <>
      <List
        title="Merges and splits"
        aside={may && (
          <>
            <button type="button" onClick={() => open("merge")}>Merge</button>
            <button type="button" onClick={() => open("split")}>Split</button>
          </>
        )}
        of={found}
        empty={
          <Empty title="Never merged or split.">
            {may && (
              <p>
                Merge two leads that are one; split one in which two persons or houses ended up.
              </p>
            )}
          </Empty>
        }
        limit={LIMIT}
        pager="unions"
        cursor={(row) => row.cursor}
        columns={columns}
        id={(row) => `${row.kind} ${row.id}`}
      />
      {opened === "merge" && <MergeLead lead={lead} close={() => open(null)} />}
      {opened === "split" && <SplitLead lead={lead} close={() => open(null)} />}
    </>
  );
}
