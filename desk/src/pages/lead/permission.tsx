// What the person allowed and refused, and what the gate decided each time.
import { useQuery } from "../../data/query.ts";
import { dotted, when, words } from "../../ui/format.ts";
import { At, Empty, List, Tag } from "../../ui/parts.tsx";
import { param } from "../../ui/router.ts";
import { Reasons } from "../../work/reasons.tsx";
import type { Reason } from "../../work/types.ts";
import { about, channel, type Lead } from "./lead.ts";

interface Consent {
  at: string;
  kind: string;
  contact: string | null;
  channels: string[] | null;
  why: string | null;
  source: string | null;
  is_active: boolean;
}

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

/** Abbreviations of the law, and codes. */
const reason = (why: string | null) => words(why?.replace(/\bpewc\b/, "prior express written"));

function tone({ kind, is_active }: Consent) {
  if (!is_active) return "plain";
  return kind === "consent" || kind === "lift" ? "good" : "bad";
}

export function Consents({ lead }: { lead: Lead }) {
  const consents = useQuery<Consent[]>("desk_consents", about(lead));
  return (
    <List
      title="Consents and suppressions"
      of={consents}
      empty={<Empty title="No consent and no suppression." />}
    >
      {(rows) => (
        <ul class="plain-list">
          {rows.map((row) => (
            <li key={`${row.kind} ${row.at} ${row.contact}`}>
              <Tag tone={tone(row)}>{words(row.kind)}</Tag> {row.contact ?? "the person"}:{" "}
              {(row.channels ?? []).map(channel).join(", ") || "all channels"}
              <span class="sub">
                {dotted(
                  reason(row.why),
                  words(row.source),
                  !row.is_active && "no longer in force",
                )}, <At value={row.at} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </List>
  );
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
