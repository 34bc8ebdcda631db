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
    assertionResults: { fullName: string; status: string; failureMessages: string[] }[];
  }[];
}

export async function vitest(project: string): Promise<Check[]> {
  if (globSync(`test/${project}/**/*.test.ts`, { cwd: root }).length === 0) return [];
  const path = localPath(`vitest-${project}.json`);
  // Tests that measure append lines to this file (test/support/measured.ts).
  const measured = localPath(`measured-${project}.txt`);
  for (const old of [path, measured]) rmSync(old, { force: true });
  const { status, stdout, stderr } = await run(process.execPath, [
    // Not .bin/vitest, which uses the node on PATH.
    join(root, "node_modules", "vitest", "vitest.mjs"),
    ...["run", "--project", project, "--reporter=json", `--outputFile=${path}`],
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
    }));
    const broken = file.status === "failed" && results.every((result) => result.ok);
    return broken ? [...results, { name, ok: false, detail: file.message }] : results;
  });
  if (existsSync(measured)) {
    checks[0]!.measured = readFileSync(measured, "utf8").split("\n").filter((line) => line !== "");
  }
  const unexplained = status !== 0 && checks.every((checked) => checked.ok);
  return unexplained
    ? [...checks, { name: `vitest ${project}`, ok: false, detail: stderr || stdout }]
    : checks;
}
