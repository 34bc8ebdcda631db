// The days that the page is about, from the address.
import { param } from "../../ui/router.ts";

const iso = (at: Date) => at.toISOString().slice(0, 10);

export function range(): { from: string; until: string } {
  const until = param("until") || iso(new Date());
  const from = param("from") || iso(new Date(Date.now() - 29 * 86_400_000));
  return { from, until };
}
