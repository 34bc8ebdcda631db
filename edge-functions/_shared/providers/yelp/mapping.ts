import type { z } from "zod";
import type { Place } from "../places.ts";
import type { Search } from "./schemas.ts";

export interface SearchPage {
  total: number;
  places: Place[];
}

/** Yelp names no websites. */
export function pageOf({ total, businesses }: z.infer<typeof Search>): SearchPage {
  return {
    total,
    places: businesses.map(({ id, name, is_closed, coordinates, location, phone }) => {
      const { latitude, longitude } = coordinates;
      return {
        id,
        location: typeof latitude === "number" && typeof longitude === "number"
          ? { latitude, longitude }
          : null,
        display: {
          name,
          phone: phone || null,
          website: null,
          street: location.address1 || null,
          city: location.city || null,
          state: location.state || null,
          zip: location.zip_code || null,
          open: is_closed !== true,
        },
      };
    }),
  };
}
