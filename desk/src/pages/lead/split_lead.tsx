// One lead in which two ended up: what goes to a lead of its own.
import { messageOf } from "../../data/errors.ts";
import { refresh, useQuery } from "../../data/query.ts";
import { rpc } from "../../data/rpc.ts";
import { date, joined, sentence } from "../../ui/format.ts";
import { Check, FormDialog, Input, Shown } from "../../ui/parts.tsx";
import { go } from "../../ui/router.ts";
import { toast } from "../../ui/toasts.tsx";
import { about, IDENTITY, type Lead } from "./lead.ts";

interface Parts {
  facts: Record<string, string> | null;
  contacts: { id: number; kind: string; masked: string }[];
  uploads: {
    upload_id: string;
    filename: string | null;
    received_at: string;
    fields: string[] | null;
  }[];
}

const FACTS: Record<string, string> = {
  mak: "Address key",
  parcel: "Parcel",
  address: "Address of the property",
  owner_1: "First owner",
  owner_2: "Second owner",
  owner_full: "Owner",
  mailing: "Mailing address",
};

/** Of names like "fact mailing", those that were chosen. */
const chosen = (values: Record<string, string>, what: string): string[] =>
  Object.keys(values).filter((name) => name.startsWith(`${what} `))
    .map((name) => name.slice(what.length + 1));

const Choices = ({ parts }: { parts: Parts }) => (
  <>
    {parts.contacts.length > 0 && (
      <fieldset>
        <legend>Contacts of the new lead</legend>
        {parts.contacts.map(({ id, masked }) => (
          <Check label={masked} name={`contact ${id}`} key={id} />
        ))}
      </fieldset>
    )}
    {Object.keys(parts.facts ?? {}).length > 0 && (
      <fieldset>
        <legend>Facts that leave this lead for the new one</legend>
        {Object.entries(parts.facts ?? {}).map(([name, value]) => (
          <Check
            label={`${FACTS[name] ?? sentence(name)}: ${value}`}
            name={`fact ${name}`}
            key={name}
          />
        ))}
      </fieldset>
    )}
    {parts.uploads.length > 0 && (
      <fieldset>
        <legend>Everything that a list brought</legend>
        {parts.uploads.map((one) => (
          <Check
            label={joined(one.filename ?? "upload", date(one.received_at))}
            name={`upload ${one.upload_id}`}
            key={one.upload_id}
          />
        ))}
      </fieldset>
    )}
  </>
);

export function SplitLead({ lead, close }: { lead: Lead; close: () => void }) {
  const parts = useQuery<Parts>("lead_parts", about(lead));
  async function save(values: Record<string, string>) {
    const split = await rpc<{ split_id: number; lead_id: string }>("split_lead", {
      ...about(lead),
      p_contacts: chosen(values, "contact").map(Number),
      p_facts: chosen(values, "fact"),
      p_uploads: chosen(values, "upload"),
      p_owner: Object.fromEntries(
        ["first", "last"].flatMap((name) => values[name] ? [[name, values[name]]] : []),
      ),
      p_same_address: values.same === "on",
      p_reason: values.reason,
    });
    close();
    void refresh([...IDENTITY]);
    go(`#/lead/${split.lead_id}`);
    toast({
      text: "The new lead is split off",
      action: {
        label: "Undo",
        run: async () => {
          try {
            await rpc("undo_split", { p_org_id: lead.org_id, p_split_id: split.split_id });
            toast({ text: "Undone: one lead again" });
            go(`#/lead/${lead.lead_id}`);
          } catch (error) {
            toast({ kind: "error", text: `Not undone: ${messageOf(error)}` });
          }
          await refresh([...IDENTITY]);
        },
      },
    });
  }
  return (
    <FormDialog title="Split this lead" close={close} submit="Split" save={save}>
      <p>
        What you choose becomes a lead of its own. Opt-outs hold for both, sequences of this lead
        stop, and the two are never merged again by themselves.
      </p>
      <Shown of={parts}>{(found) => <Choices parts={found} />}</Shown>
      <div class="pair">
        <Input label="First name of the new owner" name="first" maxLength={100} />
        <Input label="Last name of the new owner" name="last" maxLength={100} />
      </div>
      <Check label="The new lead is at the same address" name="same" />
      <Input label="Reason" name="reason" maxLength={200} />
    </FormDialog>
  );
}
