// The quad tree of an area: a cell whose answer is full is cut in four, down to a floor. Its path says where it is: a
// digit for each cut, 0 to 3 for south-west, south-east, north-west, north-east.
import { type Box, meetsArea, METRES_PER_DEGREE, type Point, type Shape } from "./area.ts";

export interface Cell extends Box {
  path: string;
}

export function quarters({ path, south, west, north, east }: Cell): Cell[] {
  const middle = (south + north) / 2, centre = (west + east) / 2;
  return [
    { path: `${path}0`, south, west, north: middle, east: centre },
    { path: `${path}1`, south, west: centre, north: middle, east },
    { path: `${path}2`, south: middle, west, north, east: centre },
    { path: `${path}3`, south: middle, west: centre, north, east },
  ];
}

/** The quarters of a cell that have a part in the area. */
export const quartersIn = (cell: Cell, shapes: readonly Shape[]): Cell[] =>
  quarters(cell).filter((quarter) => meetsArea(quarter, shapes));

/** The longer side, in metres. */
export function sideOf({ south, west, north, east }: Box): number {
  const nearest = Math.min(Math.abs(south), Math.abs(north));
  return METRES_PER_DEGREE *
    Math.max(north - south, (east - west) * Math.cos(nearest * Math.PI / 180));
}

/** Whether a quarter of the cell would be below the floor. */
export const isFloor = (cell: Box, floorMetres: number): boolean => sideOf(cell) / 2 < floorMetres;

export function centreOf({ south, west, north, east }: Box): Point {
  return { latitude: (south + north) / 2, longitude: (west + east) / 2 };
}
