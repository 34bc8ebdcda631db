// One lead: what is known, why it is (not) contacted, and everything that happened.
import { useState } from "preact/hooks";
import { act } from "../data/act.ts";
import { org, orgId } from "../data/me.ts";
import { useQuery } from "../data/query.ts";
import { rpc } from "../data/rpc.ts";
import {
  channel as channelWords,
  date,
  dollars,
  exactly,
  sentence,
  when,
  words,
} from "../ui/format.ts";
import {
  At,
  Empty,
  Failed,
  Head,
  Pager,
  Panel,
  Score,
  Shown,
  Tabs,
  Tag,
  Waiting,
} from "../ui/parts.tsx";
import { param, route } from "../ui/router.ts";
import { AddTask } from "../work/add_task.tsx";
import { OpenDeal } from "../work/open_deal.tsx";
import { Matches } from "../work/matches.tsx";
import { Reasons } from "../work/reasons.tsx";
import { RecordCall } from "../work/record_call.tsx";
import { RevealContact, RevealText } from "../work/reveal.tsx";
import type { Reason } from "../work/types.ts";

interface Contact {
  id: number;
  kind: string;
  masked: string;
  label: string | null;
  verified: boolean;
  invalid_at: string | null;
}

interface Lead {
  org_id: string;
  lead_id: string;
  owner_full: string | null;
  owner_1_first: string | null;
  owner_1_last: string | null;
  owner_2_first: string | null;
  owner_2_last: string | null;
  address: string | null;
  situs_city: string | null;
  situs_state: string | null;
  situs_zip: string | null;
  county: string | null;
  apn: string | null;
  mailing_street: string | null;
  mailing_city: string | null;
  mailing_state: string | null;
  mailing_zip: string | null;
  local_time: string | null;
  time_zone: string | null;
  status: string;
  campaign_status: string;
  campaign: string | null;
  broker: string | null;
  lead_score: number | null;
  tier: string | null;
  attributes: Record<string, unknown> | null;
  contacts: Contact[] | null;
  facts:
    | { provider: string; name: string; as_of: string | null; amount_usd: number | null }[]
    | null;
  score: { words: string; points: number; known: boolean; axis: string }[] | null;
  run: { state: string; step: number; next_at: string | null; campaign: string } | null;
  source: string | null;
  created_at: string;
  may: Record<string, boolean> | null;
}

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

interface Outlook {
  contact_point_id: number;
  contact: string;
  channel: string;
  outlook: string;
  next_at: string | null;
  reasons: Reason[] | null;
}

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

const channel = (name: string) => sentence(channelWords(name));

function Facts({ lead }: { lead: Lead }) {
  const second = [lead.owner_2_first, lead.owner_2_last].filter(Boolean).join(" ");
  const mailing = [lead.mailing_street, lead.mailing_city, lead.mailing_state, lead.mailing_zip]
    .filter(Boolean).join(", ");
  const rows: [string, unknown][] = [
    ["Owner", lead.owner_full],
    ["Second owner", second],
    [
      "Property",
      [lead.address, lead.situs_city, lead.situs_state, lead.situs_zip].filter(Boolean).join(", "),
    ],
    ["County, parcel", [lead.county, lead.apn].filter(Boolean).join(", ")],
    ["Mailing address", mailing],
    ["Broker", lead.broker],
    ["Source", lead.source],
    ["Known since", date(lead.created_at)],
    ...(lead.facts ?? []).map((fact): [string, unknown] => [
      sentence(fact.name),
      `${fact.amount_usd === null ? "" : dollars(fact.amount_usd)}${
        fact.as_of ? ` (${date(fact.as_of)})` : ""
      } ${fact.provider}`,
    ]),
    ...Object.entries(lead.attributes ?? {}).map(([name, value]): [string, unknown] => [
      sentence(name),
      typeof value === "object" ? JSON.stringify(value) : String(value),
    ]),
  ];
  return (
    <dl class="facts">
      {rows.filter(([, value]) => value).map(([name, value]) => (
        <>
          <dt>{name}</dt>
          <dd>{String(value)}</dd>
        </>
      ))}
    </dl>
  );
}

function Contacts({ lead }: { lead: Lead }) {
  const outlook = useQuery<Outlook[]>("desk_outlook", {
    p_org_id: lead.org_id,
    p_lead_id: lead.lead_id,
  });
  const contacts = lead.contacts ?? [];
  if (contacts.length === 0) {
    return (
      <Empty title="No phone number or e-mail address.">
        <p>An owner or admin can trace it, or a list can bring one.</p>
      </Empty>
    );
  }
  return (
    <ul class="contacts">
      {contacts.map((contact) => (
        <li data-row={String(contact.id)} key={contact.id}>
          <div class="row">
            <RevealContact
              org={lead.org_id}
              lead={lead.lead_id}
              id={contact.id}
              masked={contact.masked}
              reason="Working on the lead"
            />
            {contact.label && <span class="muted small">{contact.label}</span>}
            {contact.invalid_at
              ? <Tag tone="bad">invalid</Tag>
              : contact.verified && <Tag tone="good">verified</Tag>}
          </div>
          <ul class="outlooks">
            {(outlook.data ?? []).filter((item) => item.contact_point_id === contact.id).map((
              item,
            ) => (
              <li key={item.channel}>
                <span>{channel(item.channel)}</span>
                <Tag
                  tone={item.outlook === "now" ? "good" : item.outlook === "never" ? "bad" : "warn"}
                >
                  {item.outlook === "now"
                    ? "now"
                    : item.outlook === "never"
                    ? "never"
                    : item.next_at
                    ? `from ${when(item.next_at)}`
                    : item.outlook}
                </Tag>
                <Reasons reasons={item.reasons} />
              </li>
            ))}
          </ul>
        </li>
      ))}
      {outlook.loading && !outlook.data && <Waiting />}
      {!!outlook.error && <Failed error={outlook.error} retry={outlook.reload} />}
    </ul>
  );
}

