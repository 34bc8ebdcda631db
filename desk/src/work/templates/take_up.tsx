// A new version is taken by the steps that use an older one when a person says so.
import { useState } from "preact/hooks";
import { report } from "../../data/act.ts";
import { orgId } from "../../data/me.ts";
import { useQuery } from "../../data/query.ts";
import { rpc } from "../../data/rpc.ts";
import { plural } from "../../ui/format.ts";
import { Dialog, Empty, Failed, Shown } from "../../ui/parts.tsx";

interface Use {
  sequence_id: string;
  sequence: string;
  step: number;
  variant: string | null;
  template_id: string;
  version: number;
  waiting: number;
}

/** Which steps still use an older version; they change only when a person says so. */
export function TakeUp({ template, close }: { template: string; close: () => void }) {
  const steps = useQuery<Use[]>("template_steps", {
    p_org_id: orgId.value,
    p_template_id: template,
  });
  const [problem, setProblem] = useState<unknown>(null);
  async function use(wanted: Use[]) {
    setProblem(null);
    try {
      await rpc("use_template", {
        p_org_id: orgId.value,
        p_template_id: template,
        p_steps: wanted.map(({ sequence_id, step, variant, template_id }) => ({
          sequence_id,
          step,
          variant,
          template_id,
        })),
      });
      report(
        plural(wanted.length, "step uses the new version", "steps use the new version"),
        ["list_templates", "template_steps", "show_sequence"],
      );
      close();
    } catch (error) {
      setProblem(error);
    }
  }
  return (
    <Dialog title="Use the new version?" close={close}>
      <div class="inside">
        <Shown of={steps} empty={<Empty title="No step uses an older version." />}>
          {(rows) => (
            <>
              <p>
                These steps still send an older version. Leads that wait get the new text with their
                next message.
              </p>
              <ul class="plain-list">
                {rows.map((row) => (
                  <li key={`${row.sequence_id} ${row.step} ${row.variant}`}>
                    <strong>{row.sequence}</strong>, step {row.step} {row.variant}
                    <span class="sub">
                      version {row.version}, {plural(row.waiting, "lead")} waiting
                    </span>
                  </li>
                ))}
              </ul>
              {!!problem && <Failed error={problem} />}
              <footer>
                <button type="button" onClick={close}>Keep the older one</button>
                <button type="button" class="primary" onClick={() => void use(rows)}>
                  Use it in all of them
                </button>
              </footer>
            </>
          )}
        </Shown>
      </div>
    </Dialog>
  );
}
