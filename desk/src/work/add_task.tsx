import { useState } from "preact/hooks";
import { act } from "../data/act.ts";
import { useQuery } from "../data/query.ts";
import { rpc } from "../data/rpc.ts";
import { Dialog, Field, onSubmit } from "../ui/parts.tsx";
import type { Member } from "./types.ts";

export function AddTask({ org, lead, close }: { org: string; lead: string; close: () => void }) {
  const members = useQuery<Member[]>("desk_members", { p_org_id: org });
  const [key] = useState(() => crypto.randomUUID());
  function save(values: Record<string, string>) {
    close();
    let id: string | null = null;
    void act({
      done: "Task added",
      run: async () => {
        id = await rpc<string>("create_task", {
          p_org_id: org,
          p_lead_id: lead,
          p_kind: values.kind,
          p_due_at: values.due ? new Date(values.due).toISOString() : null,
          p_note: values.note,
          p_assigned_to: values.who,
          p_client_key: key,
        });
      },
      undo: () => rpc("complete_task", { p_org_id: org, p_task_id: id }),
      refresh: ["desk_tasks", "desk_timeline", "desk_lead"],
    });
  }
  return (
    <Dialog title="Add a task" close={close}>
      <form onSubmit={onSubmit(save)}>
        <div class="pair">
          <Field label="What">
            {(attributes) => (
              <select {...attributes} name="kind">
                <option value="follow_up">Follow up</option>
                <option value="call_back">Call back</option>
                <option value="to_do">To do</option>
              </select>
            )}
          </Field>
          <Field label="Due">
            {(attributes) => <input {...attributes} name="due" type="datetime-local" />}
          </Field>
        </div>
        <Field label="Who">
          {(attributes) => (
            <select {...attributes} name="who">
              <option value="">The lead's broker</option>
              {(members.data ?? []).map((member) => (
                <option value={member.user_id} key={member.user_id}>
                  {member.is_me ? `${member.name} (me)` : member.name}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label="Note" hint="Stored encrypted.">
          {(attributes) => <textarea {...attributes} name="note" maxLength={2000} />}
        </Field>
        <footer>
          <button type="button" onClick={close}>Cancel</button>
          <button type="submit" class="primary">Add</button>
        </footer>
      </form>
    </Dialog>
  );
}