function Explained({ lead }: { lead: Lead }) {
  const rows = (lead.score ?? []).filter((row) => row.words);
  if (rows.length === 0) {
    return <p class="muted">Not scored yet. Scores follow the next run of scoring.</p>;
  }
  return (
    <ul class="points">
      {rows.map((row) => (
        <li key={`${row.axis} ${row.words}`}>
          <span>{row.words}{!row.known && <span class="muted">(not known)</span>}</span>
          <strong class={row.points < 0 ? "minus" : ""}>
            {row.points > 0 ? `+${row.points}` : row.points}
          </strong>
        </li>
      ))}
    </ul>
  );
}

const KIND_TONES: Record<string, "good" | "warn" | "bad" | "info" | "accent" | "plain"> = {
  reply: "accent",
  call: "info",
  message: "plain",
  suppression: "bad",
  consent: "good",
  booking: "good",
  task: "warn",
};

const LIMIT = 50;

function Timeline({ lead }: { lead: Lead }) {
  const kinds = param("kinds");
  const found = useQuery<Happened[]>("desk_timeline", {
    p_org_id: lead.org_id,
    p_lead_id: lead.lead_id,
    p_kinds: kinds ? kinds.split(",") : null,
    p_limit: LIMIT,
    p_cursor: param("after") || null,
  }, { poll: true });
  return (
    <Panel
      title="Timeline"
      flush
      aside={
        <Tabs
          name="kinds"
          label="Kinds"
          standard=""
          options={[["", "All"], ["reply,call,message,booking", "Talk"], ["task", "Tasks"], [
            "consent,suppression,decision",
            "Rules",
          ], ["change,merge,reveal", "Changes"]]}
        />
      }
    >
      <Shown of={found} empty={<Empty title="Nothing has happened yet." />}>
        {(rows) => (
          <ol class="timeline">
            {rows.map((row) => (
              <li key={`${row.kind} ${row.id} ${row.at}`} data-row={row.id}>
                <time dateTime={row.at} title={exactly(row.at)}>{when(row.at)}</time>
                <Tag tone={KIND_TONES[row.kind] ?? "plain"}>{row.kind}</Tag>
                <div>
                  {row.title}
                  <span class="sub">
                    {[row.actor, row.channel && channel(row.channel), row.contact].filter(Boolean)
                      .join(" · ")}
                  </span>
                  {row.kind === "reply" && row.detail?.has_text === true && (
                    <RevealText
                      org={lead.org_id}
                      lead={lead.lead_id}
                      subject="replies"
                      id={row.id}
                      label="Read"
                    />
                  )}
                  {row.kind === "call" &&
                    row.detail?.has_transcript === true && (
                    <RevealText
                      org={lead.org_id}
                      lead={lead.lead_id}
                      subject="transcripts"
                      id={row.id}
                      label="Read"
                    />
                  )}
                </div>
              </li>
            ))}
          </ol>
        )}
      </Shown>
      <Pager cursor={found.data?.at(-1)?.cursor} full={(found.data?.length ?? 0) >= LIMIT} />
    </Panel>
  );
}

function Permission({ lead }: { lead: Lead }) {
  const args = { p_org_id: lead.org_id, p_lead_id: lead.lead_id };
  const consents = useQuery<Consent[]>("desk_consents", args);
  const why = useQuery<Decision[]>("desk_why", { ...args, p_limit: 20 });
  return (
    <>
      <Panel title="Consents and suppressions" flush>
        <Shown
          of={consents}
          empty={<Empty title="No consent and no suppression." />}
        >
          {(rows) => (
            <ul class="plain-list">
              {rows.map((row) => (
                <li key={`${row.kind} ${row.at} ${row.contact}`}>
                  <Tag
                    tone={row.kind === "consent" || row.kind === "lift"
                      ? row.is_active ? "good" : "plain"
                      : row.is_active
                      ? "bad"
                      : "plain"}
                  >
                    {words(row.kind)}
                  </Tag>{" "}
                  {row.contact ?? "the person"}: {(row.channels ?? []).join(", ") || "all channels"}
                  <span class="sub">
                    {[row.why, row.source, row.is_active ? "" : "no longer in force"].filter(
                      Boolean,
                    ).join(" · ")}
                    , <At value={row.at} />
                  </span>
                </li>
              ))}
            </ul>
          )}
        </Shown>
      </Panel>
      <Panel title="Why (not) contacted" flush>
        <Shown of={why} empty={<Empty title="The rules have not been asked about this lead." />}>
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
        </Shown>
      </Panel>
    </>
  );
}

