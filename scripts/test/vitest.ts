// Runs one vitest project and reads its JSON report.
import { existsSync, globSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { localPath, root } from "../dev/paths.ts";
import { run } from "../dev/supabase.ts";
import type { Check } from "./check.ts";

interface Report {
  testResults: {
    name: string;
    status: string;
    message: string;
    startTime: number;
    endTime: number;
    assertionResults: { fullName: string; status: string; failureMessages: string[] }[];
  }[];
}

const reportPath = (project: string) => localPath(`vitest-${project}.json`);

/** Runs a project, or some files of it. */
async function attempt(project: string, files: string[] = []): Promise<Check[]> {
  const path = reportPath(project);
  rmSync(path, { force: true });
  const { status, stdout, stderr } = await run(process.execPath, [
    // Not .bin/vitest, which uses the node on PATH.
    join(root, "node_modules", "vitest", "vitest.mjs"),
    ...["run", "--project", project, "--reporter=json", `--outputFile=${path}`, ...files],
  ]);
  if (!existsSync(path)) {
    return [{ name: `vitest ${project}`, ok: false, detail: stderr || stdout }];
  }
  const report = JSON.parse(readFileSync(path, "utf8")) as Report;
  const checks = report.testResults.flatMap((file): Check[] => {
    const name = relative(root, file.name);
    const results = file.assertionResults.map((result): Check => ({
      name: `${name}: ${result.fullName}`,
      // A skipped test counts as a failure: no test may be skipped.
      ok: result.status === "passed",
      detail: result.failureMessages.join("\n") || result.status,
      file: name,
    }));
    const broken = file.status === "failed" && results.every((result) => result.ok);
    return broken ? [...results, { name, ok: false, detail: file.message, file: name }] : results;
  });
  const unexplained = status !== 0 && checks.every((checked) => checked.ok);
  return unexplained
    ? [...checks, { name: `vitest ${project}`, ok: false, detail: stderr || stdout }]
    : checks;
}

/** The files that took longest, where a stage that has become slow is mended first. */
function slowestFiles(project: string): string[] {
  if (!existsSync(reportPath(project))) return [];
  const { testResults } = JSON.parse(readFileSync(reportPath(project), "utf8")) as Report;
  const times = testResults.map(({ name, startTime, endTime }) => ({
    file: relative(root, name),
    seconds: (endTime - startTime) / 1000,
  })).filter(({ seconds }) => seconds > SLOW_SECONDS).sort((a, b) => b.seconds - a.seconds);
  return times.slice(0, 8).map(({ file, seconds }) => `${seconds.toFixed(0)} s  ${file}`);
}

/** Files under this are not worth a line. */
const SLOW_SECONDS = 10;

/** More failures than this have a cause that a second run does not remove. */
const MOST_FILES_AGAIN = 3;

/**
 * The checks of one project. In continuous integration, files that failed against real servers and browsers run a
 * second time, alone: what passes then is printed with its first failure, because such a test needs work.
 */
export async function vitest(project: string): Promise<Check[]> {
  if (globSync(`test/${project}/**/*.test.ts`, { cwd: root }).length === 0) return [];
  // Tests that measure append lines to this file (test/support/measured.ts).
  const measured = localPath(`measured-${project}.txt`);
  rmSync(measured, { force: true });
  let checks = await attempt(project);
  const lines = existsSync(measured)
    ? readFileSync(measured, "utf8").split("\n").filter((line) => line !== "")
    : [];
  lines.push(...slowestFiles(project));
  const failed = checks.filter(({ ok }) => !ok);
  const files = [...new Set(failed.map(({ file }) => file))];
  const few = files.length > 0 && files.length <= MOST_FILES_AGAIN;
  if (process.env.CI && project !== "unit" && few && files.every((file) => file !== undefined)) {
    const again = await attempt(project, files);
    checks = [
      ...checks.filter(({ file }) => file === undefined || !files.includes(file)),
      ...again,
    ];
    lines.push(
      ...failed.map(({ name, detail }) =>
        `failed, and its file ran again: ${name}: ${detail?.split("\n").slice(0, 5).join(" ")}`
      ),
    );
  }
  if (checks[0]) checks[0].measured = lines;
  return checks;
}
