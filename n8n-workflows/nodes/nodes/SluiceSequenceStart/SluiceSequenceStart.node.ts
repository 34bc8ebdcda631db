import {
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeType,
  type INodeTypeDescription,
  NodeApiError,
  NodeConnectionTypes,
  NodeOperationError,
} from "n8n-workflow";
import { CREDENTIAL } from "../../shared/call.ts";
import { publish } from "../../shared/publish.ts";

export class SluiceSequenceStart implements INodeType {
  description: INodeTypeDescription = {
    displayName: "Sluice Sequence Start",
    name: "sluiceSequenceStart",
    icon: { light: "file:../../icons/start.svg", dark: "file:../../icons/start.dark.svg" },
    group: ["trigger"],
    version: 1,
    subtitle: '={{ $parameter["operation"] + ": " + $parameter["name"] }}',
    description:
      "Begins a sequence that Sluice runs. Executing the workflow checks the sequence or publishes it to Sluice.",
    eventTriggerDescription: "",
    defaults: { name: "Sequence Start" },
    inputs: [],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: CREDENTIAL, required: true }],
    properties: [
      {
        displayName:
          "Save the workflow, then execute it: Sluice checks or publishes what is saved. Sluice runs the sequence, so n8n may be off, and this workflow is not activated.",
        name: "notice",
        type: "notice",
        default: "",
      },
      {
        displayName: "Name",
        name: "name",
        type: "string",
        required: true,
        default: "",
        noDataExpression: true,
        description: "The name of the sequence in Sluice",
      },
      {
        displayName: "Operation",
        name: "operation",
        type: "options",
        noDataExpression: true,
        options: [
          {
            name: "Check",
            value: "check",
            description: "Show the problems, and how many leads are at each node",
            action: "Check a sequence",
          },
          {
            name: "Publish",
            value: "publish",
            description: "Make it the next version of the sequence",
            action: "Publish a sequence",
          },
        ],
        default: "check",
      },
      {
        displayName: "Replaces Version",
        name: "replacesVersion",
        type: "number",
        typeOptions: { minValue: 0 },
        noDataExpression: true,
        default: 0,
        description:
          "The version in Sluice that you have looked at, when Sluice has a newer one than this workflow published; 0 for the one that it published last, which Sluice remembers",
      },
    ],
  };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    const check = this.getNodeParameter("operation", 0, "check") !== "publish";
    try {
      const json = await publish(this, check);
      return [[{ json, pairedItem: { item: 0 } }]];
    } catch (error) {
      if (!this.continueOnFail()) throw inForm(this, error);
      return [[{ json: { error: (error as Error).message }, pairedItem: { item: 0 } }]];
    }
  }
}

function inForm(node: IExecuteFunctions, error: unknown): Error {
  return error instanceof NodeApiError || error instanceof NodeOperationError
    ? error
    : new NodeOperationError(node.getNode(), error as Error, { itemIndex: 0 });
}
