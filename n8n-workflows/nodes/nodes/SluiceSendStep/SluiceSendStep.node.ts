import {
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeType,
  type INodeTypeDescription,
  NodeConnectionTypes,
} from "n8n-workflow";
import { CREDENTIAL } from "../../shared/call.ts";
import { passThrough } from "../../shared/canvas.ts";
import { getSenders, getTemplates } from "../../shared/texts.ts";

export class SluiceSendStep implements INodeType {
  description: INodeTypeDescription = {
    displayName: "Sluice Send Step",
    name: "sluiceSendStep",
    icon: { light: "file:../../icons/send.svg", dark: "file:../../icons/send.dark.svg" },
    group: ["output"],
    version: 1,
    subtitle: '={{ $parameter["channel"] + ": " + ($parameter["template"] || "A/B") }}',
    description: "A step of a sequence: Sluice sends the text, after its gate has allowed it",
    defaults: { name: "Send Step" },
    usableAsTool: undefined,
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: CREDENTIAL, required: false }],
    properties: [
      {
        displayName: "Channel",
        name: "channel",
        type: "options",
        noDataExpression: true,
        options: [
          { name: "Call by the Assistant", value: "voice_ai" },
          { name: "Email", value: "email" },
          { name: "Text Message", value: "sms" },
        ],
        default: "email",
      },
      {
        displayName: "Template Name or ID",
        name: "template",
        type: "options",
        noDataExpression: true,
        typeOptions: { loadOptionsMethod: "getTemplates", loadOptionsDependsOn: ["channel"] },
        default: "",
        description:
          'The text that Sluice sends; empty if variants are given. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
      },
      {
        displayName: "Variants",
        name: "variants",
        type: "fixedCollection",
        noDataExpression: true,
        typeOptions: { multipleValues: true },
        placeholder: "Add Variant",
        default: {},
        description: "Several texts instead of one template: each lead always gets the same one",
        options: [
          {
            displayName: "Variant",
            name: "variant",
            values: [
              {
                displayName: "Template Name or ID",
                name: "template",
                type: "options",
                noDataExpression: true,
                typeOptions: { loadOptionsMethod: "getTemplates" },
                default: "",
                description:
                  'Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
              },
              {
                displayName: "Share",
                name: "share",
                type: "number",
                noDataExpression: true,
                typeOptions: { minValue: 1, maxValue: 100 },
                default: 50,
                description: "Part of the leads that get this text, in proportion to the others",
              },
            ],
          },
        ],
      },
      {
        displayName: "Send From",
        name: "sendFrom",
        type: "string",
        noDataExpression: true,
        default: "",
        placeholder: "09:00",
        description: "Earliest local time of the org; the law's hours hold in any case",
      },
      {
        displayName: "Send Until",
        name: "sendUntil",
        type: "string",
        noDataExpression: true,
        default: "",
        placeholder: "17:00",
        description: "Latest local time of the org",
      },
      {
        displayName: "Purpose",
        name: "purpose",
        type: "options",
        noDataExpression: true,
        options: [
          { name: "Marketing", value: "marketing" },
          { name: "Transactional", value: "transactional" },
        ],
        default: "marketing",
      },
      {
        displayName: "Sender Name or ID",
        name: "sender",
        type: "options",
        noDataExpression: true,
        typeOptions: { loadOptionsMethod: "getSenders", loadOptionsDependsOn: ["channel"] },
        default: "",
        description:
          'Who sends; empty for the default of the channel. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
      },
    ],
  };

  methods = { loadOptions: { getSenders, getTemplates } };

  execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return passThrough(this, 1);
  }
}
