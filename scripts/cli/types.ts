// Answers of the upload API, as docs/intake.md describes them.

export type UploadState = "receiving" | "processing" | "completed" | "failed" | "undone";

export const COUNTS = [
  "received",
  "staged",
  "created",
  "updated",
  "unchanged",
  "merged",
  "conflict",
  "rejected",
] as const;
export type Counts = Partial<Record<(typeof COUNTS)[number], number>>;

export interface PartStatus {
  part: number;
  state: string;
  bytes: number;
  sha256: string;
  rows?: number | null;
  error?: string | null;
  /** The upload whose part it repeats, where it was skipped. */
  duplicate_of?: string | null;
}

export interface MappedColumn {
  header?: string;
  field?: string | null;
  how?: string;
  note?: string;
}

export interface UploadStatus {
  upload_id: string;
  source: string;
  state: UploadState;
  dry_run: boolean;
  filename?: string | null;
  parts: PartStatus[];
  parts_expected?: number | null;
  progress?: number;
  counts: Counts;
  /** Parts whose content was known, and the uploads that they repeat. */
  skipped?: { parts: number; rows: number; uploads: string[] | null };
  /** Something newer may have changed its leads. */
  superseded?: boolean;
  warnings?: Record<string, number>;
  /** The first lines of the file with each warning. */
  warning_lines?: Record<string, number[]>;
  mapping?: MappedColumn[];
  dialect?: { preset?: string | null; notes?: string[] } | null;
  rerun_of?: string | null;
  timings?: Record<string, string | number | null>;
  rejects_url?: string | null;
  correlation_id?: string | null;
  error?: string | null;
}

export interface PartReceipt {
  upload_id: string;
  part: number;
  bytes: number;
  sha256: string;
  status_url: string;
  duplicate?: boolean;
}

export interface UndoResult {
  undone: { deleted: number; reverted: number; unmerged: number };
  kept: { lead_id: string; reason: string }[];
}

export interface ReplayResult {
  replayed: number;
}
