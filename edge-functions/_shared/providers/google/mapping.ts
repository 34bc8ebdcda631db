import type { z } from "zod";
import type { Geocoding } from "./schemas.ts";

export interface Position {
  placeId: string;
  latitude: number;
  longitude: number;
}

export interface Located {
  /** Null: the answer is not certain enough. */
  position: Position | null;
}

/** Only the roof itself, and only of the address that was asked about: anything else is a guess between houses. */
export function positionOf({ results }: z.infer<typeof Geocoding>): Position | null {
  const [first, ...others] = results.filter(({ geometry, partial_match }) =>
    geometry.location_type === "ROOFTOP" && partial_match !== true
  );
  return first === undefined || others.length > 0 ? null : {
    placeId: first.place_id,
    latitude: first.geometry.location.lat,
    longitude: first.geometry.location.lng,
  };
}
