// The types of the package n8n-workflow as far as n8n-nodes-sluice uses them, so that the nodes are checked without n8n.
// `npm run test:n8n` compiles them with the types of the real package.

export interface IDataObject {
  [name: string]: unknown;
}
export type JsonObject = Record<string, unknown>;
export type IHttpRequestMethods = "DELETE" | "GET" | "HEAD" | "PATCH" | "POST" | "PUT";

export interface IHttpRequestOptions {
  method?: IHttpRequestMethods;
  baseURL?: string;
  url: string;
  qs?: IDataObject;
  headers?: IDataObject;
  body?: unknown;
  json?: boolean;
  returnFullResponse?: boolean;
  ignoreHttpStatusErrors?: boolean;
  timeout?: number;
}

export interface INode {
  id: string;
  name: string;
  type: string;
  parameters: IDataObject;
}

type PropertyType =
  | "boolean"
  | "collection"
  | "dateTime"
  | "fixedCollection"
  | "multiOptions"
  | "notice"
  | "number"
  | "options"
  | "string";

export interface INodePropertyOptions {
  name: string;
  value: string | number | boolean;
  description?: string;
  action?: string;
}

export interface INodePropertyCollection {
  displayName: string;
  name: string;
  values: INodeProperties[];
}

export interface INodeProperties {
  displayName: string;
  name: string;
  type: PropertyType;
  default: unknown;
  description?: string;
  hint?: string;
  placeholder?: string;
  required?: boolean;
  noDataExpression?: boolean;
  options?: (INodePropertyOptions | INodeProperties | INodePropertyCollection)[];
  typeOptions?: {
    loadOptionsDependsOn?: string[];
    loadOptionsMethod?: string;
    maxValue?: number;
    minValue?: number;
    multipleValues?: boolean;
    password?: boolean;
    rows?: number;
  };
  displayOptions?: Record<"hide" | "show", Record<string, (string | number | boolean)[]>> | {
    show: Record<string, (string | number | boolean)[]>;
  };
}

interface Themed {
  light: `file:${string}.svg`;
  dark: `file:${string}.svg`;
}
export type Icon = Themed | `file:${string}.svg`;

export interface INodeTypeDescription {
  displayName: string;
  name: string;
  icon?: Icon;
  group: ("input" | "organization" | "output" | "schedule" | "transform" | "trigger")[];
  version: number | number[];
  subtitle?: string;
  description: string;
  eventTriggerDescription?: string;
  activationMessage?: string;
  defaults: { name?: string; color?: string };
  usableAsTool?: true;
  inputs: "main"[];
  outputs: "main"[];
  outputNames?: string[];
  credentials?: { name: string; required?: boolean }[];
  webhooks?: {
    name: string;
    httpMethod: IHttpRequestMethods;
    responseMode?: string;
    responseCode?: number | string;
    responseData?: string;
    path: string;
    isFullPath?: boolean;
  }[];
  properties: INodeProperties[];
}

interface BinaryData {
  data: string;
  mimeType: string;
  fileName?: string;
}

export interface INodeExecutionData {
  json: IDataObject;
  binary?: Record<string, BinaryData>;
  error?: Error;
  pairedItem?: number | { item: number; input?: number };
}

interface Functions {
  getNode(): INode;
  getCredentials(type: string, itemIndex?: number): Promise<IDataObject>;
  getWorkflow(): { id?: string; name?: string; active: boolean };
  getInstanceId(): string;
}

interface Requests {
  httpRequest(options: IHttpRequestOptions): Promise<unknown>;
  httpRequestWithAuthentication(
    this: unknown,
    credential: string,
    options: IHttpRequestOptions,
  ): Promise<unknown>;
}

export interface IExecuteFunctions extends Functions {
  getNodeParameter(name: string, itemIndex: number, fallback?: unknown): unknown;
  getInputData(): INodeExecutionData[];
  getExecutionId(): string;
  getParentNodes(name: string): { name: string; type: string; disabled: boolean }[];
  evaluateExpression(expression: string, itemIndex: number): unknown;
  continueOnFail(): boolean;
  helpers: Requests & {
    assertBinaryData(itemIndex: number, property: string): BinaryData;
    getBinaryDataBuffer(itemIndex: number, property: string): Promise<Buffer>;
    returnJsonArray(rows: IDataObject | IDataObject[]): INodeExecutionData[];
  };
}

export interface ILoadOptionsFunctions extends Functions {
  getCurrentNodeParameter(name: string): unknown;
  helpers: Requests;
}

export type IHookFunctions = Functions;

export interface IWebhookFunctions extends Functions {
  getNodeParameter(name: string, fallback?: unknown): unknown;
  getHeaderData(): object;
  getRequestObject(): object;
  getResponseObject(): {
    status(status: number): { json(body: unknown): { end(): void } };
  };
  helpers: { returnJsonArray(rows: IDataObject | IDataObject[]): INodeExecutionData[] };
}

export interface IWebhookResponseData {
  workflowData?: INodeExecutionData[][];
  noWebhookResponse?: boolean;
}

export interface INodeType {
  description: INodeTypeDescription;
  methods?: {
    loadOptions?: Record<
      string,
      (this: ILoadOptionsFunctions) => Promise<INodePropertyOptions[]>
    >;
  };
  webhookMethods?: Record<
    string,
    Record<"checkExists" | "create" | "delete", (this: IHookFunctions) => Promise<boolean>>
  >;
  execute?(this: IExecuteFunctions): Promise<INodeExecutionData[][]>;
  webhook?(this: IWebhookFunctions): Promise<IWebhookResponseData>;
}

export interface IAuthenticateGeneric {
  type: "generic";
  properties: { headers?: Record<string, string> };
}

export interface ICredentialTestRequest {
  request: { baseURL?: string; url: string; method?: IHttpRequestMethods };
}

export interface ICredentialType {
  name: string;
  displayName: string;
  icon?: Icon;
  documentationUrl?: string;
  properties: INodeProperties[];
  authenticate?: IAuthenticateGeneric;
  test?: ICredentialTestRequest;
}
