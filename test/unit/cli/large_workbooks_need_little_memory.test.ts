import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { escaped, fileWith, packageOf, zipOf } from "../../support/workbook.ts";

const ROWS = 200_000;
const input = fileURLToPath(new URL("../../../scripts/cli/input.ts", import.meta.url));
const script = `
  const { openInput } = await import(process.argv[1]);
  const input = await openInput(process.argv[2], {}, {});
  let lines = 0;
  for await (const chunk of input.read()) lines += Buffer.from(chunk).toString().split("\\n").length - 1;
  console.log(JSON.stringify({ lines, mebibytes: process.resourceUsage().maxRSS / 1024 }));
`;

test("200,000 rows with 600,000 shared texts are read within 300 MiB", async () => {
  const columns = [
    (row: number) => `${row} Oak Street`,
    (row: number) => `First${row}`,
    (row: number) => `p${row}@example.com`,
  ];
  const strings: string[] = [];
  const rows = [
    '<row r="1">' + [0, 1, 2].map((k) => `<c r="${"ABC"[k]}1" t="s"><v>${k}</v></c>`).join("") +
    "</row>",
  ];
  for (const name of ["Address", "Owner", "Email"]) strings.push(`<si><t>${name}</t></si>`);
  for (let row = 2; row <= ROWS; row++) {
    rows.push(
      `<row r="${row}">` + columns.map((value, k) => {
        strings.push(`<si><t>${escaped(value(row))}</t></si>`);
        return `<c r="${"ABC"[k]}${row}" t="s"><v>${strings.length - 1}</v></c>`;
      }).join("") + `<c r="D${row}"><v>${row}</v></c></row>`,
    );
  }
  const book = packageOf({
    sheets: [{ name: "A", rows: rows.join("") }],
    strings: strings.join(""),
  });
  const file = await fileWith("large.xlsx", zipOf(book));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module", "-e", script, input, file],
  );
  const { lines, mebibytes } = JSON.parse(stdout);
  expect(lines).toBe(ROWS);
  // Node itself needs about 60; the texts are about 12 as bytes, and many times as much as objects of the heap.
  expect(mebibytes).toBeLessThan(300);
});
