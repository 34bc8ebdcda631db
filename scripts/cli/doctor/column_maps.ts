// Column maps with wrong targets: files of their sources are refused. The database accepts none, but may have older
// ones; this check reads them also before an upgrade.
import {
  ATTRIBUTE,
  isCanonical,
  PRESET_NAMES,
} from "../../../edge-functions/_shared/intake/csv/index.ts";
import { type Check, failed, ok } from "./check.ts";

export const columnMaps: Check = {
  name: "column maps",
  needs: ["database"],
  async run({ sql }) {
    const sources = await sql<
      { key: string; map: Record<string, unknown>; preset: string | null }[]
    >`
      select key, column_map as map, preset from public.sources where active order by key`;
    const wrong = sources.flatMap(({ key, map, preset }) => {
      const entries = Object.entries(map).filter(([, to]) => !isTarget(to))
        .map(([header, to]) => `"${header}" to ${JSON.stringify(to)}`);
      const unknown = preset !== null && !PRESET_NAMES.includes(preset);
      if (unknown) entries.push(`the preset ${preset}`);
      return entries.length > 0 ? [`${key} (${entries.join(", ")})`] : [];
    });
    if (wrong.length === 0) return ok("all name known targets and presets");
    return failed(
      `files of these sources are refused, because their maps name what does not exist: ${
        wrong.join(", ")
      }`,
      "Set them right: npx sluice source map KEY. Then npx sluice replay --source KEY.",
    );
  },
};

function isTarget(to: unknown): boolean {
  return to === null || to === ATTRIBUTE || (typeof to === "string" && isCanonical(to));
}
