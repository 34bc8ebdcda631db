// Packs are the domains 80 to 89 of sql/ and the folders of the same names. The core knows them as rows only.
import { expect, test } from "vitest";
import { sqlFiles } from "../../../scripts/dev/migrations.ts";
import { domainOf, readModules } from "../../support/modules.ts";

const isPack = (domain: string) => /^8\d_/.test(domain);
const files = sqlFiles().map(({ name, text }) => ({ domain: name.split("/")[0]!, name, text }));
const packs = [...new Set(files.map(({ domain }) => domain).filter(isPack))];
const names = packs.map((domain) => domain.slice(3));

const CREATE =
  /\bcreate\s+(?:unlogged\s+)?(?:table|view|function|type)\s+((?:public|private)\.\w+)/gi;
const withoutComments = (text: string) => text.replace(/--[^\n]*/g, "");

/** Objects of packs that a file of the core names. */
function foreignNames(of: readonly { domain: string; name: string; text: string }[]): string[] {
  const theirs = new Set(
    of.filter(({ domain }) => isPack(domain)).flatMap(({ text }) =>
      [...text.matchAll(CREATE)].map((match) => match[1]!.toLowerCase())
    ),
  );
  return of.filter(({ domain }) => !isPack(domain)).flatMap(({ name, text }) =>
    [...withoutComments(text).matchAll(/\b(?:public|private)\.\w+/gi)]
      .filter(([found]) => theirs.has(found.toLowerCase()))
      .map(([found]) => `${name} names ${found}`)
  );
}

test("no domain of the core names an object of a pack, whatever its number", () => {
  expect(packs).toContain("80_prospects");
  expect(foreignNames(files)).toEqual([]);
});

test("a read model that names a table of a pack is found", () => {
  const view = {
    domain: "90_views",
    name: "90_views/x.sql",
    text: "select from public.businesses",
  };
  expect(foreignNames([...files, view])).toEqual(["90_views/x.sql names public.businesses"]);
});

test("functions of the core import none of a pack", () => {
  const modules = readModules(["edge-functions/_shared/**/*.ts"]);
  const wrong = [...modules].flatMap(([from, imports]) =>
    names.includes(domainOf(from) ?? "") ? [] : imports
      .filter((to) => names.includes(domainOf(to) ?? "")).map((to) => `${from} imports ${to}`)
  );
  expect(modules.size).toBeGreaterThan(200);
  expect(wrong).toEqual([]);
});

test("every pack's domain is in its manifest", () => {
  const manifests = files.filter(({ name }) => name.endsWith("/01_manifest_data.sql"))
    .map(({ text }) => text).join("\n");
  expect(packs.filter((domain) => !manifests.includes(`'domain', '${domain}'`))).toEqual([]);
});
