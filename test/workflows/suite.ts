import type { Lab } from "./lab.ts";

/** Tests by name; they run in order, on one n8n. */
export type Suite = Record<string, (lab: Lab) => Promise<void>>;
