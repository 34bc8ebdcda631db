// Local businesses that the sandboxes of Google and Yelp list.

export interface Listing {
  id: string;
  name: string;
  /** Google's type and Yelp's category of it. */
  googleType: string;
  yelpCategory: string;
  latitude: number;
  longitude: number;
  website?: string;
  phone?: string;
  street?: string;
  city?: string;
  state?: string;
  zip?: string;
  closed?: boolean;
}

export function metresBetween(
  a: { latitude: number; longitude: number },
  b: { latitude: number; longitude: number },
): number {
  const radians = (degrees: number) => degrees * Math.PI / 180;
  const h = Math.sin(radians(b.latitude - a.latitude) / 2) ** 2 +
    Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) *
      Math.sin(radians(b.longitude - a.longitude) / 2) ** 2;
  return 2 * 6_371_000 * Math.asin(Math.min(1, Math.sqrt(h)));
}
