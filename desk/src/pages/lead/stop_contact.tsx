// The end of contact through one phone or e-mail, or with a person: in force at once.
import { useState } from "preact/hooks";
import { report } from "../../data/act.ts";
import { manages } from "../../data/me.ts";
import { rpc } from "../../data/rpc.ts";
import { Area, FormDialog, instant, Select } from "../../ui/parts.tsx";
import { Channels, channelsIn, ContactSelect, When } from "./contact_fields.tsx";
import { about, channel, type Lead, PERMISSION } from "./lead.ts";

const WHY: [value: string, label: string, about: string][] = [
  [
    "wish",
    "The person asked for it",
    "On these channels of this contact. A later consent lifts it.",
  ],
  [
    "refusal",
    "The person never wants to be contacted again",
    "Every channel and every contact, also those that become known later.",
  ],
  [
    "own_decision",
    "We decided so",
    "Without a wish of the person. A later consent lifts it.",
  ],
  ["litigator", "Known to sue", "For good: no consent lifts it."],
];

const HOW: [string, string][] = [
  ["spoken", "On the phone"],
  ["in person", "In person"],
  ["letter", "In a letter"],
  ["e-mail", "By e-mail"],
  ["third party", "Through somebody else"],
];

export function StopContact({ lead, contact, channels, close }: {
  lead: Lead;
  contact: number | null;
  channels: string[] | null;
  close: () => void;
}) {
  const contacts = lead.contacts ?? [];
  const [chosen, choose] = useState(contact ?? contacts[0]?.id ?? 0);
  const [why, setWhy] = useState("wish");
  const kind = contacts.find(({ id }) => id === chosen)?.kind;
  const wished = why === "wish" || why === "refusal";

  async function save(values: Record<string, string>) {
    const ended = await rpc<string[]>("stop_contact", {
      ...about(lead),
      p_contact_point_id: chosen,
      p_why: why,
      p_channels: why === "refusal" ? null : channelsIn(kind, values),
      ...(wished
        ? { p_how: values.how, p_words: values.words ?? null, p_at: instant(values.at) }
        : {}),
    });
    close();
    report(`Stopped: ${ended.map(channel).join(", ")}`, [...PERMISSION]);
  }

  return (
    <FormDialog title="Stop contact" close={close} submit="Stop contact" save={save}>
      <ContactSelect contacts={contacts} chosen={chosen} choose={choose} />
      <Select
        label="Why"
        hint={WHY.find(([value]) => value === why)?.[2]}
        value={why}
        options={WHY.filter(([value]) => value !== "litigator" || manages.value)
          .map(([value, label]) => [value, label] as const)}
        onChange={(event) => setWhy(event.currentTarget.value)}
      />
      {why !== "refusal" && (
        <Channels label="Channels that end" kind={kind} chosen={channels} key={kind} />
      )}
      {wished && (
        <>
          <div class="pair">
            <Select label="How the person said it" name="how" options={HOW} />
            <When />
          </div>
          <Area
            label="The person's words"
            hint="Stored encrypted."
            name="words"
            rows={2}
            maxLength={4000}
          />
        </>
      )}
    </FormDialog>
  );
}
