// The providers of the sandbox by name, and the form of their secrets. Imports none of their servers.

export const PROVIDERS = ["sendgrid", "twilio", "vapi", "calcom", "openai", "zerobounce"] as const;
export type Provider = (typeof PROVIDERS)[number];

export interface Secrets {
  sendgrid: {
    apiKey: string;
    webhookPublicKey: string;
    webhookPrivateKey: string;
    inboundSecret: string;
  };
  twilio: { accountSid: string; authToken: string };
  vapi: { apiKey: string; webhookSecret: string };
  calcom: { apiKey: string; webhookSecret: string };
  openai: { apiKey: string };
  zerobounce: { apiKey: string };
}
