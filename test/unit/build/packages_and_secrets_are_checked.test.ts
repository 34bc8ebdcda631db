import { expect, test } from "vitest";
import {
  isAllowed,
  licenceProblems,
  pinProblems,
  scriptProblems,
  secretsIn,
} from "../../../scripts/test/supply.ts";

test.each([
  ["MIT", true],
  ["(Apache-2.0 OR GPL-3.0-only)", true],
  ["MIT AND GPL-3.0-only", false],
  ["GPL-3.0-only", false],
  ["SEE LICENSE IN LICENSE.md", false],
])("licence %s: %s", (licence, allowed) => {
  expect(isAllowed(licence)).toBe(allowed);
});

test("a package with another licence, or none, is found", () => {
  expect(licenceProblems({
    "": { license: "AGPL-3.0-only" },
    "node_modules/fine": { license: "ISC" },
    "node_modules/copyleft": { license: "AGPL-3.0-only" },
    "node_modules/fine/node_modules/silent": {},
  })).toEqual(["copyleft: AGPL-3.0-only", "silent: no licence"]);
});

test("a package that was looked at is known by its version, with what was found", () => {
  const sdk = (version: string) => ({ "node_modules/@vapi-ai/server-sdk": { version } });
  expect(licenceProblems(sdk("2.0.1"))).toEqual([]);
  expect(licenceProblems(sdk("2.0.2"))).toEqual(["@vapi-ai/server-sdk: no licence"]);
});

test("an install script that nobody decided about is found", () => {
  const packages = {
    "node_modules/known": { hasInstallScript: true },
    "node_modules/refused": { hasInstallScript: true },
    "node_modules/new": { hasInstallScript: true },
    "node_modules/plain": {},
  };
  expect(scriptProblems(packages, { allowScripts: { known: true, refused: false } }))
    .toEqual(["new has an install script: decide about it in allowScripts"]);
});

test("a dependency without one version is found", () => {
  expect(pinProblems({
    dependencies: { exact: "1.2.3", range: "^1.2.3" },
    devDependencies: { tag: "latest", beta: "2.0.0-rc.1" },
  })).toEqual(["range is ^1.2.3: pin one version", "tag is latest: pin one version"]);
});

test("a secret is found, and masked", async () => {
  // In parts, so that this file has none.
  const url = ["https://user", "Sw0rdfish99@example.org/feed"].join(":");
  const [found, ...others] = await secretsIn("x.ts", `\nconst feed = "${url}";\n`);
  expect(others).toEqual([]);
  expect(found).toMatch(/^x\.ts:2: /);
  expect(found).not.toContain("Sw0rdfish");
  expect(await secretsIn("x.ts", "const feed = 1;")).toEqual([]);
});
