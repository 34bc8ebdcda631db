// How long people wait for an answer, by broker.
import { orgId } from "../../data/me.ts";
import { useQuery } from "../../data/query.ts";
import { duration, when } from "../../ui/format.ts";
import { counted, Panel, Shown, Table } from "../../ui/parts.tsx";
import { Nothing } from "./nothing.tsx";
import { range } from "./range.ts";

interface Answered {
  broker_id: string | null;
  broker: string | null;
  replies: number;
  answered: number;
  median_minutes: number | null;
  p90_minutes: number | null;
  waiting: number;
  oldest_waiting_at: string | null;
}

export function Answers() {
  const { from, until } = range();
  const answers = useQuery<Answered[]>("answer_times", {
    p_org_id: orgId.value,
    p_from: from,
    p_until: until,
  });
  return (
    <Panel title="Time to the first answer">
      <Shown of={answers} empty={<Nothing title="No replies in these days." />}>
        {(rows) => {
          const longest = Math.max(1, ...rows.map(({ median_minutes }) => median_minutes ?? 0));
          return (
            <div class="stack">
              <ul class="bars" aria-label="Half of the answers came within">
                {rows.map((row) => (
                  <li key={row.broker_id}>
                    <span>{row.broker ?? "none"}</span>
                    <span class="bar">
                      <span style={{ width: `${((row.median_minutes ?? 0) / longest) * 100}%` }} />
                    </span>
                    <strong class="num">{duration(row.median_minutes)}</strong>
                  </li>
                ))}
              </ul>
              <Table
                label="Time to the first answer"
                rows={rows}
                id={(row) => row.broker_id ?? "none"}
                columns={[
                  { label: "Broker", show: (row) => row.broker ?? "none" },
                  counted("Replies", (row: Answered) => row.replies),
                  counted("Answered", (row: Answered) => row.answered),
                  counted("Half within", (row: Answered) => row.median_minutes, duration),
                  counted("90 % within", (row: Answered) => row.p90_minutes, duration),
                  counted("Waiting", (row: Answered) => row.waiting),
                  {
                    label: "Oldest",
                    num: true,
                    labelled: true,
                    show: (row) => when(row.oldest_waiting_at),
                  },
                ]}
              />
            </div>
          );
        }}
      </Shown>
    </Panel>
  );
}
