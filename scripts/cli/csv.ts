// Writing CSV (RFC 4180).

/** A value as a cell, quoted where needed. */
export const csvCell = (value: string): string =>
  /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
