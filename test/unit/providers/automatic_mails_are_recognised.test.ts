import { expect, test } from "vitest";
import { readMail } from "../../../edge-functions/_shared/providers/sendgrid/inbound_mail.ts";
import { multipart } from "../../support/webhooks.ts";

interface Mail {
  headers?: string;
  subject?: string;
  text?: string;
  html?: string;
  email?: string;
  from?: string;
  envelope?: string;
}

function read(mail: Mail) {
  const fields = {
    headers: `Message-ID: <1@example.com>\n${mail.headers ?? ""}`,
    ...{ from: mail.from ?? "Jo <jo@example.com>", subject: mail.subject ?? "Re: Hello" },
    ...(mail.text === undefined ? {} : { text: mail.text }),
    ...(mail.html === undefined ? {} : { html: mail.html }),
    ...(mail.email === undefined
      ? {}
      : { email: mail.email, headers: undefined, subject: undefined }),
    ...(mail.envelope === undefined ? {} : { envelope: mail.envelope }),
  };
  const parts = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, value }]
  );
  const { contentType, body } = multipart(parts as never);
  return readMail({
    ...{ provider: "sendgrid", kind: "inbound", params: {}, receivedAt: new Date() },
    ...{ contentType, body },
  })[0] as unknown as Record<string, unknown>;
}

test.each<[string, Mail]>([
  ["Auto-Submitted", { headers: "Auto-Submitted: auto-replied", text: "I am away." }],
  ["a null sender", { envelope: '{"from":""}', text: "I am away." }],
  ["X-Auto-Response-Suppress", { headers: "X-Auto-Response-Suppress: All", text: "I am away." }],
  ["Precedence: bulk", { headers: "Precedence: bulk", text: "I am away." }],
  ["Precedence: auto_reply", { headers: "Precedence: auto_reply", text: "I am away." }],
  ...[
    ...[
      "Automatic reply: Hello",
      "Out of Office",
      "Respuesta automática: Hola",
      "Réponse automatique : Bonjour",
    ],
    ...["Automatische Antwort: Hallo", "Abwesenheitsnotiz: Hallo", "Resposta automática: Olá"],
    ...["Risposta automatica: Ciao", "Automatisch antwoord: Hallo", "Autosvar: Hej"],
  ].map((subject): [string, Mail] => [subject, { subject, text: "I am away." }]),
])(
  "an automatic answer by %s",
  (_name, mail) => expect(read(mail)).toMatchObject({ type: "other", name: "automatic_mail" }),
);

test.each([
  "This mailbox is closed.",
  "Please note that this email address is no longer in use.",
  "Jo no longer works at Example Inc.",
  "Este buzón ha sido cerrado.",
  "Diese E-Mail-Adresse ist nicht mehr aktiv.",
  "Cette adresse n'est plus utilisée.",
])(
  "an automatic answer that nobody reads: %s",
  (text) =>
    expect(read({ headers: "Auto-Submitted: auto-replied", text })).toMatchObject({
      automatic: "closed",
    }),
);

test.each<[string, Mail]>([
  ["Auto-Submitted: no", { headers: "Auto-Submitted: no", text: "Yes, call me" }],
  ["a mailing list", {
    headers: "List-Id: <family.example.com>\nPrecedence: list\nX-Auto-Response-Suppress: All",
    text: "Yes, call me",
  }],
  ["a closed house", { text: "The mailbox at the house is closed off, call me" }],
  ["a wish", { headers: "X-Auto-Response-Suppress: All", text: "Unsubscribe" }],
])("a person with %s is heard", (_name, mail) => {
  expect(read(mail)).toMatchObject({ type: "reply", from: "jo@example.com" });
  expect(read(mail)).not.toHaveProperty("automatic");
});

test("the writer to a list is the sender", () => {
  expect(read({
    from: "Jo via Family <family@example.com>",
    headers: "List-Id: <family.example.com>\nX-Original-From: Jo <jo@example.com>",
    text: "Hi",
  })).toMatchObject({ from: "jo@example.com" });
  expect(read({
    from: "Jo via Family <family@example.com>",
    headers: "List-Post: <mailto:family@example.com>\nReply-To: Jo <jo@example.com>",
    text: "Hi",
  })).toMatchObject({ from: "jo@example.com" });
});

test("a body is found in HTML and in raw mails", () => {
  expect(read({ html: "<p>Stop it</p>", text: " " }).text).toMatch(/^\s*Stop it\s*$/);
  const raw = [
    ...[
      "From: Jo <jo@example.com>",
      "Message-ID: <2@example.com>",
      "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=",
    ],
    ...['Content-Type: multipart/mixed; boundary="a"', "", "preamble", "--a"],
    ...['Content-Type: multipart/alternative; boundary="b"', "", "--b"],
    ...["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64", ""],
    ...[btoa("Please stop"), "--b", "Content-Type: text/html", "", "<p>Please stop</p>", "--b--"],
    ...[
      "--a",
      "Content-Disposition: attachment",
      "Content-Type: text/plain",
      "",
      "file",
      "--a--",
      "",
    ],
  ].join("\r\n");
  expect(read({ email: raw })).toMatchObject({ text: "Please stop", subject: "Grüße" });
  const quoted = "From: Jo <jo@example.com>\r\nContent-Type: text/html\r\n" +
    "Content-Transfer-Encoding: quoted-printable\r\n\r\n<p>No m=\r\nore caf=C3=A9</p>";
  expect(read({ email: quoted }).text).toMatch(/No more café/);
});

test("references are followed like In-Reply-To", () => {
  expect(read({ headers: "References: <a1@host> <b2@host>", text: "Hi" })).toMatchObject({
    ...{ provider_id: "b2", references: ["b2", "a1"] },
  });
});
