import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..", "..", "..");
const pages = ["README.md", ...["docs", "docs/plans", "sql", "n8n-workflows"].flatMap(inFolder)];

function inFolder(folder: string): string[] {
  const path = join(root, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path).filter((name) => name.endsWith(".md")).map((name) => join(folder, name));
}

const read = (page: string) => readFileSync(join(root, page), "utf8");
const withoutCode = (text: string) => text.replace(/^```[^]*?^```/gm, "").replace(/`[^`\n]*`/g, "");

/** The anchor of a heading in links, as common renderers build it. */
function anchors(page: string): string[] {
  const text = read(page).replace(/^```[^]*?^```/gm, "");
  return [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, title]) =>
    (title as string).replace(/`/g, "").trim().toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-")
  );
}

function links(page: string): { page: string; anchor: string }[] {
  return [...withoutCode(read(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, to]) => to as string)
    .filter((to) => !/^[a-z]+:/.test(to))
    .map((to) => {
      const [path = "", anchor = ""] = to.split("#");
      return { page: path ? join(dirname(page), path) : page, anchor };
    });
}

describe.each(pages)("%s", (page) => {
  test("its links lead to existing pages and headings", () => {
    const lost = links(page).filter((to) =>
      !existsSync(join(root, to.page)) || (to.anchor && !anchors(to.page).includes(to.anchor))
    );
    expect(lost).toEqual([]);
  });
});

test("every page of docs/ is linked from another", () => {
  const linked = new Set(pages.flatMap((page) => links(page).map((to) => to.page)));
  const orphans = pages.filter((page) => relative("docs", page)[0] !== "." && !linked.has(page));
  expect(orphans).toEqual([]);
});

test("the README has at most 150 lines", () => {
  expect(read("README.md").split("\n").length).toBeLessThanOrEqual(150);
});

test("the README names only existing npm scripts", () => {
  const scripts = Object.keys(JSON.parse(read("package.json")).scripts);
  const named = [...read("README.md").matchAll(/npm (?:run )?([a-z0-9]+(?::[a-z0-9]+)?)\b/g)]
    .map(([, name]) => name as string).filter((name) => !["packages", "ci"].includes(name));
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => !scripts.includes(name))).toEqual([]);
});

test("no line of a page is longer than 120 characters", () => {
  const long = pages.flatMap((page) =>
    read(page).split("\n").flatMap((line, k) => line.length > 120 ? [`${page}:${k + 1}`] : [])
  );
  expect(long).toEqual([]);
});
