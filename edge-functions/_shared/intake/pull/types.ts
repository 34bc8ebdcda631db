// What the kinds of pulls have in common.
import type { TargetOptions } from "../../platform/http/public_target.ts";

/** Says who asks, whatever the server prefers to see. */
export const USER_AGENT = "sluice-pull/1 (scheduled import of public records)";

export interface PullSource {
  kind: "file" | "socrata" | "arcgis";
  url: string;
  options: { where?: string; since_field?: string; page?: number };
  /** With since_field: ISO time in UTC without a zone. */
  since: string | null;
  token: string | null;
}

/** One part of the list, as CSV; each has the header. */
export interface PullPart {
  csv: Uint8Array;
  rows: number;
  /** Where the next part begins. */
  position: Record<string, unknown>;
}

export interface PullTools extends TargetOptions {
  /** Waits before a request is repeated. */
  pause: (ms: number) => Promise<void>;
}

export type Fetcher = (
  source: PullSource,
  position: Record<string, unknown>,
  tools: PullTools,
) => AsyncGenerator<PullPart>;

/** Another attempt would not help. */
export class PullRefused extends Error {
  override name = "PullRefused";
}
