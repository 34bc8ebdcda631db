/**
 * The CSV domain: bytes → typed rows, without any I/O.
 *
 *     const opened = await openCsv(chunks);                    // sniff, header
 *     if (!opened.ok) …opened.refusal…                         // the file as a whole
 *     const { csv } = opened;
 *     const mapping = resolveMapping(csv.headers, { sourceMap, sample: csv.sample });
 *     const mapper = new RowMapper(mapping);
 *     for await (const batch of csv.batches()) {               // rows and rejects, in order
 *       for (const text of copyBatches(batch.map((r) => mapper.map(r)))) …COPY…
 *     }
 *     csv.stats                                                // received = rows + rejects
 */
export { RecordCutter } from "./boundaries.ts";
export type { CutterOptions } from "./boundaries.ts";
export { looksLikeApn, noCounts, resolveMapping } from "./columns.ts";
export type { MappingOptions } from "./columns.ts";
export { copyArray, copyBatches, copyJson, copyLine, copyValue } from "./copy_text.ts";
export { openCsv } from "./open.ts";
export type { ByteSource, Opened, OpenOptions } from "./open.ts";
export { CsvReader, nameColumns } from "./parse.ts";
export type { Position } from "./parse.ts";
export { PRESET_NAMES, recognisePreset } from "./presets.ts";
export { rejectsCsv, rejectsHeader, rejectsLine, safeCell } from "./rejects_csv.ts";
export type { RejectLine } from "./rejects_csv.ts";
export { mapRow, RowMapper } from "./rows.ts";
export type { RowContext, RowOptions } from "./rows.ts";
export { MAX_FIELD, MAX_RECORD } from "./scan.ts";
export { SNIFF_BYTES, sniffCsv } from "./sniff.ts";
export type { Sniffed } from "./sniff.ts";
export { normaliseHeader } from "./synonyms.ts";
export { ATTRIBUTE, isCanonical, TARGETS } from "./targets.ts";
export { mask, tryHead } from "./trial.ts";
export type { Trial, TrialColumn, TrialSettings } from "./trial.ts";
export * from "./types.ts";
