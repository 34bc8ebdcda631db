import { report } from "../../data/act.ts";
import { orgId } from "../../data/me.ts";
import { useQuery } from "../../data/query.ts";
import { rpc } from "../../data/rpc.ts";
import { Check, FormDialog, Input, Select, states } from "../../ui/parts.tsx";
import { go } from "../../ui/router.ts";
import { type Campaign, CHANGED } from "./campaign.ts";

interface Source {
  source_id: string;
  name: string;
}

interface Sequence {
  id: string;
  name: string;
}

/** A new campaign, or the settings of a draft or paused one. */
export function Edit({ campaign, close }: { campaign: Campaign | null; close: () => void }) {
  const sequences = useQuery<Sequence[]>("list_sequences", { p_org_id: orgId.value, p_limit: 200 });
  const sources = useQuery<Source[]>("list_sources", { p_org_id: orgId.value });
  const all = sources.data ?? [];
  const choosable = all.length > 1;
  const options = (sequences.data ?? []).map(({ id, name }): [string, string] => [id, name]);
  // The list has the newest versions: a campaign may follow an older one, and keeps it.
  if (campaign?.sequence_id && !options.some(([id]) => id === campaign.sequence_id)) {
    options.unshift([
      campaign.sequence_id,
      `${campaign.sequence ?? "The sequence"} (as it is now)`,
    ]);
  }
  async function save(values: Record<string, string>) {
    const { id } = await rpc<{ id: string }>("save_campaign", {
      p_org_id: orgId.value,
      p_campaign_id: campaign?.id ?? null,
      p_version: campaign?.version,
      p_settings: {
        name: values.name,
        daily_limit: Number(values.daily_limit),
        states: states(values.states),
        source_ids: choosable
          ? all.map(({ source_id }) => source_id).filter((id) => values[`source ${id}`] === "on")
          : campaign?.source_ids ?? [],
        min_score: Number(values.min_score ?? 0),
        starts_on: values.starts_on ?? null,
        ends_on: values.ends_on ?? null,
        assign_brokers: values.assign_brokers === "on",
        sequence_id: values.sequence_id ?? null,
      },
    });
    close();
    report("Campaign saved", [...CHANGED]);
    go(`#/campaigns/${id}`);
  }
  return (
    <FormDialog
      title={campaign ? `Edit ${campaign.name}` : "New campaign"}
      close={close}
      save={save}
    >
      <Input
        label="Name"
        name="name"
        defaultValue={campaign?.name ?? ""}
        maxLength={120}
        required
      />
      <Select
        label="Sequence"
        name="sequence_id"
        chosen={campaign?.sequence_id}
        options={options}
        required
      />
      <div class="pair">
        <Input
          label="Leads a day"
          name="daily_limit"
          type="number"
          min="1"
          max="100000"
          defaultValue={String(campaign?.daily_limit ?? 50)}
          required
        />
        <Input
          label="Least score"
          name="min_score"
          type="number"
          min="0"
          max="100"
          defaultValue={String(campaign?.min_score ?? "")}
        />
        <Input
          label="Starts"
          name="starts_on"
          type="date"
          defaultValue={campaign?.starts_on ?? ""}
        />
        <Input label="Ends" name="ends_on" type="date" defaultValue={campaign?.ends_on ?? ""} />
      </div>
      <Input
        label="States"
        hint="Two letters each, such as CA, NV. Empty: all."
        name="states"
        defaultValue={(campaign?.states ?? []).join(", ")}
      />
      {choosable && (
        <fieldset>
          <legend>Sources</legend>
          <p class="hint">None chosen: leads of all sources.</p>
          {all.map(({ source_id, name }) => (
            <Check
              label={name}
              name={`source ${source_id}`}
              defaultChecked={campaign?.source_ids?.includes(source_id) ?? false}
              key={source_id}
            />
          ))}
        </fieldset>
      )}
      <Check
        label="Assign each lead to a broker"
        name="assign_brokers"
        defaultChecked={campaign?.assign_brokers ?? true}
      />
    </FormDialog>
  );
}
