// Writes the description of n8n's nodes for the checks of workflow files, from the installed n8n:
//   node scripts/n8n/nodes.ts
import { createRequire } from "node:module";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "../dev/paths.ts";
import { ensureInstalled, workflowFolder } from "./install.ts";
import { workflowFiles } from "./workflows.ts";

interface Property {
  name: string;
  type: string;
  options?: Property[];
  values?: Property[];
}

export interface Description {
  name: string;
  version: number | number[];
  properties: Property[];
  credentials?: { name: string }[];
}

export interface NodeType {
  versions: number[];
  credentials: string[];
  /**
   * Names of parameters of any version, with the names inside of collections. Only
   * for the types in use: of the others a check knows type, versions and credentials.
   */
  parameters?: Record<string, string[]>;
}

export interface NodeTypes {
  n8n: string;
  types: Record<string, NodeType>;
}

export const nodeTypesPath = join(root, "test", "fixtures", "n8n", "node-types.json");

export function readNodeTypes(): NodeTypes {
  return JSON.parse(readFileSync(nodeTypesPath, "utf8")) as NodeTypes;
}

const sorted = (values: Iterable<string>) => [...new Set(values)].sort();

function parametersOf(of: Description[]): Record<string, string[]> {
  const parameters: Record<string, string[]> = {};
  for (const { name, type, options = [] } of of.flatMap(({ properties }) => properties)) {
    const inner = type === "collection" || type === "fixedCollection" ? options : [];
    parameters[name] = sorted([...parameters[name] ?? [], ...inner.map((option) => option.name)]);
  }
  return parameters;
}

export function describe(of: Description[], inUse: boolean): NodeType {
  return {
    versions: [...new Set(of.flatMap(({ version }) => version))].sort((a, b) => a - b),
    credentials: sorted(of.flatMap(({ credentials = [] }) => credentials.map(({ name }) => name))),
    ...(inUse ? { parameters: parametersOf(of) } : {}),
  };
}

function main(): void {
  ensureInstalled((line) => console.error(line));
  const require = createRequire(join(workflowFolder, "package.json"));
  const { version } = require("n8n/package.json") as { version: string };
  const described = require("n8n-nodes-base/dist/types/nodes.json") as Description[];
  const used = new Set(
    workflowFiles().flatMap(({ workflow }) => workflow.nodes).map((node) => node.type),
  );
  const byName = Object.groupBy(described, ({ name }) => name);
  const types = Object.entries(byName).sort(([a], [b]) => a < b ? -1 : 1)
    .map(([name, of = []]) => {
      const type = `n8n-nodes-base.${name}`;
      return `${JSON.stringify(type)}: ${JSON.stringify(describe(of, used.has(type)))}`;
    });
  mkdirSync(dirname(nodeTypesPath), { recursive: true });
  const text = `{"n8n": ${JSON.stringify(version)}, "types": {\n${types.join(",\n")}\n}}\n`;
  writeFileSync(nodeTypesPath, text);
  console.error(`${types.length} node types of n8n ${version}`);
}

if (import.meta.main) main();
