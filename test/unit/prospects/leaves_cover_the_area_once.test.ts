import fc from "fast-check";
import { expect, test } from "vitest";
import {
  boundsOf,
  inArea,
  inBox,
  meetsArea,
  metresBetween,
  type Point,
  type Shape,
} from "../../../edge-functions/_shared/prospects/area.ts";
import {
  type Cell,
  isFloor,
  quarters,
  quartersIn,
  sideOf,
} from "../../../edge-functions/_shared/prospects/cells.ts";

const near = fc.record({
  latitude: fc.double({ min: 33, max: 35, noNaN: true }),
  longitude: fc.double({ min: -119, max: -117, noNaN: true }),
});
const shape: fc.Arbitrary<Shape> = fc.oneof(
  near.chain((centre) =>
    fc.integer({ min: 500, max: 20_000 }).map((metres) => ({
      kind: "radius" as const,
      ...centre,
      metres,
    }))
  ),
  fc.array(near.map(({ latitude, longitude }) => [latitude, longitude] as [number, number]), {
    minLength: 3,
    maxLength: 8,
  }).map((points) => ({ kind: "polygon" as const, points })),
);
const area = fc.array(shape, { minLength: 1, maxLength: 3 });

/** The leaves of a search in which the cells that `isFull` names are cut. */
function leavesOf(shapes: Shape[], isFull: (cell: Cell) => boolean, floor: number): Cell[] {
  const leaves: Cell[] = [];
  const open: Cell[] = [{ path: "", ...boundsOf(shapes) }];
  for (let cell = open.pop(); cell; cell = open.pop()) {
    if (isFull(cell) && !isFloor(cell, floor)) open.push(...quartersIn(cell, shapes));
    else leaves.push(cell);
  }
  return leaves;
}

/** Points of an area: within its circles, and such of its polygons' boxes that are in the area. */
function pointsIn(shapes: Shape[], shares: [number, number][]): Point[] {
  return shares.map(([y, x], n): Point => {
    const shape = shapes[n % shapes.length]!;
    if (shape.kind === "radius") {
      const degrees = shape.metres * 0.98 * y / 111_195, angle = 2 * Math.PI * x;
      return {
        latitude: shape.latitude + degrees * Math.sin(angle),
        longitude: shape.longitude +
          degrees * Math.cos(angle) / Math.cos(shape.latitude * Math.PI / 180),
      };
    }
    const { south, west, north, east } = boundsOf([shape]);
    return { latitude: south + (north - south) * y, longitude: west + (east - west) * x };
  }).filter((point) => inArea(point, shapes));
}

const share = fc.tuple(
  fc.double({ min: 0.001, max: 0.999, noNaN: true }),
  fc.double({ min: 0.001, max: 0.999, noNaN: true }),
);

test("every point of the area is in exactly one leaf, whichever cells were full", () => {
  let tried = 0;
  fc.assert(
    fc.property(
      area,
      fc.array(share, { minLength: 20, maxLength: 20 }),
      fc.integer({ min: 0, max: 2 ** 30 }),
      (shapes, shares, salt) => {
        const full = ({ path }: Cell) =>
          path.length < 5 && ([...path].reduce((n, d) => n * 7 + Number(d), salt) % 3) > 0;
        const leaves = leavesOf(shapes, full, 250);
        for (const point of pointsIn(shapes, shares)) {
          tried++;
          expect(leaves.filter((leaf) => inBox(point, leaf))).toHaveLength(1);
        }
      },
    ),
    { numRuns: 60 },
  );
  expect(tried).toBeGreaterThan(100);
});

test("the four quarters of a cell are the cell, and have its path", () => {
  const cell = { path: "21", south: 34, west: -118, north: 34.2, east: -117.9 };
  const four = quarters(cell);
  expect(four.map(({ path }) => path)).toEqual(["210", "211", "212", "213"]);
  expect(four.reduce((sum, q) => sum + (q.north - q.south) * (q.east - q.west), 0))
    .toBeCloseTo(0.2 * 0.1, 12);
});

test("cutting ends at the floor, however full the cells are", () => {
  const circle: Shape[] = [{ kind: "radius", latitude: 34, longitude: -118, metres: 1000 }];
  const leaves = leavesOf(circle, () => true, 250);
  expect(leaves.length).toBeGreaterThan(16);
  for (const leaf of leaves) {
    expect(sideOf(leaf)).toBeGreaterThanOrEqual(250);
    expect(sideOf(leaf)).toBeLessThan(501);
  }
});

test("a cell outside of the area is not asked, one that touches a corner is", () => {
  const triangle: Shape[] = [{ kind: "polygon", points: [[34, -118], [34, -117], [35, -118]] }];
  const box = (south: number, west: number) => ({
    south,
    west,
    north: south + 0.1,
    east: west + 0.1,
  });
  expect(meetsArea(box(34.8, -117.3), triangle)).toBe(false);
  expect(meetsArea(box(33.95, -117.05), triangle)).toBe(true);
  expect(meetsArea(box(34.1, -117.9), triangle)).toBe(true);
  // The area lies within the cell.
  expect(meetsArea({ south: 33, west: -119, north: 36, east: -116 }, triangle)).toBe(true);
  const circle: Shape[] = [{ kind: "radius", latitude: 34, longitude: -118, metres: 1000 }];
  expect(meetsArea(box(34.02, -118), circle)).toBe(false);
  expect(meetsArea(box(34.005, -118), circle)).toBe(true);
});

test("a degree of latitude has 111 km", () => {
  expect(metresBetween({ latitude: 34, longitude: -118 }, { latitude: 35, longitude: -118 }))
    .toBeCloseTo(111_195, -2);
});
