// The broker record of a member: licences, capacity, and whether new leads come.
import { report } from "../../data/act.ts";
import { orgId } from "../../data/me.ts";
import { rpc } from "../../data/rpc.ts";
import { Field, FormDialog } from "../../ui/parts.tsx";
import { type Member, states } from "./types.ts";

export function EditBroker({ row, close }: { row: Member; close: () => void }) {
  async function save(values: Record<string, string>) {
    await rpc("save_broker", {
      p_org_id: orgId.value,
      p_broker_id: row.broker_id,
      p_user_id: row.user_id,
      p_name: values.name,
      p_licensed_states: states(values.states),
      p_capacity: Number(values.capacity ?? 0),
      p_active: values.active === "on",
    });
    report("Broker saved", ["list_members", "desk_members", "list_broker_loads"]);
    close();
  }
  return (
    <FormDialog title={row.broker_name ?? "New broker record"} close={close} save={save}>
      <Field label="Name">
        {(attributes) => (
          <input {...attributes} name="name" defaultValue={row.broker_name ?? ""} required />
        )}
      </Field>
      <div class="pair">
        <Field label="Open leads at most">
          {(attributes) => (
            <input
              {...attributes}
              name="capacity"
              type="number"
              min="0"
              defaultValue={String(row.capacity ?? 200)}
            />
          )}
        </Field>
        <Field label="Licensed in" hint="Two letters each. Empty: no limit.">
          {(attributes) => (
            <input
              {...attributes}
              name="states"
              defaultValue={(row.licensed_states ?? []).join(", ")}
            />
          )}
        </Field>
      </div>
      <label class="choice">
        <input type="checkbox" name="active" defaultChecked={row.broker_active ?? true} />{" "}
        Gets new leads
      </label>
    </FormDialog>
  );
}
