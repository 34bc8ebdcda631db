// My day: whom to call now, whom later and when, whom never, and why.
import { useState } from "preact/hooks";
import { manages, org, orgId, works } from "../data/me.ts";
import { useQuery } from "../data/query.ts";
import { sentence, when } from "../ui/format.ts";
import { At, Choose, Empty, Head, Pager, Panel, Score, Shown, Tabs, Tag } from "../ui/parts.tsx";
import { param } from "../ui/router.ts";
import { Reasons } from "../work/reasons.tsx";
import { type Callable, RecordCall } from "../work/record_call.tsx";
import { RevealContact } from "../work/reveal.tsx";
import { SavedViews } from "../work/saved_views.tsx";
import type { DayRow, Member } from "../work/types.ts";

const LIMIT = 25;

const SECTIONS: Record<string, string> = {
  reply: "replied",
  follow_up: "follow-up",
  fed_today: "new today",
  in_work: "in work",
  score: "good score",
};

/** The clock at the lead's place: what counts for the hours of calling. */
function localTime(value: string | null): string {
  const found = /[T ](\d\d):(\d\d)/.exec(value ?? "");
  if (!found) return "";
  const hour = Number(found[1]);
  return `${hour % 12 || 12}:${found[2]} ${hour < 12 ? "AM" : "PM"} there`;
}

function Row({ row, call }: { row: DayRow; call: (row: DayRow) => void }) {
  const lead = row.lead_id ?? "";
  return (
    <li class="day-row" data-row={lead}>
      <div class="who">
        <a class="title" href={`#/lead/${lead}`}>{row.owner_full ?? row.address ?? "Lead"}</a>
        <span class="sub">
          {[row.address, row.situs_city, row.situs_state].filter(Boolean).join(", ")}
        </span>
      </div>
      <div class="what">
        <Tag
          tone={row.section === "reply" ? "accent" : row.section === "follow_up" ? "warn" : "plain"}
        >
          {SECTIONS[row.section] ?? row.section}
        </Tag>{" "}
        {row.reply_label && <Tag tone="info">{row.reply_label.replaceAll("_", " ")}</Tag>}
        <span class="sub">
          {row.section === "follow_up" && row.due_at
            ? (
              <>
                due <At value={row.due_at} />
              </>
            )
            : row.reply_at
            ? (
              <>
                wrote <At value={row.reply_at} />
              </>
            )
            : row.last_call_at
            ? (
              <>
                called <At value={row.last_call_at} />
              </>
            )
            : row.campaign}
        </span>
      </div>
      <div class="mark">
        <Score value={row.lead_score} />
      </div>
      <div class="do">
        {row.outlook === "now"
          ? (
            <>
              {row.contact_point_id !== null && row.contact && (
                <RevealContact
                  org={row.org_id}
                  lead={lead}
                  id={row.contact_point_id}
                  masked={row.contact}
                  reason="Calling from my day"
                />
              )}
              <span class="sub">{localTime(row.local_time)}</span>
            </>
          )
          : (
            <>
              <Tag tone={row.outlook === "never" ? "bad" : "warn"}>
                {row.outlook === "never"
                  ? "Never"
                  : row.next_at
                  ? `From ${when(row.next_at)}`
                  : sentence(row.outlook)}
              </Tag>
              <Reasons reasons={row.reasons} />
            </>
          )}
      </div>
      <div class="act">
        {row.contact_point_id !== null && works.value && (
          <button
            type="button"
            data-key="r"
            class={row.outlook === "now" ? "primary" : ""}
            onClick={() => call(row)}
          >
            {row.outlook === "now" ? "Call" : "Record a call"}
          </button>
        )}
      </div>
    </li>
  );
}

const EMPTY: Record<string, { title: string; text: string }> = {
  now: {
    title: "Nobody to call now.",
    text:
      "Look at “later”: the hours of calling differ by place. New leads arrive with the next feed.",
  },
  later: {
    title: "Nobody waits for a later hour.",
    text: "Everybody you may call, you may call now.",
  },
  never: {
    title: "Nobody is ruled out.",
    text: "Leads that may never be called are listed here, with the reason.",
  },
  all: {
    title: "No leads are assigned to you.",
    text:
      "An owner or admin assigns leads: in a campaign that assigns brokers, or on the page of a lead.",
  },
};

export default function Day() {
  const show = param("show") || "now";
  const broker = param("broker");
  const mine = org.value?.broker_id;
  const [calling, setCalling] = useState<Callable | null>(null);
  const members = useQuery<Member[]>("desk_members", { p_org_id: orgId.value }, {
    when: !mine || manages.value,
  });
  const brokers = (members.data ?? []).filter(({ broker_id }) => broker_id);
  const args = {
    p_show: show,
    p_org_id: orgId.value,
    p_broker_id: broker || null,
    p_limit: LIMIT,
    p_cursor: param("after") || null,
  };
  const day = useQuery<DayRow[]>("desk_day", args, { poll: true });
  const found = day.data ?? [];
  const call = (row: DayRow) =>
    setCalling({
      org: row.org_id,
      lead: row.lead_id ?? "",
      name: row.owner_full ?? "this lead",
      contacts: [{
        id: row.contact_point_id ?? 0,
        masked: row.contact ?? "",
        label: row.contact_label,
      }],
      task: row.task_id,
    });
  const { title, text } = EMPTY[show] ?? EMPTY.all!;
  return (
    <>
      <Head
        title="My day"
        sub={new Intl.DateTimeFormat("en-US", { dateStyle: "full" }).format(new Date())}
      >
        <SavedViews page="day" />
      </Head>
      <div class="filters">
        <Tabs
          name="show"
          label="When to call"
          standard="now"
          options={[["now", "Call now"], ["later", "Later"], ["never", "Never"], ["all", "All"]]}
        />
        {brokers.length > 0 && (
          <Choose
            name="broker"
            label="Broker"
            options={brokers.map(({ broker_id, name }) => [broker_id ?? "", name])}
          />
        )}
      </div>
      <Panel label="Leads of the day" flush>
        <Shown
          of={day}
          empty={
            <Empty
              title={!mine && !broker && show !== "all" ? "No broker record is yours." : title}
            >
              <p>
                {!mine && !broker
                  ? "Choose a broker above to see that day, or have yourself added as a broker in Settings."
                  : text}
              </p>
            </Empty>
          }
        >
          {(rows) => (
            <ul class="day">
              {rows.filter(({ lead_id }) => lead_id).map((row) => (
                <Row row={row} call={call} key={row.lead_id} />
              ))}
              {rows.at(-1)?.lead_id === null && (
                <li class="day-more muted">
                  The first leads were looked at. Go on to look at more.
                </li>
              )}
            </ul>
          )}
        </Shown>
        <Pager
          cursor={found.at(-1)?.cursor}
          full={found.length >= LIMIT || found.at(-1)?.lead_id === null}
        />
      </Panel>
      {calling && <RecordCall call={calling} close={() => setCalling(null)} />}
    </>
  );
}
