// One lead: what is known, why it is (not) contacted, and everything that happened.
import { useState } from "preact/hooks";
import { act } from "../../data/act.ts";
import { manages, org, orgId } from "../../data/me.ts";
import { useQuery } from "../../data/query.ts";
import { rpc } from "../../data/rpc.ts";
import { joined, when, words } from "../../ui/format.ts";
import { Absent, Head, Score } from "../../ui/parts.tsx";
import { route } from "../../ui/router.ts";
import { AddTask } from "../../work/add_task.tsx";
import { useMembers } from "../../work/members.tsx";
import { Matches } from "../../work/matches.tsx";
import { OpenDeal } from "../../work/open_deal.tsx";
import { RecordCall } from "../../work/record_call.tsx";
import { Consents } from "./consents.tsx";
import { Contacts } from "./contacts.tsx";
import { Explained, Facts } from "./facts.tsx";
import { about, type Lead } from "./lead.ts";
import { Decisions } from "./permission.tsx";
import { Person } from "./person.tsx";
import { Timeline } from "./timeline.tsx";
import { Unions } from "./unions.tsx";

type Opened = "call" | "task" | "deal" | null;

function steer(lead: Lead, action: "pause" | "resume") {
  const run = (name: string) =>
    rpc("control_lead", { ...about(lead), p_action: name, p_reason: "By hand on the desk" });
  return act({
    done: action === "pause" ? "Outreach paused" : "Outreach resumed",
    run: () => run(action),
    undo: () => run(action === "pause" ? "resume" : "pause"),
    refresh: ["desk_lead", "desk_timeline", "desk_outlook", "desk_day"],
  });
}

function Controls(
  { lead, callable, open }: { lead: Lead; callable: boolean; open: (what: Opened) => void },
) {
  const may = lead.may ?? {};
  const works = org.value?.role !== "viewer";
  const action = lead.campaign_status === "paused" ? "resume" : "pause";
  return (
    <>
      {may.call !== false && callable && (
        <button
          type="button"
          class="primary"
          data-key="r"
          onClick={() => open("call")}
        >
          Call
        </button>
      )}
      {may.task !== false && <button type="button" onClick={() => open("task")}>Add a task</button>}
      {may.edit !== false && works && (
        <button type="button" onClick={() => open("deal")}>Open a deal</button>
      )}
      {may.control !== false && works && lead.run && (
        <button
          type="button"
          onClick={() => void steer(lead, action)}
        >
          {action === "pause" ? "Pause outreach" : "Resume outreach"}
        </button>
      )}
    </>
  );
}

function give(lead: Lead, broker: string | null) {
  const to = (id: string | null) => rpc("assign_lead", { ...about(lead), p_broker_id: id });
  return act({
    done: broker ? "Lead given to the broker" : "Lead given to nobody",
    run: () => to(broker),
    undo: () => to(lead.broker_id),
    refresh: ["desk_lead", "desk_timeline", "desk_day"],
  });
}

function Broker({ lead }: { lead: Lead }) {
  const brokers = useMembers(lead.org_id, manages.value).filter(({ broker_id }) => broker_id);
  if (!manages.value) return <span class="value">{lead.broker ?? "–"}</span>;
  const other = lead.broker_id !== null &&
    !brokers.some(({ broker_id }) => broker_id === lead.broker_id);
  return (
    <select
      aria-label="Broker"
      value={lead.broker_id ?? ""}
      onChange={(event) => void give(lead, event.currentTarget.value || null)}
    >
      <option value="">nobody</option>
      {other && <option value={lead.broker_id!}>{lead.broker}</option>}
      {brokers.map(({ broker_id, name }) => (
        <option value={broker_id!} key={broker_id}>{name}</option>
      ))}
    </select>
  );
}

const Tiles = ({ lead }: { lead: Lead }) => (
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
        {lead.run
          ? joined(`step ${lead.run.step}`, lead.run.next_at && when(lead.run.next_at))
          : lead.campaign ?? "–"}
      </span>
    </div>
    <div>
      <span class="label">Broker</span>
      <Broker lead={lead} />
    </div>
  </div>
);

export default function LeadPage() {
  const id = route.value.path[1] ?? "";
  const query = useQuery<Lead[] | Lead>("desk_lead", { p_org_id: orgId.value, p_lead_id: id }, {
    when: id !== "",
  });
  const [opened, open] = useState<Opened>(null);
  const close = () => open(null);
  const lead = Array.isArray(query.data) ? query.data[0] : query.data;
  if (!lead) {
    return (
      <Absent title="Lead" of={query}>
        <p>It may have been merged, erased, or assigned to another broker.</p>
        <a href="#/search">Search</a>
      </Absent>
    );
  }
  const { org_id, lead_id } = lead;
  const phones = (lead.contacts ?? []).filter(({ kind, invalid_at }) =>
    kind === "phone" && !invalid_at
  );
  return (
    <>
      <Head
        title={lead.owner_full ?? lead.address ?? "Lead"}
        sub={joined(lead.address, lead.situs_city, lead.situs_state, lead.situs_zip)}
      >
        <Controls lead={lead} callable={phones.length > 0} open={open} />
      </Head>
      <Tiles lead={lead} />
      <div class="two">
        <div class="stack-wide">
          <Timeline lead={lead} />
        </div>
        <div class="stack-wide">
          <Contacts lead={lead} />
          <Facts lead={lead} />
          <Explained lead={lead} />
          <Consents lead={lead} />
          <Decisions lead={lead} />
          <Matches org={org_id} lead={lead_id} may={lead.may?.merge !== false} />
          <Unions lead={lead} />
          <Person lead={lead} />
        </div>
      </div>
      {opened === "call" && (
        <RecordCall
          call={{
            org: org_id,
            lead: lead_id,
            name: lead.owner_full ?? "this lead",
            contacts: phones,
          }}
          close={close}
        />
      )}
      {opened === "task" && <AddTask org={org_id} lead={lead_id} close={close} />}
      {opened === "deal" && (
        <OpenDeal
          org={org_id}
          lead={lead_id}
          title={lead.address ?? lead.owner_full ?? ""}
          close={close}
        />
      )}
    </>
  );
}
