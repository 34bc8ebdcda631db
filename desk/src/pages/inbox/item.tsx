// One reply or call: its text, what was read from it, and the answer.
import { useEffect, useState } from "preact/hooks";
import { works } from "../../data/me.ts";
import { channel, sentence, words } from "../../ui/format.ts";
import { At, Failed, Panel, Waiting } from "../../ui/parts.tsx";
import { AddTask } from "../../work/add_task.tsx";
import { Assignee, useMembers } from "../../work/members.tsx";
import { reveal } from "../../work/reveal.tsx";
import type { InboxRow } from "../../work/types.ts";
import { assign, close, label, LABELS, reopen } from "./actions.ts";
import { Answer } from "./answer.tsx";

/** Reading it is logged, and so it is read only where somebody opened it. */
function Text({ row }: { row: InboxRow }) {
  const [said, setSaid] = useState<string | null>(null);
  const [failed, setFailed] = useState<unknown>(null);
  useEffect(() => {
    if (!row.has_text || !row.lead_id) return;
    const call = row.item === "call";
    reveal(
      row.org_id,
      call ? "transcripts" : "replies",
      row.lead_id,
      call ? row.call_id ?? row.id : row.id,
      "Reading it to answer",
    ).then(([found]) => setSaid(found?.body ?? ""), setFailed);
  }, []);
  if (!row.has_text) return <p class="muted">No text.</p>;
  if (failed) return <Failed error={failed} />;
  return said === null ? <Waiting /> : <p class="pre said">{said || "No text."}</p>;
}

function Controls({ row, addTask }: { row: InboxRow; addTask: () => void }) {
  const members = useMembers(row.org_id);
  return (
    <div class="row">
      {row.item === "reply" && (
        <select
          aria-label="Label"
          value={row.label ?? ""}
          onChange={(event) =>
            event.currentTarget.value && void label(row, event.currentTarget.value)}
        >
          <option value="">no label</option>
          {LABELS.map((value) => <option value={value} key={value}>{words(value)}</option>)}
        </select>
      )}
      <Assignee
        label="Who answers"
        members={members}
        chosen={row.assigned_to}
        name={row.assigned_name}
        nobody="nobody"
        choose={(user, name) => assign(row, user, name)}
      />
      {row.done_at
        ? <button type="button" data-key="e" onClick={() => void reopen(row)}>Reopen</button>
        : <button type="button" data-key="e" onClick={() => void close(row)}>Close</button>}
      {row.lead_id && <button type="button" onClick={addTask}>Add a task</button>}
    </div>
  );
}

export function Item({ row }: { row: InboxRow }) {
  const [task, setTask] = useState(false);
  return (
    <Panel
      title={row.owner_full ?? "Unknown sender"}
      aside={row.lead_id ? <a href={`#/lead/${row.lead_id}`}>Open the lead</a> : undefined}
    >
      <div class="stack">
        <p class="muted small">
          {row.item === "call" ? "Call" : sentence(channel(row.channel))} · {row.contact} ·{" "}
          <At value={row.at} />
          {row.campaign ? ` · ${row.campaign}` : ""}
        </p>
        {row.possible_wish && (
          <p class="note warn">
            This may be a wish not to be contacted. Automatic sending waits until somebody has
            looked: choose a label.
          </p>
        )}
        <Text row={row} />
        {works.value && (
          <>
            <Controls row={row} addTask={() => setTask(true)} />
            {row.item === "reply" && row.lead_id && <Answer row={row} />}
          </>
        )}
      </div>
      {task && row.lead_id && (
        <AddTask
          org={row.org_id}
          lead={row.lead_id}
          close={() => setTask(false)}
        />
      )}
    </Panel>
  );
}
