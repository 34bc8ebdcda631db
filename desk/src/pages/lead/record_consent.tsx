// A consent that was given on paper or by word, or follows from a purchase or an inquiry: with its evidence.
import { useState } from "preact/hooks";
import { report } from "../../data/act.ts";
import { manages } from "../../data/me.ts";
import { useQuery } from "../../data/query.ts";
import { rpc } from "../../data/rpc.ts";
import { Area, Check, FormDialog, Input, instant, Select } from "../../ui/parts.tsx";
import { Channels, channelsIn, ContactSelect, When } from "./contact_fields.tsx";
import { about, type Lead, PERMISSION } from "./lead.ts";

interface Wordings {
  seller: string;
  texts: { version: number; title: string; body: string }[];
}

const METHODS: [string, string][] = [
  ["paper", "Signed on paper"],
  ["spoken", "Said on the phone or in person"],
  ["purchase", "Bought from us"],
  ["inquiry", "Asked us for something"],
];

/** The type that follows from the method; a paper says which. */
const typeOf = (method: string, written: boolean): string =>
  method === "paper" ? (written ? "pewc" : "pec") : method === "spoken" ? "pec" : `ebr_${method}`;

/** Automatic calls and texts need a paper that says so. */
const Written = ({ written, change }: { written: boolean; change: (yes: boolean) => void }) => (
  <>
    <Check
      label="It allows automatic calls and texts (prior express written consent)"
      checked={written}
      onChange={(event) => change(event.currentTarget.checked)}
    />
    {written && (
      <fieldset>
        <legend>The paper says</legend>
        <Check label="that calls and texts may be automatic" name="automated" required />
        <Check label="that consent is not a condition of a purchase" name="condition" required />
      </fieldset>
    )}
  </>
);

export function RecordConsent({ lead, contact, close }: {
  lead: Lead;
  contact: number | null;
  close: () => void;
}) {
  const contacts = lead.contacts ?? [];
  const [chosen, choose] = useState(contact ?? contacts[0]?.id ?? 0);
  const [method, setMethod] = useState("paper");
  const [written, setWritten] = useState(false);
  const [text, setText] = useState("");
  const wordings = useQuery<Wordings>("consent_wordings", { p_org_id: lead.org_id });
  const kind = contacts.find(({ id }) => id === chosen)?.kind;
  const worded = method === "paper" || method === "spoken";
  const texts = wordings.data?.texts ?? [];

  async function save(values: Record<string, string>) {
    await rpc("record_consent", {
      ...about(lead),
      p_contact_point_id: chosen,
      p_consent: {
        method,
        type: typeOf(method, written),
        channels: channelsIn(kind, values),
        occurred_at: instant(values.at),
        seller: values.seller,
        evidence: values.evidence,
        ...(worded ? { text } : {}),
        ...(method === "paper" ? { signature: values.signature } : {}),
        ...(method === "paper" && written
          ? { automated_disclosed: true, not_condition_of_purchase: true }
          : {}),
      },
    });
    close();
    report("Consent recorded", [...PERMISSION]);
  }

  return (
    <FormDialog title="Record a consent" close={close} submit="Record" save={save}>
      {!manages.value && (
        <p class="note">
          It lifts a suppression only when an owner or admin has confirmed it.
        </p>
      )}
      <ContactSelect contacts={contacts} chosen={chosen} choose={choose} />
      <Channels label="The person agreed to" kind={kind} chosen={[]} key={kind} />
      <div class="pair">
        <Select
          label="How it was given"
          value={method}
          options={METHODS}
          onChange={(event) => setMethod(event.currentTarget.value)}
        />
        <When />
      </div>
      <Input
        label="Who may contact the person"
        hint="The name in the wording. The rules compare it with the seller in the settings of the org."
        name="seller"
        key={wordings.data?.seller}
        defaultValue={wordings.data?.seller ?? ""}
        maxLength={200}
        required
      />
      {worded && texts.length > 0 && (
        <Select
          label="Text of the org"
          hint="Fills in the wording."
          options={[
            ["", "Another wording"],
            ...texts.map(({ version, title }) =>
              [String(version), `${title} (version ${version})`] as const
            ),
          ]}
          onChange={(event) => {
            const found = texts.find(({ version }) =>
              String(version) === event.currentTarget.value
            );
            if (found) setText(found.body);
          }}
        />
      )}
      {worded && (
        <Area
          label="Wording"
          hint="What was agreed to, word for word, with the name above."
          rows={4}
          maxLength={10000}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
          required
        />
      )}
      {method === "paper" && (
        <>
          <Input label="Name that was signed" name="signature" maxLength={200} required />
          <Written written={written} change={setWritten} />
        </>
      )}
      <Input
        label="Where the evidence is kept"
        hint="The scan, the recording, the contract: a file, an address, a folder."
        name="evidence"
        minLength={3}
        maxLength={1000}
        required
      />
    </FormDialog>
  );
}
