// Google: the position of an address, and local businesses.
import type { z } from "zod";
import type { DataEndpoint, DataProvider } from "../gateway/types.ts";
import type { PropertyQuestion } from "../property.ts";
import { classifyGoogle } from "./classify.ts";
import { classifyPlaces } from "./classify_places.ts";
import { geocodingCostUsd } from "./cost.ts";
import { googleLimits } from "./limits.ts";
import { type Located, positionOf } from "./mapping.ts";
import { place, place_ids } from "./place_data.ts";
import { Geocoding } from "./schemas.ts";
import { type GoogleSettings, googleSettings } from "./settings.ts";

const lineOf = ({ street, city, state, zip }: PropertyQuestion) =>
  [street, city, [state, zip].filter(Boolean).join(" ")].filter(Boolean).join(", ");

const url = ({ base, key }: GoogleSettings, address: string) =>
  `${base}/maps/api/geocode/json?${new URLSearchParams({ address, key })}`;

export const geocode: DataEndpoint<
  GoogleSettings,
  PropertyQuestion,
  z.infer<typeof Geocoding>,
  Located
> = {
  name: "geocode",
  normalise: (question) => lineOf(question).toUpperCase(),
  request: (question, settings) => ({ url: url(settings, lineOf(question)) }),
  schema: Geocoding,
  map: (answer) => ({ position: positionOf(answer) }),
  costUsd: geocodingCostUsd,
  // Content of Google may not be kept; the position is a fact with its own terms.
  keepSeconds: () => 0,
};

export const google: DataProvider<GoogleSettings> = {
  name: "google",
  docs: {
    url: "https://developers.google.com/maps/documentation/geocoding/requests-geocoding",
    read: "2026-11-27, from a copy",
  },
  timeoutMs: 15_000,
  atOnce: 10,
  limits: () => googleLimits,
  settings: googleSettings,
  classify: (answer, endpoint) =>
    endpoint === geocode.name ? classifyGoogle(answer) : classifyPlaces(answer),
  endpoints: { geocode, place_ids, place },
  // Refused before it is counted: it shows whether the key is accepted, since a wrong key is REQUEST_DENIED.
  tour: [{
    title: "a question without an address",
    endpoint: "geocode",
    request: (settings) => ({ url: url(settings, "") }),
    expect: "bad_request",
  }],
};
