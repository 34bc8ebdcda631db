// What the kinds of pulls have in common.
import type { GetOptions } from "../../platform/http/get_public.ts";

/** Says who asks, whatever the server prefers to see. */
export const USER_AGENT = "sluice-pull/1 (scheduled import of public records)";

export interface PullSource {
  kind: "file" | "socrata" | "arcgis" | "s3" | "sftp";
  url: string;
  options: {
    where?: string;
    since_field?: string;
    page?: number;
    /** File in a ZIP file, and sheet of a workbook. */
    entry?: string;
    sheet?: string;
    /** S3: the id that belongs to the secret; the region, where the host name does not say it; and the bucket, where
     * its name begins the path. */
    access_key_id?: string;
    region?: string;
    bucket?: string;
    /** SFTP: who signs in, and the fingerprint of the server's key as OpenSSH shows it. */
    user?: string;
    host_key?: string;
  };
  /** With since_field: ISO time in UTC without a zone. */
  since: string | null;
  /** App token, bearer token, secret access key, password or private key. */
  token: string | null;
}

/** How each kind is fetched; a process need not have all. */
export type Fetchers = Partial<Record<PullSource["kind"], Fetcher>>;

/** One part of the list, as CSV; each has the header. */
export interface PullPart {
  csv: Uint8Array;
  rows: number;
  /** Where the next part begins. */
  position: Record<string, unknown>;
}

export interface PullTools extends GetOptions {
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
