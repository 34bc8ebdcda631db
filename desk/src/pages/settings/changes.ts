/** Of these fields, the ones that changed: an emptied one becomes null. */
export function changes(
  names: readonly string[],
  values: Record<string, string>,
  before: Record<string, unknown>,
): Record<string, string | null> {
  const changed: Record<string, string | null> = {};
  for (const name of names) {
    const was = before[name] === null || before[name] === undefined ? "" : String(before[name]);
    const is = values[name] ?? "";
    if (is !== was) changed[name] = is === "" ? null : is;
  }
  return changed;
}
