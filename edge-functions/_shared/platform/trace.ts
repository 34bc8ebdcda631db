// W3C Trace Context. The trace id is the correlation id without its dashes, so that logs, rows and traces meet in one id.

/** Version 00 has nothing after the flags; a later one may. Version ff, and ids of zeros, are invalid. */
const FORM =
  /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?$/;

/** The correlation id of a caller's trace; null where the header is missing or invalid. */
export function correlationOf(traceparent: string | null | undefined): string | null {
  const [, version, id, more] = FORM.exec(traceparent ?? "") ?? [];
  if (id === undefined || (version === "00" && more !== undefined)) return null;
  return id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** The header for what belongs to the correlation id, with a span of its own. */
export function traceparentOf(correlationId: string): string {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  // A span of zeros is invalid.
  bytes[0]! |= 1;
  const span = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `00-${correlationId.replaceAll("-", "").toLowerCase()}-${span}-01`;
}
