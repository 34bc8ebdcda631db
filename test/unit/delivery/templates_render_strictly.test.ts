import { afterEach, describe, expect, test, vi } from "vitest";
import { render, Unsendable } from "../../../edge-functions/_shared/delivery/render.ts";
import type { SendRequest } from "../../../edge-functions/_shared/providers/types.ts";
import { sendRequest, UNSUBSCRIBE } from "../providers/support.ts";

const FOOTER = "\n{{ sender.postal_address }}\n{{ unsubscribe_url }}";
const email = (over: Partial<SendRequest["template"]> = {}, variables = {}) => {
  const made = sendRequest();
  return {
    ...made,
    template: { subject: "For {{ lead.first_name }}", text: `Hi${FOOTER}`, ...over },
    variables: { ...made.variables, ...variables },
  };
};
const sms = (text: string) =>
  sendRequest({ provider: "twilio", channel: "sms", template: { text } });

const fails = async (
  made: SendRequest,
  code: string,
  message: RegExp,
  url: string | null = UNSUBSCRIBE,
) => {
  const error = await render(made, url).catch((caught) => caught);
  expect(error).toBeInstanceOf(Unsendable);
  expect([error.code, error.message]).toEqual([code, expect.stringMatching(message)]);
};

afterEach(() => vi.restoreAllMocks());

/** The clock jumps by a second at so many of the next questions, as after a pause of the process. */
function pauses(times: number): void {
  const real = performance.now.bind(performance);
  let jumped = 0;
  vi.spyOn(performance, "now").mockImplementation(() =>
    real() + 1000 * (jumped < times ? ++jumped : jumped)
  );
}

