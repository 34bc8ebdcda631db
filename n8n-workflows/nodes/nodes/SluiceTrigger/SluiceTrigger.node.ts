import {
  type IDataObject,
  type IHookFunctions,
  type INodeType,
  type INodeTypeDescription,
  type IWebhookFunctions,
  type IWebhookResponseData,
  NodeConnectionTypes,
} from "n8n-workflow";
import { CREDENTIAL } from "../../shared/call.ts";
import { eventOf, isGenuine } from "../../shared/signature.ts";
import { validTraceparent } from "../../shared/trace.ts";

/** Answers without starting the workflow. */
function refuse(of: IWebhookFunctions, status: number, code: string): IWebhookResponseData {
  of.getResponseObject().status(status).json({ code }).end();
  return { noWebhookResponse: true };
}

export class SluiceTrigger implements INodeType {
  description: INodeTypeDescription = {
    displayName: "Sluice Trigger",
    name: "sluiceTrigger",
    icon: { light: "file:../../icons/sluice.svg", dark: "file:../../icons/sluice.dark.svg" },
    group: ["trigger"],
    version: 1,
    subtitle: '={{ $parameter["events"].join(", ") }}',
    description:
      "Starts when Sluice sends an event; refuses requests that Sluice did not sign within the last five minutes",
    eventTriggerDescription: "Waiting for an event of Sluice",
    activationMessage: "Subscribe the production URL of this node in Sluice.",
    defaults: { name: "Sluice Trigger" },
    inputs: [],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: CREDENTIAL, required: true }],
    webhooks: [
      {
        name: "default",
        httpMethod: "POST",
        responseMode: '={{ $parameter["respond"] }}',
        responseCode: '={{ $parameter["respond"] === "onReceived" ? 202 : 200 }}',
        responseData: "noData",
        path: '={{ $parameter["path"] }}',
        isFullPath: true,
      },
    ],
    properties: [
      {
        displayName:
          "Subscribe the production URL of this node in Sluice (public.create_subscription), with the secret that is in the credential",
        name: "notice",
        type: "notice",
        default: "",
      },
      {
        displayName: "Path",
        name: "path",
        type: "string",
        required: true,
        default: "sluice/events",
        description: "The end of the URL; each workflow has its own",
      },
      {
        displayName: "Events",
        name: "events",
        type: "multiOptions",
        required: true,
        options: [
          { name: "Booking Changed", value: "booking.changed" },
          { name: "Booking Made", value: "booking.made" },
          { name: "Day Closed", value: "day.closed" },
          { name: "Dead Letter Filed", value: "dead_letter.filed" },
          { name: "Feed Done", value: "feed.done" },
          { name: "Reply Labelled", value: "reply.labelled" },
          { name: "Reply Received", value: "reply.received" },
        ],
        default: ["reply.received"],
        description: "Other events are answered and start nothing",
      },
      {
        displayName: "Respond",
        name: "respond",
        type: "options",
        options: [
          {
            name: "Immediately",
            value: "onReceived",
            description:
              "Sluice does not deliver the event again, whatever becomes of the workflow",
          },
          {
            name: "When Last Node Finishes",
            value: "lastNode",
            description: "If the workflow fails, Sluice delivers the event again",
          },
        ],
        default: "lastNode",
      },
    ],
  };

  // Subscriptions are made in Sluice, by somebody who may: n8n has nothing to register.
  webhookMethods = {
    default: {
      checkExists(this: IHookFunctions): Promise<boolean> {
        return Promise.resolve(true);
      },
      create(this: IHookFunctions): Promise<boolean> {
        return Promise.resolve(true);
      },
      delete(this: IHookFunctions): Promise<boolean> {
        return Promise.resolve(true);
      },
    },
  };

  async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
    const { webhookSecret } = await this.getCredentials(CREDENTIAL);
    const { rawBody } = this.getRequestObject() as { rawBody?: Buffer };
    const body = rawBody ?? Buffer.alloc(0);
    const headers = this.getHeaderData() as Record<string, string | undefined>;
    if (!isGenuine({ headers, body }, String(webhookSecret ?? ""))) {
      return refuse(this, 401, "unauthorized");
    }
    const event = eventOf(body);
    if (!event) return refuse(this, 400, "malformed_request");
    const events = this.getNodeParameter("events", []) as string[];
    if (!events.includes(event.type)) return refuse(this, 202, "ignored");
    // The node Sluice goes on with the trace.
    const traceparent = validTraceparent(headers.traceparent);
    const json = {
      id: headers["webhook-id"] ?? "",
      ...event,
      ...(traceparent ? { traceparent } : {}),
    } as unknown as IDataObject;
    return { workflowData: [this.helpers.returnJsonArray([json])] };
  }
}
