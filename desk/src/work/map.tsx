// Counties as shapes, ZIPs as rows: drawn in the browser from a file of this desk, without tiles or a map service.
import { useEffect, useMemo, useState } from "preact/hooks";
import { geoPath } from "d3-geo";
import { feature, mesh } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import countiesUrl from "us-atlas/counties-albers-10m.json?url";
import { orgId } from "../data/me.ts";
import { useQuery } from "../data/query.ts";
import { filterOfAddress } from "../pages/search.tsx";
import { count } from "../ui/format.ts";
import { Choose, Empty, Failed, Shown, Table, Waiting } from "../ui/parts.tsx";
import { param, setQuery } from "../ui/router.ts";

interface Place {
  place: string;
  name: string | null;
  state: string | null;
  leads: number;
}

type Atlas = Topology<
  { counties: GeometryCollection<{ name: string }>; states: GeometryCollection }
>;

const path = geoPath(null);
let atlas: Promise<Atlas> | null = null;

function useAtlas() {
  const [shapes, setShapes] = useState<Atlas | null>(null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    atlas ??= fetch(countiesUrl).then((answer) => answer.json());
    atlas.then(setShapes, (reason) => {
      atlas = null;
      setError(reason);
    });
  }, []);
  return { shapes, error };
}

function Shapes({ atlas: shapes, places }: { atlas: Atlas; places: Place[] }) {
  const chosen = param("county_fips");
  const most = Math.max(1, ...places.map(({ leads }) => leads));
  const by = new Map(places.map((place) => [place.place, place]));
  const counties = useMemo(() => feature(shapes, shapes.objects.counties).features, [shapes]);
  const states = useMemo(
    () => path(mesh(shapes, shapes.objects.states, (a, b) => a !== b)) ?? "",
    [shapes],
  );
  const nation = useMemo(() => path(feature(shapes, shapes.objects.states)) ?? "", [shapes]);
  const shown = counties.filter(({ id }) => by.has(String(id)));
  // As close as the counties with leads allow.
  const box = useMemo(() => {
    if (shown.length === 0) return "0 0 975 610";
    const [[x0, y0], [x1, y1]] = path.bounds({ type: "FeatureCollection", features: shown });
    const pad = Math.max(12, (x1 - x0) * .15);
    return `${x0 - pad} ${y0 - pad} ${Math.max(60, x1 - x0 + 2 * pad)} ${
      Math.max(40, y1 - y0 + 2 * pad)
    }`;
  }, [shown.length]);
  return (
    <svg
      class="map"
      viewBox={box}
      role="group"
      aria-label="Leads by county; the table below has the same numbers"
    >
      <path class="land" d={nation} />
      {shown.map((county) => {
        const place = by.get(String(county.id))!;
        return (
          <path
            key={county.id}
            d={path(county) ?? ""}
            class={String(county.id) === chosen ? "county chosen" : "county"}
            style={{ fillOpacity: String(.25 + .75 * Math.sqrt(place.leads / most)) }}
            onClick={() => setQuery({ county_fips: String(county.id), view: null })}
          >
            <title>{county.properties.name}: {count(place.leads)} leads</title>
          </path>
        );
      })}
      <path class="states" d={states} />
    </svg>
  );
}

export default function LeadMap() {
  const by = param("by") === "zip" ? "zip" : "county";
  const filter = filterOfAddress();
  const found = useQuery<Place[]>("desk_map", {
    p_filter: filter,
    p_org_id: orgId.value,
    p_by: by,
    p_limit: 500,
  });
  const { shapes, error } = useAtlas();
  const name = by === "zip" ? "situs_zip" : "county_fips";
  return (
    <div class="map-frame">
      <div class="filters">
        <Choose name="by" label="Places" options={[["zip", "by ZIP"]]} />
      </div>
      <Shown
        of={found}
        empty={
          <Empty title="No leads to draw.">
            <p>Remove a filter.</p>
          </Empty>
        }
      >
        {(places) => (
          <>
            {by === "county" && (error
              ? <Failed error={new Error("The shapes of the counties could not be loaded.")} />
              : shapes
              ? <Shapes atlas={shapes} places={places} />
              : <Waiting />)}
            <Table
              label="Leads by place"
              rows={[...places].sort((a, b) => b.leads - a.leads)}
              id={(place) => place.place}
              columns={[
                {
                  label: by === "zip" ? "ZIP" : "County",
                  show: (place) => (
                    <a
                      class="title"
                      href={`#/search?${new URLSearchParams({ [name]: place.place })}`}
                    >
                      {place.name ?? place.place}
                    </a>
                  ),
                },
                { label: "State", show: (place) => place.state },
                { label: "Leads", num: true, show: (place) => count(place.leads) },
              ]}
            />
          </>
        )}
      </Shown>
    </div>
  );
}
