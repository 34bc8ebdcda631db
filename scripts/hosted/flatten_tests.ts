// Writes the pgTAP files into a folder, each with the files that it includes, because `supabase test db` runs every
// file of a folder as a test of its own: `node scripts/hosted/flatten_tests.ts FOLDER`.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { root } from "../dev/paths.ts";
import { sqlTestFiles } from "../test/static.ts";

/** A file with `\ir` replaced by the files that it names. */
export function withIncludes(file: string): string {
  return readFileSync(file, "utf8").replace(
    /^\\ir (\S+)$/gm,
    (_, included: string) => withIncludes(join(dirname(file), included)),
  );
}

export function flattenTests(folder: string): string[] {
  return sqlTestFiles().map((file) => {
    const target = join(folder, relative("test/sql", file));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, withIncludes(join(root, file)));
    return target;
  });
}

if (import.meta.main) {
  const [folder] = process.argv.slice(2);
  if (!folder) throw new Error("FOLDER is required");
  console.log(`${flattenTests(folder).length} files`);
}
