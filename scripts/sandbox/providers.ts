// The providers of the sandbox by name, and the form of their secrets. Imports none of their servers.

export const PROVIDERS = [
  ...["sendgrid", "twilio", "vapi", "calcom", "openai"] as const,
  ...["batchdata", "zerobounce", "neverbounce", "melissa", "attom", "google", "yelp"] as const,
] as const;
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
  attom: { apiKey: string };
  batchdata: { apiKey: string };
  google: { apiKey: string };
  yelp: { apiKey: string };
  zerobounce: { apiKey: string };
  neverbounce: { apiKey: string };
  melissa: { licenseKey: string };
}
