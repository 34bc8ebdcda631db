// Requests of the person behind a lead: a copy of everything on record, or its end. Owners and admins, two factors.
import { useState } from "preact/hooks";
import { manages } from "../../data/me.ts";
import { useQuery } from "../../data/query.ts";
import { count, words } from "../../ui/format.ts";
import { At, List, Panel } from "../../ui/parts.tsx";
import { ErasePerson, type Kept, Outcome } from "./erase_person.tsx";
import { ExportPerson } from "./export_person.tsx";
import { about, type Lead } from "./lead.ts";

interface Erasure {
  id: number;
  erased_at: string;
  erased_by: string | null;
  reason: string;
  kept: Kept;
  cursor: string;
}

const LIMIT = 20;

/** What was erased, by whom, why, and what the law keeps. */
function Erasures({ lead }: { lead: Lead }) {
  const found = useQuery<Erasure[]>("list_erasures", { ...about(lead), p_limit: LIMIT });
  if ((found.data?.length ?? 0) === 0 && !found.error) return null;
  return (
    <List title="Erased" of={found} empty={null}>
      {(rows) => (
        <ul class="plain-list">
          {rows.map((row) => (
            <li key={row.id}>
              <At value={row.erased_at} /> by {words(row.erased_by ?? "the service")}
              <span class="sub">{row.reason}</span>
              <details>
                <summary>
                  What was erased, and what stays ({count(row.kept.stays?.length ?? 0)})
                </summary>
                <Outcome kept={row.kept} />
              </details>
            </li>
          ))}
        </ul>
      )}
    </List>
  );
}

export function Person({ lead }: { lead: Lead }) {
  const [opened, open] = useState<"export" | "erase" | null>(null);
  const close = () => open(null);
  if (!manages.value) return null;
  return (
    <>
      <Erasures lead={lead} />
      <Panel title="Requests of the person">
        <div class="stack">
          <p class="muted">
            Somebody may ask what is on record about them, and to have it erased. Both are logged.
          </p>
          <div class="row">
            {lead.may?.export && (
              <button type="button" onClick={() => open("export")}>Export the record</button>
            )}
            {lead.may?.erase && (
              <button type="button" class="danger" onClick={() => open("erase")}>
                Erase the person
              </button>
            )}
          </div>
          {!lead.may?.export && (
            <p class="muted small">An owner lets single admins export, in Settings, Members.</p>
          )}
        </div>
      </Panel>
      {opened === "export" && <ExportPerson lead={lead} close={close} />}
      {opened === "erase" && <ErasePerson lead={lead} close={close} />}
    </>
  );
}
