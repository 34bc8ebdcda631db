// Google's places: ids by area, which are free and may be kept, and one place with what a page of results shows.
import type { z } from "zod";
import type { DataEndpoint } from "../gateway/types.ts";
import type { Place, PlaceSearch } from "../places.ts";
import { PlaceAnswer, SearchAnswer } from "./place_schemas.ts";
import type { GoogleSettings } from "./settings.ts";

export const PAGE = 20;

export interface PageQuestion extends PlaceSearch {
  pageToken: string | null;
}

export interface Page {
  ids: string[];
  next: string | null;
}

/** A page token holds for the same request only, so the body of every page is made in one place. */
const bodyOf = ({ category, south, west, north, east, pageToken }: PageQuestion) => ({
  textQuery: category.replaceAll("_", " "),
  includedType: category,
  strictTypeFiltering: true,
  pageSize: PAGE,
  locationRestriction: {
    rectangle: {
      low: { latitude: south, longitude: west },
      high: { latitude: north, longitude: east },
    },
  },
  ...(pageToken === null ? {} : { pageToken }),
});

const headersOf = ({ key }: GoogleSettings, mask: string) => ({
  "x-goog-api-key": key,
  "x-goog-fieldmask": mask,
  "content-type": "application/json",
});

export const place_ids: DataEndpoint<
  GoogleSettings,
  PageQuestion,
  z.infer<typeof SearchAnswer>,
  Page
> = {
  name: "place_ids",
  normalise: (question) => JSON.stringify(bodyOf(question)),
  // Only ids: every other field has a price.
  request: (question, settings) => ({
    url: `${settings.placesBase}/v1/places:searchText`,
    method: "POST",
    headers: headersOf(settings, "places.id,nextPageToken"),
    body: JSON.stringify(bodyOf(question)),
  }),
  schema: SearchAnswer,
  map: ({ places = [], nextPageToken }) => ({
    ids: places.map(({ id }) => id),
    next: nextPageToken ?? null,
  }),
  costUsd: () => 0,
  keepSeconds: () => 0,
};

const MASK = "id,displayName,nationalPhoneNumber,websiteUri,businessStatus,location,postalAddress";

export const place: DataEndpoint<
  GoogleSettings,
  { id: string },
  z.infer<typeof PlaceAnswer>,
  Place
> = {
  name: "place",
  normalise: ({ id }) => id,
  request: ({ id }, settings) => ({
    url: `${settings.placesBase}/v1/places/${encodeURIComponent(id)}`,
    headers: headersOf(settings, MASK),
  }),
  schema: PlaceAnswer,
  map: (found) => ({
    id: found.id,
    location: found.location ?? null,
    display: {
      name: found.displayName?.text ?? "",
      phone: found.nationalPhoneNumber ?? null,
      website: found.websiteUri ?? null,
      street: found.postalAddress?.addressLines?.[0] ?? null,
      city: found.postalAddress?.locality ?? null,
      state: found.postalAddress?.administrativeArea ?? null,
      zip: found.postalAddress?.postalCode ?? null,
      open: found.businessStatus !== "CLOSED_PERMANENTLY",
    },
  }),
  costUsd: ({ placeCostUsd }) => placeCostUsd,
  // Content of Google may not be kept.
  keepSeconds: () => 0,
};
