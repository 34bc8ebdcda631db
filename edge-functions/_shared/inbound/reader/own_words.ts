// The person's own words in a reply: without quoted text, signature, legal footer and tapback.
import { cut } from "../../platform/text.ts";
import { isFooter, isOfTheWriter, isSentFrom, isTapback } from "./added_text.ts";

/** The longest text that is read; what follows is quoted text in practice. */
const MAX_CHARS = 20_000;

const clean = (text: string): string =>
  cut(text, MAX_CHARS).replace(/\r\n?/g, "\n")
    .replace(/[\u200b\u200e\u200f\u202a-\u202e\u2060\ufeff]/g, "").replace(/\u00a0/g, " ");

export function ownWords(text: string): string {
  return ownWordsOf(clean(text));
}

/** Whether words that were cut may be the person's after all, and a wish: a letter with From and To above it. */
export function mayHideWish(text: string, isText: boolean): boolean {
  const whole = clean(text);
  if (isTapback(whole)) return false;
  const own = ownWordsOf(whole);
  const kept = new Set(own.split("\n").map((line) => line.trim()));
  const removed = whole.split("\n").filter((line) => !/^\s*>/.test(line) && !kept.has(line.trim()));
  // Texts have neither headers nor signatures.
  if (isText && own === "") return /\p{L}/u.test(removed.join());
  return isOfTheWriter(removed.join(" ")) || (own === "" && STOP_LINE.test(removed.join("\n")));
}
const STOP_LINE = /^\W*(?:please )?(?:stop|unsubscribe|remove me|opt out|quit)\W*$/im;

function ownWordsOf(clean: string): string {
  if (isTapback(clean)) return "";
  const lines = unmarked(spokenLines(clean.split("\n")));
  return withoutFooters(withoutQuotes(lines)).join("\n").trim();
}

/** A short text in which every line is marked quotes nobody: some programs mark what their user types. */
function unmarked(lines: string[]): string[] {
  const written = lines.filter((line) => line.trim() !== "");
  const isShort = written.length <= 3 && written.join("").length <= SHORT_CHARS;
  return isShort && written.length > 0 && written.every((line) => /^\s*>/.test(line))
    ? lines.map((line) => line.replace(/^[\s>]+/, ""))
    : lines;
}
const SHORT_CHARS = 100;

/** Of a conversation that names who speaks, the lines of the other side. */
const spokenLines = (lines: string[]): string[] =>
  lines.filter((line) => OUR_SIDE.test(line)).length === 0 ||
    lines.filter((line) => SPEAKER.test(line)).length < 2
    ? lines
    : lines.filter((line) => !OUR_SIDE.test(line)).map((line) => line.replace(SPEAKER, ""));
const OUR_SIDE = /^\s*(?:agent|assistant|ai|bot|rep|representative|dialer|caller)\s*:/i;
const SPEAKER = /^\s*\p{L}[\p{L}. ]{0,24}:\s/u;

function withoutQuotes(lines: string[]): string[] {
  const own: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    if (/^\s*>/.test(line) && !POINTED_AT.test(line)) continue;
    const length = quoteHeaderAt(lines, at);
    if (length === 0) {
      own.push(line);
      continue;
    }
    // Below a header with marked lines the person may go on; otherwise the quoted text has no end.
    const next = lines.slice(at + length).find((after) => after.trim() !== "");
    if (next === undefined || !/^\s*>/.test(next)) break;
    at += length - 1;
  }
  return own;
}

/** >>STOP<< is not a quote. */
const POINTED_AT = /^\s*>+[^<>]{1,20}<+\s*$/;

/** How many lines from here are the header of quoted text; 0 for none. */
function quoteHeaderAt(lines: string[], at: number): number {
  const line = lines[at]!;
  if (line.trim() === "") return 0;
  if ((RULED_TITLE.test(line) && !WISHED.test(line)) || FORWARDED.test(line)) return 1;
  const fields = headerFields(lines, at);
  if (fields > 0) return fields;
  let joined = "";
  for (let length = 1; length <= 3 && at + length <= lines.length; length++) {
    const part = lines[at + length - 1]!.trim();
    if (part === "") break;
    joined = `${joined} ${part}`.trim();
    // The line before an attribution is not its first line.
    if (isAttribution(joined)) return length > 1 && quoteHeaderAt(lines, at + 1) > 0 ? 0 : length;
  }
  return 0;
}

