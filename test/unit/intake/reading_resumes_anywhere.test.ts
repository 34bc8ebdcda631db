import { expect, test } from "vitest";
import { openCsv, type Position } from "../../../edge-functions/_shared/intake/csv/index.ts";

const rows = Array.from({ length: 9000 }, (_, k) => `${k} Main St,"Ann ""${k}""\nAmes",85001\n`);
const text = `Address,Owner,Zip\n${rows.join("")}\n1 Broken St,"open\n2 Last St,Bob,85002`;
const utf16 = (given: string) =>
  new Uint8Array(new Uint16Array([...`\ufeff${given}`].map((c) => c.charCodeAt(0))).buffer);

test.each([
  ["UTF-8", new TextEncoder().encode(text)],
  ["UTF-8 with a byte order mark", new TextEncoder().encode(`\ufeff${text}`)],
  ["UTF-16", utf16(text)],
])("a reader goes on where another one stopped: %s", async (_, content) => {
  const whole = await openCsv([content]);
  if (!whole.ok) throw new Error(whole.refusal.message);
  const { csv } = whole;
  const records: unknown[] = [];
  const stops: { position: Position; before: number }[] = [];
  for await (const batch of csv.batches()) {
    records.push(...batch);
    const { position } = csv;
    if (position) stops.push({ position, before: records.length });
  }
  expect(stops.length).toBeGreaterThan(3);
  for (const { position, before } of stops) {
    expect(position.received).toBe(before);
    const { dialect, headers: header } = csv;
    const again = await openCsv([content.subarray(position.offset)], {
      dialect,
      header,
      from: position,
    });
    if (!again.ok) throw new Error(again.refusal.message);
    const rest: unknown[] = [];
    for await (const batch of again.csv.batches()) rest.push(...batch);
    expect(rest).toEqual(records.slice(before));
    expect(again.csv.stats.lines).toBe(csv.stats.lines);
    expect(again.csv.stats.received).toBe(csv.stats.received);
  }
});
