// `supabase test db` gets each pgTAP file with what it includes (scripts/hosted/flatten_tests.ts).
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { flattenTests } from "../../../scripts/hosted/flatten_tests.ts";
import { sqlTestFiles } from "../../../scripts/test/static.ts";

test("every pgTAP file is written once, and none includes another", () => {
  const folder = mkdtempSync(join(tmpdir(), "sluice-pgtap-"));
  try {
    const files = flattenTests(folder);
    expect(files.length).toBe(sqlTestFiles().length);
    const texts = files.map((file) => readFileSync(file, "utf8"));
    expect(texts.filter((text) => /^\\i/m.test(text))).toEqual([]);
    // `deliver` is a function of an included file.
    expect(texts.some((text) => text.includes("function pg_temp.deliver"))).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
