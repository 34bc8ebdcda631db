// Answers of https://api.yelp.com/v3/businesses/search. Most fields of a business are not read.
import { z } from "zod";

const text = z.string().nullish();

export const Search = z.looseObject({
  total: z.number().int().min(0),
  businesses: z.array(z.looseObject({
    id: z.string().min(1).max(100),
    name: z.string(),
    is_closed: z.boolean().nullish(),
    coordinates: z.looseObject({ latitude: z.number().nullish(), longitude: z.number().nullish() }),
    location: z.looseObject({ address1: text, city: text, state: text, zip_code: text }),
    phone: text,
  })),
});
