// What the gate decided each time.
import { useQuery } from "../../data/query.ts";
import { when } from "../../ui/format.ts";
import { At, Empty, List, Tag } from "../../ui/parts.tsx";
import { param } from "../../ui/router.ts";
import { Reasons } from "../../work/reasons.tsx";
import type { Reason } from "../../work/types.ts";
import { about, channel, type Lead } from "./lead.ts";

interface Decision {
  decided_at: string;
  decision_id: number;
  channel: string;
  purpose: string;
  contact: string | null;
  verdict: string;
  reasons: Reason[] | null;
  campaign: string | null;
  next_allowed_at: string | null;
  cursor: string;
}

const DECISIONS = 20;

export function Decisions({ lead }: { lead: Lead }) {
  const why = useQuery<Decision[]>("desk_why", {
    ...about(lead),
    p_limit: DECISIONS,
    p_cursor: param("why") || null,
  });
  return (
    <List
      title="Why (not) contacted"
      of={why}
      limit={DECISIONS}
      cursor={(row) => row.cursor}
      pager="why"
      empty={<Empty title="The rules have not been asked about this lead." />}
    >
      {(rows) => (
        <ul class="plain-list">
          {rows.map((row) => (
            <li key={row.decision_id}>
              <Tag tone={row.verdict === "allowed" ? "good" : "bad"}>{row.verdict}</Tag>{" "}
              {channel(row.channel)} to {row.contact}
              <span class="sub">
                <At value={row.decided_at} />
                {row.campaign ? ` · ${row.campaign}` : ""}
                {row.next_allowed_at ? ` · allowed again ${when(row.next_allowed_at)}` : ""}
              </span>
              <Reasons reasons={row.reasons} />
            </li>
          ))}
        </ul>
      )}
    </List>
  );
}
