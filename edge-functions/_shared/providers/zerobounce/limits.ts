import type { Limit } from "../gateway/types.ts";

/**
 * No limit of single validations is documented, and no header tells one. These stay far below what blocks a key: 100
 * bad requests a minute, or 200 with a bad key an hour, close it for an hour.
 */
export const zerobounceLimits: readonly Limit[] = [
  { name: "second", calls: 20, seconds: 1 },
  { name: "minute", calls: 900, seconds: 60, burst: 60 },
];
