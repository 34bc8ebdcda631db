// What leads and bookings cost: over time as a picture, and by source, campaign or broker.
import { orgId } from "../../data/me.ts";
import { useQuery } from "../../data/query.ts";
import { date, money, sentence } from "../../ui/format.ts";
import { counted, Panel, Shown, Table, Tabs } from "../../ui/parts.tsx";
import { param } from "../../ui/router.ts";
import { Chart } from "../../work/chart.tsx";
import { Nothing } from "./nothing.tsx";
import { range } from "./range.ts";

interface Cost {
  starts_on?: string;
  key?: string | null;
  label?: string | null;
  messages_usd: number;
  data_usd: number;
  fed: number;
  replied: number;
  booked: number;
  cost_per_lead: number | null;
  cost_per_booking: number | null;
}

const TIMES = ["day", "week", "month"] as const;
const SPLITS = [...TIMES, "source", "campaign", "broker"] as const;

export function Costs() {
  const { from, until } = range();
  const by = SPLITS.find((split) => split === param("costs")) ?? "week";
  const inTime = TIMES.find((time) => time === by);
  const args = { p_org_id: orgId.value, p_from: from, p_until: until };
  const costs = useQuery<Cost[]>(inTime ? "unit_costs" : "unit_costs_by", { ...args, p_by: by });
  return (
    <Panel
      title="What it costs"
      aside={
        <Tabs
          name="costs"
          label="Costs by"
          standard="week"
          options={SPLITS.map((split) => [split, sentence(split)])}
        />
      }
    >
      <Shown of={costs} empty={<Nothing title="No costs in these days." />}>
        {(rows) => (
          <div class="stack">
            {inTime && (
              <Chart
                label="Costs, USD"
                days={rows.map(({ starts_on }) => starts_on ?? "")}
                series={[
                  { name: "Messages", values: rows.map(({ messages_usd }) => messages_usd) },
                  { name: "Data", values: rows.map(({ data_usd }) => data_usd) },
                ]}
              />
            )}
            <div class="scroll" tabIndex={0} role="region" aria-label="Costs as a table">
              <Table
                label={`Costs by ${by}`}
                rows={rows}
                id={(row) => row.starts_on ?? row.key ?? "none"}
                columns={[
                  {
                    label: sentence(by),
                    show: (row) => row.starts_on ? date(row.starts_on) : row.label ?? "none",
                  },
                  counted("Messages", (row: Cost) => row.messages_usd, money),
                  counted("Data", (row: Cost) => row.data_usd, money),
                  counted("Fed", (row: Cost) => row.fed),
                  counted("Replied", (row: Cost) => row.replied),
                  counted("Booked", (row: Cost) => row.booked),
                  counted("Per lead", (row: Cost) => row.cost_per_lead, money),
                  counted("Per booking", (row: Cost) => row.cost_per_booking, money),
                ]}
              />
            </div>
          </div>
        )}
      </Shown>
    </Panel>
  );
}
