// Drawn areas: circles and polygons on the map, and what lies in them. No area crosses the 180th meridian or a pole.
import { z } from "zod";

const latitude = z.number().min(-85).max(85);
const longitude = z.number().min(-180).max(180);

export const Shape = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("radius"),
    latitude,
    longitude,
    metres: z.number().min(100).max(200_000),
  }),
  z.strictObject({
    kind: z.literal("polygon"),
    /** [latitude, longitude], three or more; the last is joined with the first. */
    points: z.array(z.tuple([latitude, longitude])).min(3).max(500),
  }),
]);
export type Shape = z.infer<typeof Shape>;

export interface Point {
  latitude: number;
  longitude: number;
}

export interface Box {
  south: number;
  west: number;
  north: number;
  east: number;
}

const EARTH_M = 6_371_000;
const radians = (degrees: number) => degrees * Math.PI / 180;
export const METRES_PER_DEGREE = EARTH_M * Math.PI / 180;

/** Metres between two points on a sphere. */
export function metresBetween(a: Point, b: Point): number {
  const h = Math.sin(radians(b.latitude - a.latitude) / 2) ** 2 +
    Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) *
      Math.sin(radians(b.longitude - a.longitude) / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(h)));
}

export const inBox = ({ latitude, longitude }: Point, box: Box): boolean =>
  latitude >= box.south && latitude < box.north && longitude >= box.west && longitude < box.east;

/** Even-odd rule. */
function inPolygon({ latitude, longitude }: Point, points: readonly [number, number][]): boolean {
  let inside = false;
  for (let i = 0, j = points.length - 1; i < points.length; j = i++) {
    const [lat1, lng1] = points[i]!, [lat2, lng2] = points[j]!;
    if (
      (lat1 > latitude) !== (lat2 > latitude) &&
      longitude < (lng2 - lng1) * (latitude - lat1) / (lat2 - lat1) + lng1
    ) inside = !inside;
  }
  return inside;
}

export const inShape = (point: Point, shape: Shape): boolean =>
  shape.kind === "radius"
    ? metresBetween(point, shape) <= shape.metres
    : inPolygon(point, shape.points);

export const inArea = (point: Point, shapes: readonly Shape[]): boolean =>
  shapes.some((shape) => inShape(point, shape));

/** The smallest box around a shape; of a circle, a little more. */
function boxOf(shape: Shape): Box {
  if (shape.kind === "polygon") {
    const lats = shape.points.map(([lat]) => lat), lngs = shape.points.map(([, lng]) => lng);
    return {
      south: Math.min(...lats),
      north: Math.max(...lats),
      west: Math.min(...lngs),
      east: Math.max(...lngs),
    };
  }
  const high = shape.metres / METRES_PER_DEGREE * 1.001;
  const edge = Math.min(89, Math.abs(shape.latitude) + high);
  const wide = high / Math.cos(radians(edge));
  return {
    south: shape.latitude - high,
    north: shape.latitude + high,
    west: shape.longitude - wide,
    east: shape.longitude + wide,
  };
}

export function boundsOf(shapes: readonly Shape[]): Box {
  const boxes = shapes.map(boxOf);
  return {
    south: Math.min(...boxes.map(({ south }) => south)),
    west: Math.min(...boxes.map(({ west }) => west)),
    north: Math.max(...boxes.map(({ north }) => north)),
    east: Math.max(...boxes.map(({ east }) => east)),
  };
}

type Segment = [[number, number], [number, number]];

function cross([[ay, ax], [by, bx]]: Segment, [cy, cx]: [number, number]): number {
  return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
}

/** Whether two segments meet; where one only touches the other, it counts. */
function meet(one: Segment, other: Segment): boolean {
  return cross(one, other[0]) * cross(one, other[1]) <= 0 &&
    cross(other, one[0]) * cross(other, one[1]) <= 0 &&
    Math.max(one[0][0], one[1][0]) >= Math.min(other[0][0], other[1][0]) &&
    Math.max(other[0][0], other[1][0]) >= Math.min(one[0][0], one[1][0]) &&
    Math.max(one[0][1], one[1][1]) >= Math.min(other[0][1], other[1][1]) &&
    Math.max(other[0][1], other[1][1]) >= Math.min(one[0][1], one[1][1]);
}

const clamp = (value: number, least: number, most: number) =>
  Math.min(Math.max(value, least), most);

/** Whether a box has a part in a shape. Rather yes than no: a call too many costs less than a corner that is missed. */
function meetsShape(box: Box, shape: Shape): boolean {
  if (shape.kind === "radius") {
    const nearest = {
      latitude: clamp(shape.latitude, box.south, box.north),
      longitude: clamp(shape.longitude, box.west, box.east),
    };
    return metresBetween(nearest, shape) <= shape.metres * 1.01;
  }
  const corners: [number, number][] = [
    [box.south, box.west],
    [box.south, box.east],
    [box.north, box.east],
    [box.north, box.west],
  ];
  if (corners.some(([latitude, longitude]) => inPolygon({ latitude, longitude }, shape.points))) {
    return true;
  }
  const sides = corners.map((corner, n): Segment => [corner, corners[(n + 1) % 4]!]);
  return shape.points.some((point, n) => {
    const [latitude, longitude] = point;
    const edge: Segment = [point, shape.points[(n + 1) % shape.points.length]!];
    return inBox({ latitude, longitude }, box) || sides.some((side) => meet(side, edge));
  });
}

export const meetsArea = (box: Box, shapes: readonly Shape[]): boolean =>
  shapes.some((shape) => meetsShape(box, shape));

/** Square metres of a box, roughly. */
export const sizeOf = (box: Box): number =>
  (box.north - box.south) * METRES_PER_DEGREE * (box.east - box.west) * METRES_PER_DEGREE *
  Math.cos(radians((box.north + box.south) / 2));
