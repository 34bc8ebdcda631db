// Answers of the Geocoding API.
import { z } from "zod";

export const Geocoding = z.looseObject({
  status: z.string(),
  results: z.array(z.looseObject({
    place_id: z.string(),
    geometry: z.looseObject({
      location: z.looseObject({ lat: z.number(), lng: z.number() }),
      location_type: z.string(),
    }),
    partial_match: z.boolean().nullish(),
  })),
});
