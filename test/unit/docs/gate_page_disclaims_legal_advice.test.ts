import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..", "..", "..");

test.each(["gate", "gate_rules"])(
  "docs/%s.md says at its start that it is not legal advice",
  (page) => {
    const text = readFileSync(join(root, "docs", `${page}.md`), "utf8");
    expect(text.split("\n").slice(0, 8).join(" ")).toContain("not legal advice");
  },
);
