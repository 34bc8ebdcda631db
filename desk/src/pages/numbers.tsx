// Numbers: the funnel by day, what a lead and a booking cost, cohorts, and how fast we answer. Each picture has its table.
import { orgId } from "../data/me.ts";
import { useQuery } from "../data/query.ts";
import { count, date, money, percent, sentence } from "../ui/format.ts";
import { Empty, Head, Panel, Shown, Table, Tabs } from "../ui/parts.tsx";
import { param, setQuery } from "../ui/router.ts";
import { Chart } from "../work/chart.tsx";

interface Counted {
  key: string | null;
  label: string | null;
  kind: string;
  quantity: number;
  leads: number;
}

const KINDS = ["fed", "sent", "replied", "booked"];
const iso = (at: Date) => at.toISOString().slice(0, 10);

function range(): { from: string; until: string } {
  const until = param("until") || iso(new Date());
  const from = param("from") || iso(new Date(Date.now() - 29 * 86_400_000));
  return { from, until };
}

const KEYS = ["day", "source", "campaign", "broker"] as const;

function Funnel() {
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
        empty={
          <Empty title="Nothing happened in these days.">
            <p>Choose other days.</p>
          </Empty>
        }
      >
        {(rows) => {
          const kinds = [...new Set(rows.map(({ kind }) => kind))]
            .sort((a, b) => (KINDS.indexOf(a) + 99) % 99 - (KINDS.indexOf(b) + 99) % 99);
          const groups = [
            ...new Map(rows.map((row) => [row.key ?? "", row.label ?? row.key ?? "none"])),
          ];
          if (by === "day") groups.sort(([a], [b]) => b.localeCompare(a));
          const leads = (kind: string, key: string) =>
            rows.find((row) => row.kind === kind && (row.key ?? "") === key)?.leads ?? 0;
          return (
            <div class="stack">
              {charted.length > 0 && (
                <Chart
                  label="Leads by day"
                  days={days}
                  series={charted.map((kind) => ({
                    name: sentence(kind),
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
                      {kinds.map((kind) => (
                        <th scope="col" class="num" key={kind}>{sentence(kind)}</th>
                      ))}
                    </tr>
                  </thead>
                  <tbody>
                    {groups.map(([key, label]) => (
                      <tr key={key}>
                        <th scope="row">{by === "day" ? date(key) : label}</th>
                        {kinds.map((kind) => (
                          <td class="num" key={kind}>{count(leads(kind, key))}</td>
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

type Loose = Record<string, string | number | null>;

/** A small report: its columns are what the function returns. */
function Report(
  { title, of, empty }: {
    title: string;
    of: ReturnType<typeof useQuery<Loose[] | Loose>>;
    empty: string;
  },
) {
  const list = of.data === undefined || of.data === null
    ? of.data
    : Array.isArray(of.data)
    ? of.data
    : [of.data];
  const cell = (name: string, value: string | number | null) => {
    if (value === null) return "–";
    if (typeof value === "string") {
      return /^\d{4}-\d\d-\d\d/.test(value) ? date(value) : sentence(value);
    }
    if (/usd|cost|spent/.test(name)) return money(value);
    if (/share|rate/.test(name)) return percent(value, 1);
    return count(Math.round(value * 10) / 10);
  };
  return (
    <Panel title={title} flush>
      <Shown of={{ ...of, data: list ?? undefined }} empty={<Empty title={empty} />}>
        {(rows) => {
          const names = Object.keys(rows[0] ?? {}).filter((name) => !/(^|_)id$|^key$/.test(name));
          return (
            <div class="scroll" tabIndex={0} role="region" aria-label={`${title}: table`}>
              <Table
                label={title}
                rows={rows}
                id={(row: Loose) => JSON.stringify(row)}
                columns={names.map((name) => ({
                  label: sentence(name.replace(/_usd$/, ", USD")),
                  num: typeof rows[0]?.[name] === "number",
                  labelled: true,
                  show: (row: Loose) => cell(name, row[name] ?? null),
                }))}
              />
            </div>
          );
        }}
      </Shown>
    </Panel>
  );
}

export default function Numbers() {
  const { from, until } = range();
  const days = { p_org_id: orgId.value, p_from: from, p_until: until };
  const costs = useQuery<Loose[]>("unit_costs", days);
  const cohorts = useQuery<Loose[]>("feed_cohorts", days);
  const answers = useQuery<Loose[]>("answer_times", days);
  return (
    <>
      <Head title="Numbers" />
      <div class="filters">
        {([["from", "From", from], ["until", "Until", until]] as const).map((
          [name, label, value],
        ) => (
          <label class="row" key={name}>
            <span>{label}</span>
            <input
              type="date"
              value={value}
              onChange={(event) => setQuery({ [name]: event.currentTarget.value })}
            />
          </label>
        ))}
      </div>
      <div class="stack-wide">
        <Funnel />
        <Report title="What it costs" of={costs} empty="No costs in these days." />
        <Report title="Time to the first answer" of={answers} empty="No replies in these days." />
        <Report
          title="Cohorts by week of the feed"
          of={cohorts}
          empty="No leads were fed in these days."
        />
      </div>
    </>
  );
}
