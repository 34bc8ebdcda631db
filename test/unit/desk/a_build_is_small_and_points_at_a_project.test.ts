import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildDesk, configureDesk } from "../../../scripts/desk/build_desk.ts";

interface Chunk {
  file: string;
  src?: string;
  imports?: string[];
  css?: string[];
}

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "desk-"));
  await buildDesk(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = (name: string) => readFileSync(join(folder, name));

test("the first page is less than 120 KB gzipped, with everything that it loads", () => {
  const manifest: Record<string, Chunk> = JSON.parse(read("manifest.json").toString());
  const files = new Set<string>(["index.html"]);
  const add = (name: string) => {
    const chunk = manifest[name]!;
    if (files.has(chunk.file)) return;
    files.add(chunk.file);
    for (const css of chunk.css ?? []) files.add(css);
    for (const next of chunk.imports ?? []) add(next);
  };
  add("index.html");
  // The small first chunk loads it at once, and the page asks for it beside that chunk.
  add("src/start.tsx");
  expect(read("index.html").toString()).toContain(
    `<link rel="modulepreload" crossorigin href="./${manifest["src/start.tsx"]!.file}">`,
  );
  // My day is in the first chunk.
  expect(Object.keys(manifest)).not.toContain("src/pages/day.tsx");
  const bytes = [...files].reduce((sum, name) => sum + gzipSync(read(name)).length, 0);
  // The client of Realtime comes after the first rows.
  const live = Object.values(manifest).find(({ src }) => src === "src/data/realtime.ts");
  expect(live).toBeDefined();
  expect(files).not.toContain(live?.file);
  expect(files.size).toBeGreaterThan(2);
  expect(bytes).toBeLessThan(120 * 1024);
});

test("the page has no inline script, style or handler, and no address of another host", () => {
  const html = read("index.html").toString();
  expect(html).not.toMatch(/<script(?![^>]*src=)[^>]*>|<style| on\w+=| style=/);
  expect(html).not.toMatch(/(src|href)="(https?:)?\/\//);
});

test("a build is pointed at a project without building again", () => {
  configureDesk(folder, "https://alpha.example.com/", 'sb_publishable_"x');
  expect(read("index.html").toString()).toContain(
    'name="sluice-url" content="https://alpha.example.com"',
  );
  expect(read("index.html").toString()).toContain('content="sb_publishable_&quot;x"');
  expect(read("_headers").toString()).toContain(
    "connect-src 'self' https://alpha.example.com wss://alpha.example.com;",
  );
  configureDesk(folder, "https://beta.example.com", "sb_publishable_y");
  expect(read("index.html").toString()).not.toContain("alpha.example.com");
  expect(read("_headers").toString()).not.toContain("alpha.example.com");
});
