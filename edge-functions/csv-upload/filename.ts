// The name shown in the status: from the query, else from content-disposition (RFC 6266). It is only
// displayed, never opened; folders and control characters are removed.

const MAX_LENGTH = 255;

export function filenameOf(query: string | undefined, request: Request): string | null {
  const name = query ?? fromDisposition(request.headers.get("content-disposition") ?? "");
  const clean = name?.split(/[/\\]/).at(-1)?.replace(/[\p{Cc}\p{Bidi_Control}]/gu, "").trim();
  return clean ? [...clean].slice(0, MAX_LENGTH).join("") : null;
}

function fromDisposition(header: string): string | null {
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
