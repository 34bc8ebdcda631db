// The id of an upload is derived from its content. So the same command, run again after a kill or by
// mistake, finds the parts on the server, and this machine keeps no state.
import { sha256 } from "../../edge-functions/_shared/platform/crypto/digest.ts";
import { toHex } from "../../edge-functions/_shared/platform/crypto/bytes.ts";

/**
 * A UUID (version 8, RFC 9562) from the source, the content, the way it is cut and whether it is a
 * dry run. `generation` counts up when earlier uploads of the same file have been undone.
 */
export function uploadIdFor(input: {
  source: string;
  digest: Uint8Array;
  partBytes: number;
  dryRun: boolean;
  generation: number;
}): string {
  const { source, digest, partBytes, dryRun, generation } = input;
  const hash = sha256(
    ["sluice upload 1", source, toHex(digest), partBytes, dryRun, generation].join("\n"),
  );
  hash[6] = 0x80 | (hash[6]! & 0x0f);
  hash[8] = 0x80 | (hash[8]! & 0x3f);
  const hex = toHex(hash);
  return [8, 12, 16, 20, 32].map((end, i, ends) => hex.slice(ends[i - 1] ?? 0, end)).join("-");
}
