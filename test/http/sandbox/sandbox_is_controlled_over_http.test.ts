import { afterEach, beforeEach, expect, it } from "vitest";
import { type Control, startControl } from "../../../scripts/sandbox/control.ts";
import { type Clients, startClients } from "./harness.ts";

let clients: Clients;
let control: Control;

beforeEach(async () => {
  clients = await startClients({ webhooksUrl: undefined });
  control = await startControl(clients.sandbox);
});
afterEach(async () => {
  await control.stop();
  await clients.stop();
});

const tell = async (path: string, body?: unknown) => {
  const answer = await fetch(control.url + path, {
    method: body === undefined ? "GET" : "POST",
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return [answer.status, await answer.json()];
};
const sms = { to: "+12135550101", from: "+12025550142", body: "Hi" };

it("lists received requests, and applies faults until they are cleared", async () => {
  await tell("/fault", { provider: "twilio", then: { status: 503 } });
  await expect(clients.twilio.messages.create(sms)).rejects.toMatchObject({ status: 503 });
  await tell("/faults/clear", {});
  await clients.twilio.messages.create(sms);
  const [status, told] = await tell("/");
  expect(status).toBe(200);
  expect(told.received.messages).toMatchObject([{ to: "+12135550101", body: "Hi" }]);
});

it("simulates messages and bookings, with webhooks to the configured URL", async () => {
  await tell("/webhooks", { url: `${clients.listener.url}/` });
  await tell("/write", { channel: "sms", from: "+12135550101", text: "STOP" });
  await tell("/book", { name: "Robin", email: "r@example.com", start: "2026-12-03T18:00:00Z" });
  expect(await tell("/drain", {})).toEqual([200, { delivered: 2, failed: 0, waiting: 0 }]);
  expect(clients.listener.caught.map(({ path }) => path.split("/org/")[1]))
    .toEqual(["twilio/sms", "calcom"]);
});

it("refuses invalid requests", async () => {
  expect((await tell("/nothing"))[0]).toBe(404);
  expect((await fetch(`${control.url}/fault`, { method: "POST", body: "{" })).status).toBe(400);
});
