// The stages of the pipeline: their order, and what a deal means that arrives in one.
import { useState } from "preact/hooks";
import { report } from "../../data/act.ts";
import { orgId } from "../../data/me.ts";
import { useQuery } from "../../data/query.ts";
import { rpc } from "../../data/rpc.ts";
import {
  actions,
  Check,
  counted,
  Empty,
  FormDialog,
  Input,
  List,
  Select,
  Tag,
} from "../../ui/parts.tsx";

interface Stage {
  stage_id: string;
  stage: string;
  position: number;
  outcome: string;
  active: boolean;
  version: number;
  deals: number;
}

const OUTCOMES: [outcome: string, words: string][] = [
  ["open", "Open: work goes on"],
  ["booked", "Booked: an appointment was agreed"],
  ["won", "Won: the deal is closed"],
  ["lost", "Lost: asks for the reason"],
];

function Edit({ row, next, close }: { row: Stage | null; next: number; close: () => void }) {
  async function save(values: Record<string, string>) {
    await rpc("save_deal_stage", {
      p_org_id: orgId.value,
      p_stage_id: row?.stage_id ?? null,
      p_name: values.name,
      p_position: Number(values.position),
      p_outcome: values.outcome,
      p_active: values.active === "on",
      p_version: row?.version ?? null,
    });
    report(row ? "Stage saved" : "Stage added", ["deal_board", "list_deals"]);
    close();
  }
  return (
    <FormDialog title={row ? row.stage : "New stage"} save={save} close={close}>
      <div class="pair">
        <Input name="name" label="Name" defaultValue={row?.stage ?? ""} maxLength={60} required />
        <Input
          name="position"
          label="Position"
          hint="Stages are shown in this order."
          type="number"
          min="1"
          max="1000"
          defaultValue={row?.position ?? next}
          required
        />
      </div>
      <Select
        name="outcome"
        label="A deal in it is"
        hint={row && row.deals > 0 ? "It cannot change while deals are in the stage." : undefined}
        chosen={row?.outcome ?? "open"}
        options={OUTCOMES}
      />
      <Check name="active" label="Takes deals" defaultChecked={row?.active ?? true} />
    </FormDialog>
  );
}

export function Stages() {
  const [editing, setEditing] = useState<Stage | "new" | null>(null);
  const stages = useQuery<Stage[]>("deal_board", { p_org_id: orgId.value, p_all: true });
  const last = Math.max(0, ...(stages.data ?? []).map(({ position }) => position));
  return (
    <>
      <List
        title="Stages of the pipeline"
        of={stages}
        aside={
          <button type="button" class="primary" onClick={() => setEditing("new")}>
            Add a stage
          </button>
        }
        empty={
          <Empty title="No stages.">
            <p>A deal is always in a stage. Add one to open deals.</p>
          </Empty>
        }
        id={(row) => row.stage_id}
        columns={[
          {
            label: "Stage",
            show: (row) => (
              <>
                <strong>{row.stage}</strong> {!row.active && <Tag tone="warn">switched off</Tag>}
              </>
            ),
          },
          {
            label: "A deal in it is",
            show: (row) =>
              OUTCOMES.find(([outcome]) => outcome === row.outcome)?.[1] ?? row.outcome,
          },
          counted("Deals", (row: Stage) => row.deals),
          actions<Stage>((row) => [
            { text: "Edit", name: `Edit ${row.stage}`, run: () => setEditing(row) },
          ]),
        ]}
      />
      {editing && (
        <Edit
          row={editing === "new" ? null : editing}
          next={last + 1}
          close={() => setEditing(null)}
        />
      )}
    </>
  );
}
