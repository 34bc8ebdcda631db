// What Sluice is made of: packages with their licences, versions and install scripts, and secrets in the files of the
// repository. Reads files only; `npm audit` and `npm run sbom` ask npm.
import { spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { lintSource } from "@secretlint/core";
import { creator } from "@secretlint/secretlint-rule-preset-recommend";
import { root } from "../dev/paths.ts";
import { type Check, check } from "./check.ts";

export interface Locked {
  version?: string;
  license?: string;
  hasInstallScript?: boolean;
  link?: boolean;
}

export interface Manifest {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  allowScripts?: Record<string, boolean>;
}

/** Permissive licences, and MPL-2.0, whose files Sluice does not change. */
const ALLOWED = [
  ...["MIT", "ISC", "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BlueOak-1.0.0"],
  ...["Unlicense", "CC0-1.0", "CC-BY-4.0", "Python-2.0", "MPL-2.0"],
];

/**
 * Packages whose manifest names no licence in the way that npm reads, and what was found, by version: a new one may come
 * under other terms.
 */
const REVIEWED: Record<string, string> = JSON.parse(
  readFileSync(join(root, "scripts", "test", "reviewed_licences.json"), "utf8"),
);

/** `(MIT OR GPL-3.0)` is fine where one of them is, `MIT AND X` where all are. */
export function isAllowed(licence: string): boolean {
  const plain = licence.replace(/^\((.*)\)$/, "$1");
  if (/ OR /.test(plain)) return plain.split(" OR ").some(isAllowed);
  return plain.split(" AND ").every((name) => ALLOWED.includes(name.trim()));
}

/** Of Studio, which tests install in a folder of its own. */
const SCRIPTS_OF_TESTS = ["@sentry-internal/node-cpu-profiler"];

/** Keys and passwords that tests made up, by file: how many. */
const MADE_UP: Record<string, number> = {
  "test/fixtures/tls/key.pem": 1,
  "test/sql/notify/subscribed_urls_are_public.sql": 1,
  "test/sql/notify/subscribers_are_notified_once.sql": 1,
  "test/unit/cli/arguments_are_parsed.test.ts": 1,
  "test/unit/cli/doctor_judges_what_it_reads.test.ts": 2,
  "test/unit/notify/requests_go_to_public_addresses_only.test.ts": 1,
};

const nameOf = (path: string) => path.split("node_modules/").at(-1)!;
const packagesOf = (packages: Record<string, Locked>) =>
  Object.entries(packages).filter(([path, { link }]) => path.includes("node_modules/") && !link);

export const licenceProblems = (packages: Record<string, Locked>): string[] =>
  packagesOf(packages)
    .filter(([path, { license, version }]) =>
      REVIEWED[`${nameOf(path)}@${version}`] === undefined &&
      (license === undefined || !isAllowed(license))
    )
    .map(([path, { license }]) => `${nameOf(path)}: ${license ?? "no licence"}`);

/** A script that runs at the installation is one that somebody decided about. */
export const scriptProblems = (packages: Record<string, Locked>, manifest: Manifest): string[] =>
  packagesOf(packages)
    .filter(([path, { hasInstallScript }]) =>
      hasInstallScript && manifest.allowScripts?.[nameOf(path)] === undefined &&
      !SCRIPTS_OF_TESTS.includes(nameOf(path))
    )
    .map(([path]) => `${nameOf(path)} has an install script: decide about it in allowScripts`);

export const pinProblems = (manifest: Manifest): string[] =>
  Object.entries({
    ...manifest.dependencies,
    ...manifest.devDependencies,
    ...manifest.optionalDependencies,
  }).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
    .map(([name, version]) => `${name} is ${version}: pin one version`);

/** Secrets of known forms in a text. */
export async function secretsIn(file: string, content: string): Promise<string[]> {
  const { messages } = await lintSource({
    source: { filePath: file, content, ext: `.${file.split(".").at(-1)}`, contentType: "text" },
    options: {
      noPhysicFilePath: true,
      maskSecrets: true,
      config: {
        rules: [{ id: "@secretlint/secretlint-rule-preset-recommend", rule: creator }],
      },
    },
  });
  return messages.map(({ loc, message }) => `${file}:${loc.start.line}: ${message}`);
}

const LARGEST_TEXT = 2_000_000;

async function secretProblems(files: readonly string[]): Promise<string[]> {
  const problems: string[] = [];
  for (const file of files) {
    const path = join(root, file);
    if (statSync(path).size > LARGEST_TEXT) continue;
    const content = readFileSync(path, "utf8");
    const found = content.includes("\0") ? [] : await secretsIn(file, content);
    // One more than was looked at, or one fewer: both are to be looked at.
    if (found.length !== (MADE_UP[file] ?? 0)) {
      problems.push(...found, `${file}: ${found.length} found`);
    }
  }
  return problems;
}

const readJson = <T>(file: string) => JSON.parse(readFileSync(join(root, file), "utf8")) as T;

export async function supply(): Promise<Check[]> {
  const { stdout } = spawnSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" });
  const files = stdout.split("\0").filter(Boolean);
  const locks = files.filter((file) => /(^|\/)package-lock\.json$/.test(file));
  const checks = locks.flatMap((lock) => {
    const { packages } = readJson<{ packages: Record<string, Locked> }>(lock);
    const manifest = readJson<Manifest>(lock.replace("package-lock.json", "package.json"));
    const problems = { "direct dependencies have one version": pinProblems(manifest) };
    // n8n is a program of its own, under its own licence, which is installed by those who want it.
    if (!lock.startsWith("n8n-workflows/")) {
      Object.assign(problems, {
        "licences are on the list": licenceProblems(packages),
        "install scripts are decided about": scriptProblems(packages, manifest),
      });
    }
    return Object.entries(problems).map(([name, found]) =>
      check(`${lock}: ${name}`, found.join("\n"))
    );
  });
  return [
    ...checks,
    check("no secret in the repository", (await secretProblems(files)).join("\n")),
  ];
}
