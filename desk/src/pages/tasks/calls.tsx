import { orgId } from "../../data/me.ts";
import { useQuery } from "../../data/query.ts";
import { sentence } from "../../ui/format.ts";
import { At, Empty, List, Tabs, Tag, type Tone } from "../../ui/parts.tsx";
import { param } from "../../ui/router.ts";
import { Reasons } from "../../work/reasons.tsx";
import { RevealText } from "../../work/reveal.tsx";
import type { CallRow } from "../../work/types.ts";

const LIMIT = 50;
const TONES: Record<string, Tone> = { do_not_call: "bad", appointment: "good" };

const minutes = (seconds: number | null): string =>
  seconds === null ? "–" : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

const Outcome = ({ row }: { row: CallRow }) => (
  <>
    <Tag tone={TONES[row.outcome ?? ""] ?? "plain"}>{sentence(row.outcome ?? "open")}</Tag>{" "}
    {row.against_gate && <Tag tone="bad">against the rules</Tag>}
    <Reasons reasons={row.against_gate ? row.reasons : null} />
  </>
);

export function Calls() {
  const calls = useQuery<CallRow[]>("desk_calls", {
    p_org_id: orgId.value,
    p_mine: param("whose") !== "all",
    p_limit: LIMIT,
    p_cursor: param("after") || null,
  }, { poll: true });
  return (
    <>
      <div class="filters">
        <Tabs
          name="whose"
          label="Whose"
          standard="mine"
          options={[["mine", "My calls"], ["all", "All calls"]]}
        />
      </div>
      <List
        title="Calls"
        bare
        of={calls}
        empty={
          <Empty title="No calls yet.">
            <p>
              “Call” on my day or on the page of a lead checks the rules and records the outcome.
            </p>
          </Empty>
        }
        limit={LIMIT}
        cursor={(row) => row.cursor}
        id={(row) => String(row.call_id)}
        columns={[
          {
            label: "Lead",
            show: (row) => (
              <>
                {row.lead_id
                  ? <a class="title" href={`#/lead/${row.lead_id}`}>{row.owner_full ?? "Lead"}</a>
                  : "unknown"}
                <span class="sub">{row.contact}</span>
              </>
            ),
          },
          { label: "When", show: (row) => <At value={row.at} /> },
          { label: "Outcome", show: (row) => <Outcome row={row} /> },
          {
            label: "By",
            labelled: true,
            show: (row) =>
              row.called_by_name ?? (row.provider === "manual" ? "a member" : "AI call"),
          },
          { label: "Length", num: true, labelled: true, show: (row) => minutes(row.seconds) },
          {
            label: "Notes",
            show: (row) =>
              row.has_notes && row.lead_id && (
                <RevealText
                  org={row.org_id}
                  lead={row.lead_id}
                  subject="transcripts"
                  id={row.call_id}
                  label="Read"
                />
              ),
          },
        ]}
      />
    </>
  );
}
