// The nodes and credentials of n8n-nodes-sluice, from their sources, with a stand-in for n8n-workflow.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { nodesFolder } from "../../scripts/n8n/build_nodes.ts";
import { describe, type Description, type NodeType } from "../../scripts/n8n/nodes.ts";

// deno-lint-ignore no-explicit-any
type Any = any;

export interface SluiceNode {
  description: Description & Record<string, Any>;
  execute(this: Any): Promise<Any>;
  trigger(this: Any): Promise<Any>;
  webhook(this: Any): Promise<Any>;
  methods: Any;
}

interface Manifest {
  n8n: { nodes: string[]; credentials: string[] };
}

export const manifest = (): Manifest =>
  JSON.parse(readFileSync(join(nodesFolder, "package.json"), "utf8")) as Manifest;

/** A source file of the package. It imports n8n-workflow, which has a stand-in (n8n_nodes.tsconfig.json). */
export const load = (path: string): Promise<Any> => import(join(nodesFolder, path));

async function create<T>(built: string): Promise<T> {
  const source = built.replace(/^dist\//, "").replace(/\.js$/, ".ts");
  const name = /(\w+)\.(node|credentials)\.ts$/.exec(source)?.[1] ?? "";
  const { [name]: Class } = await load(source);
  return new Class() as T;
}

export async function sluiceNode(name: string): Promise<SluiceNode> {
  return await create<SluiceNode>(`dist/nodes/${name}/${name}.node.js`);
}

export async function sluiceCredential(): Promise<Any> {
  return await create(manifest().n8n.credentials[0] ?? "");
}

/** What the checks of workflow files need to know of each node. */
export async function sluiceNodeTypes(): Promise<Record<string, NodeType>> {
  const nodes = await Promise.all(
    manifest().n8n.nodes.map((path) => create<SluiceNode>(path)),
  );
  return Object.fromEntries(
    nodes.map(({ description }) => [
      `n8n-nodes-sluice.${description.name}`,
      describe([description], true),
    ]),
  );
}
