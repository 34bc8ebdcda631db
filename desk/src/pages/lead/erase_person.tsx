// The end of what is on record about a person. It cannot be undone, so the name is typed; the law keeps some of it.
import { useState } from "preact/hooks";
import { orgId } from "../../data/me.ts";
import { refresh, useQuery } from "../../data/query.ts";
import { rpc } from "../../data/rpc.ts";
import { count, joined, plural, sentence, words } from "../../ui/format.ts";
import { FormDialog, Input, Shown } from "../../ui/parts.tsx";
import { about, IDENTITY, type Lead, titleOf } from "./lead.ts";

interface Found {
  lead_id: string;
  name: string | null;
  address: string | null;
  found_by: string[];
  contacts: number;
  is_this: boolean;
}

export interface Kept {
  erased?: Record<string, number | Record<string, number>>;
  stays?: { what: string; count: number | null; until: string | null; why: string }[] | null;
}

interface Erased {
  leads: (Kept & { lead_id: string })[];
}

/** A time of PostgreSQL as a day; other words as they are. */
const until = (value: string | null): string =>
  /^\d{4}-\d\d-\d\d/.test(value ?? "") ? (value ?? "").slice(0, 10) : value ?? "";

/** What an erasure removed, and what it left, until when and why. */
export function Outcome({ kept }: { kept: Kept }) {
  const removed = Object.entries(kept.erased ?? {}).flatMap(([name, n]) =>
    typeof n === "number" && n > 0 ? [`${words(name)}: ${count(n)}`] : []
  );
  return (
    <div class="stack">
      <p>
        Erased: names, mailing address, list columns, facts about the person
        {removed.length > 0 ? `; ${removed.join(", ")}` : ""}.
      </p>
      {(kept.stays?.length ?? 0) > 0 && (
        <>
          <p>What stays:</p>
          <ul class="plain-list">
            {kept.stays?.map((row) => (
              <li key={row.what}>
                {sentence(row.what)}
                {row.count === null ? "" : ` (${count(row.count)})`}
                <span class="sub">{joined(row.until && `until ${until(row.until)}`, row.why)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

const Others = ({ rows }: { rows: Found[] }) => (
  <fieldset>
    <legend>Leads of the person</legend>
    {rows.map((row) => (
      <label class="choice" key={row.lead_id}>
        <input
          type="checkbox"
          name={`lead ${row.lead_id}`}
          defaultChecked={row.is_this}
          disabled={row.is_this}
        />
        <span>
          {joined(row.name, row.address) || "A lead without a name"}
          <span class="sub">
            {row.is_this ? "this lead" : `same ${row.found_by.join(", same ")}`} ·{" "}
            {plural(row.contacts, "contact")}
          </span>
        </span>
      </label>
    ))}
    {rows.length > 1 && (
      <p class="hint">Choose the others only if they are of the same person, not of a relative.</p>
    )}
  </fieldset>
);

export function ErasePerson({ lead, close }: { lead: Lead; close: () => void }) {
  const [erased, setErased] = useState<Erased | null>(null);
  const found = useQuery<Found[]>("leads_of_person", about(lead));
  const title = titleOf(lead);
  async function save(values: Record<string, string>) {
    const also = (found.data ?? []).filter(({ lead_id, is_this }) =>
      !is_this && values[`lead ${lead_id}`] === "on"
    );
    const answer = await rpc<Erased>("erase_leads", {
      p_org_id: orgId.value,
      p_lead_ids: [lead.lead_id, ...also.map(({ lead_id }) => lead_id)],
      p_reason: values.reason,
      p_typed: values.typed ?? "",
      p_request: Object.fromEntries(
        ["request_id", "received_on"].flatMap((name) => values[name] ? [[name, values[name]]] : []),
      ),
    });
    setErased(answer);
    await refresh([...IDENTITY]);
  }
  return (
    <FormDialog
      title="Erase the person"
      close={close}
      submit={erased ? null : "Erase for good"}
      cancel={erased ? "Close" : "Cancel"}
      save={save}
    >
      {erased
        ? (
          <>
            <p class="note good" role="status">
              The person is erased on{" "}
              {plural(erased.leads.length, "lead")}, and is not contacted again.
            </p>
            {erased.leads.map((one) => <Outcome kept={one} key={one.lead_id} />)}
          </>
        )
        : (
          <>
            <p class="note bad">
              Names, contacts, texts and what was bought about the person go for good. The property
              stays, and what proves consent and refusals. Phones and e-mail addresses are never
              contacted again.
            </p>
            <Shown of={found}>{(rows) => <Others rows={rows} />}</Shown>
            <Input
              label="Reason"
              name="reason"
              defaultValue="Request of the person"
              minLength={3}
              maxLength={500}
              required
            />
            <div class="pair">
              <Input label="Number of the request" name="request_id" maxLength={100} />
              <Input label="Received on" name="received_on" type="date" />
            </div>
            <Input
              label={`Type “${title}” to confirm`}
              name="typed"
              autocomplete="off"
              spellcheck={false}
              required
            />
          </>
        )}
    </FormDialog>
  );
}
