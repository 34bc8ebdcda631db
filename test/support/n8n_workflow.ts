// What n8n-nodes-sluice uses of the package n8n-workflow, for tests and type checks without n8n.
// The real package compiles and runs the nodes in `npm run n8n:start` and `npm run test:n8n`.
import type { INode, JsonObject } from "./n8n_workflow_types.ts";

export type * from "./n8n_workflow_types.ts";

export const NodeConnectionTypes = { Main: "main" } as const;

interface Options {
  message?: string;
  description?: string;
  httpCode?: string;
  itemIndex?: number;
}

class NodeError extends Error {
  node: INode;
  description: string | undefined;
  context: { itemIndex?: number };

  constructor(node: INode, message: string, { description, itemIndex }: Options) {
    super(message);
    this.node = node;
    this.description = description;
    this.context = itemIndex === undefined ? {} : { itemIndex };
  }
}

export class NodeOperationError extends NodeError {
  constructor(node: INode, error: Error | string, options: Options = {}) {
    super(node, options.message ?? (typeof error === "string" ? error : error.message), options);
    this.name = "NodeOperationError";
  }
}

export class NodeApiError extends NodeError {
  httpCode: string | null;

  constructor(node: INode, error: JsonObject, options: Options = {}) {
    super(node, options.message ?? String(error.message ?? "UNKNOWN ERROR"), options);
    this.name = "NodeApiError";
    this.httpCode = options.httpCode ?? null;
  }
}
