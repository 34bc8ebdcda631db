// Google as a source of places: ids first, since they are free; a place is read only when it is new.
import type { Asked } from "../gateway/types.ts";
import { type Outcome, outcomeOf, type PlaceSource } from "../places.ts";
import { google } from "./data.ts";
import { PAGE, type Page, place, place_ids } from "./place_data.ts";

/** Three pages of twenty; the fourth does not come. */
const PAGES = 3;

export const googlePlaces: PlaceSource = {
  provider: "google",
  callsPerSearch: PAGES,
  ceiling: PAGES * PAGE,
  searchUsd: (gateway, orgId) => gateway.costUsd(google, place_ids, orgId),
  readUsd: (gateway, orgId) => gateway.costUsd(google, place, orgId),

  async search(work, search) {
    const ids = new Set<string>();
    let pageToken: string | null = null;
    let calls = 0;
    for (let page = 1; page <= PAGES; page++) {
      const asked: Asked<Page>[] = await work.gateway.ask(google, place_ids, {
        ...work,
        questions: [{ question: { ...search, pageToken } }],
      });
      const got: Outcome<Page> = outcomeOf(asked[0]!, (found) => found ?? { ids: [], next: null });
      calls += got.calls;
      // A token that is not accepted any more: the whole search is made again later.
      if (got.status !== "ok") return { ...got, calls, costUsd: 0 };
      for (const id of got.value.ids) ids.add(id);
      pageToken = got.value.next;
      if (pageToken === null) break;
    }
    return {
      status: "ok",
      // The last page has no token although more would match.
      value: {
        places: [...ids].map((id) => ({ id, location: null, display: null })),
        full: ids.size >= PAGES * PAGE,
      },
      calls,
      costUsd: 0,
    };
  },

  async read(work, id) {
    const [asked] = await work.gateway.ask(google, place, {
      ...work,
      questions: [{ question: { id } }],
    });
    return outcomeOf(asked!, (found) => found);
  },
};
