import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { EXIT } from "../../../scripts/cli/errors.ts";
import { helpText } from "../../../scripts/cli/program.ts";
import { csvRows, makeWorld, pathWithCurl, type World } from "./harness.ts";
import { SECRET, SOURCE } from "./support.ts";

const run = promisify(execFile);

const page = await readFile(new URL("../../../docs/intake.md", import.meta.url), "utf8");
let world: World;

beforeEach(async () => {
  world = await makeWorld();
});
afterEach(() => world.close());

test("the curl and openssl script of docs/intake.md uploads a file and reads its status", async () => {
  const script = /```sh\n([^]*?)```/.exec(page)![1]!;
  const file = join(world.dir, "a list.csv");
  const content = [...csvRows(20)].join("") + "Ünïcode,\u0000,binary\n";
  await writeFile(file, content);
  const env = {
    ...process.env,
    PATH: await pathWithCurl(world.dir),
    SLUICE_URL: world.server.url,
    SLUICE_SOURCE: SOURCE,
    SLUICE_SECRET: SECRET,
    FILE: file,
  };
  const { stdout } = await run("sh", ["-eu", "-c", script], { env });
  expect(world.server.contentOf(world.server.only()).toString()).toBe(content);
  expect(stdout).toContain(world.server.only().id);
  expect(stdout).toContain('"state":');
  expect(world.server.received.map(({ method, served }) => ({ method, served })))
    .toEqual([{ method: "POST", served: true }, { method: "GET", served: true }]);

  await expect(run("sh", ["-eu", "-c", script], { env: { ...env, SLUICE_SECRET: "whsec_AAAA" } }))
    .rejects.toThrow("401");
});

test("docs/intake.md and sluice help name the same exit codes", async () => {
  for (const code of Object.values(EXIT)) {
    expect(page).toContain(`- \`${code}\`: `);
    expect(await helpText(null)).toMatch(new RegExp(`\\b${code} +[a-z]`));
  }
});
