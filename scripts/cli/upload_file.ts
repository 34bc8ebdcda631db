// `sluice upload`: derive the id, ask for the parts on the server, send the rest, wait, fetch rejects.
import { basename } from "node:path";
import type { Api } from "./api.ts";
import { EXIT } from "./errors.ts";
import { uploadIdFor } from "./identity.ts";
import { type Input, openInput } from "./input.ts";
import type { Io } from "./io.ts";
import { Progress } from "./progress.ts";
import { downloadRejects, UnwritableRejects } from "./rejects.ts";
import type { UploadSummary } from "./result.ts";
import { sendParts, type SendResult } from "./send.ts";
import { formatSize } from "./size.ts";
import type { UploadStatus } from "./types.ts";
import { findStatus, isOver, waitForEnd } from "./wait.ts";

export interface UploadOptions {
  file: string;
  /** Of a workbook; null where it has only one with data. */
  sheet: string | null;
  source: string;
  uploadId: string | null;
  dryRun: boolean;
  gzip: boolean;
  partBytes: number;
  concurrency: number;
  wait: boolean;
  timeoutSeconds: number;
  /** File for rejects; null for a file next to the uploaded one. */
  rejects: string | null;
}

const NOTHING_SENT: SendResult = {
  parts: 0,
  sent: 0,
  skipped: 0,
  bytes: 0,
  bytesSent: 0,
  duplicateOf: null,
};

export async function uploadFile(
  options: UploadOptions,
  api: Api,
  io: Io,
  progress: Progress,
): Promise<{ code: number; summary: UploadSummary }> {
  const started = io.now().getTime();
  const input = await openInput(options.file, io, {
    sheet: options.sheet,
    note: progress.note,
  });
  const { id, status: known } = await identify(input, options, api, io);
  const label = options.file === "-" ? "standard input" : basename(options.file);
  const size = input.size === null ? "" : `, ${formatSize(input.size)}`;
  progress.note(`${label}${size}: upload ${id}${options.dryRun ? " (dry run)" : ""}`);

  // The id is derived from the content, so the parts of a complete upload need no comparison.
  const complete = known !== null && options.uploadId === null && known.state !== "receiving";
  const sent = complete ? { ...NOTHING_SENT, parts: known.parts.length } : await sendParts(
    input,
    known?.parts ?? [],
    { ...options, uploadId: id },
    api,
    progress,
  );
  const uploadId = sent.duplicateOf ?? id;
  const status = options.wait
    ? await waitForEnd(api, uploadId, options.timeoutSeconds, io, progress)
    : complete
    ? known
    : null;
  const wanted = status && isOver(status) && (status.counts.rejected ?? 0) > 0
    ? options.rejects ?? rejectsNameFor(options, uploadId)
    : null;
  const rejectsFile = wanted && await fetchRejects(api, uploadId, wanted, options, progress)
    ? wanted
    : null;
  // A missing rejects file that was requested by name is a failure; the upload has succeeded.
  const missing = options.rejects !== null && wanted !== rejectsFile;
  return {
    code: missing ? EXIT.failed : exitCode(status, options.wait),
    summary: {
      status,
      uploadId,
      duplicate: complete || sent.duplicateOf !== null,
      parts: sent.parts,
      sent: sent.sent,
      skipped: sent.skipped,
      bytes: sent.bytes,
      seconds: (io.now().getTime() - started) / 1000,
      rejectsFile,
    },
  };
}

async function fetchRejects(
  api: Api,
  uploadId: string,
  file: string,
  { source }: UploadOptions,
  progress: Progress,
): Promise<boolean> {
  try {
    await downloadRejects(api, uploadId, file);
    return true;
  } catch (error) {
    if (!(error instanceof UnwritableRejects)) throw error;
    const instead = `sluice rejects ${uploadId} --source ${source}`;
    progress.note(`${error.message}; to fetch the rejected rows, run: ${instead}`);
    return false;
  }
}

/** The id of this upload, and its status if the server has it already. */
async function identify(
  input: Input,
  options: UploadOptions,
  api: Api,
  io: Io,
): Promise<{ id: string; status: UploadStatus | null }> {
  if (options.uploadId) {
    return { id: options.uploadId, status: await findStatus(api, options.uploadId) };
  }
  // A stream cannot be read a second time to compare it, so it gets a new upload.
  if (!input.digest) return { id: io.uuid(), status: null };
  for (let generation = 1;; generation++) {
    const id = uploadIdFor({ ...options, digest: input.digest, generation });
    const status = await findStatus(api, id);
    if (!status || !isPast(status)) return { id, status };
  }
}

/**
 * An undone file may be uploaded again, under the next id, and so may one whose leads something newer may
 * have changed; and the result of a dry run is valid only at its time.
 */
function isPast(status: UploadStatus): boolean {
  return status.state === "undone" ||
    (isOver(status) && (status.dry_run || status.superseded === true));
}

function exitCode(status: UploadStatus | null, waited: boolean): number {
  if (status?.state === "failed") return EXIT.failed;
  if (waited && status && !isOver(status)) return EXIT.unfinished;
  return EXIT.ok;
}

function rejectsNameFor(options: UploadOptions, uploadId: string): string {
  return options.file === "-" ? `${uploadId}.rejects.csv` : `${options.file}.rejects.csv`;
}
