// The org's own rules beside the law: what is set, why, who approved it; and the law, one click deep.
import { useState } from "preact/hooks";
import { act } from "../../data/act.ts";
import { org, orgId } from "../../data/me.ts";
import { useQuery } from "../../data/query.ts";
import { rpc } from "../../data/rpc.ts";
import { channel, date, words } from "../../ui/format.ts";
import { actions, confirmed, Empty, List, Tag } from "../../ui/parts.tsx";
import { EditRule, type Rule } from "./edit_rule.tsx";
import { Law } from "./law.tsx";

/** A value as people read it. */
function shown({ kind, value }: Rule): string {
  if (kind === "switch") return value ? "yes" : "no";
  if (kind === "hours") {
    const { start, end, closed } = value as { start: string; end: string; closed?: string[] };
    return `${start} to ${end}${closed?.length ? `, closed ${closed.join(", ")}` : ""}`;
  }
  if (kind === "channels") return (value as string[]).map(channel).join(", ");
  return Array.isArray(value) ? value.map((one) => words(String(one))).join(", ") : String(value);
}

export function Rules() {
  const [editing, setEditing] = useState<Rule | null>(null);
  const found = useQuery<Rule[]>("list_org_rules", { p_org_id: orgId.value });
  const remove = async (row: Rule) => {
    const sure = await confirmed({
      title: `Remove “${row.title}”?`,
      text: "Then only the law counts.",
      action: "Remove the rule",
    });
    if (!sure) return;
    void act({
      done: "Rule removed",
      run: () => rpc("remove_org_rule", { p_org_id: orgId.value, p_key: row.key }),
      refresh: ["list_org_rules", "list_law"],
    });
  };
  return (
    <div class="stack-wide">
      <List
        title="Rules of the org"
        of={found}
        empty={<Empty title="No rules can be set here." />}
        id={(row) => row.key}
        columns={[
          {
            label: "Rule",
            show: (row) => (
              <>
                <strong>{row.title}</strong> {row.loosens && <Tag tone="warn">loosens</Tag>}
                <span class="sub">{row.hint}</span>
              </>
            ),
          },
          {
            label: "Is",
            labelled: true,
            show: (row) =>
              row.value === null
                ? <span class="muted">{row.standard}</span>
                : <strong>{shown(row)}</strong>,
          },
          {
            label: "Why",
            labelled: true,
            show: (row) =>
              row.value !== null && (
                <>
                  {row.reason}
                  <span class="sub">
                    reviewed {date(row.reviewed_on)}
                    {row.counsel ? `, approved by ${row.counsel}` : ""}
                  </span>
                </>
              ),
          },
          actions<Rule>((row) =>
            row.loosens && org.value?.role !== "owner" ? [] : [
              { text: "Set", name: `Set ${row.title}`, run: () => setEditing(row) },
              row.value !== null && {
                text: "Remove",
                name: `Remove ${row.title}`,
                danger: true,
                run: () => remove(row),
              },
            ]
          ),
        ]}
      />
      <Law />
      {editing && <EditRule row={editing} close={() => setEditing(null)} />}
    </div>
  );
}
