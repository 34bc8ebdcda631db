// Yelp as a source of places: a circle around each cell, of which only what lies in the cell counts.
import { outcomeOf, type Place, type PlaceSource } from "../places.ts";
import { search, yelp } from "./data.ts";

/** limit + offset of a search never exceed this number, whatever `total` says. */
const CEILING = 240;
const PAGE = 50;
const MOST_RADIUS_M = 40_000;
const METRES_PER_DEGREE = 111_195;

export const yelpPlaces: PlaceSource = {
  provider: "yelp",
  callsPerSearch: Math.ceil(CEILING / PAGE),
  ceiling: CEILING,
  searchUsd: (gateway, orgId) => gateway.costUsd(yelp, search, orgId),
  readUsd: null,

  async search(work, { category, south, west, north, east }) {
    const latitude = (south + north) / 2, longitude = (west + east) / 2;
    const nearest = Math.min(Math.abs(south), Math.abs(north)) * Math.PI / 180;
    const radius = Math.ceil(
      Math.hypot(north - south, (east - west) * Math.cos(nearest)) / 2 * METRES_PER_DEGREE * 1.01,
    );
    // The circle would be cut off, so the cell cannot be answered as a whole.
    if (radius > MOST_RADIUS_M) {
      return { status: "ok", value: { places: [], full: true }, calls: 0, costUsd: 0 };
    }
    const found = new Map<string, Place>();
    let calls = 0, costUsd = 0, total = 0;
    for (let offset = 0; offset < CEILING; offset += PAGE) {
      const [asked] = await work.gateway.ask(yelp, search, {
        ...work,
        mostUsd: Math.max(0, work.mostUsd - costUsd),
        questions: [{
          question: {
            ...{ category, latitude, longitude, radius, offset },
            limit: Math.min(PAGE, CEILING - offset),
          },
        }],
      });
      const got = outcomeOf(asked!, (page) => page ?? { total: 0, places: [] });
      calls += got.calls;
      costUsd += got.costUsd;
      if (got.status !== "ok") return { ...got, calls, costUsd };
      total = got.value.total;
      for (const place of got.value.places) found.set(place.id, place);
      if (offset + PAGE >= total || got.value.places.length === 0) break;
    }
    const within = [...found.values()].filter(({ location }) =>
      location !== null && location.latitude >= south && location.latitude < north &&
      location.longitude >= west && location.longitude < east
    );
    return {
      status: "ok",
      value: { places: within, full: total > CEILING },
      calls,
      costUsd,
    };
  },

  read: () => Promise.resolve({ status: "failed", reason: "not_asked", calls: 0, costUsd: 0 }),
};
