// Values as people read them, in the browser's language and time zone.
const LOCALE = "en-US";
const time = new Intl.DateTimeFormat(LOCALE, { hour: "numeric", minute: "2-digit" });
const day = new Intl.DateTimeFormat(LOCALE, { month: "short", day: "numeric" });
const dayAndYear = new Intl.DateTimeFormat(LOCALE, {
  month: "short",
  day: "numeric",
  year: "numeric",
});
const weekday = new Intl.DateTimeFormat(LOCALE, { weekday: "short" });
const full = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeStyle: "short" });
const usd = new Intl.NumberFormat(LOCALE, {
  style: "currency",
  currency: "USD",
  maximumFractionDigits: 0,
});
const cents = new Intl.NumberFormat(LOCALE, { style: "currency", currency: "USD" });
const whole = new Intl.NumberFormat(LOCALE);

const DAY_MS = 86_400_000;
const midnight = (at: Date) => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();

export function when(value: string | null | undefined): string {
  if (!value) return "–";
  const at = new Date(value);
  if (Number.isNaN(at.getTime())) return value;
  const days = Math.round((midnight(at) - midnight(new Date())) / DAY_MS);
  if (days === 0) return time.format(at);
  if (days === 1) return `tomorrow ${time.format(at)}`;
  if (days === -1) return `yesterday ${time.format(at)}`;
  if (days > 1 && days < 7) return `${weekday.format(at)} ${time.format(at)}`;
  return Math.abs(days) > 300 ? dayAndYear.format(at) : day.format(at);
}

export function date(value: string | null | undefined): string {
  if (!value) return "–";
  const at = /^\d{4}-\d\d-\d\d$/.test(value) ? new Date(`${value}T12:00:00`) : new Date(value);
  return Number.isNaN(at.getTime()) ? value : dayAndYear.format(at);
}

export const exactly = (value: string | null | undefined): string =>
  value ? full.format(new Date(value)) : "";
export const dollars = (value: number | null | undefined): string =>
  value === null || value === undefined ? "–" : usd.format(value);
export const money = (value: number | null | undefined): string =>
  value === null || value === undefined ? "–" : cents.format(value);
export const count = (value: number | null | undefined): string =>
  value === null || value === undefined ? "–" : whole.format(value);
export const percent = (value: number | null | undefined, digits = 0): string =>
  value === null || value === undefined ? "–" : `${(value * 100).toFixed(digits)} %`;
/** A step of the funnel, as a person counts it. */
const STEPS: Record<string, string> = {
  uploaded: "Rows received",
  staged: "Rows accepted",
  deduped: "Leads after merging",
  verified: "Verified",
};
export const step = (kind: string): string => STEPS[kind] ?? sentence(kind);
/** A time in minutes, in the unit in which it is read. */
export const duration = (minutes: number | null | undefined): string => {
  if (minutes === null || minutes === undefined) return "–";
  if (minutes > 0 && minutes < 1.5) return `${count(Math.round(minutes * 60))} s`;
  if (minutes < 90) return `${count(Math.round(minutes))} min`;
  return minutes < 2880 ? `${(minutes / 60).toFixed(1)} h` : `${(minutes / 1440).toFixed(1)} days`;
};
/** `later_today` as "later today". */
export const words = (value: string | null | undefined): string =>
  (value ?? "").replaceAll("_", " ");
export const sentence = (value: string | null | undefined): string => {
  const text = words(value);
  return text.charAt(0).toUpperCase() + text.slice(1);
};
export const plural = (n: number, one: string, many = `${one}s`): string =>
  `${count(n)} ${n === 1 ? one : many}`;

const CHANNELS: Record<string, string> = {
  voice: "call by hand",
  voice_manual: "call by hand",
  voice_ai: "AI call",
  sms: "text",
  email: "e-mail",
};
/** A channel as people call it. */
export const channel = (name: string | null | undefined): string =>
  CHANNELS[name ?? ""] ?? words(name);
/** What is known of an address or a line, with commas between. */
export const joined = (...parts: (string | null | undefined | false)[]): string =>
  parts.filter(Boolean).join(", ");
/** The same with dots between. */
export const dotted = (...parts: (string | null | undefined | false)[]): string =>
  parts.filter(Boolean).join(" · ");
