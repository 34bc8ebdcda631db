// `npm run docs:dashboard`: writes the dashboard for Grafana from the metrics of docs/metrics.md.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  DashboardBuilder,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { DataqueryBuilder } from "@grafana/grafana-foundation-sdk/prometheus";
import { PanelBuilder as StatBuilder } from "@grafana/grafana-foundation-sdk/stat";
import { PanelBuilder as TimeseriesBuilder } from "@grafana/grafana-foundation-sdk/timeseries";
import { root } from "../dev/paths.ts";

export const DASHBOARD_FILE = join(root, "supabase", "monitoring", "dashboard.json");

const SOURCE = { type: "prometheus", uid: "${source}" };
const ORG = 'org=~"$org"';

interface Panel {
  title: string;
  /** Expression and legend. */
  targets: [expr: string, legend: string][];
  unit?: string;
}

/** Rows of the dashboard, and the panels of each. */
export const ROWS: [title: string, panels: Panel[]][] = [
  ["Uploads", [
    {
      title: "Uploads by outcome, per hour",
      targets: [
        [`sum by (outcome) (increase(sluice_uploads_total{${ORG}}[1h]))`, "{{outcome}}"],
      ],
    },
    {
      title: "Rows by verdict, per hour",
      targets: [
        [`sum by (verdict) (increase(sluice_upload_rows_total{${ORG}}[1h]))`, "{{verdict}}"],
      ],
    },
    {
      title: "Parts that are not resolved",
      targets: [[`sum(sluice_upload_parts_open{${ORG}})`, "parts"]],
    },
    {
      title: "Oldest part that is not resolved",
      unit: "s",
      targets: [[`max(sluice_upload_parts_oldest_age_seconds{${ORG}})`, "age"]],
    },
  ]],
  ["Feed and gate", [
    {
      title: "Leads fed today",
      targets: [[`sum(sluice_feed_leads{${ORG}})`, "leads"]],
    },
    {
      title: "Campaigns: fed, overdue",
      targets: [
        [`sum(sluice_feed_done{${ORG}})`, "done"],
        [`sum(sluice_feed_overdue{${ORG}})`, "overdue"],
      ],
    },
    {
      title: "Decisions of the gate, per hour",
      targets: [[
        `sum by (channel, verdict) (increase(sluice_gate_decisions_total{${ORG}}[1h]))`,
        "{{channel}} {{verdict}}",
      ]],
    },
    {
      title: "Refusals by rule, per hour",
      targets: [[
        `topk(10, sum by (rule) (increase(sluice_gate_refusals_total{${ORG}}[1h])))`,
        "{{rule}}",
      ]],
    },
  ]],
  ["Messages and providers", [
    {
      title: "Messages by state, per hour",
      targets: [[
        `sum by (provider, state) (increase(sluice_messages_total{${ORG}}[1h]))`,
        "{{provider}} {{state}}",
      ]],
    },
    {
      title: "Messages in flight",
      targets: [[
        `sum by (provider, state) (sluice_messages_in_flight{${ORG}})`,
        "{{provider}} {{state}}",
      ]],
    },
    {
      title: "95 % of the requests are faster than",
      unit: "s",
      targets: [[
        `histogram_quantile(0.95, sum by (provider, le) (rate(sluice_provider_request_duration_seconds_bucket{${ORG}}[15m])))`,
        "{{provider}}",
      ]],
    },
    {
      title: "Answers that are not ok, per hour",
      targets: [[
        `sum by (provider, status) (increase(sluice_provider_requests_total{${ORG}, status!="ok"}[1h]))`,
        "{{provider}} {{status}}",
      ]],
    },
    {
      title: "Answers from the cache, per hour",
      targets: [[
        `sum by (provider) (increase(sluice_provider_cached_answers_total{${ORG}}[1h]))`,
        "{{provider}}",
      ]],
    },
    {
      title: "Open circuits",
      targets: [[
        `sum by (provider, account) (sluice_provider_circuit_open{${ORG}})`,
        "{{provider}} {{account}}",
      ]],
    },
    {
      title: "Spent of the budget",
      unit: "percentunit",
      targets: [[
        `sum by (provider, period, purpose) (sluice_provider_spend_usd{${ORG}}) / sum by (provider, period, purpose) (sluice_provider_budget_usd{${ORG}} > 0)`,
        "{{provider}} {{purpose}} {{period}}",
      ]],
    },
  ]],
  ["Inbox and wishes", [
    {
      title: "Webhooks that wait",
      targets: [[`sum(sluice_inbox_waiting{${ORG}})`, "deliveries"]],
    },
    {
      title: "Oldest unprocessed",
      unit: "s",
      targets: [
        [`max(sluice_inbox_oldest_age_seconds{${ORG}})`, "delivery"],
        [`max(sluice_wishes_unprocessed_oldest_age_seconds{${ORG}})`, "possible wish"],
      ],
    },
    {
      title: "Possible wishes for a person",
      targets: [[`sum(sluice_wishes_waiting_for_person{${ORG}})`, "wishes"]],
    },
    {
      title: "Oldest possible wish for a person",
      unit: "s",
      targets: [[`max(sluice_wishes_waiting_for_person_oldest_age_seconds{${ORG}})`, "age"]],
    },
  ]],
  ["Dead letters", [
    {
      title: "Open dead letters",
      targets: [
        [`sum by (source) (sluice_dead_letters_open{${ORG}})`, "{{source}}"],
        ["sum by (source) (sluice_platform_dead_letters_open)", "{{source}} (no org)"],
      ],
    },
    {
      title: "Oldest dead letter",
      unit: "s",
      targets: [
        [`max(sluice_dead_letters_oldest_age_seconds{${ORG}})`, "of an org"],
        ["max(sluice_platform_dead_letters_oldest_age_seconds)", "of none"],
      ],
    },
  ]],
  ["Installation", [
    {
      title: "Jobs by queue",
      targets: [["sum by (queue, state) (sluice_queue_jobs) > 0", "{{queue}} {{state}}"]],
    },
    {
      title: "Oldest job",
      unit: "s",
      targets: [["max by (queue) (sluice_queue_oldest_age_seconds)", "{{queue}}"]],
    },
    {
      title: "Age of the view of contactable leads",
      unit: "s",
      targets: [["time() - sluice_contactable_view_refreshed_timestamp_seconds", "age"]],
    },
    { title: "Daily tasks overdue", targets: [["sluice_tasks_overdue", "tasks"]] },
    { title: "Retention overdue", targets: [["sluice_retention_overdue", "kinds of data"]] },
    {
      title: "Scheduled jobs: last run failed",
      targets: [["sluice_cron_last_run_failed > 0", "{{task}}"]],
    },
    {
      title: "Scheduled jobs: since the last success",
      unit: "s",
      targets: [["time() - sluice_cron_last_success_timestamp_seconds", "{{task}}"]],
    },
    {
      title: "Wake-ups of the last hour",
      targets: [["sum by (outcome) (sluice_worker_wakes)", "{{outcome}}"]],
    },
    {
      title: "Database requests of the last hour",
      targets: [["sum by (status) (sluice_net_responses)", "{{status}}"]],
    },
    {
      title: "Reading the metrics takes",
      unit: "s",
      targets: [["sluice_scrape_duration_seconds", "duration"]],
    },
  ]],
];

