// Yelp's business search: a circle and a category; never more than 240 results, whatever `total` says; two kinds of 429.
import type { Context } from "../context.ts";
import type { ProviderHandler } from "../http.ts";
import { type Listing, metresBetween } from "../listings.ts";
import type { Answer, Incoming } from "../types.ts";

const CEILING = 240;

const failed = (status: number, code: string, description: string): Answer => ({
  status,
  body: { error: { code, description } },
});

export class Yelp implements ProviderHandler {
  readonly #context: Context;
  readonly listings: Listing[] = [];
  readonly searches: URLSearchParams[] = [];
  /** Calls that are left today. */
  dailyLeft = 5000;

  constructor(context: Context) {
    this.#context = context;
  }

  handle({ path, query, headers }: Incoming): Answer {
    if (headers.authorization !== `Bearer ${this.#context.secrets.yelp.apiKey}`) {
      return failed(401, "TOKEN_INVALID", "Invalid access token or authorization header.");
    }
    if (path !== "/v3/businesses/search") {
      return failed(404, "NOT_FOUND", "Resource could not be found.");
    }
    const number = (name: string, otherwise: number) => {
      const text = query.get(name);
      return text === null ? otherwise : Number(text);
    };
    const at = { latitude: number("latitude", NaN), longitude: number("longitude", NaN) };
    const radius = number("radius", 40_000), limit = number("limit", 20);
    const offset = number("offset", 0);
    if (!Number.isFinite(at.latitude) || !Number.isFinite(at.longitude)) {
      return failed(
        400,
        "VALIDATION_ERROR",
        "Please specify a location or a latitude and longitude",
      );
    }
    if (radius > 40_000 || limit < 0 || limit > 50 || limit + offset > CEILING) {
      return failed(
        400,
        "VALIDATION_ERROR",
        "Too many results requested, limit+offset must be <= 240.",
      );
    }
    if (this.dailyLeft <= 0) {
      return failed(
        429,
        "ACCESS_LIMIT_REACHED",
        "You've reached the access limit for this client.",
      );
    }
    this.dailyLeft--;
    this.searches.push(query);
    const found = this.listings.map((listing) => ({
      listing,
      distance: metresBetween(listing, at),
    }))
      .filter(({ listing, distance }) =>
        distance <= radius && listing.yelpCategory === query.get("categories")
      ).sort((a, b) => a.distance - b.distance);
    return {
      status: 200,
      headers: {
        "ratelimit-dailylimit": "5000",
        "ratelimit-remaining": String(this.dailyLeft),
        "ratelimit-resettime": "2030-01-01T00:00:00+00:00",
      },
      body: {
        total: found.length,
        region: { center: at },
        businesses: found.slice(offset, offset + limit).map(({ listing, distance }) => ({
          id: listing.id,
          alias: listing.id.toLowerCase(),
          name: listing.name,
          image_url: "",
          is_closed: listing.closed === true,
          url: `https://www.yelp.com/biz/${listing.id}`,
          review_count: 12,
          categories: [{ alias: listing.yelpCategory, title: listing.yelpCategory }],
          rating: 4.5,
          coordinates: { latitude: listing.latitude, longitude: listing.longitude },
          transactions: [],
          location: {
            address1: listing.street ?? "",
            address2: null,
            address3: null,
            city: listing.city ?? "",
            state: listing.state ?? "",
            zip_code: listing.zip ?? "",
            country: "US",
            display_address: [],
          },
          phone: listing.phone ?? "",
          display_phone: listing.phone ?? "",
          distance,
        })),
      },
    };
  }

  refuse(status: number): Answer {
    return status === 429
      ? failed(
        429,
        "TOO_MANY_REQUESTS_PER_SECOND",
        "You have exceeded the queries-per-second limit.",
      )
      : { status, body: "" };
  }
}
