// However a wish is written, packed or broken, nothing automatic is sent to the person once it is read.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mailOf, type Person, type ReplyWorld, startReplyWorld } from "./support.ts";

let world: ReplyWorld;
beforeAll(async () => {
  world = await startReplyWorld();
});
afterAll(() => world?.stop());

/** Ended, or held until a person looks. */
async function isSpared(person: Person, channel: "sms" | "email" | "voice_ai"): Promise<boolean> {
  await world.read();
  const rules = await world.refusals(person, channel);
  return rules.includes("suppressed") || rules.includes("possible_wish");
}

describe("texts", () => {
  test.each<[string, Record<string, string>]>([
    ["a NUL behind", { Body: "STOP\0" }],
    ["a NUL within", { Body: "ST\0OP" }],
    ["half a surrogate pair", { Body: "STOP \ud83d" }],
    ["letters of full width", { Body: "ＳＴＯＰ" }],
    ["bold letters", { Body: "𝐒𝐓𝐎𝐏" }],
    ["characters without width", { Body: "S\u200bT\u200bO\u200bP" }],
    ["points between the letters", { Body: "S.T.O.P." }],
    ["letters of another alphabet", { Body: "ЅТОР" }],
    ["lines and a signature", { Body: "\r\n\r\nstop\r\n\r\n- Ann" }],
    ["the provider's word alone", { Body: "", OptOutType: "STOP" }],
    ["the provider's word in small letters", { Body: "?", OptOutType: "stop" }],
    ["a longer text than a text has", { Body: `${"la ".repeat(3000)}. Stop texting me.` }],
    ["stops of a quoted mail", { Body: "--- STOP ---" }],
    ["a mark of a quote", { Body: "Sent from my phone. Stop texting me" }],
  ])("a wish with %s", async (_, form) => {
    const person = await world.person();
    expect((await world.twilio("sms", { From: person.phone, ...form })).status).toBe(200);
    expect(await isSpared(person, "sms")).toBe(true);
  });
});

const raw = (type: string, body: string | Uint8Array) => ({ email, leadId }: Person) => [
  ...mailOf({ from: email }).filter(({ name }) => name !== "headers"),
  {
    name: "email",
    value: Buffer.concat([
      Buffer.from(
        `From: A Person <${email}>\r\nMessage-ID: <x-${leadId}@mail.example.com>\r\n` +
          `Subject: Re: Your house\r\nMIME-Version: 1.0\r\nContent-Type: ${type}\r\n`,
      ),
      Buffer.from(body),
    ]),
  },
];

describe("mails", () => {
  test.each<[string, (person: Person) => ReturnType<typeof mailOf>]>([
    ["as a formal letter", ({ email }) =>
      mailOf({
        from: email,
        text:
          "From: Ann Ames\nTo: Org 1\nDate: November 18, 2026\n\nPlease remove me from your list.",
      })],
    [
      "that sounds like a legal notice",
      ({ email }) => mailOf({ from: email, text: "I received this by mistake. Stop emailing me." }),
    ],
    ["between rules", ({ email }) => mailOf({ from: email, text: "---STOP---" })],
    [
      "after a footer without a blank line",
      ({ email }) =>
        mailOf({ from: email, text: "Sent to the wrong person.\nTake me off your list." }),
    ],
    [
      "in HTML, beside plain text that only quotes",
      ({ email }) =>
        mailOf({ from: email, text: "> Hi Ann\n", html: "<p>Please stop emailing me</p>" }),
    ],
    ["in HTML, beside a hint to read HTML", ({ email }) =>
      mailOf({
        from: email,
        text: "Please use an HTML viewer.",
        html: "<p>Unsubscribe me</p>",
      })],
    [
      "from an address in capitals",
      ({ email }) => mailOf({ from: email.toUpperCase(), text: "unsubscribe" }),
    ],
    ["through a gateway that suppresses answers", ({ email }) =>
      mailOf({
        from: email,
        text: "Please remove us from your list.",
        headers: "X-Auto-Response-Suppress: All\n",
      })],
    ["by a program that answers for the firm", ({ email }) =>
      mailOf({
        from: email,
        text: "We accept no solicitation. Cease and desist.",
        headers: "Auto-Submitted: auto-replied\n",
      })],
    [
      "as a subject above nothing",
      ({ email }) => mailOf({ from: email, subject: "STOP", text: "" }),
    ],
    [
      "as a subject above a greeting",
      ({ email }) => mailOf({ from: email, subject: "unsubscribe", text: "Thanks,\nAnn" }),
    ],
    [
      "in UTF-16",
      raw(
        "text/plain; charset=utf-16le\r\n",
        Buffer.from("\r\nPlease stop emailing me", "utf16le"),
      ),
    ],
    [
      "in quoted-printable",
      raw(
        "text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n",
        "\r\nPlease st=\r\nop emailing me=20\r\n",
      ),
    ],
    ["with a NUL", ({ email }) => mailOf({ from: email, text: "unsub\0scribe" })],
  ])("a wish %s", async (_, partsOf) => {
    const person = await world.person("email");
    expect((await world.mail(partsOf(person))).status).toBe(200);
    expect(await isSpared(person, "email")).toBe(true);
  });
});

describe("calls", () => {
  const talk = Array.from({ length: 900 }, (_, n) => `well, about room ${n} of the house`);
  test.each<[string, Record<string, unknown>]>([
    ["at the end of a long talk", {
      artifact: {
        messages: [...talk, "And never call me again."].map((message) => ({
          role: "user",
          message,
        })),
      },
    }],
    ["at the end of one long turn", {
      artifact: {
        messages: [{ role: "user", message: `${talk.join(", ")}. Do not call me again.` }],
      },
    }],
    ["in a transcript beside messages without the person", {
      artifact: {
        messages: [{ role: "bot", message: "Hi" }],
        transcript: "AI: Hi\nUser: Stop calling me\nAI: Ok",
      },
    }],
    ["with half a surrogate pair", {
      artifact: { messages: [{ role: "user", message: "Stop calling me \ud83d" }] },
    }],
    ["over two lines", { artifact: { transcript: "AI: Hi\nUser: Stop\ncalling me\nAI: Ok" } }],
  ])("a wish %s", async (_, report) => {
    const person = await world.person("voice_ai");
    expect((await world.report(person, { endedReason: "customer-ended-call", ...report })).status)
      .toBe(200);
    expect(await isSpared(person, "voice_ai")).toBe(true);
  });
});
