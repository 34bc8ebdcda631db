// Leads that may be the same one, and rows of lists that point to several.
import { act } from "../data/act.ts";
import { useQuery } from "../data/query.ts";
import { rpc } from "../data/rpc.ts";
import { percent, words } from "../ui/format.ts";
import { At, Panel } from "../ui/parts.tsx";

interface Match {
  kind: "conflict" | "candidate";
  id: number;
  at: string;
  reasons: string[] | null;
  probability: number | null;
  other_lead_ids: string[];
}

export function Matches({ org, lead, may }: { org: string; lead: string; may: boolean }) {
  const found = useQuery<Match[]>("desk_lead_matches", { p_org_id: org, p_lead_id: lead });
  const rows = found.data ?? [];
  if (rows.length === 0) return null;
  const answer = (id: number, given: string) =>
    act({
      done: given === "same" ? "Leads merged" : "Answer kept for later lists",
      run: () =>
        rpc("answer_candidates", { p_org_id: org, p_answer: given, p_ids: [id], p_limit: 1 }),
      refresh: ["desk_lead_matches", "desk_lead", "desk_timeline"],
    });
  return (
    <Panel title="Perhaps the same" flush>
      <ul class="plain-list">
        {rows.map((row) => (
          <li key={`${row.kind} ${row.id}`} data-row={String(row.id)}>
            {row.kind === "candidate"
              ? (
                <>
                  {row.other_lead_ids.map((id) => <a href={`#/lead/${id}`} key={id}>Other lead</a>)}
                  {row.probability !== null && <>{percent(row.probability)} likely</>}
                </>
              )
              : <a href="#/lists?tab=conflicts">A list has a row for this lead and another</a>}
            <span class="sub">
              {(row.reasons ?? []).map(words).join(", ")} · <At value={row.at} />
            </span>
            {row.kind === "candidate" && may && (
              <div class="row">
                <button type="button" onClick={() => void answer(row.id, "same")}>Same</button>
                <button type="button" onClick={() => void answer(row.id, "different")}>
                  Different
                </button>
              </div>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
