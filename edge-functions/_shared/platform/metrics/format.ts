// The text format of Prometheus, version 0.0.4.
import { type Metric, METRICS } from "./catalogue.ts";

export interface Sample {
  metric: string;
  labels: Readonly<Record<string, string>>;
  value: number;
}

export const CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

const PART = /_(bucket|sum|count)$/;

/** The metric that a sample is of: a histogram has samples of three names. */
export function familyOf(name: string): string {
  if (METRICS[name]) return name;
  const family = name.replace(PART, "");
  if (family !== name && METRICS[family]?.kind === "histogram") return family;
  throw new Error(`The metric ${name} is not in the catalogue.`);
}

const escapeLabel = (text: string) =>
  text.replace(/\\/g, "\\\\").replace(/\n/g, "\\n").replace(/"/g, '\\"');
const escapeHelp = (text: string) => text.replace(/\\/g, "\\\\").replace(/\n/g, "\\n");

/** `le` in the order of its bounds, the other labels by name. */
const boundOf = ({ labels }: Sample) =>
  labels.le === undefined ? 0 : labels.le === "+Inf" ? Infinity : Number(labels.le);

function line({ metric, labels, value }: Sample): string {
  const names = Object.keys(labels).sort();
  const inside = names.map((name) => `${name}="${escapeLabel(labels[name]!)}"`).join(",");
  return `${metric}${inside ? `{${inside}}` : ""} ${Number.isFinite(value) ? value : "NaN"}`;
}

const keyOf = ({ metric, labels: { le: _, ...labels } }: Sample) =>
  `${metric} ${JSON.stringify(Object.entries(labels).sort())}`;

/** Each metric with its help and kind, in the order of the catalogue, and the samples in a stable order. */
export function formatMetrics(samples: readonly Sample[]): string {
  const families = new Map<string, Sample[]>();
  for (const sample of samples) {
    const family = familyOf(sample.metric);
    families.set(family, [...families.get(family) ?? [], sample]);
  }
  return Object.entries(METRICS).flatMap(([name, { kind, help }]: [string, Metric]) => {
    const own = families.get(name);
    if (!own) return [];
    const lines = own.map((sample) => ({ sample, key: keyOf(sample) }))
      .sort((a, b) =>
        a.key < b.key ? -1 : a.key > b.key ? 1 : boundOf(a.sample) - boundOf(b.sample)
      );
    return [
      `# HELP ${name} ${escapeHelp(help)}`,
      `# TYPE ${name} ${kind}`,
      ...lines.map(({ sample }) => line(sample)),
    ];
  }).map((text) => `${text}\n`).join("");
}
