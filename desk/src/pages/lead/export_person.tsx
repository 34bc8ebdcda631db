// Everything on record about a person, as a file: requested with a reason, which is logged, then read.
import { useState } from "preact/hooks";
import { rpc } from "../../data/rpc.ts";
import { count, plural, sentence } from "../../ui/format.ts";
import { FormDialog, Input } from "../../ui/parts.tsx";
import { saveFile } from "../../ui/save_file.ts";
import { type Lead } from "./lead.ts";

type Record = { [name: string]: unknown };

/** How many entries each part of the record has. */
const parts = (record: Record): [name: string, entries: number][] =>
  [...Object.entries(record), ...Object.entries((record.records ?? {}) as Record)]
    .filter((entry): entry is [string, unknown[]] => Array.isArray(entry[1]))
    .map(([name, entries]): [string, number] => [name, entries.length])
    .filter(([, entries]) => entries > 0);

export function ExportPerson({ lead, close }: { lead: Lead; close: () => void }) {
  const [record, setRecord] = useState<Record | null>(null);
  async function save(values: { [name: string]: string }) {
    const grant = await rpc<{ grant_id: string | null; message?: string }>("request_reveal", {
      p_org_id: lead.org_id,
      p_subject: "person",
      p_lead_ids: [lead.lead_id],
      p_reason: values.reason,
    });
    if (!grant.grant_id) throw new Error(grant.message ?? "There is nothing on record.");
    const answer = await rpc<{ record: Record }>("redeem_reveal", { p_grant_id: grant.grant_id });
    saveFile(
      new Blob([JSON.stringify(answer.record, null, 2)], { type: "application/json" }),
      `person-${lead.lead_id}.json`,
    );
    setRecord(answer.record);
  }
  const found = record ? parts(record) : [];
  return (
    <FormDialog
      title="Export the record"
      close={close}
      submit={record ? null : "Download"}
      cancel={record ? "Close" : "Cancel"}
      save={save}
    >
      {record
        ? (
          <>
            <p class="note good" role="status">
              The file has {plural(found.reduce((sum, [, n]) => sum + n, 0), "entry", "entries")}
              {" "}
              with plain values. Keep it safe, and send it to nobody but the person.
            </p>
            <dl class="facts">
              {found.map(([name, entries]) => (
                <>
                  <dt>{sentence(name)}</dt>
                  <dd>{count(entries)}</dd>
                </>
              ))}
            </dl>
          </>
        )
        : (
          <>
            <p>
              The file has everything on record about the person of this lead, in plain text: names,
              contacts, consents, messages, calls and decisions.
            </p>
            <Input
              label="Reason"
              hint="It is logged with your name."
              name="reason"
              defaultValue="Request of the person"
              minLength={3}
              maxLength={500}
              required
            />
          </>
        )}
    </FormDialog>
  );
}
