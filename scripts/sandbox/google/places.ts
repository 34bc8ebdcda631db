// Google's Places API (New): text search by type within a rectangle, and one place. At most 60 results over three pages;
// a page token holds for the same request only; every field is named by a mask.
import type { Context } from "../context.ts";
import type { Listing } from "../listings.ts";
import type { Answer, Incoming } from "../types.ts";

/** What one search lists at most, whatever there is. */
const CEILING = 60;
const PAGE = 20;

const failed = (code: number, status: string, message: string): Answer => ({
  status: code,
  body: { error: { code, message, status } },
});
const invalid = (message: string) => failed(400, "INVALID_ARGUMENT", message);

interface Body {
  textQuery?: unknown;
  includedType?: unknown;
  pageSize?: unknown;
  pageToken?: unknown;
  locationRestriction?: {
    rectangle?: {
      low?: { latitude?: number; longitude?: number };
      high?: { latitude?: number; longitude?: number };
    };
  };
}

export class GooglePlaces {
  readonly #context: Context;
  readonly listings: Listing[] = [];
  /** A low ceiling, so that few listings fill a search; a multiple of 20. */
  ceiling = CEILING;
  /** Bodies of searches, and ids of places that were read. */
  readonly searches: Body[] = [];
  readonly read: string[] = [];

  constructor(context: Context) {
    this.#context = context;
  }

  handle({ method, path, headers, body }: Incoming): Answer {
    const key = headers["x-goog-api-key"];
    if (key !== this.#context.secrets.google.apiKey) {
      return failed(403, "PERMISSION_DENIED", "The request is missing a valid API key.");
    }
    const mask = String(headers["x-goog-fieldmask"] ?? "").split(",").filter(Boolean);
    if (mask.length === 0) {
      return invalid(
        "FieldMask is a required parameter. See https://cloud.google.com/apis/docs/system-parameters",
      );
    }
    if (method === "POST" && path === "/v1/places:searchText") {
      return this.#search(JSON.parse(body.toString()) as Body, mask);
    }
    const id = /^\/v1\/places\/([^/:]+)$/.exec(path)?.[1];
    if (method !== "GET" || id === undefined) return { status: 404, body: "Not Found" };
    return this.#place(decodeURIComponent(id), mask);
  }

  #search(body: Body, mask: string[]): Answer {
    if (typeof body.textQuery !== "string" || body.textQuery === "") {
      return invalid("Empty text_query.");
    }
    const size = Number(body.pageSize ?? PAGE);
    if (size < 0) return invalid("page_size must not be negative.");
    const { low, high } = body.locationRestriction?.rectangle ?? {};
    if (low === undefined || high === undefined) return invalid("Invalid location_restriction.");
    if (mask.some((field) => !field.startsWith("places.") && field !== "nextPageToken")) {
      return invalid("Error expanding 'fields' parameter.");
    }
    const { pageToken, ...asked } = body;
    const fingerprint = Buffer.from(JSON.stringify(asked)).toString("base64url");
    let from = 0;
    if (pageToken !== undefined) {
      const [offset, of] = String(pageToken).split(".");
      if (of !== fingerprint) {
        return invalid(
          "Request parameters for paging requests must match the initial SearchText request.",
        );
      }
      from = Number(offset);
    }
    this.searches.push(body);
    const all = this.listings.filter((listing) =>
      listing.googleType === body.includedType &&
      listing.latitude >= low.latitude! && listing.latitude < high.latitude! &&
      listing.longitude >= low.longitude! && listing.longitude < high.longitude!
    ).slice(0, this.ceiling);
    const end = from + Math.min(size, PAGE);
    return {
      status: 200,
      body: {
        ...(all.length > from
          ? {
            places: all.slice(from, end).map((listing) =>
              this.#show(listing, mask.map((f) => f.replace(/^places\./, "")))
            ),
          }
          : {}),
        ...(end < all.length ? { nextPageToken: `${end}.${fingerprint}` } : {}),
      },
    };
  }

  #place(id: string, mask: string[]): Answer {
    this.read.push(id);
    const listing = this.listings.find((one) => one.id === id);
    if (!listing) return failed(404, "NOT_FOUND", "The Place ID is no longer valid.");
    return { status: 200, body: this.#show(listing, mask) };
  }

  #show(listing: Listing, fields: string[]): Record<string, unknown> {
    const all: Record<string, unknown> = {
      id: listing.id,
      displayName: { text: listing.name, languageCode: "en" },
      nationalPhoneNumber: listing.phone,
      websiteUri: listing.website,
      businessStatus: listing.closed ? "CLOSED_PERMANENTLY" : "OPERATIONAL",
      location: { latitude: listing.latitude, longitude: listing.longitude },
      postalAddress: {
        regionCode: "US",
        addressLines: listing.street === undefined ? [] : [listing.street],
        locality: listing.city,
        administrativeArea: listing.state,
        postalCode: listing.zip,
      },
    };
    return Object.fromEntries(
      fields.filter((field) => all[field] !== undefined).map((field) => [field, all[field]]),
    );
  }
}
