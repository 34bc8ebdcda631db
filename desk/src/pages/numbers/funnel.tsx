// The funnel by day as a picture, and by day, source, campaign or broker as a table.
import { orgId } from "../../data/me.ts";
import { useQuery } from "../../data/query.ts";
import { count, date, sentence, step } from "../../ui/format.ts";
import { Panel, Shown, Tabs } from "../../ui/parts.tsx";
import { param } from "../../ui/router.ts";
import { Chart } from "../../work/chart.tsx";
import { Nothing } from "./nothing.tsx";
import { range } from "./range.ts";

interface Counted {
  key: string | null;
  label: string | null;
  kind: string;
  quantity: number;
  leads: number;
}

const KINDS = ["fed", "sent", "replied", "booked"];
/** Steps of lists, which count rows. */
const OF_ROWS = new Set(["uploaded", "staged", "deduped", "verified"]);
const KEYS = ["day", "source", "campaign", "broker"] as const;

export function Funnel() {
  const { from, until } = range();
  const by = KEYS.find((key) => key === param("by")) ?? "day";
  const args = { p_org_id: orgId.value, p_from: from, p_until: until };
  const daily = useQuery<Counted[]>("funnel_numbers", { ...args, p_by: "day" });
  const split = useQuery<Counted[]>("funnel_numbers", { ...args, p_by: by });
  const days = [...new Set((daily.data ?? []).map(({ key }) => key ?? ""))].sort();
  const charted = KINDS.filter((kind) => daily.data?.some((row) => row.kind === kind));
  return (
    <Panel
      title="Funnel"
      aside={
        <Tabs
          name="by"
          label="Split by"
          standard="day"
          options={KEYS.map((key) => [key, sentence(key)])}
        />
      }
    >
      <Shown
        of={split}
        empty={<Nothing title="Nothing happened in these days." />}
      >
        {(rows) => {
          const kinds = [...new Set(rows.map(({ kind }) => kind))]
            .sort((a, b) => (KINDS.indexOf(a) + 99) % 99 - (KINDS.indexOf(b) + 99) % 99);
          const groups = [
            ...new Map(rows.map((row) => [row.key ?? "", row.label ?? row.key ?? "none"])),
          ];
          if (by === "day") groups.sort(([a], [b]) => b.localeCompare(a));
          const counted = (kind: string, key: string) => {
            const row = rows.find((row) => row.kind === kind && (row.key ?? "") === key);
            return (OF_ROWS.has(kind) ? row?.quantity : row?.leads) ?? 0;
          };
          return (
            <div class="stack">
              {charted.length > 0 && (
                <Chart
                  label="Leads by day"
                  days={days}
                  series={charted.map((kind) => ({
                    name: step(kind),
                    values: days.map((day) =>
                      daily.data?.find((row) => row.kind === kind && row.key === day)?.leads ?? 0
                    ),
                  }))}
                />
              )}
              <div class="scroll" tabIndex={0} role="region" aria-label="Funnel as a table">
                <table>
                  <caption class="seen-by-readers">Leads by {by} and step</caption>
                  <thead>
                    <tr>
                      <th scope="col">{sentence(by)}</th>
                      {kinds.map((kind) => <th scope="col" class="num" key={kind}>{step(kind)}
                      </th>)}
                    </tr>
                  </thead>
                  <tbody>
                    {groups.map(([key, label]) => (
                      <tr key={key}>
                        <th scope="row">{by === "day" ? date(key) : label}</th>
                        {kinds.map((kind) => (
                          <td class="num" key={kind}>{count(counted(kind, key))}</td>
                        ))}
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            </div>
          );
        }}
      </Shown>
    </Panel>
  );
}
