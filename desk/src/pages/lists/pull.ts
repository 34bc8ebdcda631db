// A scheduled pull as list_pulls answers.
import type { Tone } from "../../ui/marks.tsx";

export interface Pull {
  source_id: string;
  source: string;
  kind: string;
  url: string;
  options: Record<string, string>;
  active: boolean;
  at_times: string[];
  weekdays: number[];
  time_zone: string;
  most_lost: number;
  terms: string;
  has_token: boolean;
  version: string;
  run_state: string | null;
  due_at: string | null;
  ended_at: string | null;
  rows: number | null;
  error: string | null;
  cursor: string;
}

export const KINDS: Record<string, string> = {
  file: "A file at a web address",
  socrata: "Socrata (open data)",
  arcgis: "ArcGIS (open data)",
  s3: "S3 bucket",
  sftp: "SFTP server",
};

/** What may be set beside the address, by kind: name, label, hint, required. */
const FILE: Option[] = [
  ["entry", "File in a ZIP file", "Only where the ZIP file has more than one."],
  ["sheet", "Sheet of a workbook", "Its name. Empty: the first."],
];
const TABLE: Option[] = [
  ["where", "Filter", "In the language of the server."],
  [
    "since_field",
    "Field of the last change",
    "Then only rows that changed since the last run are fetched.",
  ],
];
export type Option = [name: string, label: string, hint: string, required?: true];
export const OPTIONS: Record<string, Option[]> = {
  file: FILE,
  socrata: TABLE,
  arcgis: TABLE,
  s3: [
    ["access_key_id", "Id of the access key", "", true],
    ["region", "Region", "Such as us-west-2."],
    ["bucket", "Bucket", "Where the address does not name it."],
    ...FILE,
  ],
  sftp: [
    ["user", "User", "", true],
    [
      "host_key",
      "Fingerprint of the server",
      "SHA256: and 43 characters, as OpenSSH shows it.",
      true,
    ],
    ...FILE,
  ],
};

/** What the server asks for. */
export const SECRETS: Record<string, string> = {
  file: "Token of the server",
  socrata: "App token",
  arcgis: "Token of the server",
  s3: "Secret access key",
  sftp: "Password or private key",
};

export const RUN_TONES: Record<string, Tone> = {
  held: "warn",
  failed: "bad",
  completed: "good",
  unchanged: "good",
  dropped: "plain",
};

export const DAYS: [number, string][] = [
  [1, "Monday"],
  [2, "Tuesday"],
  [3, "Wednesday"],
  [4, "Thursday"],
  [5, "Friday"],
  [6, "Saturday"],
  [7, "Sunday"],
];

export const timesOf = ({ at_times }: Pull): string =>
  at_times.map((time) => time.slice(0, 5)).join(", ");

export function daysOf(days: number[]): string {
  if (days.length === 7) return "every day";
  if (days.join() === "1,2,3,4,5") return "Monday to Friday";
  return DAYS.filter(([day]) => days.includes(day)).map(([, name]) => name.slice(0, 3)).join(", ");
}
