// Charts as inline SVG. Each has a name for screen readers, and the page says the same as text beside it.

const escape = (text: string) =>
  text.replace(
    /[&<>"]/g,
    (char) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[char]!,
  );

const colour = (score: number) => score >= 90 ? "#0a7d3c" : score >= 50 ? "#a45a00" : "#b3261e";

/** A ring that is filled by a score of 0 to 100. */
export function ring(label: string, score: number): string {
  const length = 2 * Math.PI * 34;
  const filled = (length * Math.min(100, Math.max(0, score)) / 100).toFixed(1);
  return `<svg class="ring" role="img" aria-label="${
    escape(label)
  }: ${score} of 100" viewBox="0 0 80 80">` +
    `<circle cx="40" cy="40" r="34" fill="none" stroke="#e3e6ea" stroke-width="8"/>` +
    `<circle cx="40" cy="40" r="34" fill="none" stroke="${colour(score)}" stroke-width="8" ` +
    `stroke-dasharray="${filled} ${
      length.toFixed(1)
    }" stroke-linecap="butt" transform="rotate(-90 40 40)"/>` +
    `<text x="40" y="47" text-anchor="middle" font-size="20" font-weight="700" fill="#1b1f24">${score}</text></svg>`;
}

export interface Bar {
  label: string;
  value: number;
  words: string;
  own?: boolean;
}

/** Bars side by side with a mark where "good" ends. */
export function bars(title: string, list: readonly Bar[], good: number | null): string {
  const most = Math.max(...list.map(({ value }) => value), good ?? 0) || 1;
  const width = (value: number) => Math.max(2, 300 * value / most).toFixed(1);
  const rows = list.map(({ label, value, words, own }, n) => {
    const y = n * 30;
    return `<text x="0" y="${y + 18}" font-size="13" fill="#1b1f24">${escape(label)}</text>` +
      `<rect x="190" y="${y + 5}" width="${width(value)}" height="18" rx="3" fill="${
        own ? "#1f5fbf" : "#9aa4b0"
      }"/>` +
      `<text x="${(198 + Number(width(value))).toFixed(1)}" y="${
        y + 18
      }" font-size="13" fill="#1b1f24">${escape(words)}</text>`;
  });
  const height = list.length * 30;
  const mark = good === null
    ? ""
    : `<line x1="${(190 + 300 * good / most).toFixed(1)}" y1="0" x2="${
      (190 + 300 * good / most).toFixed(1)
    }" y2="${height}" stroke="#0a7d3c" stroke-width="2" stroke-dasharray="4 3"/>`;
  const said = list.map(({ label, words }) => `${label} ${words}`).join(", ");
  return `<svg class="bars" role="img" aria-label="${escape(title)}: ${escape(said)}" ` +
    `viewBox="0 0 580 ${height}">${mark}${rows.join("")}</svg>`;
}
