// Which providers list local businesses by area.
import { googlePlaces } from "../google/places.ts";
import { yelpPlaces } from "../yelp/places.ts";
import type { PlaceSource } from "../places.ts";

export const PLACE_SOURCES: ReadonlyMap<string, PlaceSource> = new Map(
  [googlePlaces, yelpPlaces].map((source) => [source.provider, source]),
);