const WIDTH = 6, HEIGHT = 7;

function panelOf({ title, targets, unit }: Panel, id: number) {
  const panel =
    (targets.length === 1 && targets[0]![1] === "leads"
      ? new StatBuilder()
      : new TimeseriesBuilder()) as TimeseriesBuilder;
  panel.id(id).title(title).datasource(SOURCE).span(WIDTH).height(HEIGHT).min(0);
  if (unit) panel.unit(unit);
  for (const [n, [expr, legend]] of targets.entries()) {
    panel.withTarget(
      new DataqueryBuilder().refId(String.fromCharCode(65 + n)).expr(expr).legendFormat(legend)
        .range(),
    );
  }
  return panel;
}

export function dashboardText(): string {
  const dashboard = new DashboardBuilder("Sluice").uid("sluice").tags(["sluice"]).readonly()
    .refresh("1m").time({ from: "now-24h", to: "now" }).timezone("browser")
    .withVariable(new DatasourceVariableBuilder("source").label("Prometheus").type("prometheus"))
    .withVariable(
      new QueryVariableBuilder("org").label("Org").datasource(SOURCE).multi(true).includeAll(true)
        .query("label_values(sluice_inbox_waiting, org)").refresh(
          VariableRefresh.OnTimeRangeChanged,
        ),
    );
  let id = 1;
  for (const [title, panels] of ROWS) {
    dashboard.withRow(new RowBuilder(title).id(id++));
    for (const panel of panels) dashboard.withPanel(panelOf(panel, id++));
  }
  const built = dashboard.build();
  // Of variables of intervals only; the library gives it to all.
  for (const variable of built.templating?.list ?? []) {
    delete variable.auto;
    delete variable.auto_min;
    delete variable.auto_count;
  }
  return JSON.stringify(built, null, 2) + "\n";
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(DASHBOARD_FILE, dashboardText());
}
