import { report } from "../../data/act.ts";
import { orgId, works } from "../../data/me.ts";
import { useQuery } from "../../data/query.ts";
import { words } from "../../ui/format.ts";
import { amount, At, FormDialog, Input, Shown, Tag } from "../../ui/parts.tsx";
import { change, type Deal, REFRESH } from "./deal.ts";

interface Event {
  id: number;
  at: string;
  action: string;
  changes: Record<string, unknown> | null;
}

const changesOf = ({ changes }: Event) =>
  Object.entries(changes ?? {}).map(([name, value]) =>
    `${words(name)}: ${typeof value === "object" ? JSON.stringify(value) : value}`
  ).join(", ");

function History({ deal }: { deal: Deal }) {
  const history = useQuery<Event[]>("deal_history", {
    p_org_id: orgId.value,
    p_deal_id: deal.id,
    p_limit: 50,
  });
  return (
    <details>
      <summary>History</summary>
      <Shown of={history} empty={<p class="muted">No changes yet.</p>}>
        {(rows) => (
          <ol class="plain-list">
            {rows.map((row) => (
              <li key={row.id}>
                <At value={row.at} /> {words(row.action)}
                <span class="sub">{changesOf(row)}</span>
              </li>
            ))}
          </ol>
        )}
      </Shown>
    </details>
  );
}

const Usd = ({ label, name, value }: { label: string; name: string; value: number | null }) => (
  <Input label={label} name={name} type="number" min="0" step="any" defaultValue={value ?? ""} />
);

export function Edit({ deal, close }: { deal: Deal; close: () => void }) {
  async function save(values: Record<string, string>) {
    await change(deal, {
      title: values.title,
      price_usd: amount(values.price),
      commission_usd: amount(values.commission),
      expected_close_on: values.expected ?? null,
      closed_on: values.closed ?? null,
    });
    close();
    report("Deal saved", [...REFRESH]);
  }
  return (
    <FormDialog
      title={deal.title}
      close={close}
      save={save}
      submit={works.value ? "Save" : null}
      cancel="Close"
    >
      <p class="row">
        <Tag tone={deal.outcome === "won" ? "good" : deal.outcome === "lost" ? "bad" : "info"}>
          {deal.stage}
        </Tag>
        <a href={`#/lead/${deal.lead_id}`}>{deal.address ?? "The lead"}</a>
        {deal.kind === "flip" && <a href={`#/flips/${deal.id}`}>Flip tracker</a>}
      </p>
      <fieldset disabled={!works.value} class="stack">
        <Input label="Title" name="title" defaultValue={deal.title} maxLength={200} required />
        <div class="pair">
          <Usd label="Price, USD" name="price" value={deal.price_usd} />
          <Usd label="Commission, USD" name="commission" value={deal.commission_usd} />
          <Input
            label="Expected close"
            name="expected"
            type="date"
            defaultValue={deal.expected_close_on ?? ""}
          />
          <Input label="Closed" name="closed" type="date" defaultValue={deal.closed_on ?? ""} />
        </div>
      </fieldset>
      <History deal={deal} />
    </FormDialog>
  );
}
