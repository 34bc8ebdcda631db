// Rows as the functions of the working pages return them.
export interface Reason {
  rule: string;
  words: string;
  detail?: string | null;
  law?: string | null;
  citation?: string | null;
  url?: string | null;
  ends_at?: string | null;
}

export interface DayRow {
  org_id: string;
  lead_id: string | null;
  section: string;
  owner_full: string | null;
  address: string | null;
  situs_city: string | null;
  situs_state: string | null;
  situs_zip: string | null;
  lead_score: number | null;
  campaign_status: string;
  campaign: string | null;
  outlook: string;
  next_at: string | null;
  time_zone: string | null;
  local_time: string | null;
  contact_point_id: number | null;
  contact: string | null;
  contact_label: string | null;
  reasons: Reason[] | null;
  task_id: string | null;
  task_kind: string | null;
  due_at: string | null;
  reply_id: number | null;
  reply_label: string | null;
  reply_at: string | null;
  last_call_at: string | null;
  cursor: string | null;
}

export interface TaskRow {
  org_id: string;
  task_id: string;
  lead_id: string | null;
  owner_full: string | null;
  kind: string;
  words: string;
  due_at: string | null;
  overdue: boolean;
  assigned_to: string | null;
  assigned_name: string | null;
  done_at: string | null;
  has_note: boolean;
  lead_score: number | null;
  cursor: string;
}

export interface CallRow {
  org_id: string;
  call_id: number | string;
  lead_id: string | null;
  owner_full: string | null;
  at: string;
  seconds: number | null;
  direction: string;
  provider: string;
  outcome: string | null;
  contact: string | null;
  called_by_name: string | null;
  against_gate: boolean | null;
  reasons: Reason[] | null;
  has_notes: boolean;
  cursor: string;
}

export interface InboxRow {
  org_id: string;
  item: "reply" | "call";
  id: number;
  lead_id: string | null;
  owner_full: string | null;
  at: string;
  channel: string;
  request: string | null;
  label: string | null;
  labelled_by: string | null;
  state: string;
  assigned_to: string | null;
  assigned_name: string | null;
  done_at: string | null;
  has_text: boolean;
  has_draft: boolean;
  contact: string | null;
  contact_point_id: number | null;
  campaign: string | null;
  seconds: number | null;
  call_id: number | null;
  has_transcript: boolean | null;
  possible_wish: boolean | null;
  cursor: string;
}

export interface Member {
  user_id: string;
  name: string;
  role: string;
  broker_id: string | null;
  is_me: boolean;
}
