// The providers' servers and secrets, and the environment that points to them.
import { Attom } from "./attom/server.ts";
import { Batchdata } from "./batchdata/server.ts";
import { Calcom } from "./calcom/server.ts";
import type { Context } from "./context.ts";
import { Google } from "./google/server.ts";
import { Melissa } from "./melissa/server.ts";
import { Neverbounce } from "./neverbounce/server.ts";
import { Openai } from "./openai/server.ts";
import type { Provider, Secrets } from "./providers.ts";
import { randomHex, randomId } from "./random.ts";
import { Sendgrid } from "./sendgrid/server.ts";
import { makeSendgridKeys } from "./sendgrid/sign.ts";
import { Twilio } from "./twilio/server.ts";
import { Vapi } from "./vapi/server.ts";
import { Yelp } from "./yelp/server.ts";
import { Zerobounce } from "./zerobounce/server.ts";

export const makeHandlers = (context: Context) => ({
  sendgrid: new Sendgrid(context),
  twilio: new Twilio(context),
  vapi: new Vapi(context),
  calcom: new Calcom(context),
  openai: new Openai(context),
  attom: new Attom(context),
  batchdata: new Batchdata(context),
  google: new Google(context),
  yelp: new Yelp(context),
  zerobounce: new Zerobounce(context),
  neverbounce: new Neverbounce(context),
  melissa: new Melissa(context),
});

export function makeSecrets(random: () => number): Secrets {
  const keys = makeSendgridKeys();
  return {
    sendgrid: {
      apiKey: `SG.${randomId(random, 22)}.${randomId(random, 43)}`,
      webhookPublicKey: keys.publicKey,
      webhookPrivateKey: keys.privateKey,
      inboundSecret: randomId(random, 32),
    },
    twilio: { accountSid: `AC${randomHex(random, 32)}`, authToken: randomHex(random, 32) },
    vapi: { apiKey: randomId(random, 36), webhookSecret: randomId(random, 32) },
    calcom: { apiKey: `cal_${randomHex(random, 32)}`, webhookSecret: randomId(random, 32) },
    openai: { apiKey: `sk-sandbox-${randomId(random, 32)}` },
    zerobounce: { apiKey: randomHex(random, 32) },
    batchdata: { apiKey: randomId(random, 40) },
    neverbounce: { apiKey: `secret_${randomHex(random, 32)}` },
    melissa: { licenseKey: randomId(random, 24) },
    attom: { apiKey: randomHex(random, 32) },
    google: { apiKey: randomId(random, 39) },
    yelp: { apiKey: randomId(random, 128) },
  };
}

/** Optional features that the sandbox supports and a real account may lack. */
export const OPTIONAL_FEATURES = { SENDGRID_ACTIVITY: "on" };

export function environment(
  secrets: Secrets,
  servers: Record<Provider, { url: string }>,
): Record<string, string> {
  return {
    SENDGRID_API_KEY: secrets.sendgrid.apiKey,
    SLUICE_LOOPBACK_URLS: "allow",
    SENDGRID_BASE_URL: servers.sendgrid.url,
    SENDGRID_WEBHOOK_PUBLIC_KEY: secrets.sendgrid.webhookPublicKey,
    SENDGRID_INBOUND_SECRET: secrets.sendgrid.inboundSecret,
    TWILIO_ACCOUNT_SID: secrets.twilio.accountSid,
    TWILIO_AUTH_TOKEN: secrets.twilio.authToken,
    TWILIO_BASE_URL: servers.twilio.url,
    VAPI_API_KEY: secrets.vapi.apiKey,
    VAPI_BASE_URL: servers.vapi.url,
    VAPI_WEBHOOK_SECRET: secrets.vapi.webhookSecret,
    CALCOM_API_KEY: secrets.calcom.apiKey,
    CALCOM_BASE_URL: servers.calcom.url,
    CALCOM_WEBHOOK_SECRET: secrets.calcom.webhookSecret,
    OPENAI_API_KEY: secrets.openai.apiKey,
    OPENAI_BASE_URL: `${servers.openai.url}/v1`,
    OPENAI_MODEL: "sandbox",
    ATTOM_API_KEY: secrets.attom.apiKey,
    ATTOM_BASE_URL: servers.attom.url,
    GOOGLE_MAPS_API_KEY: secrets.google.apiKey,
    GOOGLE_MAPS_BASE_URL: servers.google.url,
    GOOGLE_PLACES_BASE_URL: servers.google.url,
    YELP_API_KEY: secrets.yelp.apiKey,
    YELP_BASE_URL: servers.yelp.url,
    BATCHDATA_API_KEY: secrets.batchdata.apiKey,
    BATCHDATA_BASE_URL: servers.batchdata.url,
    ZEROBOUNCE_API_KEY: secrets.zerobounce.apiKey,
    ZEROBOUNCE_BASE_URL: servers.zerobounce.url,
    NEVERBOUNCE_API_KEY: secrets.neverbounce.apiKey,
    NEVERBOUNCE_BASE_URL: servers.neverbounce.url,
    MELISSA_LICENSE_KEY: secrets.melissa.licenseKey,
    MELISSA_BASE_URL: servers.melissa.url,
  };
}
