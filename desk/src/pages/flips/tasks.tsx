// What is to be done for a flip.
import { act } from "../../data/act.ts";
import { orgId, works } from "../../data/me.ts";
import { rpc } from "../../data/rpc.ts";
import { date } from "../../ui/format.ts";
import { Field, onSubmit, Panel } from "../../ui/parts.tsx";
import { type FlipTask, REFRESH } from "./flip.ts";

export function Tasks({ deal: id, tasks }: { deal: string; tasks: FlipTask[] }) {
  const addTask = (values: Record<string, string>, form: HTMLFormElement) =>
    act({
      done: "Task added",
      run: () =>
        rpc("save_deal_task", {
          p_org_id: orgId.value,
          p_deal_id: id,
          p_task_id: null,
          p_label: values.title,
          p_due_on: values.due ?? null,
        }),
      refresh: [...REFRESH],
    }).then((saved) => saved && form.reset());
  return (
    <Panel title="Tasks">
      <ul class="stack">
        {tasks.map((task) => (
          <li data-row={task.id} key={task.id}>
            <label class="choice">
              <input
                type="checkbox"
                checked={task.done_at !== null}
                disabled={!works.value}
                onChange={(event) => {
                  const done = event.currentTarget.checked;
                  let { version } = task;
                  const save = async (is: boolean) => {
                    const saved = await rpc<{ version: number }>("save_deal_task", {
                      p_org_id: orgId.value,
                      p_deal_id: id,
                      p_task_id: task.id,
                      p_label: task.label,
                      p_due_on: task.due_on,
                      p_done: is,
                      p_version: version,
                    });
                    version = saved.version;
                  };
                  void act({
                    done: done ? "Task done" : "Task reopened",
                    run: () => save(done),
                    undo: () => save(!done),
                    refresh: [...REFRESH],
                  });
                }}
              />
              {task.label} {task.due_on && <span class="muted">due {date(task.due_on)}</span>}
            </label>
          </li>
        ))}
      </ul>
      {works.value && (
        <form class="stack" onSubmit={onSubmit(addTask)}>
          <div class="pair">
            <Field label="New task">
              {(attributes) => <input {...attributes} name="title" required />}
            </Field>
            <Field label="Due">
              {(attributes) => <input {...attributes} name="due" type="date" />}
            </Field>
          </div>
          <div>
            <button type="submit">Add</button>
          </div>
        </form>
      )}
    </Panel>
  );
}
