// What the house costs and brings: the figures of a flip, its 70 % rule, and profit and loss.
import { useState } from "preact/hooks";
import { report } from "../../data/act.ts";
import { orgId, works } from "../../data/me.ts";
import { rpc } from "../../data/rpc.ts";
import { count, date, dollars } from "../../ui/format.ts";
import { amount, FormDialog, Input, Panel, Tag } from "../../ui/parts.tsx";
import { type Figures, type Flip, REFRESH } from "./flip.ts";

type Values = Flip["deal"];
type Amount = "purchase_usd" | "arv_usd" | "repairs_usd" | "holding_usd_per_day" | "sale_usd";
type Day = "bought_on" | "sold_on";

const AMOUNTS: [Amount, string][] = [
  ["purchase_usd", "Purchase, USD"],
  ["arv_usd", "Value after repair (ARV), USD"],
  ["repairs_usd", "Estimate of repairs, USD"],
  ["holding_usd_per_day", "Holding cost a day, USD"],
  ["sale_usd", "Sale, USD"],
];
const DAYS: [Day, string][] = [["bought_on", "Bought on"], ["sold_on", "Sold on"]];

function Edit({ deal, close }: { deal: Values; close: () => void }) {
  async function save(values: Record<string, string>) {
    await rpc("change_deal", {
      p_org_id: orgId.value,
      p_deal_id: deal.id,
      p_version: deal.version,
      p_values: {
        ...Object.fromEntries(AMOUNTS.map(([name]) => [name, amount(values[name])])),
        ...Object.fromEntries(DAYS.map(([name]) => [name, values[name] ?? null])),
      },
    });
    close();
    report("Figures saved", REFRESH);
  }
  return (
    <FormDialog title="Figures" close={close} save={save}>
      <div class="pair">
        {AMOUNTS.map(([name, label]) => (
          <Input
            key={name}
            label={label}
            name={name}
            type="number"
            min="0"
            step="any"
            defaultValue={deal[name] ?? ""}
          />
        ))}
        {DAYS.map(([name, label]) => (
          <Input key={name} label={label} name={name} type="date" defaultValue={deal[name] ?? ""} />
        ))}
      </div>
    </FormDialog>
  );
}

function Rule({ figures }: { figures: Figures }) {
  if (figures.max_offer_usd === null) return <p class="muted">Enter the value after repair.</p>;
  return (
    <p>
      70 % of {dollars(figures.arv_usd)} less repairs of{" "}
      {dollars(figures.repairs_planned_usd)}: at most{" "}
      <strong>{dollars(figures.max_offer_usd)}</strong>.{" "}
      {figures.meets_70_percent !== null && (
        <Tag tone={figures.meets_70_percent ? "good" : "bad"}>
          {figures.meets_70_percent ? "kept" : "paid more"}
        </Tag>
      )}
    </p>
  );
}

export function FlipFigures({ deal, figures }: { deal: Values; figures: Figures }) {
  const [editing, setEditing] = useState(false);
  const repairs = Math.max(figures.repairs_planned_usd, figures.spent_usd);
  const rows: [label: string, plan: number | null, actual: number | null][] = [
    ["Value after repair, sale", figures.arv_usd, figures.sale_usd],
    ["Purchase", figures.purchase_usd, figures.purchase_usd],
    ["Repairs", repairs, figures.spent_usd],
    [
      `Holding, ${count(figures.holding_days)} days at ${dollars(figures.holding_usd_per_day)}`,
      figures.holding_usd,
      figures.holding_usd,
    ],
  ];
  return (
    <Panel
      title="Profit and loss"
      aside={works.value
        ? <button type="button" onClick={() => setEditing(true)}>Edit figures</button>
        : undefined}
    >
      <div class="stack">
        <Rule figures={figures} />
        <div class="scroll" tabIndex={0} role="region" aria-label="Profit and loss as a table">
          <table>
            <caption class="seen-by-readers">Profit and loss, USD</caption>
            <thead>
              <tr>
                <th scope="col">USD</th>
                <th scope="col" class="num">Expected</th>
                <th scope="col" class="num">So far</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(([label, plan, actual]) => (
                <tr key={label}>
                  <th scope="row">{label}</th>
                  <td class="num">{dollars(plan)}</td>
                  <td class="num">{dollars(actual)}</td>
                </tr>
              ))}
              <tr>
                <th scope="row">Profit</th>
                <td class="num">
                  <strong>{dollars(figures.expected_profit_usd)}</strong>
                </td>
                <td class="num">
                  <strong>{dollars(figures.profit_usd)}</strong>
                </td>
              </tr>
            </tbody>
          </table>
        </div>
        <p class="muted">
          {deal.bought_on ? `Bought on ${date(deal.bought_on)}.` : "Not bought yet."}{" "}
          {deal.sold_on ? `Sold on ${date(deal.sold_on)}.` : "Not sold yet: no profit so far."}
        </p>
      </div>
      {editing && <Edit deal={deal} close={() => setEditing(false)} />}
    </Panel>
  );
}
