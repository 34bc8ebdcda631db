import {
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeType,
  type INodeTypeDescription,
  NodeConnectionTypes,
} from "n8n-workflow";
import { passThrough } from "../../shared/canvas.ts";
import { duration } from "../../shared/duration.ts";

export class SluiceWait implements INodeType {
  description: INodeTypeDescription = {
    displayName: "Sluice Wait",
    name: "sluiceWait",
    icon: { light: "file:../../icons/wait.svg", dark: "file:../../icons/wait.dark.svg" },
    group: ["organization"],
    version: 1,
    subtitle:
      '={{ $parameter["amount"] + " " + $parameter["unit"].slice(0, $parameter["amount"] === 1 ? -1 : undefined) }}',
    description: "Time between two steps of a sequence; Sluice waits, not n8n",
    defaults: { name: "Wait" },
    usableAsTool: undefined,
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main],
    properties: [
      ...duration({ amount: 1, unit: "days" }),
      {
        displayName: "Days",
        name: "dayKind",
        type: "options",
        noDataExpression: true,
        options: [
          { name: "Business Days", value: "business" },
          { name: "Calendar Days", value: "calendar" },
        ],
        default: "business",
        displayOptions: { show: { unit: ["days"] } },
      },
    ],
  };

  execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return passThrough(this, 1);
  }
}
