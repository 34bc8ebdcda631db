// Google: the Geocoding API, whose every answer is a 200 and says in its body what it is, and places (places.ts).
import type { Context } from "../context.ts";
import type { ProviderHandler } from "../http.ts";
import { GooglePlaces } from "./places.ts";
import type { Answer, Incoming } from "../types.ts";

export interface Place {
  type?: string;
  partial?: boolean;
  lat?: number;
  lng?: number;
}

export class Google implements ProviderHandler {
  #context: Context;
  /** Places by address in upper case, up to the first comma. */
  readonly places = new Map<string, Place[]>();
  readonly asked: string[] = [];

  readonly local: GooglePlaces;

  constructor(context: Context) {
    this.#context = context;
    this.local = new GooglePlaces(context);
  }

  handle(request: Incoming): Answer {
    const { path, query } = request;
    if (path.startsWith("/v1/")) return this.local.handle(request);
    if (path !== "/maps/api/geocode/json") return { status: 404, body: "<h1>Not found</h1>" };
    if (query.get("key") !== this.#context.secrets.google.apiKey) {
      return said("REQUEST_DENIED", [], "The provided API key is invalid.");
    }
    const address = query.get("address") ?? "";
    if (address === "") return said("INVALID_REQUEST");
    this.asked.push(address);
    const places = this.places.get(address.split(",")[0]!.toUpperCase());
    return places === undefined ? said("ZERO_RESULTS") : said(
      "OK",
      places.map(({ type = "ROOFTOP", partial, lat = 34.05, lng = -118.24 }, n) => ({
        place_id: `place-${n}-${address.length}`,
        formatted_address: address,
        address_components: [],
        geometry: { location: { lat, lng }, location_type: type },
        ...(partial === undefined ? {} : { partial_match: partial }),
        types: ["street_address"],
      })),
    );
  }

  refuse(status: number): Answer {
    return status === 429 ? said("OVER_QUERY_LIMIT") : { status, body: "" };
  }
}

const said = (status: string, results: unknown[] = [], error?: string): Answer => ({
  status: 200,
  body: { status, results, ...(error === undefined ? {} : { error_message: error }) },
});
