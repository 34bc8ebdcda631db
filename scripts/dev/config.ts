// The [functions.*] part of supabase/config.toml.
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { root } from "./paths.ts";

export interface FunctionConfig {
  name: string;
  verifyJwt: boolean;
  /** Absolute paths of the entry point and of its deno.json. */
  entrypoint: string;
  denoConfig: string;
}

const path = join(root, "supabase", "config.toml");

export function functionConfigs(text = readFileSync(path, "utf8")): FunctionConfig[] {
  const found = new Map<string, Map<string, string>>();
  let section: Map<string, string> | null = null;
  for (const line of text.split("\n")) {
    const header = /^\s*\[([^\]]+)\]/.exec(line)?.[1];
    if (header) {
      const name = /^functions\.(.+)$/.exec(header)?.[1];
      section = name ? new Map() : null;
      if (name && section) found.set(name, section);
      continue;
    }
    const [, key, value] = /^\s*(\w+)\s*=\s*(.+?)\s*$/.exec(line) ?? [];
    if (section && key && value) section.set(key, value.replace(/^"(.*)"$/, "$1"));
  }
  const at = (value: string) => resolve(dirname(path), value);
  return [...found].filter(([, keys]) => keys.get("enabled") !== "false").map(([name, keys]) => ({
    name,
    verifyJwt: keys.get("verify_jwt") !== "false",
    entrypoint: at(keys.get("entrypoint") ?? `functions/${name}/index.ts`),
    denoConfig: at(keys.get("import_map") ?? `functions/${name}/deno.json`),
  }));
}
