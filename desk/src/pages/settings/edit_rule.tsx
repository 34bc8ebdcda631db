// One rule of the org: its value, why, and for what loosens who approved it.
import { report } from "../../data/act.ts";
import { orgId } from "../../data/me.ts";
import { useQuery } from "../../data/query.ts";
import { rpc } from "../../data/rpc.ts";
import { FormDialog, Input, Select, states } from "../../ui/parts.tsx";
import type { LawRow } from "./law.tsx";

export interface Rule {
  key: string;
  title: string;
  hint: string;
  kind: "hours" | "number" | "states" | "channels" | "switch" | "rules";
  standard: string;
  loosens: boolean;
  value: unknown;
  reason: string | null;
  counsel: string | null;
  reviewed_on: string | null;
}

const DAYS: [value: string, label: string][] = [
  ...[["mon", "Monday"], ["tue", "Tuesday"], ["wed", "Wednesday"], ["thu", "Thursday"]],
  ...[["fri", "Friday"], ["sat", "Saturday"], ["sun", "Sunday"]],
] as [string, string][];
const CHANNELS: [value: string, label: string][] = [
  ["email", "E-mail"],
  ["sms", "Texts"],
  ["voice_manual", "Calls by hand"],
  ["voice_ai", "AI calls"],
];

const Choices = ({ label, name, options, chosen }: {
  label: string;
  name: string;
  options: [value: string, label: string][];
  chosen: string[];
}) => (
  <fieldset>
    <legend>{label}</legend>
    {options.map(([value, text]) => (
      <label class="choice" key={value}>
        <input
          type="checkbox"
          name={`${name} ${value}`}
          defaultChecked={chosen.includes(value)}
        />{" "}
        {text}
      </label>
    ))}
  </fieldset>
);

/** The names of the checked boxes of a group. */
const checked = (values: Record<string, string>, group: string) =>
  Object.keys(values).filter((name) => name.startsWith(`${group} `))
    .map((name) => name.slice(group.length + 1));

function valueOf(kind: Rule["kind"], values: Record<string, string>): unknown {
  switch (kind) {
    case "number":
      return Number(values.number);
    case "switch":
      return values.switch === "yes";
    case "states":
      return states(values.states);
    case "hours":
      return { start: values.start, end: values.end, closed: checked(values, "closed") };
    case "channels":
      return checked(values, "channel");
    case "rules":
      return checked(values, "rule");
  }
}

function Value({ row }: { row: Rule }) {
  const law = useQuery<LawRow[]>("list_law", {
    p_org_id: orgId.value,
    p_waivable: true,
    p_limit: 200,
  }, { when: row.kind === "rules" });
  const list = Array.isArray(row.value) ? row.value as string[] : [];
  const hours = (row.kind === "hours" ? row.value ?? {} : {}) as {
    start?: string;
    end?: string;
    closed?: string[];
  };
  switch (row.kind) {
    case "number":
      return (
        <Input
          name="number"
          label={row.title}
          hint={row.hint}
          defaultValue={typeof row.value === "number" ? row.value : ""}
          type="number"
          step="any"
          required
        />
      );
    case "switch":
      return (
        <Select
          name="switch"
          label={row.title}
          hint={row.hint}
          chosen={row.value === true ? "yes" : "no"}
          options={[["yes", "yes"], ["no", "no"]]}
        />
      );
    case "states":
      return (
        <Input
          name="states"
          label={row.title}
          hint={row.hint}
          defaultValue={list.join(", ") ?? ""}
        />
      );
    case "channels":
      return <Choices label={row.title} name="channel" options={CHANNELS} chosen={list} />;
    case "rules":
      return (
        <Choices
          label={row.title}
          name="rule"
          options={(law.data ?? []).map(({ rule, title, citation }) => [
            rule,
            `${title} (${citation})`,
          ])}
          chosen={list}
        />
      );
    case "hours":
      return (
        <>
          <div class="pair">
            {(["start", "end"] as const).map((name) => (
              <Input
                key={name}
                name={name}
                label={name === "start" ? "From" : "Until"}
                type="time"
                defaultValue={hours[name] ?? (name === "start" ? "09:00" : "20:00")}
                required
              />
            ))}
          </div>
          <Choices label="Closed on" name="closed" options={DAYS} chosen={hours.closed ?? []} />
        </>
      );
  }
}

export function EditRule({ row, close }: { row: Rule; close: () => void }) {
  async function save(values: Record<string, string>) {
    await rpc("save_org_rule", {
      p_org_id: orgId.value,
      p_key: row.key,
      p_value: valueOf(row.kind, values),
      p_reason: values.reason,
      p_counsel: values.counsel,
    });
    report("Rule saved", ["list_org_rules", "list_law"]);
    close();
  }
  return (
    <FormDialog title={row.title} submit="Save" save={save} close={close}>
      <Value row={row} />
      <Input name="reason" label="Why" defaultValue={row.reason ?? ""} maxLength={500} required />
      {row.loosens && (
        <Input
          name="counsel"
          label="Counsel who approved it"
          hint="This loosens what the gate does. It is recorded with this name."
          defaultValue={row.counsel ?? ""}
          maxLength={200}
          required
        />
      )}
    </FormDialog>
  );
}
