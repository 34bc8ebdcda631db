import { useState } from "preact/hooks";
import { useEvery } from "../../data/every.ts";
import { manages, org, orgId } from "../../data/me.ts";
import { count, date, money, plural, words } from "../../ui/format.ts";
import { Head, Panel, Tag } from "../../ui/parts.tsx";
import { type Campaign, pauseOrResume, STATE_TONES, stop } from "./campaign.ts";
import { Edit } from "./edit.tsx";
import { Launch } from "./launch.tsx";
import { Funnel, Variants } from "./results.tsx";
import { RepliesByVariant } from "../../work/replies_by_variant.tsx";

function Controls({ campaign, edit }: { campaign: Campaign; edit: () => void }) {
  const { state } = campaign;
  return (
    <>
      {(state === "draft" || state === "paused") && (
        <button type="button" onClick={edit}>Edit</button>
      )}
      {state === "running" && (
        <button
          type="button"
          onClick={() => void pauseOrResume(campaign, "pause")}
        >
          Pause
        </button>
      )}
      {state === "paused" && (
        <button
          type="button"
          class="primary"
          onClick={() => void pauseOrResume(campaign, "resume")}
        >
          Resume
        </button>
      )}
      {(state === "running" || state === "paused") && (
        <button
          type="button"
          class="danger"
          onClick={() => void stop(campaign)}
        >
          Stop
        </button>
      )}
    </>
  );
}

function Sources({ ids }: { ids: string[] }) {
  const sources = useEvery<{ source_id: string; name: string; cursor: string }>("list_sources", {
    p_org_id: orgId.value,
  });
  const names = (sources.data ?? []).filter(({ source_id }) => ids.includes(source_id));
  return <>{names.map(({ name }) => name).join(", ") || plural(ids.length, "source")}</>;
}

const Settings = ({ campaign }: { campaign: Campaign }) => (
  <Panel title="Settings">
    <dl class="facts">
      <dt>Leads a day</dt>
      <dd>{count(campaign.daily_limit)}</dd>
      <dt>States</dt>
      <dd>{campaign.states?.length ? campaign.states.join(", ") : "all"}</dd>
      <dt>Sources</dt>
      <dd>{campaign.source_ids?.length ? <Sources ids={campaign.source_ids} /> : "all"}</dd>
      <dt>Least score</dt>
      <dd>{campaign.min_score ?? "none"}</dd>
      <dt>Runs</dt>
      <dd>
        {date(campaign.starts_on)} to {campaign.ends_on ? date(campaign.ends_on) : "no end"}
      </dd>
      <dt>Brokers</dt>
      <dd>{campaign.assign_brokers ? "assigned by the feed" : "not assigned"}</dd>
      <dt>Sequence</dt>
      <dd>
        {campaign.sequence_id
          ? <a href={`#/sequences/${campaign.sequence_id}`}>{campaign.sequence}</a>
          : "–"}
      </dd>
      <dt>Spent</dt>
      <dd>{money(campaign.spent_usd)}</dd>
    </dl>
  </Panel>
);

export function One({ campaign }: { campaign: Campaign }) {
  const [editing, setEditing] = useState(false);
  return (
    <>
      <Head
        title={campaign.name}
        sub={
          <>
            <Tag tone={STATE_TONES[campaign.state] ?? "plain"}>{words(campaign.state)}</Tag>{" "}
            {campaign.sequence}
          </>
        }
      >
        <a class="button" href="#/campaigns">All campaigns</a>
        {manages.value && <Controls campaign={campaign} edit={() => setEditing(true)} />}
      </Head>
      <div class="two">
        <div class="stack-wide">
          {campaign.state === "draft" && manages.value && <Launch campaign={campaign} />}
          <Funnel campaign={campaign.id} />
          <Variants campaign={campaign.id} />
          {org.value?.role !== "broker" && <RepliesByVariant campaign={campaign.id} />}
        </div>
        <Settings campaign={campaign} />
      </div>
      {editing && <Edit campaign={campaign} close={() => setEditing(false)} />}
    </>
  );
}
