// Settings: a section each for the org, its people, and one's own sign-in.
import type { ComponentType } from "preact";
import { manages, org } from "../../data/me.ts";
import { Empty, Head, Tabs } from "../../ui/parts.tsx";
import { param } from "../../ui/router.ts";
import { SavedViews } from "../../work/saved_views.tsx";
import { ApiKeys } from "./api_keys.tsx";
import { Members } from "./members.tsx";
import { Mine } from "./mine.tsx";
import { Org } from "./org.tsx";
import { Providers } from "./providers.tsx";
import { Rules } from "./rules.tsx";
import { Senders } from "./senders.tsx";
import { Sources } from "./sources.tsx";
import { Stages } from "./stages.tsx";

interface Section {
  tab: string;
  name: string;
  show: ComponentType;
  /** Only owners and admins have it; for the others the database would refuse it. */
  managers?: boolean;
}

const SECTIONS: Section[] = [
  { tab: "members", name: "Members and brokers", show: Members },
  { tab: "org", name: "Org", show: Org, managers: true },
  { tab: "senders", name: "Senders", show: Senders, managers: true },
  { tab: "sources", name: "Sources", show: Sources, managers: true },
  { tab: "stages", name: "Pipeline", show: Stages, managers: true },
  { tab: "rules", name: "Rules", show: Rules, managers: true },
  { tab: "providers", name: "Providers", show: Providers, managers: true },
  { tab: "keys", name: "API keys", show: ApiKeys, managers: true },
  { tab: "mine", name: "My sign-in", show: Mine },
];

export default function Settings() {
  const shown = SECTIONS.filter(({ managers }) => !managers || manages.value);
  const tab = param("tab") || "members";
  const Show = shown.find((section) => section.tab === tab)?.show;
  return (
    <>
      <Head title="Settings" sub={org.value?.org_name}>
        <SavedViews page="settings" />
      </Head>
      <div class="filters">
        <Tabs
          name="tab"
          label="Settings"
          standard="members"
          options={shown.map((section) => [section.tab, section.name])}
        />
      </div>
      {Show ? <Show /> : <Empty title="This section is for owners and admins." />}
    </>
  );
}
