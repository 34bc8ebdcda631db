// Which contact, and which of its channels: for consents and for their end.
import { Check, Input, nowLocal, Select } from "../../ui/parts.tsx";
import { channel, channelsOf, type Contact } from "./lead.ts";

export const ContactSelect = ({ contacts, chosen, choose }: {
  contacts: Contact[];
  chosen: number;
  choose: (id: number) => void;
}) => (
  <Select
    label="Phone number or e-mail address"
    value={String(chosen)}
    options={contacts.map(({ id, masked, label }) => [String(id), `${masked} ${label ?? ""}`])}
    onChange={(event) => choose(Number(event.currentTarget.value))}
  />
);

export const Channels = ({ kind, chosen, label }: {
  kind: string | undefined;
  /** Null: all. */
  chosen: string[] | null;
  label: string;
}) => (
  <fieldset>
    <legend>{label}</legend>
    {channelsOf(kind).map((name) => (
      <Check
        label={channel(name)}
        name={`channel ${name}`}
        defaultChecked={chosen === null || chosen.includes(name)}
        key={name}
      />
    ))}
  </fieldset>
);

/** When the person said it: now, unless changed, and never later. */
export const When = () => (
  <Input
    label="When"
    name="at"
    type="datetime-local"
    max={nowLocal()}
    defaultValue={nowLocal()}
    required
  />
);

export const channelsIn = (kind: string | undefined, values: Record<string, string>): string[] =>
  channelsOf(kind).filter((name) => values[`channel ${name}`] === "on");
