// Answers of the Places API (New), with the fields that the masks ask for.
import { z } from "zod";

export const SearchAnswer = z.strictObject({
  places: z.array(z.strictObject({ id: z.string().min(1).max(300) })).optional(),
  nextPageToken: z.string().optional(),
});

export const PlaceAnswer = z.strictObject({
  id: z.string().min(1).max(300),
  displayName: z.strictObject({ text: z.string(), languageCode: z.string().optional() }).optional(),
  nationalPhoneNumber: z.string().optional(),
  websiteUri: z.string().optional(),
  businessStatus: z.string().optional(),
  location: z.strictObject({ latitude: z.number(), longitude: z.number() }).optional(),
  postalAddress: z.looseObject({
    addressLines: z.array(z.string()).optional(),
    locality: z.string().optional(),
    administrativeArea: z.string().optional(),
    postalCode: z.string().optional(),
  }).optional(),
});
