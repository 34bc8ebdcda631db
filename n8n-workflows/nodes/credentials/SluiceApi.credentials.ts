import type {
  IAuthenticateGeneric,
  Icon,
  ICredentialTestRequest,
  ICredentialType,
  INodeProperties,
} from "n8n-workflow";

export class SluiceApi implements ICredentialType {
  name = "sluiceApi";

  displayName = "Sluice API";

  icon: Icon = { light: "file:../icons/sluice.svg", dark: "file:../icons/sluice.dark.svg" };

  documentationUrl = "https://www.npmjs.com/package/n8n-nodes-sluice";

  properties: INodeProperties[] = [
    {
      displayName: "Functions URL",
      name: "url",
      type: "string",
      default: "",
      placeholder: "https://PROJECT.supabase.co/functions/v1",
      description: "Base URL of the functions of Sluice",
    },
    {
      displayName: "API Key",
      name: "apiKey",
      type: "string",
      typeOptions: { password: true },
      default: "",
      placeholder: "slk_…",
      description: "A key of one org, made in Settings or with: npx sluice key create",
    },
    {
      displayName: "Webhook Secret",
      name: "webhookSecret",
      type: "string",
      typeOptions: { password: true },
      default: "",
      placeholder: "whsec_…",
      description:
        "Only for Sluice Trigger: the secret of the subscription. While it is rotated, the new and the old one with a space between.",
    },
    {
      displayName: "n8n URL",
      name: "n8nUrl",
      type: "string",
      default: "",
      placeholder: "https://n8n.example.com",
      description: "Only for Sluice Sequence Start: the URL of this n8n",
    },
    {
      displayName: "n8n API Key",
      name: "n8nApiKey",
      type: "string",
      typeOptions: { password: true },
      default: "",
      description:
        "Only for Sluice Sequence Start: a key of this n8n with the right to read workflows",
    },
  ];

  authenticate: IAuthenticateGeneric = {
    type: "generic",
    properties: {
      headers: { Authorization: "=Bearer {{$credentials.apiKey}}" },
    },
  };

  test: ICredentialTestRequest = {
    request: {
      baseURL: "={{$credentials.url.replace(/\\/+$/, '')}}",
      url: "/api/v1/me",
      method: "GET",
    },
  };
}
