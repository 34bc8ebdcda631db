import {
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeType,
  type INodeTypeDescription,
  NodeConnectionTypes,
} from "n8n-workflow";
import { passThrough } from "../../shared/canvas.ts";

export class SluiceHandOver implements INodeType {
  description: INodeTypeDescription = {
    displayName: "Sluice Hand Over",
    name: "sluiceHandOver",
    icon: { light: "file:../../icons/hand-over.svg", dark: "file:../../icons/hand-over.dark.svg" },
    group: ["output"],
    version: 1,
    subtitle: "to the broker",
    description: "The end of a sequence: the broker of the lead gets a task",
    defaults: { name: "Hand Over" },
    usableAsTool: undefined,
    inputs: [NodeConnectionTypes.Main],
    outputs: [],
    properties: [
      {
        displayName: "Note",
        name: "note",
        type: "string",
        noDataExpression: true,
        typeOptions: { rows: 3 },
        default: "",
        description: "What the broker reads in the task",
      },
    ],
  };

  execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return passThrough(this, 0);
  }
}
