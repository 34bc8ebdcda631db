// A package without a hash is installed as whatever the registry sends, also on the systems of optional packages.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../../scripts/dev/paths.ts";

interface Locked {
  version: string;
  integrity?: string;
  link?: boolean;
  dev?: boolean;
  optional?: boolean;
}

const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
  packages: Record<string, Locked>;
};
const installed = Object.entries(lock.packages).filter(([path, { link }]) => path !== "" && !link);

/** Builds of two development tools for other systems: their hashes were not to be had when these were locked. */
const AWAITED = [
  ...["darwin-arm64", "darwin-x64", "linux-arm64", "win32-x64"].map((name) =>
    `@squawk-cli/${name}`
  ),
  ...["darwin-arm64", "darwin-x64", "linux-arm64", "linux-arm64-musl", "linux-x64-musl"]
    .map((name) => `@supabase/cli-${name}`),
  ...["windows-arm64", "windows-x64"].map((name) => `@supabase/cli-${name}`),
].map((name) => `node_modules/${name}`);

test("every locked package has a SHA-512 hash", () => {
  expect(installed.length).toBeGreaterThan(100);
  const without = installed.filter(([, { integrity }]) => !integrity?.startsWith("sha512-"));
  expect(without.map(([path]) => path)).toEqual(AWAITED);
  // None of them is part of what a brokerage deploys.
  expect(without.every(([, { dev, optional }]) => dev && optional)).toBe(true);
});

test("that includes optional packages of other systems", () => {
  const optional = installed.filter(([, { optional }]) => optional).map(([path]) => path);
  expect(optional.some((path) => path.includes("darwin"))).toBe(true);
  expect(optional.some((path) => path.includes("win"))).toBe(true);
});
