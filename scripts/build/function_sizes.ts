// The size of each function as the platform bundles it: `npm run functions:sizes`.
//
// Without Docker, `supabase functions deploy` uploads our sources and the platform makes an eszip of them, packed
// with Brotli. The eszip contains every npm package that the module graph reaches, and every package that those
// depend on, each with all its files. Importing less of a package, or later, therefore saves nothing: a package is
// either left out or deployed whole.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import { type FunctionConfig, functionConfigs } from "../dev/config.ts";
import { denoBinary, root } from "../dev/paths.ts";
import { run } from "../dev/supabase.ts";

/** Bundled by the platform, a function may have 5 MB; the rest is a margin for what is only estimated here. */
export const MAX_PACKED_BYTES = 4_000_000;

export interface FunctionSize {
  name: string;
  rawBytes: number;
  packedBytes: number;
  /** Each npm package alone, the largest first. */
  packages: { name: string; packedBytes: number }[];
}

interface Graph {
  modules: { local?: string; dependencies?: { code?: { specifier?: string } }[] }[];
}

interface Manifest {
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
}

const NODE_MODULES = "/node_modules/";

async function graphOf({ entrypoint, denoConfig }: FunctionConfig): Promise<Graph> {
  const args = ["info", "--json", "--import-map", denoConfig, entrypoint];
  const { status, stdout, stderr } = await run(denoBinary(), args);
  if (status !== 0) throw new Error(`deno info ${relative(root, entrypoint)}: ${stderr}`);
  return JSON.parse(stdout);
}

/** `…/node_modules/@scope/name` of a path within it. */
function packageFolder(path: string): string {
  const start = path.lastIndexOf(NODE_MODULES) + NODE_MODULES.length;
  const names = path.slice(start).split("/");
  return path.slice(0, start) + names.slice(0, names[0]!.startsWith("@") ? 2 : 1).join("/");
}

function resolvePackage(name: string, from: string): string | null {
  for (let folder = from; folder !== dirname(folder); folder = dirname(folder)) {
    const found = join(folder, "node_modules", name);
    if (existsSync(found)) return found;
  }
  return null;
}

/** The given packages and all that they depend on. */
function withDependencies(folders: Iterable<string>): string[] {
  const found = new Set<string>();
  const waiting = [...folders];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    if (found.has(folder)) continue;
    found.add(folder);
    const manifest: Manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const peers = Object.keys(manifest.peerDependencies ?? {})
      .filter((name) => !manifest.peerDependenciesMeta?.[name]?.optional);
    const optional = Object.keys(manifest.optionalDependencies ?? {});
    for (const name of [...Object.keys(manifest.dependencies ?? {}), ...peers, ...optional]) {
      const resolved = resolvePackage(name, folder);
      if (resolved) waiting.push(resolved);
      else if (!optional.includes(name)) throw new Error(`${name} is not installed`);
    }
  }
  return [...found].sort();
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : filesIn(path);
    return entry.isFile() ? [path] : [];
  }).sort();
}

/** File contents behind an index of them, as in an eszip. */
function bundle(files: readonly string[]): Buffer {
  const contents = files.map((file) => readFileSync(file));
  let offset = 0;
  const index = files.map((file, i) => {
    const { length: len } = contents[i]!;
    const entry = { name: relative(root, file), key: `vfs://${i}`, offset, len };
    offset += len;
    return JSON.stringify(entry);
  });
  return Buffer.concat([Buffer.from(index.join("\n")), ...contents]);
}

const packedBytes = (bytes: Buffer): number =>
  brotliCompressSync(bytes, {
    // The Supabase CLI's own level.
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 6,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  }).length;

/** The npm packages, by folder, and our own modules. */
export async function contentOf(
  config: FunctionConfig,
): Promise<{ packages: string[]; modules: string[] }> {
  const { modules } = await graphOf(config);
  const imported = modules.flatMap(({ dependencies = [] }) =>
    dependencies.flatMap(({ code }) => {
      const specifier = code?.specifier;
      if (!specifier?.includes(NODE_MODULES)) return [];
      return [packageFolder(fileURLToPath(specifier))];
    })
  );
  return {
    packages: withDependencies(imported),
    modules: modules.flatMap(({ local }) => local && !local.includes(NODE_MODULES) ? [local] : []),
  };
}

/** Slow for a second or two: every file is read and packed, and each package once more alone. */
export async function functionSize(
  config: FunctionConfig,
  alone = new Map<string, number>(),
): Promise<FunctionSize> {
  const { packages, modules } = await contentOf(config);
  const whole = bundle([...modules, ...packages.flatMap(filesIn)]);
  for (const folder of packages) {
    if (!alone.has(folder)) alone.set(folder, packedBytes(bundle(filesIn(folder))));
  }
  return {
    name: config.name,
    rawBytes: whole.length,
    packedBytes: packedBytes(whole),
    packages: packages
      .map((folder) => ({
        name: folder.slice(folder.lastIndexOf(NODE_MODULES) + NODE_MODULES.length),
        packedBytes: alone.get(folder)!,
      }))
      .sort((a, b) => b.packedBytes - a.packedBytes),
  };
}

export async function functionSizes(configs = functionConfigs()): Promise<FunctionSize[]> {
  const alone = new Map<string, number>();
  const sizes: FunctionSize[] = [];
  for (const config of configs) sizes.push(await functionSize(config, alone));
  return sizes;
}

export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`;

/** The five largest packages say what to look at. */
export const largestPackages = ({ packages }: FunctionSize): string =>
  packages.slice(0, 5).map(({ name, packedBytes }) => `${name} ${megabytes(packedBytes)}`)
    .join(", ");

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const sizes = await functionSizes();
  for (const size of sizes.sort((a, b) => b.packedBytes - a.packedBytes)) {
    const { name, rawBytes, packedBytes } = size;
    console.log(
      `${name.padEnd(12)} ${megabytes(packedBytes)} packed, ${megabytes(rawBytes)} raw: ${
        largestPackages(size)
      }`,
    );
  }
  const tooLarge = sizes.filter(({ packedBytes }) => packedBytes > MAX_PACKED_BYTES);
  if (tooLarge.length > 0) {
    console.error(
      `Larger than ${megabytes(MAX_PACKED_BYTES)}: ${tooLarge.map(({ name }) => name)}`,
    );
    process.exitCode = 1;
  }
}
