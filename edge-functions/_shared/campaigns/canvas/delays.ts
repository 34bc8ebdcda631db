// Delays between Postgres' intervals and the amounts and units of Wait and Branch nodes.

export type Unit = "minutes" | "hours" | "days";
export const UNITS: readonly Unit[] = ["minutes", "hours", "days"];

export interface Delay {
  days: number;
  minutes: number;
}

const MINUTES_OF = { minutes: 1, hours: 60 };
export const MAX_DAYS = 365;

export const NO_DELAY: Delay = { days: 0, minutes: 0 };

export function delayOf(amount: number, unit: Unit): Delay {
  return unit === "days"
    ? { days: amount, minutes: 0 }
    : { days: 0, minutes: amount * MINUTES_OF[unit] };
}

export const addDelays = (one: Delay, other: Delay): Delay => ({
  days: one.days + other.days,
  minutes: one.minutes + other.minutes,
});

/** Days stay days: a day of a clock change counts as one. */
export const exceedsLimit = ({ days, minutes }: Delay): boolean => days + minutes / 1440 > MAX_DAYS;

export function printInterval({ days, minutes }: Delay): string {
  const parts = [
    ...days > 0 ? [`${days} ${days === 1 ? "day" : "days"}`] : [],
    ...minutes > 0 ? [`${minutes} ${minutes === 1 ? "minute" : "minutes"}`] : [],
  ];
  return parts.join(" ") || "0";
}

/** Reads what Postgres prints (`3 days 02:30:00`) and what `printInterval` prints. Seconds are rounded up. */
export function parseInterval(text: string): Delay {
  let { days, minutes } = NO_DELAY;
  for (const [, number, unit] of text.matchAll(/(\d+) (day|hour|minute|min)s?\b/g)) {
    if (unit === "day") days += Number(number);
    else minutes += Number(number) * (unit === "hour" ? 60 : 1);
  }
  const [, hours, mins, seconds] = /(\d+):(\d\d):(\d\d)/.exec(text) ?? [];
  minutes += Number(hours ?? 0) * 60 + Number(mins ?? 0) + (Number(seconds ?? 0) > 0 ? 1 : 0);
  return { days, minutes };
}

/** The amounts that a person would enter: `3 days`, then `150 minutes`. None for no delay. */
export function amountsOf({ days, minutes }: Delay): { amount: number; unit: Unit }[] {
  const amounts: { amount: number; unit: Unit }[] = [];
  if (days > 0) amounts.push({ amount: days, unit: "days" });
  if (minutes > 0) {
    amounts.push(
      minutes % 60 === 0
        ? { amount: minutes / 60, unit: "hours" }
        : { amount: minutes, unit: "minutes" },
    );
  }
  return amounts;
}
