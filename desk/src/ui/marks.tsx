// Small marks inside a line: tags, times, scores.
import type { ComponentChildren } from "preact";
import { exactly, sentence, when } from "./format.ts";

export type Tone = "good" | "warn" | "bad" | "info" | "accent" | "plain";

export const Tag = ({ tone = "plain", children }: { tone?: Tone; children: ComponentChildren }) => (
  <span class={`tag ${tone}`}>{children}</span>
);

/** A point in time, its exact value on hover. */
export const At = ({ value }: { value: string | null | undefined }) =>
  value ? <time dateTime={value} title={exactly(value)}>{when(value)}</time> : <>–</>;

export function Score({ value }: { value: number | null | undefined }) {
  if (value === null || value === undefined) return <span class="muted">no score</span>;
  return (
    <span class="score">
      <meter min={0} max={100} value={value} aria-label={`Score ${value} of 100`} />
      {value}
    </span>
  );
}

/** When somebody may be contacted: now, from a time on, or never. */
export const OutlookTag = (
  { outlook, next }: { outlook: string; next?: string | null | undefined },
) => (
  <Tag tone={outlook === "now" ? "good" : outlook === "never" ? "bad" : "warn"}>
    {outlook === "later" && next ? `From ${when(next)}` : sentence(outlook)}
  </Tag>
);
