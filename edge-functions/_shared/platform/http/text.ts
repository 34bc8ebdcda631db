// Text that PostgreSQL can store: no NUL and no lone surrogate.

export const isStorableText = (text: string) => !text.includes("\0") && text.isWellFormed();

/** The same of percent-encoded text, a URL or a form. A percent sign that encodes nothing is itself. */
export function isStorableEncoded(text: string): boolean {
  try {
    return isStorableText(decodeURIComponent(text.replace(/%(?![0-9a-f]{2})/gi, "%25")));
  } catch {
    return false;
  }
}

/** Whether all names and values of a JSON document can be stored. */
export function isStorable(json: unknown): boolean {
  // Not recursive: a request may nest as deep as its size allows.
  const waiting = [json];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value === "string") {
      if (!isStorableText(value)) return false;
    } else if (value !== null && typeof value === "object") {
      for (const [name, inner] of Object.entries(value)) {
        if (!isStorableText(name)) return false;
        waiting.push(inner);
      }
    }
  }
  return true;
}
