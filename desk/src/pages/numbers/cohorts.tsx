// Leads by the week of their feed: how many of them were reached, replied, booked and closed, week by week after.
import { orgId } from "../../data/me.ts";
import { useQuery } from "../../data/query.ts";
import { count, date, percent, sentence } from "../../ui/format.ts";
import { Panel, Shown, Tabs } from "../../ui/parts.tsx";
import { param } from "../../ui/router.ts";
import { Chart } from "../../work/chart.tsx";
import { Nothing } from "./nothing.tsx";
import { range } from "./range.ts";

interface Counted {
  fed_week: string;
  kind: string;
  weeks_after: number;
  leads: number;
}

const KINDS = ["sent", "replied", "booked", "closed"] as const;
const MOST_WEEKS = 13;

export function Cohorts() {
  const { from, until } = range();
  const kind = KINDS.find((known) => known === param("cohort")) ?? "replied";
  const cohorts = useQuery<Counted[]>("feed_cohorts", {
    p_org_id: orgId.value,
    p_from: from,
    p_until: until,
  });
  return (
    <Panel
      title="Cohorts by week of the feed"
      aside={
        <Tabs
          name="cohort"
          label="Step"
          standard="replied"
          options={KINDS.map((known) => [known, sentence(known)])}
        />
      }
    >
      <Shown of={cohorts} empty={<Nothing title="No leads were fed in these days." />}>
        {(rows) => {
          const weeks = [...new Set(rows.map(({ fed_week }) => fed_week))].sort();
          const fed = (week: string) =>
            rows.filter((row) => row.fed_week === week && row.kind === "fed")
              .reduce((sum, { leads }) => sum + leads, 0);
          const last = Math.min(MOST_WEEKS, Math.max(0, ...rows.map((row) => row.weeks_after)));
          const after = Array.from({ length: last + 1 }, (_, week) => week);
          /** Leads of a cohort that took the step within so many weeks. */
          const within = (week: string, most: number) =>
            rows.filter((row) =>
              row.fed_week === week && row.kind === kind && row.weeks_after <= most
            )
              .reduce((sum, { leads }) => sum + leads, 0);
          return (
            <div class="stack">
              <Chart
                label={`${sentence(kind)} of the leads of a week, until now`}
                days={weeks}
                series={[
                  { name: "Fed", values: weeks.map(fed) },
                  { name: sentence(kind), values: weeks.map((week) => within(week, Infinity)) },
                ]}
              />
              <div class="scroll" tabIndex={0} role="region" aria-label="Cohorts as a table">
                <table>
                  <caption class="seen-by-readers">
                    Share of the leads of a week that {kind} within so many weeks
                  </caption>
                  <thead>
                    <tr>
                      <th scope="col">Week of</th>
                      <th scope="col" class="num">Fed</th>
                      {after.map((week) => (
                        <th scope="col" class="num" key={week}>
                          {week === 0 ? "Same week" : `+${week}`}
                        </th>
                      ))}
                    </tr>
                  </thead>
                  <tbody>
                    {weeks.map((week) => (
                      <tr key={week}>
                        <th scope="row">{date(week)}</th>
                        <td class="num">{count(fed(week))}</td>
                        {after.map((most) => (
                          <td class="num" key={most}>
                            {Date.parse(week) + most * 7 * 86_400_000 > Date.now()
                              ? ""
                              : percent(within(week, most) / Math.max(1, fed(week)), 1)}
                          </td>
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
