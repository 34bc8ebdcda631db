// Running campaigns feed their next leads into a new version without another forecast: make one here.
import { useState } from "preact/hooks";
import { messageOf } from "../../data/errors.ts";
import { orgId } from "../../data/me.ts";
import { rpc } from "../../data/rpc.ts";
import { channel, count, sentence, words } from "../../ui/format.ts";
import { Panel } from "../../ui/parts.tsx";
import { toast } from "../../ui/toasts.tsx";

interface Forecast {
  date: string;
  candidates: number;
  sampled: number;
  channels: { channel: string; outlook: string; leads: number }[];
}

export const Forecasts = ({ campaigns }: {
  campaigns: { campaign_id: string; name: string }[];
}) => (
  <Panel title="Running campaigns">
    <p>Their next leads follow this version. After a change, look at a new forecast.</p>
    <ul class="plain-list">
      {campaigns.map((campaign) => <Campaign key={campaign.campaign_id} {...campaign} />)}
    </ul>
  </Panel>
);

function Campaign({ campaign_id, name }: { campaign_id: string; name: string }) {
  const [forecast, setForecast] = useState<Forecast | null>(null);
  async function make() {
    try {
      setForecast(
        await rpc<Forecast>("forecast_campaign", {
          p_org_id: orgId.value,
          p_campaign_id: campaign_id,
        }),
      );
    } catch (error) {
      toast({ kind: "error", text: messageOf(error) });
    }
  }
  return (
    <li>
      <a href={`#/campaigns/${campaign_id}`}>{name}</a>{" "}
      <button type="button" aria-label={`Make a forecast of ${name}`} onClick={() => void make()}>
        Make a forecast
      </button>
      {forecast && (
        <p role="status">
          {count(forecast.candidates)} leads fit on {forecast.date}.{" "}
          {forecast.channels.map((row) =>
            `${sentence(channel(row.channel))} ${words(row.outlook)}: ${count(row.leads)}`
          ).join("; ")}
        </p>
      )}
    </li>
  );
}
