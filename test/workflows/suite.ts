import type { Lab } from "./lab.ts";

/** Claims, each with what proves it; they run in order, on one n8n. */
export type Suite = Record<string, (lab: Lab) => Promise<void>>;
