// Every page: its address, name, icon, who sees it in the navigation, and its chunk.
import type { ComponentType } from "preact";
import type { IconName } from "./ui/icons.tsx";

export interface Place {
  page: string;
  name: string;
  icon: IconName;
  group: "Work" | "Outreach" | "Org";
  /** Only owners and admins have it; for the others the database would refuse it. */
  managers?: boolean;
  load: () => Promise<{ default: ComponentType }>;
}

export const PLACES: Place[] = [
  {
    page: "day",
    name: "My day",
    icon: "day",
    group: "Work",
    load: () => import("./pages/day.tsx"),
  },
  {
    page: "inbox",
    name: "Inbox",
    icon: "inbox",
    group: "Work",
    load: () => import("./pages/inbox/page.tsx"),
  },
  {
    page: "tasks",
    name: "Tasks and calls",
    icon: "tasks",
    group: "Work",
    load: () => import("./pages/tasks/page.tsx"),
  },
  {
    page: "search",
    name: "Search",
    icon: "search",
    group: "Work",
    load: () => import("./pages/search.tsx"),
  },
  {
    page: "pipeline",
    name: "Pipeline",
    icon: "pipeline",
    group: "Work",
    load: () => import("./pages/pipeline/page.tsx"),
  },
  {
    page: "flips",
    name: "Flip tracker",
    icon: "flips",
    group: "Work",
    load: () => import("./pages/flips.tsx"),
  },
  {
    page: "campaigns",
    name: "Campaigns",
    icon: "campaigns",
    group: "Outreach",
    load: () => import("./pages/campaigns/page.tsx"),
  },
  {
    page: "sequences",
    name: "Sequences",
    icon: "sequences",
    group: "Outreach",
    load: () => import("./pages/sequences.tsx"),
  },
  {
    page: "lists",
    name: "Lists",
    icon: "lists",
    group: "Outreach",
    load: () => import("./pages/lists/page.tsx"),
  },
  {
    page: "numbers",
    name: "Numbers",
    icon: "numbers",
    group: "Org",
    load: () => import("./pages/numbers/page.tsx"),
  },
  {
    page: "settings",
    name: "Settings",
    icon: "settings",
    group: "Org",
    load: () => import("./pages/settings/index.tsx"),
  },
  {
    page: "audit",
    name: "Audit",
    icon: "audit",
    group: "Org",
    managers: true,
    load: () => import("./pages/audit.tsx"),
  },
];

/** Pages that are reached from others. */
export const INNER: Record<string, Place["load"]> = {
  lead: () => import("./pages/lead/page.tsx"),
};
