// Answers of the Places API (New) and of Yelp: what each status and word means, and what a search asks for.
import { expect, test } from "vitest";
import { classifyPlaces } from "../../../edge-functions/_shared/providers/google/classify_places.ts";
import { place, place_ids } from "../../../edge-functions/_shared/providers/google/place_data.ts";
import { googleSettings } from "../../../edge-functions/_shared/providers/google/settings.ts";
import { classifyYelp } from "../../../edge-functions/_shared/providers/yelp/classify.ts";
import { pageOf } from "../../../edge-functions/_shared/providers/yelp/mapping.ts";

const answer = (status: number, body: unknown) => ({ status, body, header: () => null });
const google = (status: number, word: string, message = "") =>
  classifyPlaces(answer(status, { error: { code: status, status: word, message } }));
const yelp = (status: number, code: string) =>
  classifyYelp(answer(status, { error: { code, description: "" } }));

test.each([
  [classifyPlaces(answer(200, {})), "ok", "yes"],
  [google(404, "NOT_FOUND"), "empty", "no"],
  [google(400, "INVALID_ARGUMENT"), "bad_request", "no"],
  [google(403, "PERMISSION_DENIED"), "auth", "no"],
  [google(429, "RESOURCE_EXHAUSTED", "Quota exceeded: requests per minute"), "slow_down", "no"],
  [google(429, "RESOURCE_EXHAUSTED", "Quota exceeded: requests per day"), "out_of_credit", "no"],
  [google(503, "UNAVAILABLE"), "retry_after", "maybe"],
  [classifyYelp(answer(200, { total: 0, businesses: [] })), "ok", "yes"],
  [yelp(429, "TOO_MANY_REQUESTS_PER_SECOND"), "slow_down", "no"],
  [yelp(429, "ACCESS_LIMIT_REACHED"), "out_of_credit", "no"],
  [yelp(401, "TOKEN_INVALID"), "auth", "no"],
  [yelp(400, "VALIDATION_ERROR"), "bad_request", "no"],
  [yelp(500, "INTERNAL_ERROR"), "retry_after", "maybe"],
])("%j is %s, paid for: %s", (verdict, outcome, processed) => {
  expect(verdict).toMatchObject({ outcome, processed });
});

const box = { category: "dentist", south: 34, west: -118.3, north: 34.1, east: -118.2 };
const settings = googleSettings("default", { GOOGLE_MAPS_API_KEY: "key" })!;

test("a search asks for ids alone, and its pages differ in the token only", () => {
  const first = place_ids.request({ ...box, pageToken: null }, settings);
  const second = place_ids.request({ ...box, pageToken: "next" }, settings);
  expect(first.headers!["x-goog-fieldmask"]).toBe("places.id,nextPageToken");
  expect(place_ids.costUsd(settings)).toBe(0);
  const { pageToken, ...rest } = JSON.parse(second.body!);
  expect(pageToken).toBe("next");
  expect(rest).toEqual(JSON.parse(first.body!));
});

test("a place is shown with what decides about it", () => {
  expect(place.map({
    id: "a",
    displayName: { text: "Ames Dental" },
    businessStatus: "CLOSED_PERMANENTLY",
    websiteUri: "https://ames.example.com/",
    postalAddress: { addressLines: ["12 Main St"], locality: "Los Angeles", postalCode: "90001" },
  })).toMatchObject({
    location: null,
    display: {
      name: "Ames Dental",
      website: "https://ames.example.com/",
      zip: "90001",
      open: false,
    },
  });
  // What Google knows may not be kept in the cache of calls.
  expect(place.keepSeconds("ok", null)).toBe(0);
});

test("Yelp's empty fields are unknown", () => {
  expect(pageOf({
    total: 300,
    businesses: [{
      ...{ id: "y", name: "Ames", coordinates: { latitude: null, longitude: null }, phone: "" },
      location: { address1: "", city: "Los Angeles", state: "CA", zip_code: "" },
    }],
  })).toEqual({
    total: 300,
    places: [{
      id: "y",
      location: null,
      display: {
        ...{ name: "Ames", phone: null, website: null, street: null, city: "Los Angeles" },
        ...{ state: "CA", zip: null, open: true },
      },
    }],
  });
});
