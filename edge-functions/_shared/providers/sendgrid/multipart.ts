// Reads the text fields of a multipart form from bytes in memory. Response.formData() would copy every
// attachment; this parser skips them.
import { Buffer } from "node:buffer";

const MAX_FIELDS = 100;

/** Null where the bytes are not a complete multipart body. */
export function parseMultipart(
  body: Uint8Array,
  contentType: string,
): Map<string, Uint8Array> | null {
  const boundary = /^multipart\/form-data\s*;.*?boundary=(?:"([^"\r\n]{1,200})"|([^\s;"]{1,200}))/i
    .exec(contentType);
  const mark = boundary?.[1] ?? boundary?.[2];
  if (!mark) return null;
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const fields = new Map<string, Uint8Array>();
  let at = bytes.indexOf(`--${mark}`);
  if (at < 0) return null;
  at += mark.length + 2;
  for (let parts = 0; parts <= MAX_FIELDS; parts++) {
    if (bytes.subarray(at, at + 2).toString("latin1") === "--") return fields;
    const start = bytes.indexOf("\r\n", at);
    const headersEnd = start < 0 ? -1 : bytes.indexOf("\r\n\r\n", start);
    const end = headersEnd < 0 ? -1 : bytes.indexOf(`\r\n--${mark}`, headersEnd + 2);
    if (end < 0) return null;
    addField(
      fields,
      bytes.subarray(start + 2, headersEnd).toString("utf8"),
      () => bytes.subarray(headersEnd + 4, end),
    );
    at = end + mark.length + 4;
  }
  return null;
}

function addField(fields: Map<string, Uint8Array>, headers: string, content: () => Buffer): void {
  const disposition = /^content-disposition:\s*form-data\s*;(.*)$/im.exec(headers)?.[1] ?? "";
  const name = /(?:^|;)\s*name="([^"]*)"/i.exec(disposition)?.[1];
  if (name === undefined || /;\s*filename\*?=/i.test(disposition) || fields.has(name)) return;
  fields.set(name, content());
}
