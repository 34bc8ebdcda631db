// Rows whose keys point to different leads: a person picks, beside what is known.
import { useState } from "preact/hooks";
import { act, report } from "../../data/act.ts";
import { orgId } from "../../data/me.ts";
import { patch, useQuery } from "../../data/query.ts";
import { rpc } from "../../data/rpc.ts";
import { joined, plural, words } from "../../ui/format.ts";
import { At, Empty, FormDialog, List, Select } from "../../ui/parts.tsx";
import { param } from "../../ui/router.ts";

interface Conflict {
  id: number;
  reason: string;
  upload_id: string;
  line: number;
  created_at: string;
  rows: number;
  address: string | null;
  owner: string | null;
  contacts: string[] | null;
  leads: { lead_id: string; address: string | null; owner: string | null; apn: string | null }[];
}

const LIMIT = 25;

function answer(row: Conflict, given: "same" | "own" | "dismiss", lead?: string) {
  const told = {
    same: "The row joins that lead",
    own: "The row becomes a lead of its own",
    dismiss: "The row is left out",
  };
  return act({
    done: told[given],
    show: () =>
      patch<Conflict[]>(["list_conflicts"], (rows) => rows.filter(({ id }) => id !== row.id)),
    run: () =>
      rpc("close_conflict", {
        p_org_id: orgId.value,
        p_conflict_id: row.id,
        p_answer: given,
        p_lead_id: lead,
        p_resolution: "Answered on the desk",
      }),
    refresh: ["list_conflicts", "desk_lead_matches", "desk_summary"],
  });
}

const Item = ({ row }: { row: Conflict }) => (
  <li class="conflict" data-row={String(row.id)}>
    <div>
      <strong>{row.owner ?? "No name"}</strong>
      <span class="sub">{row.address}</span>
      <span class="sub">{(row.contacts ?? []).join(", ")}</span>
      <span class="sub">
        {words(row.reason)}, line {row.line}, sent {plural(row.rows, "time")},{" "}
        <At value={row.created_at} />
      </span>
    </div>
    <ul class="stack">
      {row.leads.map((lead) => (
        <li class="row" key={lead.lead_id}>
          <span class="grow">
            <a href={`#/lead/${lead.lead_id}`}>{lead.owner ?? "Lead"}</a>
            <span class="sub">{joined(lead.address, lead.apn)}</span>
          </span>
          <button type="button" onClick={() => void answer(row, "same", lead.lead_id)}>
            Is this one
          </button>
        </li>
      ))}
    </ul>
    <div class="row">
      <button type="button" onClick={() => void answer(row, "own")}>A lead of its own</button>
      <button type="button" data-key="e" onClick={() => void answer(row, "dismiss")}>
        Leave it out
      </button>
    </div>
  </li>
);

const ANSWERS: [string, string][] = [
  ["own", "Each row becomes a lead of its own"],
  ["same", "Each row joins its lead, where only one is named"],
  ["dismiss", "The rows are left out"],
];

interface Closed {
  open: number;
  unclear: number;
  closed: number;
  left: number;
}

/** One answer for all conflicts with a reason: first how many it would be, then in steps until none is left. */
function Bulk({ reasons, close }: { reasons: string[]; close: () => void }) {
  const [fits, setFits] = useState<Closed | null>(null);
  const ask = (values: Record<string, string>, preview: boolean) =>
    rpc<Closed>("close_conflicts", {
      p_org_id: orgId.value,
      p_answer: values.answer,
      p_reason: values.reason,
      p_preview: preview,
    });
  async function save(values: Record<string, string>) {
    if (!fits) return setFits(await ask(values, true));
    let closed = 0;
    for (let left = 1; left > 0;) {
      const told = await ask(values, false);
      closed += told.closed;
      left = told.closed > 0 ? told.left : 0;
    }
    close();
    report(`${plural(closed, "conflict")} answered`, [
      "list_conflicts",
      "desk_lead_matches",
      "desk_summary",
    ]);
  }
  return (
    <FormDialog
      title="Answer many at once"
      close={close}
      submit={fits ? `Answer ${plural(fits.open - fits.unclear, "conflict")}` : "How many?"}
      save={save}
    >
      <Select
        label="Conflicts because of"
        name="reason"
        options={reasons.map((reason) => [reason, words(reason)])}
        onChange={() => setFits(null)}
      />
      <Select label="Answer" name="answer" options={ANSWERS} onChange={() => setFits(null)} />
      {fits && (
        <p role="status">
          {plural(fits.open, "open conflict")} with this reason
          {fits.unclear > 0
            ? `; ${
              plural(fits.unclear, "of them names", "of them name")
            } several leads and stay open`
            : ""}.
        </p>
      )}
    </FormDialog>
  );
}

export function Conflicts() {
  const found = useQuery<Conflict[]>("list_conflicts", {
    p_org_id: orgId.value,
    p_after: param("after") ? Number(param("after")) : undefined,
    p_limit: LIMIT,
  });
  const [bulk, setBulk] = useState(false);
  const reasons = [...new Set((found.data ?? []).map(({ reason }) => reason))];
  return (
    <>
      <List
        title="Conflicts"
        aside={reasons.length > 0 && (
          <button type="button" onClick={() => setBulk(true)}>Answer many</button>
        )}
        of={found}
        empty={
          <Empty title="No open conflicts.">
            <p>A row whose keys point to different leads waits here for an answer.</p>
          </Empty>
        }
        limit={LIMIT}
        cursor={(row) => String(row.id)}
      >
        {(rows) => <ul>{rows.map((row) => <Item row={row} key={row.id} />)}</ul>}
      </List>
      {bulk && <Bulk reasons={reasons} close={() => setBulk(false)} />}
    </>
  );
}
