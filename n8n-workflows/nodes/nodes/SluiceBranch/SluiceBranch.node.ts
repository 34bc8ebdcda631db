import {
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeType,
  type INodeTypeDescription,
  NodeConnectionTypes,
} from "n8n-workflow";
import { passThrough } from "../../shared/canvas.ts";
import { duration } from "../../shared/duration.ts";

export class SluiceBranch implements INodeType {
  description: INodeTypeDescription = {
    displayName: "Sluice Branch",
    name: "sluiceBranch",
    icon: { light: "file:../../icons/branch.svg", dark: "file:../../icons/branch.dark.svg" },
    group: ["organization"],
    version: 1,
    subtitle:
      '={{ $parameter["event"] + " within " + $parameter["amount"] + " " + $parameter["unit"] }}',
    description: "Two ways on in a sequence, by what the lead did within a time",
    defaults: { name: "Branch" },
    usableAsTool: undefined,
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
    outputNames: ["yes", "no"],
    properties: [
      {
        displayName: "Event",
        name: "event",
        type: "options",
        noDataExpression: true,
        options: [
          {
            name: "Clicked",
            value: "clicked",
            description: "A person clicked a link of the last email",
          },
          {
            name: "No Answer",
            value: "no_answer",
            description: "No reply and no click until the time is over",
          },
          { name: "Replied", value: "replied", description: "The lead replied on any channel" },
        ],
        default: "replied",
        description:
          "What decides, since the last message: yes if it happens within the time, else no",
      },
      ...duration({ amount: 3, unit: "days" }),
    ],
  };

  execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return passThrough(this, 2);
  }
}
