// Rules of a score from files, compiled against the catalogue of the database.
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
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
  return { ...await compile(sql, basename(path, ".yaml"), load), sources };
}

/** What a saved version compiles to now; null where its files read as other rules now. */
export async function compileVersion(
  sql: Sql,
  version: { rules: unknown; sources: Record<string, string> },
): Promise<Compiled | null> {
  // Which of the files was given is not kept: it is the one that reads as the rules.
  for (const name of Object.keys(version.sources)) {
    try {
      const found = await compile(
        sql,
        name.replace(/\.yaml$/, ""),
        (file) => version.sources[`${file}.yaml`] ?? null,
      );
      // As the database keeps them: without an order of keys.
      if (isDeepStrictEqual(JSON.parse(JSON.stringify(found.rules)), version.rules)) {
        return found.compiled;
      }
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
    }
  }
  return null;
}

async function compile(
  sql: Sql,
  name: string,
  load: (name: string) => string | null,
): Promise<{ rules: Rules; compiled: Compiled }> {
  try {
    const sourced = readRules(name, load);
    const compiled = compileRules(sourced, await readCatalogue(sql));
    return { rules: sourced.rules, compiled };
  } catch (error) {
    if (error instanceof InvalidRules) throw new ClientError(error.message);
    throw error;
  }
}
