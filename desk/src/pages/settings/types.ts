// What the sections of Settings share.
export interface Member {
  user_id: string;
  email: string | null;
  role: string;
  joined_at: string;
  broker_id: string | null;
  broker_name: string | null;
  licensed_states: string[] | null;
  capacity: number | null;
  broker_active: boolean | null;
  has_second_factor: boolean | null;
  /** Plain values; null for those who do not manage members. */
  may_export: boolean | null;
  is_me: boolean;
}

export interface Invitation {
  id: string;
  email_masked: string;
  role: string;
  created_at: string;
  expires_at: string;
  state: string;
}

/** A role, and what it may do. */
export const ROLES: [role: string, words: string][] = [
  ["broker", "Broker: works assigned leads"],
  ["viewer", "Viewer: reads the whole org"],
  ["admin", "Admin: controls the org"],
  ["owner", "Owner: controls the org, and makes owners"],
];

/** "CA, tx" as codes of states. */
export const states = (text: string | undefined) =>
  (text ?? "").toUpperCase().split(/[\s,]+/).filter(Boolean);