describe("a template", () => {
  test("is filled in although the process pauses meanwhile", async () => {
    const text = "{{ sender.name }}: hello. Reply STOP to opt out";
    const { text: without } = await render(sms(text), null);
    pauses(4);
    expect((await render(sms(text), null)).text).toBe(without);
  });

  test("that exceeds the limit of time every time is refused", async () => {
    pauses(1_000);
    await fails(
      sms("{{ sender.name }}: hello. Reply STOP to opt out"),
      "template_error",
      /limit exceeded/,
      null,
    );
  });

  test("is filled in with its variables", async () => {
    const html = "<p>{{ lead.first_name }}</p><p>{{ sender.postal_address }}</p>" +
      '<a href="{{ unsubscribe_url }}">out</a>';
    expect(await render(email({ html }), UNSUBSCRIBE)).toEqual({
      subject: "For Ann",
      text: `Hi\n1 Main St, Phoenix, AZ 85001\n${UNSUBSCRIBE}`,
      html: `<p>Ann</p><p>1 Main St, Phoenix, AZ 85001</p><a href="${UNSUBSCRIBE}">out</a>`,
    });
  });

  test("escapes values in HTML and nowhere else", async () => {
    const lead = { first_name: "<b>A & B</b>" };
    const address = { sender: { name: "Org A", postal_address: "1 Main St & 2nd, Phoenix" } };
    const html = "{{ lead.first_name }} {{ sender.postal_address }} {{ unsubscribe_url }}";
    const content = await render(
      email({ text: `{{ lead.first_name }}${FOOTER}`, html }, { lead, ...address }),
      `${UNSUBSCRIBE}&x=1`,
    );
    expect(content.text.split("\n")[0]).toBe("<b>A & B</b>");
    expect(content.html).toMatch(/^&lt;b&gt;A &amp; B&lt;\/b&gt; /);
    expect(content.subject).toBe("For <b>A & B</b>");
  });

  test("may test whether a variable has a value", async () => {
    const text =
      `{% if lead.nickname %}x{% else %}y{% endif %}{{ lead.last | default: "z" }}${FOOTER}`;
    const made = email({ text }, { lead: { first_name: "Ann", last: null } });
    expect((await render(made, UNSUBSCRIBE)).text).toMatch(/^yz\n/);
  });

  test("with an unknown variable is not sent", async () => {
    await fails(email({ text: `{{ lead.frist_name }}${FOOTER}` }), "template_error", /frist_name/);
    await fails(email({ subject: "{{ nobody }}" }), "template_error", /nobody/);
    await fails(
      email({ text: `{{ lead.first_name | shout }}${FOOTER}` }),
      "template_error",
      /shout/,
    );
    await fails(email({ text: `{% if %}${FOOTER}` }), "template_error", /invalid value/);
    await fails(email({ text: "{% include 'deno.json' %}" }), "template_error", /ENOENT|include/);
  });

  test("with an empty value and no default is not sent, even if it was saved before that rule", async () => {
    for (const first_name of [null, "", "  "]) {
      for (
        const text of [
          "Hi {{ lead.first_name }},",
          "Hi {{lead.first_name}},",
          "Hi {{- lead.first_name -}},",
          "Hi {{ lead.first_name | capitalize }},",
          'Hi {{ lead.first_name | append: " }}" }},',
          'Hi {{ lead.first_name | default: " " }},',
          "Hi {% if true %}{{ lead.first_name }}{% endif %},",
        ]
      ) {
        await fails(
          email({ text: `${text}${FOOTER}`, subject: "A house" }, { lead: { first_name } }),
          "template_error",
          /lead\.first_name is empty and has no default/,
        );
      }
      const html = `<p>Hi {{ lead.first_name }},</p>${FOOTER}`;
      const made = email({ html, subject: "A house" }, { lead: { first_name } });
      await fails(made, "template_error", /lead\.first_name is empty/);
      await fails(
        email({}, { lead: { first_name } }),
        "template_error",
        /lead\.first_name is empty/,
      );
    }
  });

  test("with an empty value is sent where the template provides for it", async () => {
    const text = `Hi {{ lead.first_name | default: "there" | upcase }}` +
      `{% if lead.last_name %} {{ lead.last_name }}{% endif %},${FOOTER}`;
    const made = email({ text, subject: "A house" }, { lead: { first_name: null, last_name: "" } });
    expect((await render(made, UNSUBSCRIBE)).text).toMatch(/^Hi THERE,\n/);
  });

  test("with an endless loop is stopped", async () => {
    const text = "{% for a in (1..100000000) %}{{ a }}{% endfor %}";
    await fails(email({ text }), "template_error", /limit/);
  });

  test("keeps the subject on one line", async () => {
    const made = email({}, { lead: { first_name: "Ann\r\nBcc: bob@example.com" } });
    expect((await render(made, UNSUBSCRIBE)).subject).toBe("For Ann Bcc: bob@example.com");
  });

  test.each<[string, SendRequest, RegExp, string | null]>([
    ["no subject", email({ subject: "" }), /lacks subject/, UNSUBSCRIBE],
    [
      "no link",
      email({ text: "Hi {{ sender.postal_address }}" }),
      /text: unsubscribe link/,
      UNSUBSCRIBE,
    ],
    [
      "no postal address",
      email({ text: "Hi {{ unsubscribe_url }}" }),
      /postal address/,
      UNSUBSCRIBE,
    ],
    [
      "an empty postal address",
      email({}, { sender: { name: "Org A", postal_address: " " } }),
      /postal address/,
      UNSUBSCRIBE,
    ],
    [
      "no link in HTML",
      email({ html: "<p>{{ sender.postal_address }}" }),
      /html: unsubscribe link/,
      UNSUBSCRIBE,
    ],
    ["no sender name in a text", sms("Hi. Reply STOP to end"), /name of the sender/, null],
    ["no opt-out notice in a text", sms("Hi from {{ sender.name }}"), /how to opt out/, null],
  ])("is not sent with %s", async (_, made, message, url) => {
    await fails(made, "template_unlawful", message, url);
  });

  test("is sent as a text with sender name and opt-out notice; a confirmation needs neither", async () => {
    const text = "Hi from {{ sender.name }}. Reply STOP to end";
    expect((await render(sms(text), null)).text).toBe("Hi from Org A. Reply STOP to end");
    const confirmation = { ...sms("You are unsubscribed."), kind: "confirmation" };
    expect((await render(confirmation, null)).text).toBe("You are unsubscribed.");
  });
});
