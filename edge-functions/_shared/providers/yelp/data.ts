// Yelp: local businesses by category around a point.
import type { z } from "zod";
import type { DataEndpoint, DataProvider } from "../gateway/types.ts";
import { classifyYelp } from "./classify.ts";
import { searchCostUsd } from "./cost.ts";
import { yelpLimits } from "./limits.ts";
import { pageOf, type SearchPage } from "./mapping.ts";
import { Search } from "./schemas.ts";
import { type YelpSettings, yelpSettings } from "./settings.ts";

export interface SearchQuestion {
  category: string;
  latitude: number;
  longitude: number;
  radius: number;
  limit: number;
  offset: number;
}

const queryOf = ({ category, latitude, longitude, radius, limit, offset }: SearchQuestion) =>
  new URLSearchParams({
    categories: category,
    latitude: latitude.toFixed(6),
    longitude: longitude.toFixed(6),
    radius: String(radius),
    limit: String(limit),
    offset: String(offset),
    // Any other order changes between pages.
    sort_by: "distance",
  });

const url = ({ base }: YelpSettings, query: URLSearchParams) =>
  `${base}/v3/businesses/search?${query}`;
const headers = ({ key }: YelpSettings) => ({ authorization: `Bearer ${key}` });

export const search: DataEndpoint<
  YelpSettings,
  SearchQuestion,
  z.infer<typeof Search>,
  SearchPage
> = {
  name: "search",
  normalise: (question) => queryOf(question).toString(),
  request: (question, settings) => ({
    url: url(settings, queryOf(question)),
    headers: headers(settings),
  }),
  schema: Search,
  map: pageOf,
  costUsd: searchCostUsd,
  // Content may be cached for a day. It is not kept beside the places, which have it as long.
  keepSeconds: () => 0,
};

export const yelp: DataProvider<YelpSettings> = {
  name: "yelp",
  docs: {
    url: "https://docs.developer.yelp.com/reference/v3_business_search",
    read: "2026-11-27, from a copy",
  },
  timeoutMs: 15_000,
  atOnce: 4,
  limits: () => yelpLimits,
  settings: yelpSettings,
  classify: classifyYelp,
  endpoints: { search },
  // Refused, so that nothing is found: it shows whether the key is accepted.
  tour: [{
    title: "a search without a place",
    endpoint: "search",
    request: (settings) => ({
      url: url(settings, new URLSearchParams({ limit: "1" })),
      headers: headers(settings),
    }),
    expect: "bad_request",
  }],
};
