// The report of a learned score: one HTML file that needs nothing else. It contains no data of single leads.
import { hasWon, type Learned } from "../../edge-functions/_shared/scoring/learn.ts";
import type { Decile } from "../../edge-functions/_shared/scoring/measures.ts";

export interface Report {
  org: string;
  version: number;
  vertical: string;
  outcome: string;
  /** Null: not saved. */
  id: number | null;
  rules: { id: string; words: string }[];
  model: Learned;
}

const escape = (value: string): string =>
  value.replace(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0)};`);
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const day = (date: Date): string => date.toISOString().slice(0, 10);

export function verdict(model: Learned): string {
  const better = (a: boolean) => a ? "better" : "not better";
  return hasWon(model)
    ? "It won on the held-back months: an owner may switch it on."
    : `It did not win on the held-back months (order ${
      better(model.auc > model.rules_auc)
    }, probabilities ${better(model.brier < model.rules_brier)}): the rules keep counting.`;
}

const row = (cells: (string | number)[], tag = "td"): string =>
  `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join("")}</tr>`;
const table = (head: string[], rows: (string | number)[][]): string =>
  `<table><thead>${row(head, "th")}</thead><tbody>${
    rows.map((cells) => row(cells)).join("\n")
  }</tbody></table>`;

/** Predicted against observed share, a dot per tenth of the leads; on the diagonal, probabilities are true. */
export function calibrationPlot(series: { name: string; color: string; deciles: Decile[] }[]) {
  const size = 360, edge = 48;
  const top = Math.max(
    0.01,
    ...series.flatMap(({ deciles }) => deciles.flatMap((one) => [one.predicted, one.observed])),
  ) * 1.05;
  const x = (value: number) => (edge + value / top * size).toFixed(1);
  const y = (value: number) => (edge + size - value / top * size).toFixed(1);
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => share * top);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size + 2 * edge} ${
      size + 2 * edge
    }" width="460" role="img" aria-label="Calibration: predicted against observed share">`,
    `<rect x="${edge}" y="${edge}" width="${size}" height="${size}" fill="none" stroke="#999"/>`,
    `<line x1="${x(0)}" y1="${y(0)}" x2="${x(top)}" y2="${
      y(top)
    }" stroke="#999" stroke-dasharray="4 4"/>`,
    ...ticks.flatMap((tick) => [
      `<text x="${x(tick)}" y="${edge + size + 16}" font-size="11" text-anchor="middle">${
        (100 * tick).toFixed(1)
      }</text>`,
      `<text x="${edge - 6}" y="${y(tick)}" font-size="11" text-anchor="end">${
        (100 * tick).toFixed(1)
      }</text>`,
    ]),
    `<text x="${edge + size / 2}" y="${
      2 * edge + size - 12
    }" font-size="12" text-anchor="middle">predicted, %</text>`,
    `<text x="14" y="${
      edge + size / 2
    }" font-size="12" text-anchor="middle" transform="rotate(-90 14 ${
      edge + size / 2
    })">observed, %</text>`,
    ...series.flatMap(({ name, color, deciles }, n) => [
      `<polyline fill="none" stroke="${color}" points="${
        deciles.map((one) => `${x(one.predicted)},${y(one.observed)}`).join(" ")
      }"/>`,
      ...deciles.map((one) =>
        `<circle cx="${x(one.predicted)}" cy="${y(one.observed)}" r="4" fill="${color}"/>`
      ),
      `<text x="${edge + 12}" y="${
        edge + 20 + 16 * n
      }" font-size="12" fill="${color}">${name}</text>`,
    ]),
    "</svg>",
  ].join("\n");
}

export function reportHtml({ org, version, vertical, outcome, id, rules, model }: Report): string {
  const { metrics } = model;
  const weights = rules.map((rule, n) => ({ rule, weight: metrics.standardised[n] ?? null }))
    .sort((a, b) => Math.abs(b.weight ?? 0) - Math.abs(a.weight ?? 0));
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Learned score of version ${version}</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222 }
table { border-collapse: collapse; margin: 1rem 0 } th, td { padding: .2rem .8rem; border-bottom: 1px solid #ddd;
text-align: right } th:first-child, td:first-child { text-align: left }
</style></head><body>
<h1>Learned score of version ${version}</h1>
<p>${escape(org)}, ${escape(vertical)}. Predicts that a lead is ${
    outcome === "booked" ? "booked" : "replied to by its owner"
  } within 30 days after it is fed${id === null ? "; not saved" : `; saved as model ${id}`}.</p>
<p><strong>${verdict(model)}</strong></p>
<h2>On the held-back months</h2>
<p>Leads fed from ${metrics.held_back_from.slice(0, 10)} to ${
    day(model.held_back_until)
  }: ${metrics.held_back_leads},
${model.held_back_events} of them with the outcome. Learned from ${model.leads} leads fed until ${
    day(model.trained_until)
  } (${model.events} with the outcome, ${model.variables} rules whose points differ), calibrated on the next
${metrics.calibration_leads}.</p>
${
    table(["", "Learned", "Rules"], [
      [
        "Order: AUC (0.5 is chance, 1 is perfect)",
        model.auc.toFixed(3),
        model.rules_auc.toFixed(3),
      ],
      [
        "Probabilities: Brier (0 is perfect)",
        model.brier.toFixed(4),
        model.rules_brier.toFixed(4),
      ],
    ])
  }
<h2>Lift</h2>
<p>Tenths of the leads, the best first: how many times the average share.</p>
${
    table(
      ["Tenth", "Leads", "Predicted", "Observed", "Lift", "Lift of the rules"],
      metrics.deciles.map((one, n) => [
        n + 1,
        one.leads,
        percent(one.predicted),
        percent(one.observed),
        one.lift.toFixed(2),
        (metrics.rules_deciles[n]?.lift ?? 0).toFixed(2),
      ]),
    )
  }
<h2>Calibration</h2>
${
    calibrationPlot([
      { name: "learned", color: "#0b6e4f", deciles: metrics.deciles },
      { name: "rules", color: "#b5541c", deciles: metrics.rules_deciles },
    ])
  }
<h2>Weights</h2>
<p>By how much one standard deviation of a rule's points moves the log-odds. Rules whose points never differed have
none.</p>
${
    table(
      ["Rule", "Weight"],
      weights.map(({ rule, weight }) => [
        `${escape(rule.words)} (${escape(rule.id)})`,
        weight === null ? "–" : weight.toFixed(3),
      ]),
    )
  }
<p>It learned only from leads that the rules had let into a feed: of others it knows nothing.</p>
</body></html>
`;
}
