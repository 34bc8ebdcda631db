// A file from this computer, sent in parts with the session of the member.
import { authorisedFetch, projectUrl } from "../../data/client.ts";
import { saveFile } from "../../ui/save_file.ts";

/** The smaller the part, the less is sent again after a lost connection. */
const PART_BYTES = 4 * 1024 * 1024;

/** The file in parts that end with a line; every part repeats the header. */
async function partsOf(file: File): Promise<Uint8Array<ArrayBuffer>[]> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (bytes.length <= PART_BYTES) return [bytes];
  const header = bytes.indexOf(10) + 1;
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let from = header;
  while (from < bytes.length) {
    let until = Math.min(from + PART_BYTES - header, bytes.length);
    if (until < bytes.length) until = bytes.lastIndexOf(10, until) + 1;
    if (until <= from) throw new Error("A line of this file is too long to send.");
    const part = new Uint8Array(header + until - from);
    part.set(bytes.subarray(0, header));
    part.set(bytes.subarray(from, until), header);
    parts.push(part);
    from = until;
  }
  return parts;
}

interface Told {
  upload_id?: string;
  detail?: string;
  title?: string;
}

/** Returns the id of the upload. */
export async function sendFile(
  file: File,
  { source, dryRun, progress }: {
    source: string;
    dryRun: boolean;
    progress: (share: number) => void;
  },
): Promise<string> {
  const parts = await partsOf(file);
  const upload = crypto.randomUUID();
  let id = "";
  for (const [index, body] of parts.entries()) {
    const query = new URLSearchParams({
      source,
      upload,
      part: String(index + 1),
      parts: String(parts.length),
      filename: file.name,
      ...(dryRun ? { dry_run: "true" } : {}),
    });
    const answer = await authorisedFetch(`${projectUrl}/functions/v1/csv-upload?${query}`, {
      method: "POST",
      headers: { "content-type": "text/csv", "webhook-id": crypto.randomUUID() },
      body,
    });
    const told: Told = await answer.json().catch(() => ({}));
    if (!answer.ok) {
      throw new Error(told.detail ?? told.title ?? `The upload was refused (${answer.status}).`);
    }
    id = told.upload_id ?? id;
    progress((index + 1) / parts.length);
  }
  return id;
}

/** The rejected rows of an upload as a file, with line and reason. That somebody read them is logged. */
export async function downloadRejects(upload: string): Promise<void> {
  const answer = await authorisedFetch(
    `${projectUrl}/functions/v1/csv-upload/${upload}/rejects.csv`,
  );
  if (!answer.ok) {
    const told: Told = await answer.json().catch(() => ({}));
    throw new Error(told.detail ?? told.title ?? `The file was refused (${answer.status}).`);
  }
  saveFile(await answer.blob(), `${upload}.rejects.csv`);
}
