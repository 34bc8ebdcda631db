// Everything that happened, in one list.
import { useQuery } from "../../data/query.ts";
import { dotted, exactly, when } from "../../ui/format.ts";
import { Empty, List, Tabs, Tag, type Tone } from "../../ui/parts.tsx";
import { param } from "../../ui/router.ts";
import { RevealText } from "../../work/reveal.tsx";
import { about, channel, type Lead } from "./lead.ts";

interface Happened {
  at: string;
  kind: string;
  id: string;
  title: string;
  actor: string | null;
  channel: string | null;
  contact: string | null;
  detail: Record<string, unknown> | null;
  cursor: string;
}

const LIMIT = 50;
const TONES: Record<string, Tone> = {
  reply: "accent",
  call: "info",
  suppression: "bad",
  consent: "good",
  booking: "good",
  task: "warn",
};
const KINDS: [string, string][] = [
  ["", "All"],
  ["reply,call,message,booking", "Talk"],
  ["task", "Tasks"],
  ["consent,suppression,decision", "Rules"],
  ["change,merge,reveal", "Changes"],
];

/** Texts are stored encrypted and shown on request. */
function textOf(row: Happened): "replies" | "transcripts" | null {
  if (row.kind === "reply" && row.detail?.has_text === true) return "replies";
  return row.kind === "call" && row.detail?.has_transcript === true ? "transcripts" : null;
}

function Item({ lead, row }: { lead: Lead; row: Happened }) {
  const text = textOf(row);
  return (
    <li data-row={row.id}>
      <time dateTime={row.at} title={exactly(row.at)}>{when(row.at)}</time>
      <Tag tone={TONES[row.kind] ?? "plain"}>{row.kind}</Tag>
      <div>
        {row.kind === "change" ? row.title.replace(/ ids?\b/g, "") : row.title}
        <span class="sub">
          {dotted(row.actor, row.channel && channel(row.channel), row.contact)}
        </span>
        {text && (
          <RevealText
            org={lead.org_id}
            lead={lead.lead_id}
            subject={text}
            id={row.id}
            label="Read"
          />
        )}
      </div>
    </li>
  );
}

export function Timeline({ lead }: { lead: Lead }) {
  const kinds = param("kinds");
  const found = useQuery<Happened[]>("desk_timeline", {
    ...about(lead),
    p_kinds: kinds ? kinds.split(",") : null,
    p_limit: LIMIT,
    p_cursor: param("after") || null,
  }, { poll: true });
  return (
    <List
      title="Timeline"
      aside={<Tabs name="kinds" label="Kinds" standard="" options={KINDS} />}
      of={found}
      empty={<Empty title="Nothing has happened yet." />}
      limit={LIMIT}
      cursor={(row) => row.cursor}
    >
      {(rows) => (
        <ol class="timeline">
          {rows.map((row) => (
            <Item
              lead={lead}
              row={row}
              key={`${row.kind} ${row.id} ${row.at}`}
            />
          ))}
        </ol>
      )}
    </List>
  );
}
