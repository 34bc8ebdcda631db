// Rules of a score from files, compiled against the catalogue of the database.
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type Compiled, compileRules } from "../../edge-functions/_shared/scoring/compile.ts";
import { InvalidRules } from "../../edge-functions/_shared/scoring/problems.ts";
import { readCatalogue } from "../../edge-functions/_shared/scoring/read_catalogue.ts";
import { readRules } from "../../edge-functions/_shared/scoring/read_rules.ts";
import type { Rules } from "../../edge-functions/_shared/scoring/rules.ts";
import type { Sql } from "./database.ts";
import { ClientError, UsageError } from "./errors.ts";

export interface CompiledFile {
  rules: Rules;
  /** The files as they were read. */
  sources: Record<string, string>;
  compiled: Compiled;
}

export async function compileFile(sql: Sql, path: string): Promise<CompiledFile> {
  if (!path.endsWith(".yaml") || !existsSync(path)) {
    throw new UsageError(`cannot read ${path}: the rules are a file NAME.yaml`);
  }
  const sources: Record<string, string> = {};
  const load = (name: string): string | null => {
    const file = join(dirname(path), `${name}.yaml`);
    if (!/^[\w-]+$/.test(name) || !existsSync(file)) return null;
    return sources[`${name}.yaml`] = readFileSync(file, "utf8");
  };
  try {
    const sourced = readRules(basename(path, ".yaml"), load);
    const compiled = compileRules(sourced, await readCatalogue(sql));
    return { rules: sourced.rules, sources, compiled };
  } catch (error) {
    if (error instanceof InvalidRules) throw new ClientError(error.message);
    throw error;
  }
}
