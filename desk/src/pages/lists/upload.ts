// An upload as the lists and its report show it.
import type { Tone } from "../../ui/marks.tsx";

export interface UploadRow {
  id: string;
  source: string;
  source_id: string;
  filename: string | null;
  state: string;
  dry_run: boolean;
  received_at: string;
  received: number | null;
  created: number | null;
  updated: number | null;
  conflict: number | null;
  rejected: number | null;
}

export const STATE_TONES: Record<string, Tone> = {
  completed: "good",
  failed: "bad",
  undone: "warn",
  receiving: "info",
  processing: "info",
};

export const CHANGED = [
  "list_uploads",
  "upload_status",
  "list_conflicts",
  "list_rejects",
  "source_columns",
] as const;
