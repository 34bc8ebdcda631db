// Checks that need no database: format, lint, types, migrations as text.
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { functionConfigs } from "../dev/config.ts";
import { firstRelease, isBuilt, migrationFiles } from "../dev/migrations.ts";
import { denoBinary, root, tool } from "../dev/paths.ts";
import { isReleased, releaseProblems, releases } from "../dev/releases.ts";
import { run } from "../dev/supabase.ts";
import { type Check, check, inParallel } from "./check.ts";

async function expectSuccess(name: string, command: string, args: string[]): Promise<Check> {
  const { status, stdout, stderr } = await run(command, args);
  return check(name, status === 0 ? "" : `${stdout}\n${stderr}`.trim() || `exit ${status}`);
}

export async function format(): Promise<Check[]> {
  const { status, stdout, stderr } = await run(denoBinary(), ["fmt", "--check"]);
  const files = [...`${stdout}${stderr}`.matchAll(/^from (.+):$/gm)].map(([, file]) =>
    relative(root, file ?? "")
  );
  const told = files.length > 0 ? `Run npm run fmt:\n${files.join("\n")}` : stderr;
  return [check("deno fmt --check", status === 0 ? "" : told || `exit ${status}`)];
}

export async function lint(): Promise<Check[]> {
  return [await expectSuccess("deno lint", denoBinary(), ["lint", "--quiet"])];
}

/** tsc over everything that Node runs, deno check over every function with its own deno.json. */
export async function types(): Promise<Check[]> {
  const entries = functionConfigs().flatMap(({ entrypoint, denoConfig }) => {
    const loop = join(dirname(entrypoint), "main.ts");
    return [entrypoint, ...(existsSync(loop) ? [loop] : [])].map((file) => ({ file, denoConfig }));
  });
  const jobs = [
    () => expectSuccess("tsc", tool("tsc"), ["--noEmit"]),
    // With a stand-in for the types of n8n, which is not installed here.
    () =>
      expectSuccess("tsc n8n-workflows/nodes", tool("tsc"), [
        ...["-p", join("test", "support", "n8n_nodes.tsconfig.json")],
      ]),
    ...entries.map(({ file, denoConfig }) => () =>
      expectSuccess(`deno check ${relative(root, file)}`, denoBinary(), [
        // The root's deno.json has the settings, the function's own the pins.
        ...["check", "--quiet", "--import-map", denoConfig, file],
      ])
    ),
  ];
  return await inParallel(jobs, 2, (job) => job());
}

const firstReleaseRules = "supabase/first-release.squawk.toml";

/** Until the first release the migrations are what sql/ builds; afterwards the released ones never change. */
function releaseChecks(): Check[] {
  const files = migrationFiles();
  if (isReleased()) {
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const problems = releaseProblems(releases(), files, version);
    return [
      check("released migrations have the digests of supabase/released.json", problems.join("\n")),
    ];
  }
  const present = new Map(files.map((file) => [file.name, file.text]));
  const wanted = firstRelease();
  const stale = wanted.filter((file) => present.get(file.name) !== file.text);
  const extra = files.filter((file) =>
    isBuilt(file.name) && !wanted.some(({ name }) => name === file.name)
  );
  const differing = [...stale, ...extra].map((file) => file.name).join(", ");
  return [check(
    "the first release's migrations are what db:build makes of sql/",
    differing && `Run npm run db:build; differing: ${differing}`,
  )];
}

export async function migrations(): Promise<Check[]> {
  const files = migrationFiles();
  const squawked = await inParallel(
    files,
    2,
    ({ name }) =>
      expectSuccess(`squawk ${name}`, tool("squawk"), [
        ...["--config", join(root, isBuilt(name) ? firstReleaseRules : ".squawk.toml")],
        ...["--reporter", "gcc"],
        join(root, "supabase", "migrations", name),
      ]),
  );
  return [...releaseChecks(), ...squawked];
}

/** pgTAP files; test/sql/support has what they include. */
export function sqlTestFiles(): string[] {
  return globSync("test/sql/*/*.sql", { cwd: root, exclude: ["test/sql/support/**"] }).sort();
}
