import { defineCommand, integer, text, uploadId } from "../command.ts";
import { EXIT, UsageError } from "../errors.ts";
import { mappingText, uploadJson, uploadText } from "../result.ts";
import { addServiceOptions, isLoopback, openService, readService } from "../service.ts";
import { parseSize } from "../size.ts";
import { uploadFile, type UploadOptions } from "../upload_file.ts";

// Small enough that a file of some ten MB makes several parts, which are staged and resolved in parallel.
const DEFAULT_PART_BYTES = 4 * 2 ** 20;
const MIN_PART_BYTES = 1024;
const MAX_PART_BYTES = 32 * 2 ** 20;
const DEFAULT_TIMEOUT_SECONDS = 3600;

export default [defineCommand({
  name: "upload",
  description:
    "Sends a CSV file (or standard input; plain or gzip), or a sheet of an Excel workbook (.xlsx), " +
    "in signed parts cut at record borders, " +
    "waits until it is processed, and prints the counts. After an interruption, the same command " +
    "sends only the missing parts; after the end, it finds the upload and sends nothing.",
  configure: (command) =>
    void addServiceOptions(
      command
        .argument("<FILE|->", "CSV file or workbook, or - for standard input")
        .option("--sheet <NAME>", "sheet of a workbook (default: the only one with data)")
        .option("--dry-run", "show what would happen; write no leads")
        .option(
          "--part-size <SIZE>",
          "largest part before compression, 1KiB to 32MiB (default 4MiB); the first are smaller",
        )
        .option("--gzip", "compress parts (default, unless the server is this machine)")
        .option("--no-gzip", "do not compress parts")
        .option("--concurrency <N>", "parts sent at the same time, 1 to 8 (default 2)")
        .option("--no-wait", "return once all parts are accepted")
        .option("--timeout <SECONDS>", "maximum time to wait for the end (default 3600)")
        .option("--rejects <FILE>", "file for rejected rows (default FILE.rejects.csv)")
        .option("--upload <ID>", "id of the upload; lets standard input resume"),
    ),
  read(line) {
    const { options } = line;
    const service = readService(line);
    const size = text(options.partSize);
    const partBytes = size === null ? DEFAULT_PART_BYTES : parseSize(size);
    if (partBytes === null || partBytes < MIN_PART_BYTES || partBytes > MAX_PART_BYTES) {
      throw new UsageError("--part-size must be from 1KiB to 32MiB");
    }
    const id = text(options.upload);
    const upload: UploadOptions = {
      file: line.operands[0]!,
      sheet: text(options.sheet),
      source: service.source,
      uploadId: id === null ? null : uploadId(id),
      dryRun: options.dryRun === true,
      // On loopback, compression costs more time than it saves.
      gzip: typeof options.gzip === "boolean" ? options.gzip : !isLoopback(service.url),
      partBytes,
      concurrency: integer("--concurrency", options.concurrency, 2, 1, 8),
      wait: options.wait !== false,
      timeoutSeconds: integer("--timeout", options.timeout, DEFAULT_TIMEOUT_SECONDS, 1, 604_800),
      rejects: text(options.rejects),
    };
    return { service, upload };
  },
  async run({ service, upload }, io) {
    const { api, progress, say } = openService(service, io);
    const { code, summary } = await uploadFile(upload, api, io, progress);
    const columns = summary.status ? mappingText(summary.status) : "";
    say([uploadText(summary), columns].filter(Boolean).join("\n"), uploadJson(summary));
    if (code === EXIT.unfinished) {
      progress.note(`not finished in time; run: sluice status ${summary.uploadId}`);
    }
    return code;
  },
})];
