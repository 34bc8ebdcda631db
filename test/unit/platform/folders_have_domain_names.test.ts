// One list of domain names: the folders of sql/ name the domains of functions, tests and documents, too.
import { globSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../../scripts/dev/paths.ts";

const folders = (path: string) =>
  readdirSync(join(root, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory()).map(({ name }) => name);
const files = (pattern: string) => globSync(pattern, { cwd: root }).sort();

const domains = folders("sql").map((name) => name.replace(/^\d+_/, ""));
/** Subjects of tests besides domains. */
const TOOLS = ["cli", "dev", "docs", "build", "sandbox", "n8n"];
/** Pages about more than one domain. */
const PAGES = [
  ...[
    "api",
    "api_keys",
    "architecture",
    "backup",
    "contributing",
    "deploy",
    "glossary",
    "local_platform",
    "mapping",
    "metrics",
    "operations",
    "packs",
    "performance",
    "pulls",
    "reliability",
    "security",
    "sandbox",
    "scaling",
    "sequences",
    "studio",
    "upgrading",
  ],
  ...["gate_rules", "intake_codes", "mapping_targets", "schema"],
];

const CLAIM = /^[a-z0-9]+(_[a-z0-9]+)+$/;

test("every domain of sql/ has a number and a name of its own", () => {
  expect(folders("sql").filter((name) => !/^\d\d_[a-z]+$/.test(name))).toEqual([]);
  expect(domains).toContain("consent");
  expect(new Set(domains).size).toBe(domains.length);
});

test("every folder of shared functions is a domain", () => {
  const shared = folders("edge-functions/_shared").filter((name) => name !== "node_modules");
  expect(shared).toContain("consent");
  expect(shared.filter((name) => !domains.includes(name))).toEqual([]);
});

test.each(["unit", "http", "integration"])(
  "every folder of test/%s is a domain or a tool",
  (kind) => {
    expect(folders(`test/${kind}`).filter((name) => ![...domains, ...TOOLS].includes(name)))
      .toEqual([]);
  },
);

test("every folder of test/sql is a domain, apart from support", () => {
  expect(folders("test/sql").filter((name) => ![...domains, "support"].includes(name))).toEqual([]);
});

test("every test file lies in a folder of its kind and has a claim as its name", () => {
  const tests = files("test/{unit,http,integration}/**/*.ts");
  expect(tests.length).toBeGreaterThan(100);
  const wrong = tests.filter((file) => {
    const [, , , name = "", ...deeper] = file.split("/");
    const claim = /^(.*)\.test\.ts$/.exec(name)?.[1];
    return deeper.length > 0 ||
      (claim === undefined ? !/^(support|harness)\.ts$/.test(name) : !CLAIM.test(claim));
  });
  expect(wrong).toEqual([]);
});

test("every SQL test lies in the folder of a domain and has a claim as its name", () => {
  const tests = files("test/sql/**/*").filter((file) => /\.[a-z]+$/.test(file));
  expect(tests.length).toBeGreaterThan(100);
  const wrong = tests.filter((file) => {
    const [, , domain, name = "", ...deeper] = file.split("/");
    const claim = /^(.*)\.sql$/.exec(name)?.[1] ?? "";
    return deeper.length > 0 || (domain === "support" ? claim === "" : !CLAIM.test(claim));
  });
  expect(wrong).toEqual([]);
});

test("lines of SQL tests have fewer than 120 characters", () => {
  const long = files("test/sql/**/*.sql").flatMap((file) =>
    readFileSync(join(root, file), "utf8").split("\n")
      .flatMap((line, index) => [...line].length < 120 ? [] : [`${file}:${index + 1}`])
  );
  expect(long).toEqual([]);
});

test("every domain has a page, and every page is of a domain or of the whole", () => {
  const pages = files("docs/*.md").map((file) => file.replace(/^docs\/(.*)\.md$/, "$1"));
  expect(domains.filter((domain) => !pages.includes(domain))).toEqual([]);
  expect(pages.filter((page) => ![...domains, ...PAGES].includes(page))).toEqual([]);
});
