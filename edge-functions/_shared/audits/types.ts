// The facts of an audit. Each part of it writes measures: a named value, where it was seen, and a few details as evidence.
// A measure that is missing was not measured; it is never read as zero.

export type Value = number | boolean | string;

export interface Measure {
  value: Value;
  /** The address that was looked at. */
  url: string;
  /** The first few elements, links or lines that the value counts. */
  details?: string[];
}
export type Measures = Record<string, Measure>;

export interface Technology {
  name: string;
  categories: string[];
  version: string | null;
  /** 1 to 100. */
  confidence: number;
  /** Where it was seen: headers, cookies, meta, scriptSrc, html, js, dom or implied. */
  seen: string[];
}

export const PARTS = ["page", "links", "browser", "lighthouse"] as const;
export type PartName = (typeof PARTS)[number];

export interface PartResult {
  measures: Measures;
  technologies?: Technology[];
  /** Lighthouse alone: which program measured, and its version. Scores of different ones are not compared. */
  source?: { name: "lighthouse" | "psi"; version: string };
  /** What could not be looked at, in plain words. */
  notes?: string[];
}

export interface Part {
  part: PartName;
  result: PartResult | null;
  /** Why the result is missing. */
  error: string | null;
  tookMs: number;
}

/** An audit as its report sees it. */
export interface Audit {
  domain: string;
  url: string;
  /** ISO instant. */
  finishedAt: string;
  /** Why the site could not be audited; null where it could. */
  reason: string | null;
  parts: Part[];
}

export function measuresOf({ parts }: Pick<Audit, "parts">): Measures {
  const all: Measures = {};
  for (const name of PARTS) {
    for (const { part, result } of parts) if (part === name) Object.assign(all, result?.measures);
  }
  return all;
}

/** Of all parts, the most certain first; a version that one part knows counts for all. */
export function technologiesOf({ parts }: Pick<Audit, "parts">): Technology[] {
  const byName = new Map<string, Technology>();
  for (const found of parts.flatMap(({ result }) => result?.technologies ?? [])) {
    const known = byName.get(found.name);
    byName.set(
      found.name,
      known === undefined ? found : {
        ...known,
        version: known.version ?? found.version,
        confidence: Math.min(100, Math.max(known.confidence, found.confidence)),
        seen: [...new Set([...known.seen, ...found.seen])].sort(),
      },
    );
  }
  return [...byName.values()].sort((a, b) =>
    b.confidence - a.confidence || (a.name < b.name ? -1 : 1)
  );
}
