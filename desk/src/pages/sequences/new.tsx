// The steps of a sequence, and a sequence that is written anew.
import { useState } from "preact/hooks";
import { report } from "../../data/act.ts";
import type { DeskError } from "../../data/errors.ts";
import { manages, orgId } from "../../data/me.ts";
import { rpc } from "../../data/rpc.ts";
import { Empty, Failed, Head, Input, onSubmit, Panel } from "../../ui/parts.tsx";
import { go } from "../../ui/router.ts";
import { DrawnSteps } from "./drawn_steps.tsx";
import { ListSteps } from "./list_steps.tsx";
import {
  added,
  ANOTHER_VERSION,
  asDrawn,
  isDrawn,
  type Saved,
  type Step,
  toSave,
} from "./steps.ts";

export const CHANGED = ["list_sequences", "sequence_versions", "show_sequence"] as const;

/** As it is: a list, or a drawing with branches, which a list can become. */
export const Steps = ({ steps, edit }: { steps: Step[]; edit: (steps: Step[]) => void }) =>
  isDrawn(steps) ? <DrawnSteps steps={steps} edit={edit} /> : (
    <>
      <ListSteps steps={steps} edit={edit} />
      {manages.value && (
        <div class="steps-add">
          <button type="button" onClick={() => edit(asDrawn(steps))}>Draw it with branches</button>
        </div>
      )}
    </>
  );

/** A sequence that does not exist yet: saved as version 1, and run by nothing until a campaign uses it. */
export function NewSequence() {
  const [steps, setSteps] = useState(() => added([], "send", null));
  const [problem, setProblem] = useState<unknown>(null);
  async function save({ name }: Record<string, string>) {
    try {
      const saved = await rpc<Saved>("save_sequence", {
        p_org_id: orgId.value,
        p_name: name,
        p_steps: toSave(steps),
      });
      report("Sequence saved. A campaign can use it now.", [...CHANGED]);
      go(`#/sequences/${saved.sequence_id}`, { replace: true });
    } catch (error) {
      setProblem(
        (error as DeskError).code === ANOTHER_VERSION
          ? "There is a sequence with this name already. Choose another name."
          : error,
      );
    }
  }
  return (
    <>
      <Head title="New sequence">
        <a class="button" href="#/sequences">All sequences</a>
      </Head>
      {!manages.value && (
        <Panel label="Who writes sequences">
          <Empty title="Owners and admins write sequences.">
            <p>You can read those that exist.</p>
          </Empty>
        </Panel>
      )}
      {manages.value && (
        <form class="stack-wide" onSubmit={onSubmit(save)}>
          <Panel label="What the sequence is called">
            <Input label="Name" name="name" maxLength={100} required />
          </Panel>
          <Panel label="Steps" flush>
            <Steps steps={steps} edit={setSteps} />
          </Panel>
          {!!problem && <Failed error={problem} />}
          <div>
            <button type="submit" class="primary">Save the sequence</button>
          </div>
        </form>
      )}
    </>
  );
}
