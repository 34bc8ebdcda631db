// A list that a source fetches by itself: from where, when, and how many rows it may lose.
import { useState } from "preact/hooks";
import { report } from "../../data/act.ts";
import { org, orgId } from "../../data/me.ts";
import { useEvery } from "../../data/every.ts";
import { rpc } from "../../data/rpc.ts";
import { Area, Check, Failed, FormDialog, Input, Select } from "../../ui/parts.tsx";
import { DAYS, KINDS, OPTIONS, type Pull, SECRETS } from "./pull.ts";

interface Source {
  source_id: string;
  name: string;
  cursor: string;
}

/** "5:00, 17:30" as times; what they mean is the database's to say. */
const times = (text: string | undefined): string[] => (text ?? "").split(/[\s,;]+/).filter(Boolean);

/** The source is chosen once: a source has one pull. */
function SourceSelect() {
  const sources = useEvery<Source>("list_sources", { p_org_id: orgId.value });
  if (sources.error) return <Failed error={sources.error} retry={sources.reload} />;
  if (sources.data?.length === 0) {
    return (
      <p class="note warn">
        <a href="#/settings?tab=sources">Add a source</a> first: the list is fetched for it.
      </p>
    );
  }
  return (
    <Select
      label="Source"
      name="source"
      options={[
        ["", "Choose a source"],
        ...(sources.data ?? []).map(({ source_id, name }) => [source_id, name] as const),
      ]}
      required
    />
  );
}

const Days = ({ chosen }: { chosen: number[] }) => (
  <fieldset>
    <legend>Days</legend>
    <div class="outcomes">
      {DAYS.map(([day, name]) => (
        <Check label={name} name={`day ${day}`} defaultChecked={chosen.includes(day)} key={day} />
      ))}
    </div>
  </fieldset>
);

export function EditPull({ pull, close }: { pull: Pull | null; close: () => void }) {
  const [kind, setKind] = useState(pull?.kind ?? "file");
  const options = OPTIONS[kind] ?? [];

  async function save(values: Record<string, string>) {
    await rpc("save_pull", {
      p_source_id: pull?.source_id ?? values.source,
      p_version: pull?.version ?? null,
      p_token: values.no_token === "on" ? "" : values.token ?? null,
      p_values: {
        ...(pull ? {} : { kind }),
        url: values.url,
        options: Object.fromEntries(options.flatMap(([name]) => {
          const value = values[`option ${name}`];
          return value === undefined ? [] : [[name, value]];
        })),
        at_times: times(values.at_times),
        weekdays: DAYS.map(([day]) => day).filter((day) => values[`day ${day}`] === "on"),
        time_zone: values.time_zone,
        most_lost: Number(values.most_lost) / 100,
        terms: values.terms,
      },
    });
    close();
    report(pull ? "Pull saved" : "Pull added", ["list_pulls", "list_pull_runs"]);
  }

  return (
    <FormDialog
      title={pull ? `Pull of ${pull.source}` : "New scheduled pull"}
      close={close}
      save={save}
    >
      {!pull && (
        <>
          <SourceSelect />
          <Select
            label="From"
            value={kind}
            options={Object.entries(KINDS)}
            onChange={(event) => setKind(event.currentTarget.value)}
          />
        </>
      )}
      <Input
        label="Address"
        hint={kind === "sftp"
          ? "Such as sftp://files.example.com/lists/owners.csv."
          : "An https address."}
        name="url"
        defaultValue={pull?.url ?? ""}
        maxLength={2000}
        required
      />
      {options.map(([name, label, hint, required]) => (
        <Input
          label={label}
          hint={hint}
          name={`option ${name}`}
          defaultValue={pull?.options[name] ?? ""}
          maxLength={1000}
          required={required ?? false}
          key={`${kind} ${name}`}
        />
      ))}
      <Input
        label={SECRETS[kind] ?? "Token of the server"}
        hint={pull?.has_token
          ? "One is stored. Empty: it stays; another server does not get it."
          : "Stored encrypted, and never shown. Empty: none."}
        name="token"
        type="password"
        autocomplete="off"
        maxLength={10000}
      />
      {pull?.has_token && <Check label="Remove what is stored" name="no_token" />}
      <div class="pair">
        <Input
          label="Times"
          hint="Such as 05:00, 17:30."
          name="at_times"
          defaultValue={(pull?.at_times ?? ["05:00"]).map((time) => time.slice(0, 5)).join(", ")}
          required
        />
        <Input
          label="Time zone"
          name="time_zone"
          defaultValue={pull?.time_zone ?? org.value?.time_zone ?? "America/Los_Angeles"}
          required
        />
      </div>
      <Days chosen={pull?.weekdays ?? [1, 2, 3, 4, 5, 6, 7]} />
      <Input
        label="Share of rows that may be lost, in %"
        hint="A list that lost more since the last good run is held, and changes no lead until somebody releases it."
        name="most_lost"
        type="number"
        min="0"
        max="100"
        step="any"
        defaultValue={String(Math.round((pull?.most_lost ?? 0.2) * 10_000) / 100)}
        required
      />
      <Area
        label="Terms"
        hint="The licence or contract under which the data is used, and its address."
        name="terms"
        rows={2}
        maxLength={1000}
        defaultValue={pull?.terms ?? ""}
        required
      />
    </FormDialog>
  );
}
