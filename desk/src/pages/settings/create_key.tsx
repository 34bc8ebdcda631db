// A new API key: what it is for, as whom it acts, and what it may do.
import { useState } from "preact/hooks";
import { orgId } from "../../data/me.ts";
import { useQuery } from "../../data/query.ts";
import { rpc } from "../../data/rpc.ts";
import { Field, FormDialog, Input, Select } from "../../ui/parts.tsx";
import type { Made } from "./api_keys.tsx";
import type { Member } from "./types.ts";

/** As private.scopes_of_role has them. */
const SCOPES: [scope: string, words: string, roles: string[]][] = [
  ["leads.read", "read leads, without names and contacts", ["admin", "broker", "viewer"]],
  ["leads.pii", "read names and contacts; each reading is logged", ["admin", "broker"]],
  ["leads.control", "pause, resume and stop leads", ["admin", "broker"]],
  ["leads.write", "post leads as JSON", ["admin"]],
  ["tasks.write", "create tasks", ["admin", "broker"]],
  ["messages.send", "answer, text, and send the next step", ["admin", "broker"]],
  ["campaigns.read", "list campaigns", ["admin", "broker", "viewer"]],
  ["campaigns.control", "forecast, start, pause and stop campaigns", ["admin"]],
  ["uploads.write", "upload lists", ["admin"]],
  ["sequences.read", "list sequences and templates", ["admin", "broker", "viewer"]],
  ["sequences.publish", "publish sequences", ["admin"]],
  ["outreach.dispatch", "send what is due", ["admin"]],
  ["enrichment.run", "ask data providers, up to a cost without approval", ["admin"]],
  ["metrics.read", "read metrics", ["admin", "viewer"]],
];

export function CreateKey({ made, close }: { made: (made: Made) => void; close: () => void }) {
  const [role, setRole] = useState("viewer");
  const members = useQuery<Member[]>("list_members", { p_org_id: orgId.value });
  const brokers = (members.data ?? []).flatMap(({ broker_id: id, broker_name: name }) =>
    id ? [[id, name ?? id] as const] : []
  );
  async function save(values: Record<string, string>, form: HTMLFormElement) {
    const scopes = new FormData(form).getAll("scope").map(String);
    if (scopes.length === 0) throw new Error("Choose what the key may do.");
    made(
      await rpc<Made>("create_api_key", {
        p_org_id: orgId.value,
        p_name: values.name,
        p_role: role,
        p_scopes: scopes,
        p_broker_id: role === "broker" ? values.broker ?? null : null,
        p_expires_in_days: Number(values.days ?? 365),
      }),
    );
    close();
  }
  return (
    <FormDialog title="Create an API key" submit="Create it" save={save} close={close}>
      <Input label="What it is for" name="name" maxLength={100} required />
      <div class="pair">
        <Field label="Acts as">
          {(attributes) => (
            <select
              {...attributes}
              value={role}
              onChange={(event) => setRole(event.currentTarget.value)}
            >
              <option value="viewer">Viewer: reads</option>
              <option value="broker">Broker: works one broker's leads</option>
              <option value="admin">Admin: works the whole org</option>
            </select>
          )}
        </Field>
        <Select
          name="days"
          label="Expires"
          chosen="365"
          options={[["30", "in 30 days"], ["90", "in 90 days"], ["365", "in a year"], [
            "730",
            "in two years",
          ]]}
        />
      </div>
      {role === "broker" && <Select name="broker" label="Broker" required options={brokers} />}
      <fieldset>
        <legend>It may</legend>
        {SCOPES.filter(([, , roles]) => roles.includes(role)).map(([scope, words]) => (
          <label class="choice" key={`${role} ${scope}`}>
            <input type="checkbox" name="scope" value={scope} /> {words}{" "}
            <span class="sub">{scope}</span>
          </label>
        ))}
      </fieldset>
    </FormDialog>
  );
}
