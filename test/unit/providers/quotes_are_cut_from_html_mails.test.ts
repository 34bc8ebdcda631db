import { expect, test } from "vitest";
import { plainOf } from "../../../edge-functions/_shared/providers/html_text.ts";
import { cpuSecondsOf } from "../../support/cpu.ts";

const OWN = "<div>Yes, I&#39;m interested.&nbsp;What would you offer?</div>";
const QUOTED =
  "<p>Hi Ann</p><p>Reply STOP or <a href='https://x.example.com/u'>unsubscribe</a></p>";

test.each([
  [
    "Gmail",
    `<div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">On Mon, Org A wrote:<br></div><blockquote class="gmail_quote">${QUOTED}</blockquote></div>`,
  ],
  [
    "Outlook on the web",
    `<div id="appendonsend"></div><hr style="width:98%"><div id="divRplyFwdMsg" dir="ltr"><b>From:</b> Org A</div>${QUOTED}`,
  ],
  [
    "Outlook for Windows",
    `<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in"><p><b>From:</b> Org A<br><b>Sent:</b> Monday</p></div></div>${QUOTED}`,
  ],
  ["Outlook.com", `<hr id="stopSpelling">From: Org A<br>${QUOTED}`],
  ["Outlook for phones", `<div id="mail-editor-reference-message-container">${QUOTED}</div>`],
  [
    "Yahoo",
    `<div id="yahoo_quoted_123" class="yahoo_quoted"><div>On Monday, Org A wrote:</div>${QUOTED}</div>`,
  ],
  [
    "Apple Mail",
    `<br><blockquote type="cite"><div>On Nov 23, Org A wrote:</div>${QUOTED}</blockquote>`,
  ],
  [
    "Thunderbird",
    `<div class="moz-cite-prefix">Org A wrote:</div><blockquote type="cite">${QUOTED}</blockquote>`,
  ],
  ["Proton Mail", `<div class="protonmail_quote">On Monday, Org A wrote:${QUOTED}</div>`],
  ["a signature", `<div class="gmail_signature">Kim Lee<br>Unsubscribe from our newsletter</div>`],
])("%s: what follows the person's words is cut", (_, html) => {
  expect(plainOf(`<html><head><title>Re</title></head><body>${OWN}${html}</body></html>`))
    .toBe("Yes, I'm interested. What would you offer?");
});

test("words below a quoted mail are kept", () => {
  expect(plainOf(`<blockquote type="cite">${QUOTED}</blockquote><p>Please stop emailing me.</p>`))
    .toBe("Please stop emailing me.");
});

test("paragraphs, breaks and entities become text", () => {
  expect(plainOf("<p>Stop&#8203;&mdash;now</p>\n<p>A&amp;B &lt;3<br>ok&#xD800;</p>"))
    .toBe("Stop\u200b—now\nA&B <3\nok");
});

test("no mail takes long", () => {
  const parts = [
    "<a",
    "<style>",
    "<!--",
    "<blockquote ",
    "<div class=",
    '<div class="',
    "&#",
    "<p> </p>",
  ];
  const seconds = cpuSecondsOf(() =>
    parts.map((part) => plainOf(part.repeat(1_000_000 / part.length)))
  );
  // In squared time, a million characters take minutes.
  expect(seconds).toBeLessThan(20);
});
