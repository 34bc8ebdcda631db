// Counties as shapes, ZIPs as dots: drawn in the browser from files of this desk, without tiles or a map service.
import { useEffect, useMemo, useState } from "preact/hooks";
import { geoPath } from "d3-geo";
import { feature, mesh } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import countiesUrl from "us-atlas/counties-albers-10m.json?url";
import zipsUrl from "./zip_places.json?url";
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

/** By the first three digits: the last two, x and y (in tenths) of each ZIP, over and over. */
type ZipPlaces = Record<string, number[]>;

const path = geoPath(null);
const files = new Map<string, Promise<unknown>>();

function useFile<Content>(address: string, when = true) {
  const [content, setContent] = useState<Content | null>(null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    if (!when) return;
    const file = files.get(address) ?? fetch(address).then((answer) => answer.json());
    files.set(address, file);
    file.then((found) => setContent(found as Content), (reason) => {
      files.delete(address);
      setError(reason);
    });
  }, [address, when]);
  return { content, error };
}

function zipPoints(places: ZipPlaces): Map<string, [number, number]> {
  const points = new Map<string, [number, number]>();
  for (const [prefix, list] of Object.entries(places)) {
    for (let i = 0; i + 2 < list.length; i += 3) {
      points.set(prefix + String(list[i]).padStart(2, "0"), [list[i + 1]! / 10, list[i + 2]! / 10]);
    }
  }
  return points;
}

type Box = [[number, number], [number, number]];

/** As close as the places with leads allow. */
function viewOf([[x0, y0], [x1, y1]]: Box): string {
  const pad = Math.max(12, (x1 - x0) * .15);
  const height = Math.max(40, y1 - y0 + 2 * pad);
  return `${x0 - pad} ${y0 - pad} ${Math.max(60, x1 - x0 + 2 * pad)} ${height}`;
}

function useLand(shapes: Atlas) {
  return useMemo(() => ({
    states: path(mesh(shapes, shapes.objects.states, (a, b) => a !== b)) ?? "",
    nation: path(feature(shapes, shapes.objects.states)) ?? "",
  }), [shapes]);
}

function Shapes({ atlas: shapes, places }: { atlas: Atlas; places: Place[] }) {
  const chosen = param("county_fips");
  const most = Math.max(1, ...places.map(({ leads }) => leads));
  const by = new Map(places.map((place) => [place.place, place]));
  const counties = useMemo(() => feature(shapes, shapes.objects.counties).features, [shapes]);
  const { states, nation } = useLand(shapes);
  const shown = counties.filter(({ id }) => by.has(String(id)));
  const box = useMemo(
    () =>
      shown.length === 0
        ? "0 0 975 610"
        : viewOf(path.bounds({ type: "FeatureCollection", features: shown })),
    [shown.length],
  );
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

/** A dot at the middle of each ZIP; its area is the number of leads. */
function Dots({ atlas: shapes, zips, places }: { atlas: Atlas; zips: ZipPlaces; places: Place[] }) {
  const points = useMemo(() => zipPoints(zips), [zips]);
  const { states, nation } = useLand(shapes);
  const shown = places.flatMap((place) => {
    const at = points.get(place.place);
    return at ? [{ place, at }] : [];
  });
  const most = Math.max(1, ...shown.map(({ place }) => place.leads));
  const across = shown.map(({ at }) => at[0]);
  const down = shown.map(({ at }) => at[1]);
  const box: Box = [[Math.min(...across), Math.min(...down)], [
    Math.max(...across),
    Math.max(...down),
  ]];
  const view = shown.length === 0 ? "0 0 975 610" : viewOf(box);
  const size = Number(view.split(" ")[2]) / 60;
  return (
    <svg
      class="map"
      viewBox={view}
      role="group"
      aria-label="Leads by ZIP; the table below has the same numbers"
    >
      <path class="land" d={nation} />
      <path class="states" d={states} />
      {shown.map(({ place, at }) => (
        <circle
          key={place.place}
          class="dot"
          cx={at[0]}
          cy={at[1]}
          r={size * Math.max(.12, Math.sqrt(place.leads / most))}
          onClick={() => setQuery({ situs_zip: place.place, view: null })}
        >
          <title>{place.place}: {count(place.leads)} leads</title>
        </circle>
      ))}
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
    // The API returns a thousand rows at most: the fullest places.
    p_limit: 1000,
  });
  const { content: shapes, error } = useFile<Atlas>(countiesUrl);
  const zips = useFile<ZipPlaces>(zipsUrl, by === "zip");
  const name = by === "zip" ? "situs_zip" : "county_fips";
  return (
    <div class="map-frame">
      <div class="filters">
        <Choose name="by" label="Places" none="by county" options={[["zip", "by ZIP code"]]} />
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
            {error || zips.error
              ? <Failed error={new Error("The shapes of the map could not be loaded.")} />
              : !shapes || (by === "zip" && !zips.content)
              ? <Waiting />
              : by === "zip" && zips.content
              ? <Dots atlas={shapes} zips={zips.content} places={places} />
              : <Shapes atlas={shapes} places={places} />}
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
