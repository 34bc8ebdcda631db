import { globSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { functionConfigs } from "../../../scripts/dev/config.ts";
import { root, tool } from "../../../scripts/dev/paths.ts";
import { run } from "../../../scripts/dev/supabase.ts";

const read = (path: string) => readFileSync(join(root, path), "utf8");
const configs = functionConfigs();
const folders = globSync("edge-functions/*/index.ts", { cwd: root })
  .map((path) => basename(dirname(path)));
const manifest = JSON.parse(read("package.json"));

describe("config.toml lists the existing functions", () => {
  test("every folder with an index.ts is configured, and nothing else", () => {
    expect(configs.map(({ name }) => name).sort()).toEqual(folders.sort());
  });

  test("entry point and deno.json are in the function's folder", () => {
    for (const { name, entrypoint, denoConfig } of configs) {
      expect(relative(root, entrypoint)).toBe(`edge-functions/${name}/index.ts`);
      expect(relative(root, denoConfig)).toBe(`edge-functions/${name}/deno.json`);
      expect(JSON.parse(readFileSync(denoConfig, "utf8"))).toHaveProperty("imports");
    }
  });

  test("every function verifies its callers itself, because verify_jwt refuses secret keys", () => {
    expect(configs.filter(({ verifyJwt }) => verifyJwt)).toEqual([]);
  });

  test("a disabled function is left out, a missing verify_jwt means true", () => {
    const text =
      `[functions.a]\nenabled = false\n[functions.b] # note\nimport_map = "x.json"\n[db]\n`;
    expect(functionConfigs(text)).toMatchObject([{ name: "b", verifyJwt: true }]);
  });

  test("the Supabase CLI accepts the file", async () => {
    // Without Docker, it reads the configuration, reports errors in it, and stops.
    const { stderr } = await run("env", [
      ...[
        "DOCKER_HOST=unix:///nonexistent/docker.sock",
        tool("supabase"),
        "start",
        "--agent",
        "no",
      ],
    ]);
    expect(stderr).toMatch(/docker/i);
    expect(stderr).not.toMatch(/failed to read config|does not recognize|deprecated/);
  });
});

describe("pins", () => {
  test("each deno.json pins what package.json pins", () => {
    for (const { name, denoConfig } of configs) {
      const { imports } = JSON.parse(readFileSync(denoConfig, "utf8"));
      for (const [key, specifier] of Object.entries<string>(imports)) {
        const [, module, version] = /^npm:\/?(@?[^@]+)@([^/]+)/.exec(specifier) ?? [];
        expect(`${name} ${key} ${module}@${version}`).toBe(
          `${name} ${key} ${module}@${manifest.dependencies[module ?? ""]}`,
        );
      }
    }
  });

  test("package.json pins exact versions", () => {
    const all = {
      ...manifest.dependencies,
      ...manifest.devDependencies,
      ...manifest.optionalDependencies,
    };
    expect(Object.values<string>(all).filter((version) => !/^\d+\.\d+\.\d+$/.test(version)))
      .toEqual([]);
  });

  test("the lock file contains every platform's programs and no registry URL", () => {
    const lock = read("package-lock.json");
    expect(lock).not.toMatch(/"resolved"|https?:\/\/registry/);
    const { packages } = JSON.parse(lock);
    for (const [path, { optionalDependencies }] of Object.entries<Manifest>(packages)) {
      for (const [name, version] of Object.entries(optionalDependencies ?? {})) {
        const found = packages[`${path}/node_modules/${name}`] ?? packages[`node_modules/${name}`];
        expect(`${name}@${found?.version}`).toContain(`${name}@`);
        if (/^\d/.test(version)) expect(`${name}@${found?.version}`).toBe(`${name}@${version}`);
      }
    }
  });
});

interface Manifest {
  optionalDependencies?: Record<string, string>;
}

test("every SQLSTATE that is raised is registered in sql/ERRORS.md", () => {
  const registered = read("sql/ERRORS.md");
  const raised = new Set(
    globSync("sql/**/*.sql", { cwd: root })
      .flatMap((path) => read(path).match(/errcode = '(SL\d{3})'/g) ?? [])
      .map((text) => text.slice(11, 16)),
  );
  expect(raised.size).toBeGreaterThan(0);
  expect([...raised].filter((code) => !registered.includes(code))).toEqual([]);
});
