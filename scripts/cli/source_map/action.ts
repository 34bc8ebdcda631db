// What `sluice source map KEY` is asked to do: the words after the key.
import { PRESET_NAMES } from "../../../edge-functions/_shared/intake/csv/index.ts";
import { type CommandLine, text } from "../command.ts";
import { UsageError } from "../errors.ts";
import { type ColumnMap, parseEntry } from "./entries.ts";

export type Action =
  | { kind: "show" | "presets" | "rerun" }
  | { kind: "set"; entries: ColumnMap }
  | { kind: "remove"; headers: string[] }
  | { kind: "preset"; name: string | null }
  | { kind: "copy"; from: string }
  | { kind: "test"; file: string; sheet: string | null };

/** How many words follow each action. */
const OPERANDS: Record<string, [least: number, most: number, shown: string]> = {
  show: [0, 0, "show"],
  set: [1, Infinity, "set HEADER=TARGET…"],
  remove: [1, Infinity, "remove HEADER…"],
  test: [1, 1, "test FILE"],
  presets: [0, 0, "presets"],
  preset: [1, 1, "preset NAME|none"],
  copy: [1, 1, "copy OTHER_KEY"],
  rerun: [0, 0, "rerun"],
};

export function readAction({ operands, options }: CommandLine): Action {
  const [, kind = "show", ...values] = operands;
  const limits = OPERANDS[kind];
  if (!limits) {
    throw new UsageError(`unknown action ${kind}: use one of ${Object.keys(OPERANDS).join(", ")}`);
  }
  if (values.length < limits[0] || values.length > limits[1]) {
    throw new UsageError(`expected: sluice source map KEY ${limits[2]}`);
  }
  if (options.sheet !== undefined && kind !== "test") throw new UsageError("--sheet is for test");
  const [first = ""] = values;
  switch (kind) {
    case "set":
      return { kind, entries: Object.fromEntries(values.map(parseEntry)) };
    case "remove":
      return { kind, headers: values };
    case "test":
      return { kind, file: first, sheet: text(options.sheet) };
    case "preset":
      if (first !== "none" && !PRESET_NAMES.includes(first)) {
        throw new UsageError(
          `preset not found: ${first}. Presets: ${PRESET_NAMES.join(", ")}`,
        );
      }
      return { kind, name: first === "none" ? null : first };
    case "copy":
      return { kind, from: first };
    default:
      return { kind: kind as "show" | "presets" | "rerun" };
  }
}
