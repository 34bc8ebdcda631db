// The funnel step by step: what is left of the step before, how long it took, what it cost, and how often a provider
// was overloaded.
import { org, orgId } from "../../data/me.ts";
import { useQuery } from "../../data/query.ts";
import { count, date, duration, money, percent, sentence, step } from "../../ui/format.ts";
import { type Column, counted, Panel, Shown, Table, Tabs } from "../../ui/parts.tsx";
import { param } from "../../ui/router.ts";
import { Nothing } from "./nothing.tsx";
import { range } from "./range.ts";

interface Step {
  key: string | null;
  label: string | null;
  kind: string;
  reached: number;
  dropped: number | null;
  kept: number | null;
  median_seconds: number | null;
  p90_seconds: number | null;
  answers_429: number | null;
  answers_5xx: number | null;
  cost_usd: number | null;
  cost_per_lead: number | null;
}

const KEYS = ["period", "day", "source", "campaign", "broker"] as const;
const minutes = (seconds: number | null) => seconds === null ? null : seconds / 60;
const name = (step: Step, by: string) => by === "day" ? date(step.key) : step.label ?? "none";

export function Steps() {
  const { from, until } = range();
  const by = KEYS.find((key) => key === param("steps")) ?? "period";
  const seesCosts = org.value?.role !== "broker";
  const args = { p_org_id: orgId.value, p_from: from, p_until: until };
  const whole = useQuery<Step[]>("funnel_steps", { ...args, p_by: "period" });
  const split = useQuery<Step[]>("funnel_steps", { ...args, p_by: by });
  const most = Math.max(1, ...(whole.data ?? []).map(({ reached }) => reached));
  const columns: Column<Step>[] = [
    ...by === "period" ? [] : [{ label: sentence(by), show: (row: Step) => name(row, by) }],
    { label: "Step", show: (row) => step(row.kind) },
    counted("Reached", (step) => step.reached),
    counted("Lost", (step) => step.dropped),
    counted("Kept", (step) => step.kept, (value) => percent(value, 1)),
    counted("Half within", (step) => minutes(step.median_seconds), duration),
    counted("90 % within", (step) => minutes(step.p90_seconds), duration),
    ...seesCosts
      ? [
        counted("Provider busy (429)", (step: Step) => step.answers_429),
        counted("Provider failed (5xx)", (step: Step) => step.answers_5xx),
        counted("Cost", (step: Step) => step.cost_usd, money),
        counted("Cost per lead so far", (step: Step) => step.cost_per_lead, money),
      ]
      : [],
  ];
  return (
    <Panel
      title="Step by step"
      aside={
        <Tabs
          name="steps"
          label="Steps by"
          standard="period"
          options={KEYS.map((key) => [key, sentence(key)])}
        />
      }
    >
      <Shown of={split} empty={<Nothing title="No steps in these days." />}>
        {(rows) => (
          <div class="stack">
            <ul class="bars" aria-label="Reached, of all in these days">
              {(whole.data ?? []).map((row) => (
                <li key={row.kind}>
                  <span>{step(row.kind)}</span>
                  <span class="bar">
                    <span style={{ width: `${(row.reached / most) * 100}%` }} />
                  </span>
                  <strong class="num">{count(row.reached)}</strong>
                </li>
              ))}
            </ul>
            <div class="scroll" tabIndex={0} role="region" aria-label="Steps as a table">
              <Table
                label={`Steps by ${by}`}
                rows={rows}
                id={(step) => `${step.key ?? "none"} ${step.kind}`}
                columns={columns}
              />
            </div>
          </div>
        )}
      </Shown>
    </Panel>
  );
}
