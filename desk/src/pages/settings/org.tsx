// The org itself: name, time zone, holidays, and its settings with what counts without them.
import { useState } from "preact/hooks";
import { messageOf } from "../../data/errors.ts";
import { loadMe, orgId } from "../../data/me.ts";
import { refresh, useQuery } from "../../data/query.ts";
import { rpc } from "../../data/rpc.ts";
import { Area, Input, onSubmit, Panel, Select, Shown } from "../../ui/parts.tsx";
import { toast } from "../../ui/toasts.tsx";
import { changes } from "./changes.ts";

interface Setting {
  key: string;
  area: string;
  title: string;
  hint: string;
  value: string | null;
  standard: string;
  /** Values and their words, where one is chosen and none typed. */
  choices: [value: string, words: string][] | null;
}

interface Settings {
  name: string;
  time_zone: string;
  holidays: string[];
  version: string;
  settings: Setting[];
}

const ZONES = [
  ...["America/Los_Angeles", "America/Denver", "America/Phoenix", "America/Chicago"],
  ...["America/New_York", "America/Detroit", "America/Anchorage", "Pacific/Honolulu"],
];
/** What counts without a choice. */
const wordsOf = ({ choices, standard }: Setting): string =>
  choices?.find(([value]) => value === standard)?.[1] ?? standard;
const lines = (text: string | undefined) => (text ?? "").split(/[\s,]+/).filter(Boolean);

function Form({ data }: { data: Settings }) {
  const [problem, setProblem] = useState("");
  async function save(values: Record<string, string>) {
    setProblem("");
    const before = Object.fromEntries(data.settings.map(({ key, value }) => [key, value]));
    try {
      await rpc("save_org_settings", {
        p_org_id: orgId.value,
        p_version: data.version,
        p_values: {
          name: values.org_name,
          time_zone: values.time_zone,
          holidays: lines(values.holidays),
          settings: changes(data.settings.map(({ key }) => key), values, before),
        },
      });
      await Promise.all([refresh(["org_settings"]), loadMe()]);
      toast({ text: "Saved" });
    } catch (error) {
      setProblem(messageOf(error));
    }
  }
  const areas = [...new Set(data.settings.map(({ area }) => area))];
  return (
    <form class="stack-wide" onSubmit={onSubmit(save)}>
      <Panel title="Org">
        <div class="stack">
          <div class="pair">
            <Input
              name="org_name"
              label="Name"
              defaultValue={data.name ?? ""}
              maxLength={200}
              required
            />
            <Select
              name="time_zone"
              label="Time zone"
              hint="Of the business day, of feeds and of reports."
              chosen={data.time_zone}
              options={[...new Set([data.time_zone, ...ZONES])].map((zone) => [
                zone,
                zone.replaceAll("_", " "),
              ])}
            />
          </div>
          <Area
            name="holidays"
            label="Holidays"
            hint="Days without a feed, one a line, like 2026-12-25."
            rows={4}
            defaultValue={data.holidays.join("\n")}
          />
        </div>
      </Panel>
      {areas.map((area) => (
        <Panel title={area} key={area}>
          <div class="pair">
            {data.settings.filter((one) => one.area === area).map((one) =>
              one.choices
                ? (
                  <Select
                    key={one.key}
                    name={one.key}
                    label={one.title}
                    hint={one.hint}
                    chosen={one.value ?? ""}
                    options={[["", `as usual: ${wordsOf(one)}`], ...one.choices]}
                  />
                )
                : (
                  <Input
                    key={one.key}
                    name={one.key}
                    label={one.title}
                    defaultValue={one.value ?? ""}
                    maxLength={2000}
                    hint={one.hint.includes("Empty:")
                      ? one.hint
                      : `${one.hint} Empty: ${one.standard}.`.trim()}
                  />
                )
            )}
          </div>
        </Panel>
      ))}
      {problem && <p class="note bad" role="alert">{problem}</p>}
      <div>
        <button type="submit" class="primary">Save</button>
      </div>
    </form>
  );
}

export function Org() {
  const found = useQuery<Settings>("org_settings", { p_org_id: orgId.value });
  return <Shown of={found}>{(data) => <Form data={data} key={data.version} />}</Shown>;
}
