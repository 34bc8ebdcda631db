import {
  type INodeType,
  type INodeTypeDescription,
  type ITriggerFunctions,
  type ITriggerResponse,
  NodeConnectionTypes,
} from "n8n-workflow";
import { CREDENTIAL } from "../../shared/call.ts";
import { publish } from "../../shared/publish.ts";

export class SluiceSequenceStart implements INodeType {
  description: INodeTypeDescription = {
    displayName: "Sluice Sequence Start",
    name: "sluiceSequenceStart",
    icon: { light: "file:../../icons/sluice.svg", dark: "file:../../icons/sluice.dark.svg" },
    group: ["trigger"],
    version: 1,
    subtitle: '={{ $parameter["name"] }}',
    description:
      "Begins a sequence that Sluice runs. Activating the workflow publishes it; running it only checks it.",
    eventTriggerDescription: "",
    activationMessage: "The sequence is published to Sluice.",
    defaults: { name: "Sequence Start" },
    inputs: [],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: CREDENTIAL, required: true }],
    properties: [
      {
        displayName:
          "Activating this workflow publishes the sequence to Sluice, which runs it: n8n may be off. Executing the workflow here only checks it, unless chosen otherwise.",
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
        displayName: "When Executed",
        name: "whenExecuted",
        type: "options",
        noDataExpression: true,
        options: [
          {
            name: "Check",
            value: "check",
            description: "Show the problems, and how many leads are at each node",
          },
          { name: "Publish", value: "publish", description: "As activating the workflow does" },
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
          "The version in Sluice that you have looked at, when it was changed elsewhere; 0 for the one that this workflow published last",
      },
    ],
  };

  async trigger(this: ITriggerFunctions): Promise<ITriggerResponse> {
    if (this.getMode() === "manual") {
      const manualTriggerFunction = async () => {
        const check = this.getNodeParameter("whenExecuted", "check") !== "publish";
        const result = await publish(this, check);
        this.emit([this.helpers.returnJsonArray([result])]);
      };
      return { manualTriggerFunction };
    }
    // A restart of n8n publishes nothing: Sluice has the sequence.
    if (["activate", "create", "update"].includes(this.getActivationMode())) {
      await publish(this, false);
    }
    return {};
  }
}
