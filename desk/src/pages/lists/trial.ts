// Reads the head of a file in the browser, with the code that reads lists on the server. A chunk of its own.
import { type Trial, tryHead } from "../../../../edge-functions/_shared/intake/csv/trial.ts";
import type { ColumnMap } from "./mapping.tsx";

/** As much as the first rows of any list need. */
const HEAD_BYTES = 1024 * 1024;

export async function tryFile(file: File, map: ColumnMap): Promise<Trial> {
  const bytes = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  // A longer file is cut behind a whole line.
  const end = file.size > HEAD_BYTES ? bytes.lastIndexOf(10) + 1 : bytes.length;
  const trial = await tryHead([bytes.subarray(0, end || bytes.length)], { map, preset: null });
  if ("refusal" in trial) throw new Error(trial.refusal);
  return { ...trial, whole: trial.whole && file.size <= HEAD_BYTES };
}
