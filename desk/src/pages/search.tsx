// Search by name, address, ZIP, phone or e-mail, and a map of counties and ZIPs that is drawn here.
import { useEffect, useRef, useState } from "preact/hooks";
import { orgId } from "../data/me.ts";
import { useQuery } from "../data/query.ts";
import { joined, words } from "../ui/format.ts";
import { Choose, Empty, Head, List, Panel, Score, Tabs, Tag } from "../ui/parts.tsx";
import { param, route, setQuery } from "../ui/router.ts";
import { Later } from "../ui/later.tsx";
import { SavedViews } from "../work/saved_views.tsx";

interface Found {
  lead_id: string;
  owner_full: string | null;
  address: string | null;
  situs_city: string | null;
  situs_state: string | null;
  situs_zip: string | null;
  lead_score: number | null;
  campaign_status: string;
  broker: string | null;
  matched: string;
  cursor: string;
}

const LIMIT = 20;
const STATUSES = [
  "new",
  "queued",
  "active",
  "replied",
  "paused",
  "booked",
  "completed",
  "opted_out",
  "invalid",
];
const loadMap = () => import("../work/map.tsx");

export function filterOfAddress(): Record<string, string | number> {
  const filter: Record<string, string | number> = {};
  for (const name of ["campaign_status", "situs_state", "situs_zip", "county_fips"]) {
    const value = param(name);
    if (value) filter[name] = value;
  }
  if (param("min_score")) filter.min_score = Number(param("min_score"));
  return filter;
}

function SearchField() {
  const asked = param("q");
  const [text, setText] = useState(asked);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => setText(asked), [asked]);
  // With nothing asked, there is nothing to do but ask.
  useEffect(() => {
    if (route.value.query.size === 0) field.current?.focus();
  }, []);
  return (
    <form
      role="search"
      class="row grow"
      onSubmit={(event) => {
        event.preventDefault();
        setQuery({ q: text.trim() });
      }}
    >
      <input
        ref={field}
        data-key="/"
        type="search"
        class="grow"
        aria-label="Name, address, ZIP, phone or e-mail"
        placeholder="Name, address, ZIP, phone or e-mail"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <button type="submit" class="primary">Search</button>
    </form>
  );
}

function Results() {
  const filter = filterOfAddress();
  const asked = param("q") !== "" || Object.keys(filter).length > 0;
  const found = useQuery<Found[]>("desk_search", {
    p_query: param("q"),
    p_filter: filter,
    p_org_id: orgId.value,
    p_limit: LIMIT,
    p_cursor: param("after") || null,
  }, { when: asked });
  if (!asked) {
    return (
      <Panel label="Results">
        <Empty title="Look for a lead.">
          <p>
            A phone number or e-mail address finds its leads exactly; looking for one is logged.
          </p>
        </Empty>
      </Panel>
    );
  }
  return (
    <List
      title="Results"
      bare
      of={found}
      empty={
        <Empty title="Nothing found.">
          <p>
            Try fewer words, a part of the street, or the ZIP. You see the leads that your role may
            see.
          </p>
        </Empty>
      }
      limit={LIMIT}
      cursor={(row) => row.cursor}
      id={(row) => row.lead_id}
      columns={[
        {
          label: "Lead",
          show: (row) => (
            <>
              <a class="title" href={`#/lead/${row.lead_id}`}>{row.owner_full ?? "Lead"}</a>
              <span class="sub">
                {joined(row.address, row.situs_city, row.situs_state, row.situs_zip)}
              </span>
            </>
          ),
        },
        { label: "Outreach", show: (row) => <Tag>{words(row.campaign_status)}</Tag> },
        { label: "Broker", labelled: true, show: (row) => row.broker },
        { label: "Found by", labelled: true, show: (row) => row.matched },
        { label: "Score", num: true, show: (row) => <Score value={row.lead_score} /> },
      ]}
    />
  );
}

export default function Search() {
  const view = param("view") || "list";
  return (
    <>
      <Head title="Search">
        <SavedViews page="search" />
      </Head>
      <div class="filters">
        <SearchField />
        <Tabs
          name="view"
          label="View"
          standard="list"
          options={[["list", "List"], ["map", "Map"]]}
        />
      </div>
      <div class="filters">
        <Choose
          name="campaign_status"
          label="Outreach"
          options={STATUSES.map((value) => [value, words(value)])}
        />
        <Choose
          name="min_score"
          label="Score"
          options={[["80", "80 and more"], ["60", "60 and more"], ["40", "40 and more"]]}
        />
        {["situs_state", "situs_zip", "county_fips"].map((name) =>
          param(name)
            ? (
              <button type="button" onClick={() => setQuery({ [name]: null })} key={name}>
                {words(name.replace("situs_", ""))} {param(name)} ×
              </button>
            )
            : null
        )}
      </div>
      {view === "map"
        ? (
          <Panel label="Map" flush>
            <Later load={loadMap} />
          </Panel>
        )
        : <Results />}
    </>
  );
}
