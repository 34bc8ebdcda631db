// A STOP that was answered with 200 holds at once: no worker has read it, and neither a due step nor a claimed message
// goes out.
import { afterAll, beforeAll, expect, test } from "vitest";
import { after } from "../delivery/harness.ts";
import { mailOf, type ReplyWorld, startReplyWorld } from "./support.ts";

let world: ReplyWorld;
beforeAll(async () => {
  world = await startReplyWorld({ worker: false });
});
afterAll(() => world?.stop());

const sentTo = (phone: string) =>
  world.send.sandbox.received.messages.filter(({ to }) => to === phone).length;

test("the gate refuses the person from the 200 on; others are texted", async () => {
  const [gone, other] = [await world.person(), await world.person()];
  expect(await world.refusals(gone, "sms")).toEqual([]);
  expect((await world.twilio("sms", { From: gone.phone, Body: "STOP" })).status).toBe(200);
  expect(await world.refusals(gone, "sms")).toEqual(["message_unread"]);
  expect(await world.refusals(gone, "voice_ai")).toEqual(["message_unread"]);
  expect(await world.refusals(gone, "email")).toEqual(["message_unread"]);
  expect(await world.refusals(other, "sms")).toEqual([]);
  expect(await world.dispatch(2)).toMatchObject({ sent: 1 });
  expect([sentTo(gone.phone), sentTo(other.phone)]).toEqual([0, 1]);
  expect(await world.dispatch(40)).toMatchObject({ sent: 0 });
  expect(sentTo(gone.phone)).toBe(0);
});

test("a message that was claimed before is not sent", async () => {
  const person = await world.person();
  const at = (minutes: number) => ({
    as_of: after(minutes).toISOString(),
    org_id: world.send.org.id,
  });
  const claimed = (await world.send.ask("POST", "/claim", { channel: "sms", ...at(50) })).json as {
    messages: { id: string; lead_id: string; lease_token: string }[];
  };
  const [message] = claimed.messages.filter(({ lead_id }) => lead_id === person.leadId);
  expect(message).toBeDefined();
  expect((await world.twilio("sms", { From: person.phone, Body: "stop" })).status).toBe(200);
  const sent = await world.send.ask("POST", "/send", {
    message_ids: [message!.id],
    lease_token: message!.lease_token,
    ...at(50.1),
  });
  expect(sent.json).toMatchObject({ sent: 0 });
  expect(sentTo(person.phone)).toBe(0);
});

test("the same holds for a mail, a person on WhatsApp and an unsubscribe event", async () => {
  const people = [await world.person("email"), await world.person(), await world.person("email")];
  const [writer, whatsapp, unsubscriber] = people as [typeof people[0], ...typeof people];
  await world.dispatch(60);
  const [sent] = await world.send.messages([unsubscriber!.leadId]);
  const answers = [
    await world.mail(mailOf({ from: writer!.email, text: "Please stop emailing me" })),
    await world.twilio("sms", { From: `whatsapp:${whatsapp!.phone}`, Body: "STOP" }),
    await world.events([{
      ...{ email: unsubscriber!.email, event: "unsubscribe", timestamp: 1_795_000_000 },
      sg_message_id: `${sent!.provider_id}.filter0001.1.0`,
      message_id: sent!.id,
    }]),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(await world.refusals(writer!, "email")).toEqual(["message_unread"]);
  expect(await world.refusals(whatsapp!, "sms")).toEqual(["message_unread"]);
  expect(await world.refusals(unsubscriber!, "email")).toEqual(["message_unread"]);
});
