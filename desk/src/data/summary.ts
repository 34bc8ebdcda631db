// What waits, for the navigation and the title of the window: polled, and asked again after the writes that change it.
import { orgId } from "./me.ts";
import { useQuery } from "./query.ts";

interface Summary {
  replies: number;
  tasks: number;
  conflicts: number;
}

const PAGES: [keyof Summary, page: string, what: string][] = [
  ["replies", "inbox", "open"],
  ["tasks", "tasks", "due"],
  ["conflicts", "lists", "conflicts"],
];

/** By page: the number beside its name, and what it counts. */
export function useBadges(): Map<string, { text: string; what: string }> {
  const found = useQuery<Summary[]>("desk_summary", { p_org_id: orgId.value }, {
    poll: true,
    when: orgId.value !== "",
  });
  const [row] = found.data ?? [];
  return new Map(PAGES.flatMap(([name, page, what]) => {
    const n = row?.[name] ?? 0;
    return n > 0 ? [[page, { text: n >= 100 ? "99+" : String(n), what }] as const] : [];
  }));
}
