import { useState } from "preact/hooks";
import { act } from "../data/act.ts";
import { rpc } from "../data/rpc.ts";
import { Area, FormDialog, Input, instant, Select } from "../ui/parts.tsx";
import { useMembers } from "./members.tsx";

export function AddTask({ org, lead, close }: { org: string; lead: string; close: () => void }) {
  const members = useMembers(org);
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
          p_due_at: instant(values.due),
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
    <FormDialog title="Add a task" close={close} submit="Add" save={save}>
      <div class="pair">
        <Select
          label="What"
          name="kind"
          options={[["follow_up", "Follow up"], ["call_back", "Call back"], ["to_do", "To do"]]}
        />
        <Input label="Due" name="due" type="datetime-local" />
      </div>
      <Select
        label="Who"
        name="who"
        options={[
          ["", "The lead's broker"],
          ...members.map((member): [string, string] => [
            member.user_id,
            member.is_me ? `${member.name} (me)` : member.name,
          ]),
        ]}
      />
      <Area label="Note" hint="Stored encrypted." name="note" maxLength={2000} />
    </FormDialog>
  );
}
