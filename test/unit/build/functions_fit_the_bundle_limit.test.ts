import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  contentOf,
  type FunctionSize,
  functionSizes,
  largestPackages,
  MAX_PACKED_BYTES,
} from "../../../scripts/build/function_sizes.ts";
import { type FunctionConfig, functionConfigs } from "../../../scripts/dev/config.ts";
import { localPath } from "../../../scripts/dev/paths.ts";

const folder = localPath("function-size-test");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function made(name: string, source: string, imports: Record<string, string>): FunctionConfig {
  const own = join(folder, name);
  mkdirSync(own, { recursive: true });
  const config = { name, verifyJwt: false, entrypoint: join(own, "index.ts") };
  writeFileSync(config.entrypoint, source);
  writeFileSync(join(own, "deno.json"), JSON.stringify({ imports }));
  return { ...config, denoConfig: join(own, "deno.json") };
}

const SENDING = ["@sendgrid/mail", "@vapi-ai/server-sdk"];

describe("the packed size of each function", () => {
  let sizes: FunctionSize[];
  beforeAll(async () => {
    sizes = await functionSizes();
  }, 600_000);

  test(`is below ${MAX_PACKED_BYTES} bytes`, () => {
    expect(sizes.map(({ name }) => name)).toEqual(functionConfigs().map(({ name }) => name));
    for (const size of sizes) {
      expect(size.packedBytes, `${size.name}: ${largestPackages(size)}`)
        .toBeLessThan(MAX_PACKED_BYTES);
      expect(size.packedBytes).toBeGreaterThan(100_000);
    }
  });

  test("does not contain a package for sending, except in worker and outreach", () => {
    const senders = sizes.filter(({ packages }) =>
      packages.some(({ name }) => SENDING.includes(name))
    );
    expect(senders.map(({ name }) => name).sort()).toEqual(["outreach", "worker"]);
  });
});

describe("the packages of a bundle", () => {
  const names = ({ packages }: { packages: string[] }) =>
    packages.map((path) => path.replace(/^.*\/node_modules\//, ""));

  test("a package counts whole, with its dependencies, even if one file is imported lazily", async () => {
    const content = await contentOf(made(
      "lazy",
      'export const load = () => import("twilio/lib/webhooks/webhooks.js");\n',
      { "twilio/": "npm:/twilio@6.2.0/" },
    ));
    expect(names(content)).toContain("twilio");
    expect(names(content)).toContain("axios");
  });

  test("a package that no module imports does not count", async () => {
    const content = await contentOf(made(
      "unused",
      "export const nothing = null;\n",
      { "twilio": "npm:twilio@6.2.0" },
    ));
    expect(names(content)).toEqual([]);
    expect(content.modules).toHaveLength(1);
  });
});
