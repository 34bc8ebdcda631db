// Sends the parts of one upload, a few at a time, except those that the server already has.
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { toHex } from "../../edge-functions/_shared/platform/crypto/bytes.ts";
import { sha256 } from "../../edge-functions/_shared/platform/crypto/digest.ts";
import { type Api, contentDisposition, partWebhookId } from "./api.ts";
import { cutParts, type Part } from "./cut.ts";
import { ClientError } from "./errors.ts";
import type { Input } from "./input.ts";
import type { Progress } from "./progress.ts";
import type { PartReceipt, PartStatus } from "./types.ts";

const compress = promisify(gzip);
// Lists shrink to a fifth at the fastest level; higher ones cost more time than they save.
const GZIP_LEVEL = 1;

export interface SendOptions {
  uploadId: string;
  dryRun: boolean;
  gzip: boolean;
  partBytes: number;
  concurrency: number;
}

export interface SendResult {
  parts: number;
  sent: number;
  skipped: number;
  /** Content bytes, before compression. */
  bytes: number;
  /** Bytes that went over the network in accepted requests. */
  bytesSent: number;
  /** The other upload that already has every part, if any. */
  duplicateOf: string | null;
}

export async function sendParts(
  input: Input,
  known: readonly PartStatus[],
  options: SendOptions,
  api: Api,
  progress: Progress,
): Promise<SendResult> {
  const accepted = new Map(known.map((part) => [part.part, part.sha256]));
  const stop = new AbortController();
  const running = new Set<Promise<void>>();
  const holders: string[] = [];
  const result: SendResult = {
    parts: 0,
    sent: 0,
    skipped: 0,
    bytes: 0,
    bytesSent: 0,
    duplicateOf: null,
  };
  let failure: unknown = null;
  let done = 0;

  const finished = (part: Part, span: number) => {
    done += span;
    result.parts += 1;
    result.bytes += part.bytes.byteLength;
    progress.sending({ done, total: input.size, parts: result.parts });
  };
  const send = async (part: Part, digest: Uint8Array, span: number) => {
    const body = options.gzip
      ? new Uint8Array(await compress(part.bytes, { level: GZIP_LEVEL }))
      : part.bytes;
    const receipt = await api.json<PartReceipt>({
      method: "POST",
      path: "",
      query: {
        upload: options.uploadId,
        part: String(part.number),
        ...(part.last ? { parts: String(part.number) } : {}),
        ...(options.dryRun ? { dry_run: "true" } : {}),
      },
      headers: {
        "content-type": "text/csv",
        ...(options.gzip ? { "content-encoding": "gzip" } : {}),
        ...(input.name ? { "content-disposition": contentDisposition(input.name) } : {}),
      },
      body,
      id: partWebhookId(options.uploadId, part.number, digest),
      signal: stop.signal,
    });
    if (receipt.sha256 !== toHex(digest)) {
      throw new ClientError(`the server received different content for part ${part.number}`);
    }
    result.sent += 1;
    result.bytesSent += body.byteLength;
    holders.push(receipt.upload_id);
    finished(part, span);
  };

  let before = 0;
  try {
    for await (const part of cutParts(input.read(), options.partBytes, input.position)) {
      if (failure) break;
      const span = part.position - before;
      before = part.position;
      const digest = sha256(part.bytes);
      const there = accepted.get(part.number);
      if (there === toHex(digest)) {
        part.release();
        result.skipped += 1;
        finished(part, span);
        continue;
      }
      if (there !== undefined) {
        throw new ClientError(
          `upload ${options.uploadId} already has a different part ${part.number}; ` +
            "use the original --part-size, or another --upload",
        );
      }
      const task = send(part, digest, span).catch((error) => {
        failure ??= error;
        stop.abort();
      }).finally(part.release);
      running.add(task);
      task.finally(() => running.delete(task));
      // The first part is sent alone: it opens the upload, and a refusal costs one request.
      while (running.size >= (result.parts === 0 ? 1 : options.concurrency)) {
        await Promise.race(running);
      }
      if (failure) break;
    }
  } catch (error) {
    failure ??= error;
    stop.abort();
  }
  await Promise.all(running);
  progress.end();
  if (failure) throw failure;
  if (result.parts === 0) throw new ClientError("nothing to upload: the file is empty");
  const [holder] = holders;
  if (
    result.skipped === 0 && holder && holder !== options.uploadId &&
    holders.every((other) => other === holder)
  ) result.duplicateOf = holder;
  return result;
}
