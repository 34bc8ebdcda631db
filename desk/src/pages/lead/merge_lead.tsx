// Two leads that are one: which other one, and which of the two stays.
import { useEffect, useState } from "preact/hooks";
import { messageOf } from "../../data/errors.ts";
import { orgId } from "../../data/me.ts";
import { refresh } from "../../data/query.ts";
import { rows, rpc } from "../../data/rpc.ts";
import { date, joined } from "../../ui/format.ts";
import { FormDialog, Input } from "../../ui/parts.tsx";
import { go } from "../../ui/router.ts";
import { toast } from "../../ui/toasts.tsx";
import { IDENTITY, type Lead } from "./lead.ts";

interface Found {
  lead_id: string;
  owner_full: string | null;
  address: string | null;
  situs_city: string | null;
  situs_state: string | null;
  broker: string | null;
}

const line = (found: Found) =>
  joined(found.owner_full, found.address, found.situs_city, found.situs_state);

/** The survivor's page, with the undo of the merge in reach. */
function told(org: string, merge: number, survivor: string, back: string): void {
  go(`#/lead/${survivor}`);
  void refresh([...IDENTITY]);
  toast({
    text: "Leads merged",
    action: {
      label: "Undo",
      run: async () => {
        try {
          await rpc("undo_merge", { p_org_id: org, p_merge_id: merge });
          toast({ text: "Undone: both leads are back" });
          go(`#/lead/${back}`);
        } catch (error) {
          toast({ kind: "error", text: `Not undone: ${messageOf(error)}` });
        }
        await refresh([...IDENTITY]);
      },
    },
  });
}

export function MergeLead({ lead, close }: { lead: Lead; close: () => void }) {
  const [text, setText] = useState(lead.address ?? lead.owner_full ?? "");
  const [found, setFound] = useState<Found[] | null>(null);
  const [problem, setProblem] = useState("");
  const [other, setOther] = useState("");
  const [stays, setStays] = useState<"this" | "other">("this");

  useEffect(() => {
    setFound(null);
    setProblem("");
    if (text.trim().length < 2) return;
    let here = true;
    const timer = setTimeout(() => {
      rows<Found>("desk_search", { p_query: text.trim(), p_org_id: orgId.value, p_limit: 10 }).then(
        (leads) => here && setFound(leads.filter(({ lead_id }) => lead_id !== lead.lead_id)),
        (error) => here && setProblem(messageOf(error)),
      );
    }, 200);
    return () => {
      here = false;
      clearTimeout(timer);
    };
  }, [text]);

  async function save() {
    if (other === "") throw new Error("Choose the other lead.");
    const [survivor, merged] = stays === "this" ? [lead.lead_id, other] : [other, lead.lead_id];
    const merge = await rpc<number>("merge_leads", {
      p_org_id: lead.org_id,
      p_survivor_id: survivor,
      p_merged_id: merged,
    });
    close();
    told(lead.org_id, merge, survivor, lead.lead_id);
  }

  return (
    <FormDialog title="Merge with another lead" close={close} submit="Merge" save={save}>
      <p>
        The lead that stays takes over contacts, consents, messages, replies and tasks of the other.
        An opt-out of either holds for both. You can undo it.
      </p>
      <Input
        label="Find the other lead"
        hint="Name, address, ZIP, phone or e-mail."
        autocomplete="off"
        value={text}
        problem={problem || undefined}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <fieldset>
        <legend>The other lead</legend>
        <div role="status">
          {found?.length === 0 && <p class="muted">Nothing else found.</p>}
        </div>
        {(found ?? []).map((one) => (
          <label class="choice" key={one.lead_id}>
            <input
              type="radio"
              name="other"
              checked={other === one.lead_id}
              onChange={() => setOther(one.lead_id)}
            />
            <span>
              {line(one)}
              {one.broker && <span class="sub">Broker: {one.broker}</span>}
            </span>
          </label>
        ))}
      </fieldset>
      <fieldset>
        <legend>Which one stays</legend>
        <label class="choice">
          <input
            type="radio"
            name="stays"
            checked={stays === "this"}
            onChange={() => setStays("this")}
          />
          This one, known since {date(lead.created_at)}
        </label>
        <label class="choice">
          <input
            type="radio"
            name="stays"
            checked={stays === "other"}
            onChange={() => setStays("other")}
          />
          The other one
        </label>
      </fieldset>
    </FormDialog>
  );
}
