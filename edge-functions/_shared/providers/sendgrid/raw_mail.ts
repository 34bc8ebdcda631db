// The text of a mail in its raw form (RFC 5322, MIME): where Inbound Parse posts raw messages, the body is only there.
import { Buffer } from "node:buffer";

export interface MailBody {
  text: string | null;
  html: string | null;
}

const MAX_DEPTH = 10;
const MAX_PARTS = 100;

/** Header fields, unfolded, by their names in lower case; the first of each. */
export function headersOf(text: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of text.replace(/\r?\n[ \t]+/g, " ").split(/\r?\n/)) {
    const found = /^([!-9;-~]+):\s*(.*)$/.exec(line);
    if (found) headers[found[1]!.toLowerCase()] ??= decodeWords(found[2]!.trim());
  }
  return headers;
}

/** The first text and the first HTML part that is not an attachment. */
export function bodyOf(raw: string): MailBody {
  const body: MailBody = { text: null, html: null };
  readPart(raw, body, 0);
  return body;
}

function readPart(raw: string, body: MailBody, depth: number): void {
  const end = /\r?\n\r?\n/.exec(raw);
  const headers = headersOf(end ? raw.slice(0, end.index) : raw);
  const content = end ? raw.slice(end.index + end[0].length) : "";
  const type = headers["content-type"] ?? "text/plain";
  const boundary = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(type);
  if (/^multipart\//i.test(type) && boundary && depth < MAX_DEPTH) {
    const parts = content.split(`--${boundary[1] ?? boundary[2]}`).slice(1, MAX_PARTS);
    for (const part of parts) {
      if (part.startsWith("--")) break;
      readPart(part.replace(/^[ \t]*\r?\n/, ""), body, depth + 1);
    }
    return;
  }
  if (/^attachment/i.test(headers["content-disposition"] ?? "")) return;
  const kind = /^text\/html/i.test(type) ? "html" : /^text\/plain/i.test(type) ? "text" : null;
  if (!kind || body[kind] !== null) return;
  const charset = /;\s*charset="?([^\s";]+)/i.exec(type)?.[1] ?? "utf-8";
  body[kind] = decodeContent(content, headers["content-transfer-encoding"] ?? "", charset);
}

function decodeContent(content: string, encoding: string, charset: string): string {
  if (/^base64$/i.test(encoding.trim())) return inCharset(Buffer.from(content, "base64"), charset);
  if (!/^quoted-printable$/i.test(encoding.trim())) return content;
  // Only what follows the sign is padding: the space before it separates words.
  const joined = content.replace(/=[ \t]*\r?\n/g, "");
  return inCharset(quotedBytes(joined), charset);
}

/** Characters beyond =XX are bytes already, or text that was decoded as UTF-8. */
const quotedBytes = (text: string): Buffer =>
  Buffer.concat(
    text.split(/(=[0-9a-f]{2})/i).map((part) =>
      /^=[0-9a-f]{2}$/i.test(part) ? Buffer.from(part.slice(1), "hex") : Buffer.from(part, "utf8")
    ),
  );

function inCharset(bytes: Uint8Array, charset: string): string {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

/** Encoded words of a header (RFC 2047). */
function decodeWords(value: string): string {
  return value.replace(/(=\?[^?\s]+\?[bq]\?[^?]*\?=)\s+(?==\?)/gi, "$1")
    .replace(/=\?([^?\s]+)\?([bq])\?([^?]*)\?=/gi, (_, charset, encoding, text) =>
      inCharset(
        /b/i.test(encoding) ? Buffer.from(text, "base64") : quotedBytes(text.replaceAll("_", " ")),
        charset,
      ));
}