const CONTROLS: Record<string, { label: string; done: string; undo?: string }> = {
  pause: { label: "Pause outreach", done: "Outreach paused", undo: "resume" },
  resume: { label: "Resume outreach", done: "Outreach resumed", undo: "pause" },
};

export default function LeadPage() {
  const id = route.value.path[1] ?? "";
  const query = useQuery<Lead[] | Lead>("desk_lead", { p_org_id: orgId.value, p_lead_id: id }, {
    when: id !== "",
  });
  const [open, setOpen] = useState<"" | "call" | "task" | "deal">("");
  const data = Array.isArray(query.data) ? query.data[0] : query.data;
  if (!data) {
    return (
      <>
        <Head title="Lead" />
        {query.error
          ? <Failed error={query.error} retry={query.reload} />
          : query.loading
          ? <Waiting />
          : (
            <Empty title="This lead does not exist, or is not yours to see.">
              <p>It may have been merged, erased, or assigned to another broker.</p>
              <a href="#/search">Search</a>
            </Empty>
          )}
      </>
    );
  }
  const lead = data;
  const may = lead.may ?? {};
  const phones = (lead.contacts ?? []).filter(({ kind, invalid_at }) =>
    kind === "phone" && !invalid_at
  );
  const action = lead.campaign_status === "paused" ? "resume" : "pause";
  const control = CONTROLS[action]!;
  const steer = (name: string) =>
    rpc("control_lead", {
      p_org_id: lead.org_id,
      p_lead_id: lead.lead_id,
      p_action: name,
      p_reason: "By hand on the desk",
    });
  return (
    <>
      <Head
        title={lead.owner_full ?? lead.address ?? "Lead"}
        sub={
          <span class="row">
            {[lead.address, lead.situs_city, lead.situs_state, lead.situs_zip].filter(Boolean).join(
              ", ",
            )}
          </span>
        }
      >
        {may.call !== false && phones.length > 0 && (
          <button
            type="button"
            class="primary"
            data-key="r"
            onClick={() => setOpen("call")}
          >
            Call
          </button>
        )}
        {may.task !== false && (
          <button type="button" onClick={() => setOpen("task")}>Add a task</button>
        )}
        {may.edit !== false && org.value?.role !== "viewer" && (
          <button
            type="button"
            onClick={() => setOpen("deal")}
          >
            Open a deal
          </button>
        )}
        {may.control !== false && org.value?.role !== "viewer" && lead.run && (
          <button
            type="button"
            onClick={() =>
              void act(
                {
                  done: control.done,
                  run: () => steer(action),
                  undo: control.undo ? () => steer(control.undo!) : undefined,
                  refresh: ["desk_lead", "desk_timeline", "desk_outlook", "desk_day"],
                } as Parameters<typeof act>[0],
              )}
          >
            {control.label}
          </button>
        )}
      </Head>
      <div class="tiles">
        <div>
          <span class="label">Score</span>
          <span class="value">
            <Score value={lead.lead_score} />
          </span>
        </div>
        <div>
          <span class="label">Outreach</span>
          <span class="value">{words(lead.campaign_status)}</span>
        </div>
        <div>
          <span class="label">{lead.run ? lead.run.campaign : "Campaign"}</span>
          <span class="value">
            {lead.run ? <>step {lead.run.step}, {when(lead.run.next_at)}</> : lead.campaign ?? "–"}
          </span>
        </div>
        <div>
          <span class="label">Broker</span>
          <span class="value">{lead.broker ?? "–"}</span>
        </div>
      </div>
      <div class="two">
        <div class="stack-wide">
          <Timeline lead={lead} />
        </div>
        <div class="stack-wide">
          <Panel title="Contact">
            <Contacts lead={lead} />
          </Panel>
          <Panel title="Facts">
            <Facts lead={lead} />
          </Panel>
          <Panel title="Score explained">
            <Explained lead={lead} />
          </Panel>
          <Permission lead={lead} />
          <Matches org={lead.org_id} lead={lead.lead_id} may={may.merge !== false} />
        </div>
      </div>
      {open === "call" && (
        <RecordCall
          call={{
            org: lead.org_id,
            lead: lead.lead_id,
            name: lead.owner_full ?? "this lead",
            contacts: phones,
          }}
          close={() => setOpen("")}
        />
      )}
      {open === "task" && (
        <AddTask
          org={lead.org_id}
          lead={lead.lead_id}
          close={() => setOpen("")}
        />
      )}
      {open === "deal" && (
        <OpenDeal
          org={lead.org_id}
          lead={lead.lead_id}
          title={lead.address ?? lead.owner_full ?? ""}
          close={() => setOpen("")}
        />
      )}
    </>
  );
}
