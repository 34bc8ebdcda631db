import { useState } from "preact/hooks";
import { report } from "../../data/act.ts";
import { orgId } from "../../data/me.ts";
import { useEvery } from "../../data/every.ts";
import { rows, rpc } from "../../data/rpc.ts";
import { Check, type Choice, Chooser, FormDialog, Input, states } from "../../ui/parts.tsx";
import { go } from "../../ui/router.ts";
import { type Campaign, CHANGED } from "./campaign.ts";

interface Source {
  source_id: string;
  name: string;
  cursor: string;
}

/** The newest versions of sequences by a part of their name. */
const findSequences = (text: string) =>
  rows<Choice>("list_sequences", {
    p_org_id: orgId.value,
    p_limit: 20,
    ...(text === "" ? {} : { p_search: text }),
  });

/** A new campaign, or the settings of a draft or paused one. */
export function Edit({ campaign, close }: { campaign: Campaign | null; close: () => void }) {
  const [sequence, setSequence] = useState<Choice | null>(
    // A campaign may follow an older version, and keeps it until another is chosen.
    campaign?.sequence_id
      ? { id: campaign.sequence_id, name: `${campaign.sequence ?? "The sequence"} (as it is now)` }
      : null,
  );
  const sources = useEvery<Source>("list_sources", { p_org_id: orgId.value });
  const all = sources.data ?? [];
  const choosable = all.length > 1;
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
      <Chooser
        label="Sequence"
        name="sequence_id"
        chosen={sequence}
        look={findSequences}
        choose={setSequence}
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
