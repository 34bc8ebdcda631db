// What the packages of the desk do not describe themselves.
declare module "us-atlas/counties-albers-10m.json?url" {
  const url: string;
  export default url;
}

declare module "*/zip_places.json?url" {
  const url: string;
  export default url;
}

declare module "topojson-specification" {
  export interface GeometryCollection<Properties = unknown> {
    type: "GeometryCollection";
    geometries: { properties?: Properties; id?: string | number }[];
  }
  export interface Topology<Objects> {
    type: "Topology";
    objects: Objects;
  }
}

declare module "d3-geo" {
  export interface Shape {
    type: string;
    id?: string | number;
    features?: Shape[];
    properties: { name: string };
  }
  export interface Path {
    (shape: unknown): string | null;
    bounds(shape: unknown): [[number, number], [number, number]];
  }
  export function geoPath(projection: null): Path;
  export interface Projection {
    (point: [longitude: number, latitude: number]): [x: number, y: number] | null;
    scale(to: number): Projection;
    translate(to: [x: number, y: number]): Projection;
  }
  export function geoAlbersUsa(): Projection;
}

declare module "topojson-client" {
  import type { Shape } from "d3-geo";
  export function feature(topology: unknown, object: unknown): { features: Shape[] };
  export function mesh(
    topology: unknown,
    object: unknown,
    filter?: (a: unknown, b: unknown) => boolean,
  ): unknown;
}
