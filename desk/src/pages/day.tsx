// My day: whom to call now, whom later and when, whom never, and why.
import { useEffect, useRef, useState } from "preact/hooks";
import { DAY_ROWS, dayArgs } from "../data/early.ts";
import { manages, org, orgId, works } from "../data/me.ts";
import { useQuery } from "../data/query.ts";
import { joined } from "../ui/format.ts";
import { At, Choose, Empty, Head, List, OutlookTag, Score, Tabs, Tag } from "../ui/parts.tsx";
import { param, route, setQuery } from "../ui/router.ts";
import { Reasons } from "../work/reasons.tsx";
import { type Callable, RecordCall } from "../work/record_call.tsx";
import { RevealContact } from "../work/reveal.tsx";
import { SavedViews } from "../work/saved_views.tsx";
import { useMembers } from "../work/members.tsx";
import type { DayRow } from "../work/types.ts";

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

/** The last or next thing that happened. */
function Lately({ row }: { row: DayRow }) {
  const [what, at] = row.section === "follow_up" && row.due_at
    ? ["due", row.due_at]
    : row.reply_at
    ? ["wrote", row.reply_at]
    : ["called", row.last_call_at];
  if (!at) return <>{row.campaign}</>;
  return (
    <>
      {what} <At value={at} />
    </>
  );
}

function Row({ row, call }: { row: DayRow; call: (row: DayRow) => void }) {
  const lead = row.lead_id ?? "";
  return (
    <li class="day-row" data-row={lead}>
      <div class="who">
        <a class="title" href={`#/lead/${lead}`}>{row.owner_full ?? row.address ?? "Lead"}</a>
        <span class="sub">
          {joined(row.address, row.situs_city, row.situs_state)}
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
          <Lately row={row} />
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
              <OutlookTag outlook={row.outlook} next={row.next_at} />
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

/** Pages of forty leads that are looked at without a click, until there is a row to show. */
const MOST_PAGES = 5;

/** Whether to wait: a page without a row, but with more leads behind it, is followed by the next one. */
function useRowsAhead(rows: DayRow[] | undefined, key: string): boolean {
  const pages = useRef({ key, looked: 0 });
  if (pages.current.key !== key) pages.current = { key, looked: 0 };
  const [only] = rows?.length === 1 ? rows : [];
  const goOn = only?.lead_id === null && pages.current.looked < MOST_PAGES;
  const cursor = only?.cursor ?? null;
  useEffect(() => {
    if (!goOn) return;
    pages.current.looked++;
    setQuery({ after: cursor }, { replace: true, keepPage: true });
  }, [goOn, cursor]);
  return goOn;
}

export default function Day() {
  const show = param("show") || "now";
  const broker = param("broker");
  const mine = org.value?.broker_id;
  const [calling, setCalling] = useState<Callable | null>(null);
  const brokers = useMembers(orgId.value, !mine || manages.value)
    .filter(({ broker_id }) => broker_id);
  const found = useQuery<DayRow[]>("desk_day", dayArgs(orgId.value, route.value.query), {
    poll: true,
  });
  const ahead = useRowsAhead(found.data, `${show} ${broker}`);
  const day = ahead ? { ...found, data: undefined, loading: true } : found;
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
            none={mine ? "Broker: me" : "Choose a broker"}
            options={brokers.filter(({ broker_id }) => broker_id !== mine)
              .map(({ broker_id, name }) => [broker_id ?? "", name])}
          />
        )}
      </div>
      <List
        title="Leads of the day"
        bare
        of={day}
        empty={
          <Empty title={!mine && !broker && show !== "all" ? "Whose day?" : title}>
            <p>
              {!mine && !broker
                ? "Your own sign-in works no leads. Choose a broker above to see that day; in Settings, members are made brokers."
                : text}
            </p>
          </Empty>
        }
        limit={DAY_ROWS}
        more={(rows) => rows.length >= DAY_ROWS || rows.at(-1)?.lead_id === null}
        cursor={(row) => row.cursor}
      >
        {(rows) => (
          <ul class="day">
            {rows.filter(({ lead_id }) => lead_id).map((row) => (
              <Row row={row} call={call} key={row.lead_id} />
            ))}
            {rows.at(-1)?.lead_id === null && (
              <li class="day-more muted">
                {rows.length > 1
                  ? "Forty leads were looked at. Go on to look at more."
                  : show === "now"
                  ? "Nobody among the leads with the best scores may be called now. “Later” says when; or go on to look at more."
                  : "Nobody among the leads with the best scores. Go on to look at more."}
              </li>
            )}
          </ul>
        )}
      </List>
      {calling && <RecordCall call={calling} close={() => setCalling(null)} />}
    </>
  );
}
