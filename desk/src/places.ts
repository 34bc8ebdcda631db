// Every page: its address, name, icon, who sees it in the navigation, and its chunk.
import type { ComponentType } from "preact";
import Day from "./pages/day.tsx";
import type { IconName } from "./ui/icons.tsx";

export interface Place {
  page: string;
  name: string;
  icon: IconName;
  group: "Work" | "Outreach" | "Org";
  /** Only owners and admins have it; for the others the database would refuse it. */
  managers?: boolean;
  load: Load;
}

/** A page that is in the first chunk, or how it is loaded. */
export type Load = ComponentType | { later: () => Promise<{ default: ComponentType }> };

// My day is what the desk opens with: it comes with the first chunk.
export const PLACES: Place[] = [
  {
    page: "day",
    name: "My day",
    icon: "day",
    group: "Work",
    load: Day,
  },
  {
    page: "inbox",
    name: "Inbox",
    icon: "inbox",
    group: "Work",
    load: { later: () => import("./pages/inbox/page.tsx") },
  },
  {
    page: "tasks",
    name: "Tasks and calls",
    icon: "tasks",
    group: "Work",
    load: { later: () => import("./pages/tasks/page.tsx") },
  },
  {
    page: "search",
    name: "Search",
    icon: "search",
    group: "Work",
    load: { later: () => import("./pages/search.tsx") },
  },
  {
    page: "pipeline",
    name: "Pipeline",
    icon: "pipeline",
    group: "Work",
    load: { later: () => import("./pages/pipeline/page.tsx") },
  },
  {
    page: "flips",
    name: "Flip tracker",
    icon: "flips",
    group: "Work",
    load: { later: () => import("./pages/flips/page.tsx") },
  },
  {
    page: "campaigns",
    name: "Campaigns",
    icon: "campaigns",
    group: "Outreach",
    load: { later: () => import("./pages/campaigns/page.tsx") },
  },
  {
    page: "sequences",
    name: "Sequences",
    icon: "sequences",
    group: "Outreach",
    load: { later: () => import("./pages/sequences/page.tsx") },
  },
  {
    page: "lists",
    name: "Lists",
    icon: "lists",
    group: "Outreach",
    load: { later: () => import("./pages/lists/page.tsx") },
  },
  {
    page: "numbers",
    name: "Numbers",
    icon: "numbers",
    group: "Org",
    load: { later: () => import("./pages/numbers/page.tsx") },
  },
  {
    page: "settings",
    name: "Settings",
    icon: "settings",
    group: "Org",
    load: { later: () => import("./pages/settings/index.tsx") },
  },
  {
    page: "audit",
    name: "Audit",
    icon: "audit",
    group: "Org",
    managers: true,
    load: { later: () => import("./pages/audit.tsx") },
  },
];

/** Pages that are reached from others. */
export const INNER: Record<string, Place["load"]> = {
  lead: { later: () => import("./pages/lead/page.tsx") },
};
