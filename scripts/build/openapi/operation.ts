// How a route is described.
import type { z } from "zod";
import type { PARTS } from "./parts.ts";

export interface Body {
  schema?: z.ZodType;
  /** Default: application/json. */
  type?: string;
}

export interface Operation {
  /** `METHOD /function/path` as the function's router has it. */
  route: string;
  summary: string;
  /** Who may call; several: any of them. */
  callers: (keyof typeof PARTS.callers)[];
  query?: z.ZodObject;
  path?: Record<string, z.ZodType>;
  headers?: Record<string, { required?: boolean; description: string }>;
  body?: Body;
  answers: Record<number, string | { description: string; body: Body }>;
  /** Codes of problems. */
  problems: number[];
}
