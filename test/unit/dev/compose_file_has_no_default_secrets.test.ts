// deploy/compose.yaml by its linter (schema of the compose specification) and by rules of our own.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { root } from "../../../scripts/dev/paths.ts";

interface Service {
  image: string;
  restart: string;
  ports?: string[];
  healthcheck?: unknown;
  environment?: Record<string, string>;
}

const path = join(root, "deploy", "compose.yaml");
const text = readFileSync(path, "utf8");
const services = Object.entries(
  (parse(text, { merge: true }) as { services: Record<string, Service> }).services,
);
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-compose-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function lint(file: string) {
  const program = join(root, "node_modules", ".bin", "dclint");
  const config = join(root, "deploy", "dclint.json");
  const { status, stdout, stderr, error } = spawnSync(
    process.execPath,
    [program, "-c", config, "-f", "json", file],
    { encoding: "utf8", cwd: folder },
  );
  if (error) throw error;
  return { status, output: stdout + stderr };
}

test("the linter accepts it", () => {
  const { status, output } = lint(path);
  expect(JSON.parse(output)).toMatchObject([{ messages: [] }]);
  expect(status).toBe(0);
});

test("the linter refuses a key that the specification does not have", () => {
  const wrong = join(folder, "compose.yaml");
  writeFileSync(wrong, text.replace("    shm_size: 256mb", "    shm_sizes: 256mb"));
  const { status, output } = lint(wrong);
  expect(output).toContain("/services/db");
  expect(output).toContain("must NOT have additional properties");
  expect(status).not.toBe(0);
});

test("every variable must be set, and env.example names exactly these", () => {
  const used = [...text.matchAll(/(?<!\$)\$\{([^}]*)\}/g)].map(([, inner]) => inner!);
  expect(used.filter((inner) => !/^[A-Z][A-Z0-9_]*:\?$/.test(inner))).toEqual([]);
  const secrets = [...text.matchAll(/^ {4}environment: ([A-Z0-9_]+)$/gm)].map(([, name]) => name!);
  const named = readFileSync(join(root, "deploy", "env.example"), "utf8").split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  expect(named.filter((line) => !/^[A-Z][A-Z0-9_]*=$/.test(line))).toEqual([]);
  const wanted = new Set([...used.map((inner) => inner.slice(0, -2)), ...secrets]);
  expect(named.map((line) => line.slice(0, -1)).sort()).toEqual([...wanted].sort());
});

test("no service has a password, a key or a secret in the file", () => {
  const literal = services.flatMap(([service, { environment }]) =>
    Object.entries(environment ?? {})
      .filter(([name]) =>
        /PASS(WORD)?(_FILE)?$|SECRET|_KEYS?(_FILE)?$|URI$|(DATABASE|DB)_URL$/.test(name)
      )
      .filter(([, value]) => !/\$\{[A-Z0-9_]+:\?\}|^\/run\/secrets\//.test(value))
      .map(([name]) => `${service}.${name}`)
  );
  expect(literal).toEqual([]);
});

test("ports are published on loopback only", () => {
  const ports = services.flatMap(([, { ports }]) => ports ?? []);
  expect(ports.length).toBeGreaterThan(0);
  expect(ports.filter((port) => !port.startsWith("127.0.0.1:"))).toEqual([]);
});

test("every service restarts, and all but three have a health check", () => {
  expect(services.filter(([, { restart }]) => restart !== "unless-stopped")).toEqual([]);
  const without = services.filter(([, { healthcheck }]) => !healthcheck).map(([name]) => name);
  // The gateway's check asks functions and rest; the worker serves nothing.
  expect(without.sort()).toEqual(["functions", "rest", "worker"]);
});

test("images have exact versions or must be named", () => {
  const exact =
    /^[a-z]+\/[a-z-]+:v?\d+\.\d+\.?\d*(\.\d+)?$|^\$\{[A-Z0-9]+_IMAGE:\?\}$|^\$\{DENO_IMAGE:\?\}$/;
  const images = services.map(([, { image }]) => image);
  expect(images.filter((image) => !exact.test(image))).toEqual([]);
});