const RULED_TITLE = /^\s*[-_]{3,}\s?[^-_\n]{3,60}\s?[-_]{3,}\s*$/;
const WISHED =
  /(?<!\p{L})(?:stop|unsub|quit|remove|take me|cease|cancel|no more|do not|don['’]?t|never|opt)/iu;
const FORWARDED =
  /^\s*(begin forwarded message|anfang der weitergeleiteten|inicio del mensaje reenviado|début du message)\b.*:?\s*$/i;

// Outlook names the fields of the quoted mail in the language of its user, in bold or with stars.
const SENDER = [
  ...["from", "von", "de", "da", "fra", "från", "van", "od", "od kogo", "lähettäjä", "kimden"],
  ...["gönderen", "dari", "mula kay", "từ", "от", "від", "отправитель", "ումից", "من", "از", "מאת"],
].join("|");
const SENDER_CJK = "差出人|送信者|発信者|보낸 ?사람|발신|발신자|보낸이|发件人|發件人|寄件者|寄件人";
const OTHER = [
  ...["sent", "date", "to", "cc", "subject", "reply-to", "gesendet", "datum", "an", "betreff"],
  ...["enviado", "enviado el", "fecha", "para", "asunto", "envoyé", "date", "à", "objet"],
  ...["sendt", "dato", "til", "emne", "skickat", "till", "ämne", "verzonden", "aan", "onderwerp"],
  ...["enviada em", "enviado em", "data", "assunto", "inviato", "a", "oggetto", "wysłano", "do"],
  ...["temat", "đã gửi", "ngày", "đến", "chủ đề", "отправлено", "дата", "кому", "тема", "копия"],
  ...["тақырып", "送信日時", "日時", "宛先", "件名", "보낸 ?날짜", "날짜", "받는 ?사람", "제목"],
  ...["发送时间", "日期", "收件人", "主题", "寄件日期", "收件者", "主旨", "傳送時間"],
].join("|");
const field = (names: string) =>
  new RegExp(`^\\s*\\*{0,2}(?:${names})\\s*[:：]\\*{0,2}(?:\\s|$|\\S)`, "i");
const SENDER_FIELD = field(SENDER);
const SENDER_FIELD_CJK = field(SENDER_CJK);
const OTHER_FIELD = field(OTHER);
const ADDRESS = /[^\s<>[\]()":]+@[^\s<>[\]()]+\.[a-z]{2,}/i;

function headerFields(lines: string[], at: number): number {
  const first = lines[at]!;
  if (SENDER_FIELD_CJK.test(first)) return countFields(lines, at);
  const isSender = SENDER_FIELD.test(first);
  if (!isSender && !OTHER_FIELD.test(first)) return 0;
  const block = lines.slice(at, at + 6).filter((line) => line.trim() !== "");
  const others = block.slice(1).filter((line) => OTHER_FIELD.test(line)).length;
  if (isSender && (others > 0 || ADDRESS.test(first))) return countFields(lines, at);
  // The sender may come second or third.
  return others > 0 && block.slice(1, 4).some((line) => SENDER_FIELD.test(line))
    ? countFields(lines, at)
    : 0;
}

function countFields(lines: string[], at: number): number {
  let count = 1;
  while (at + count < lines.length) {
    const line = lines[at + count]!;
    if (!SENDER_FIELD.test(line) && !SENDER_FIELD_CJK.test(line) && !OTHER_FIELD.test(line)) break;
    count++;
  }
  return count;
}

const WROTE = [
  ...["wrote", "writes", "schrieb", "a écrit", "escribió", "escreveu", "ha scritto", "schreef"],
  ...["skrev", "kirjoitti", "napisał(?:\\(a\\)|a)?", "napsal(?:\\(a\\)|a)?", "viết", "пишет"],
  ...["написала?", "пише", "menulis", "yazdı", "sumulat", "isinulat", "գրել է", "نوشت", "كتب"],
  ...["님이 작성", "작성", "写道", "寫道", "のメール"],
].join("|");
const ENDS_WROTE = new RegExp(`(?:${WROTE})\\s*[:：]\\s*$`, "i");
/** A year or a time, as every attribution has one. */
const DATED =
  /\b(?:19|20)\d\d\b|(?:19|20)\d\d ?[年년]|\d{1,2}[:.h]\d\d|^(?:on|am|le|el|em|il|op|den|vào) .*\d/i;

/** "On Monday, Ann wrote:" in any language: a date, and the address or the word. */
function isAttribution(line: string): boolean {
  if (line.length > 300 || !/[:：]\s*$/.test(line) || !DATED.test(line)) return false;
  return ENDS_WROTE.test(line) || (ADDRESS.test(line) && /[>)\]]\s*[:：]\s*$/.test(line));
}

function withoutFooters(lines: string[]): string[] {
  const own: string[] = [];
  let hasWords = false;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    // The sign of a signature, or a rule drawn above it.
    if (/^\s*--\s*$/.test(line) || (hasWords && /^\s*[-_—–=*]{3,}\s*$/.test(line))) break;
    if (isSentFrom(line)) continue;
    // A footer may be wrapped: it is read with the lines of its paragraph.
    const end = paragraphEnd(lines, at);
    if (isFooter(lines.slice(at, end).join(" "), line, hasWords)) {
      // What the person adds below it without a blank line is kept.
      const wish = lines.slice(at + 1, end).findIndex(isOfTheWriter);
      at = wish < 0 ? end - 1 : at + wish;
      continue;
    }
    own.push(line);
    hasWords ||= /[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(line);
  }
  return own;
}

function paragraphEnd(lines: string[], at: number): number {
  let end = at + 1;
  while (end < lines.length && lines[end]!.trim() !== "") end++;
  return end;
}
