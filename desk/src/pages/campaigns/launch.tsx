// The forecast of a draft: whom the rules would refuse and why. A launch follows a forecast of the present settings.
import { useState } from "preact/hooks";
import { act } from "../../data/act.ts";
import { orgId } from "../../data/me.ts";
import { rpc } from "../../data/rpc.ts";
import { channel, count, date, percent, sentence, words } from "../../ui/format.ts";
import { Failed, OutlookTag, Panel, Table } from "../../ui/parts.tsx";
import { type Campaign, CHANGED, control } from "./campaign.ts";

interface Forecast {
  hash: string;
  made_at: string;
  date: string;
  candidates: number;
  sampled: number;
  channels: { channel: string; outlook: string; leads: number; share: number }[];
  reasons: { channel: string; rule: string; leads: number; share: number; words?: string }[];
}

const called = (name: string) => sentence(channel(name));

function Told({ forecast }: { forecast: Forecast }) {
  return (
    <>
      <p>
        <strong>{count(forecast.candidates)}</strong> leads fit on {date(forecast.date)};{" "}
        {count(forecast.sampled)} of them were asked about.
      </p>
      {forecast.candidates === 0 && (
        <p class="note warn">
          Nobody yet: new leads count after the night's refresh, and the states, sources and scores
          of the campaign have to fit.
        </p>
      )}
      {forecast.channels.length > 0 && (
        <Table
          label="Forecast by channel"
          rows={forecast.channels}
          id={(row) => `${row.channel} ${row.outlook}`}
          columns={[
            { label: "Channel", show: (row) => called(row.channel) },
            { label: "Outlook", show: (row) => <OutlookTag outlook={row.outlook} /> },
            { label: "Leads", num: true, labelled: true, show: (row) => count(row.leads) },
            { label: "Share", num: true, labelled: true, show: (row) => percent(row.share) },
          ]}
        />
      )}
      {forecast.reasons.length > 0 && (
        <>
          <h3>Why not</h3>
          <ul class="points">
            {forecast.reasons.map((row) => (
              <li key={`${row.channel} ${row.rule}`}>
                <span>
                  {row.words ?? words(row.rule)} <span class="muted">({called(row.channel)})</span>
                </span>
                <span>{count(row.leads)}, {percent(row.share)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

export function Launch({ campaign }: { campaign: Campaign }) {
  const [forecast, setForecast] = useState<Forecast | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const args = { p_org_id: orgId.value, p_campaign_id: campaign.id };
  async function ask() {
    setBusy(true);
    setProblem(null);
    try {
      setForecast(await rpc<Forecast>("forecast_campaign", args));
    } catch (error) {
      setProblem(error);
    }
    setBusy(false);
  }
  const launch = () =>
    act({
      done: "Campaign launched",
      run: () => rpc("launch_campaign", { ...args, p_hash: forecast?.hash }),
      undo: () => control(campaign, "pause", "Launch undone on the desk"),
      refresh: [...CHANGED],
    });
  return (
    <Panel title="Before launch">
      <div class="stack">
        {!!problem && <Failed error={problem} />}
        {forecast ? <Told forecast={forecast} /> : (
          <p>
            The forecast asks the rules about the leads that this campaign would contact, and says
            whom they would refuse and why. A campaign is launched on a forecast of its present
            settings.
          </p>
        )}
        <div class="row">
          {forecast && (
            <button type="button" class="primary" onClick={() => void launch()}>Launch</button>
          )}
          <button
            type="button"
            class={forecast ? "" : "primary"}
            disabled={busy}
            onClick={() => void ask()}
          >
            {forecast ? "Ask again" : "Make the forecast"}
          </button>
          {busy && <span class="muted" role="status">Asking the rules…</span>}
        </div>
      </div>
    </Panel>
  );
}
