// The text of an HTML mail, as far as needed to read what a person wrote: without the quoted mail and the signature.

const attribute = (name: string, value: string) =>
  `<[a-z]+\\b[^<>]*\\b${name}\\s*=\\s*(?:"[^"<>]*${value}|'[^'<>]*${value}|${value})`;

/** Where mail programs begin the quoted mail; what follows is not the person's. */
const QUOTE = new RegExp(
  [
    ...["<blockquote\\b", attribute("class", "gmail_quote"), attribute("class", "gmail_extra")],
    ...[
      attribute("class", "yahoo_quoted"),
      attribute("id", "yahoo_quoted"),
      attribute("id", "ymail_android_signature"),
    ],
    ...[
      attribute("id", "(?:x_)*divRplyFwdMsg"),
      attribute("id", "(?:x_)*appendonsend"),
      attribute("id", "stopSpelling"),
    ],
    ...[
      attribute("id", "mail-editor-reference-message-container"),
      attribute("id", "isReplyContent"),
    ],
    ...[attribute("class", "OutlookMessageHeader"), attribute("class", "moz-cite-prefix")],
    ...[
      attribute("class", "protonmail_quote"),
      attribute("class", "zmail_extra"),
      attribute("id", "reply-intro"),
    ],
    ...[
      attribute("name", "quote"),
      attribute("class", "WordSection1[^>]*>\\s*<div[^>]*border-top"),
    ],
    // Outlook for Windows rules the headers off with a line.
    attribute("style", "border:\\s*none;\\s*border-top:\\s*solid\\s*#[0-9a-f]{6}"),
  ].map((part) => `(?:${part})`).join("|"),
  "i",
);

const SIGNATURE = new RegExp(
  [
    ...[
      attribute("class", "gmail_signature"),
      attribute("id", "(?:x_)*Signature"),
      attribute("id", "AppleMailSignature"),
    ],
    ...[attribute("id", "ms-outlook-mobile-signature"), attribute("class", "moz-signature")],
    ...[attribute("class", "protonmail_signature_block"), attribute("class", "yahoo-signature")],
  ].map((part) => `(?:${part})`).join("|"),
  "i",
);

const ENTITIES: Record<string, string> = {
  ...{ nbsp: " ", lt: "<", gt: ">", quot: '"', apos: "'", amp: "&", rsquo: "’", lsquo: "‘" },
  ...{ ldquo: "“", rdquo: "”", ndash: "–", mdash: "—", hellip: "…", zwnj: "", shy: "" },
};

export function plainOf(html: string): string {
  const hidden = ["style", "script", "head", "title"].map((tag) =>
    [`<${tag}`, `</${tag}`] as const
  );
  const shown = [["<!--", "-->"] as const, ...hidden]
    .reduce((text, [open, close]) => withoutBlocks(text, open, close), html);
  // Some write below the quoted mail: then all of it is text, except what is marked as quoted.
  return textOf(before(shown, QUOTE)) ||
    textOf(withoutBlocks(shown, "<blockquote", "</blockquote"));
}

/** In one pass: mails may be large, and their tags unclosed. */
function withoutBlocks(html: string, open: string, close: string): string {
  const [opening, closing] = [new RegExp(open, "gi"), new RegExp(close, "gi")];
  let kept = "";
  let at = 0;
  for (let found = opening.exec(html); found; found = opening.exec(html)) {
    closing.lastIndex = found.index;
    const end = closing.exec(html);
    // Without its end, nothing is hidden.
    if (!end) break;
    const tagEnd = html.indexOf(">", end.index + close.length - 1);
    kept += `${html.slice(at, found.index)} `;
    at = tagEnd < 0 ? html.length : tagEnd + 1;
    opening.lastIndex = at;
  }
  return kept + html.slice(at);
}

function before(html: string, mark: RegExp): string {
  const at = html.search(mark);
  return at < 0 ? html : html.slice(0, at);
}

function textOf(html: string): string {
  const at = html.search(SIGNATURE);
  const text = (at < 0 ? html : html.slice(0, at))
    // Line breaks of the source mean nothing.
    .replace(/\s+/g, " ")
    .replace(/<(br|\/p|\/div|\/li|\/tr|\/h[1-6]|hr)\b[^<>]*>/gi, "\n")
    .replace(/<[^<>]*>/g, " ")
    .replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{2,8});/gi, entityOf);
  return text.replace(/[ \t]+/g, " ").replace(/ *\n */g, "\n").replace(/\n{3,}/g, "\n\n").trim();
}

function entityOf(whole: string, name: string): string {
  if (!name.startsWith("#")) return ENTITIES[name.toLowerCase()] ?? whole;
  const code = /^#x/i.test(name) ? parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code < 0xe000)
    ? String.fromCodePoint(code)
    : " ";
}
