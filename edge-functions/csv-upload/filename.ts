// The name shown in the status: from the query, else from content-disposition (RFC 6266). It is only
// displayed, never opened; folders and control characters are removed.

import { malformed } from "../_shared/platform/http/problem.ts";

const MAX_LENGTH = 255;

export function filenameOf(query: string | undefined, request: Request): string | null {
  const name = query ?? fromDisposition(request.headers.get("content-disposition") ?? "");
  const clean = name?.split(/[/\\]/).at(-1)?.replace(/[\p{Cc}\p{Bidi_Control}]/gu, "").trim();
  return clean ? [...clean].slice(0, MAX_LENGTH).join("") : null;
}

/** A header's bytes reach us as one character each; what they spell must be UTF-8. */
function textOfHeader(value: string): string {
  try {
    const bytes = Uint8Array.from(value, (character) => character.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw malformed("The header content-disposition is not valid UTF-8.");
  }
}

function fromDisposition(given: string): string | null {
  const header = textOfHeader(given);
  const extended = /;\s*filename\*=UTF-8''([^;\s]+)/i.exec(header)?.[1];
  if (extended) {
    try {
      return decodeURIComponent(extended);
    } catch {
      // Invalid encoding: the header may also have the plain form.
    }
  }
  const plain = /;\s*filename=(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i.exec(header);
  return plain?.[1]?.replace(/\\(.)/g, "$1") ?? plain?.[2] ?? null;
}
