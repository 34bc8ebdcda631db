import {
  type IDataObject,
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeType,
  type INodeTypeDescription,
  NodeApiError,
  NodeConnectionTypes,
  NodeOperationError,
} from "n8n-workflow";
import { type Call, call, CREDENTIAL, executionOf, idempotencyKey } from "../../shared/call.ts";
import { fields, resources } from "../../shared/fields.ts";
import { callOf } from "../../shared/operations.ts";

const PAGE = 100;

/** The request for one item; a file to upload is its body. */
async function callFor(node: IExecuteFunctions, item: number): Promise<Call> {
  const parameter = (name: string) => node.getNodeParameter(name, item, "");
  const resource = String(parameter("resource"));
  const operation = String(parameter("operation"));
  let of: Call;
  try {
    of = callOf(resource, operation, parameter);
  } catch (error) {
    throw new NodeOperationError(node.getNode(), error as Error, { itemIndex: item });
  }
  if (resource !== "upload" || operation !== "create") return of;
  const property = String(parameter("binaryProperty"));
  const file = node.helpers.assertBinaryData(item, property);
  const body = await node.helpers.getBinaryDataBuffer(item, property);
  const filename = of.query?.filename ?? file.fileName;
  return { ...of, body, query: { ...of.query, ...(filename ? { filename } : {}) } };
}

/** All pages of a list, or as many as are asked for. */
async function list(node: IExecuteFunctions, item: number, of: Call): Promise<IDataObject[]> {
  const most = node.getNodeParameter("returnAll", item, false)
    ? Infinity
    : Number(node.getNodeParameter("limit", item, 50));
  const rows: IDataObject[] = [];
  let cursor: unknown = null;
  do {
    const query: IDataObject = { limit: Math.min(PAGE, most - rows.length) };
    if (cursor) query.cursor = String(cursor);
    const page = await call(node, { ...of, query }, { itemIndex: item });
    rows.push(...page.campaigns as IDataObject[]);
    cursor = page.next_cursor;
  } while (cursor && rows.length < most);
  return rows;
}

async function run(node: IExecuteFunctions, item: number): Promise<IDataObject[]> {
  const of = await callFor(node, item);
  if (node.getNodeParameter("operation", item) === "getAll") return await list(node, item, of);
  const key = of.method === "GET" ? undefined : idempotencyKey(executionOf(node, item), of);
  return [await call(node, of, { key, itemIndex: item })];
}

/** The error as n8n shows it: with its node and item. */
function inForm(
  node: IExecuteFunctions,
  error: unknown,
  itemIndex: number,
): NodeApiError | NodeOperationError {
  return error instanceof NodeApiError || error instanceof NodeOperationError
    ? error
    : new NodeOperationError(node.getNode(), error as Error, { itemIndex });
}

export class Sluice implements INodeType {
  description: INodeTypeDescription = {
    displayName: "Sluice",
    name: "sluice",
    icon: { light: "file:../../icons/sluice.svg", dark: "file:../../icons/sluice.dark.svg" },
    group: ["transform"],
    version: 1,
    subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
    description: "Look at and control leads, messages, campaigns, outreach and uploads of Sluice",
    defaults: { name: "Sluice" },
    usableAsTool: true,
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: CREDENTIAL, required: true }],
    properties: [...resources, ...fields],
  };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    const results: INodeExecutionData[] = [];
    for (let item = 0; item < this.getInputData().length; item++) {
      try {
        const rows = await run(this, item);
        results.push(...rows.map((json) => ({ json, pairedItem: { item } })));
      } catch (error) {
        const formed = inForm(this, error, item);
        if (!this.continueOnFail()) throw formed;
        const { message, description } = formed;
        results.push({
          json: { error: message, description: description ?? "" },
          // With it, n8n puts the item on the error output, if the node has one.
          error: formed,
          pairedItem: { item },
        });
      }
    }
    return [results];
  }
}
