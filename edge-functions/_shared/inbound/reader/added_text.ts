// Text in a reply that its writer did not write: what programs and lawyers add below it, and tapbacks.

const SENT_FROM =
  /^\s*(sent (from|via|with|using)\b|get outlook for\b|von meinem .{2,30} gesendet|gesendet (mit|von)\b|envoyé (de|depuis|à partir)\b|enviado (desde|do|a partir|de)\b|inviato da\b|sendt fra\b|skickat från\b|verzonden (vanaf|met)\b|отправлено (с|из)\b|отправлено с |iphoneから送信|나의 iphone에서 보냄|내 iphone에서 보냄|发自我的|從我的 ?iphone|được gửi từ\b)/i;

export const isSentFrom = (line: string): boolean =>
  line.length < 120 && SENT_FROM.test(line) && !isOfTheWriter(line) && !NO_NOTICE.test(line);

const LEGAL = new RegExp(
  [
    "\\bconfidential(ity)?\\b.{0,80}(notice|information|e-?mail|message|communication|intended)",
    "\\b(e-?mail|message|communication|transmission)\\b.{0,80}\\b(confidential|privileged|proprietary)",
    ...["\\bintended (only |solely )?for\\b", "\\b(intended|named) (recipient|addressee)"],
    "\\b(received|reached you|receive|got) (this|it)?\\b.{0,60}\\b(in error|by mistake)\\b",
    "\\b(reached|sent to) you (in error|by mistake)\\b",
    "\\bprivileged\\b.{0,60}\\b(information|confidential|communication)",
    "\\bconsider the environment\\b",
    "\\b(checked|scanned) (for|by)\\b.{0,40}\\b(virus|avast|norton)",
    "\\b(reached|sent to) the wrong (person|recipient|addressee)",
    "\\bif you are not the (right|intended|correct)\\b",
    "\\bvertrauliche?\\b.{0,60}\\b(informationen|nachricht)",
    "\\bnicht der (richtige|beabsichtigte) (adressat|empfänger)",
    ...["\\bmensaje\\b.{0,60}\\bconfidencial", "\\bmensagem\\b.{0,60}\\bconfidencia"],
    ...["\\bmessage\\b.{0,60}\\bconfidentiel", "\\bmessaggio\\b.{0,60}\\briservat"],
  ].map((part) => `(?:${part})`).join("|"),
  "i",
);

/** An offer to unsubscribe, or our own notice; a person asks in other words. */
const OFFER =
  /\b(unsubscribe|opt out|manage (your )?(preferences|subscription))\b.{0,60}(https?:|www\.|\bclick\b|\bhere\b|\bour\b|\blink\b|\bpreferences\b)|\bclick\b.{0,40}\b(unsubscribe|opt out|here)\b|^\W*to (unsubscribe|opt out|stop receiving|be removed)\b|\bif you (no longer|do not|don.t|would (like|prefer) (to|not)|wish (to|not)|want to)\b.{0,60}\b(receiv\w*|emails?|e-mails?|messages|unsubscribe|contacted|list|opt out)\b|\bdon.t want (these|this|our) (e-?mails?|newsletters?|messages)\?|\b(reply|text|txt|send|type)( with)? "?(stop|remove|unsubscribe|end|quit|cancel)"? (to|2|for|in)\b|\bmsg ?(&|and) ?data rates\b|\byou (are receiving|received) this\b|^\W*unsubscribe from our\b|^\W*unsubscribe\s*[:|<([]|[|•·]\s*unsubscribe\b|\bunsubscribe\b.{0,40}\b(any ?time|privacy|preferences|terms|browser)\b|\b(privacy|terms|preferences|browser|follow us)\b.{0,60}\bunsubscribe\b|\b(clique aqui|haga clic|haz clic|cliquez ici|cliquez sur|klicken sie|clicca qui|нажмите)\b|点击这里|點擊這裡/i;

/** A notice of absence under a reply says nothing about us. */
const ABSENCE = /\b(out of (the )?office|away from (my|the) (desk|office)|on (annual )?leave)\b/i;

/** A wish about the writer, which neither a program nor a lawyer adds. */
const OF_THE_WRITER = new RegExp(
  [
    "\\b(?:take|remove|delete|drop|unsubscribe|opt|scrub) (?:me|us|my|our (?:name|number|e-?mail|address))\\b",
    "\\bjust (?:take|get) (?:me|us) off\\b|\\boff (?:of )?(?:your|this) (?:\\w+ )?list\\b",
    "\\bleave (?:me|us)(?: \\w+){0,2} alone\\b|\\bcease and desist\\b",
    "\\b(?:stop|quit|cease) (?:(?:all|the|these|your|with|sending|any) )*(?:\\w+ing|contact|e-?mails?) (?:me|us|my)\\b",
    "\\b(?:do not|don['’]?t|never)(?: ever| please| you)? (?:contact|e-?mail|mail|text|call|message|write|send|bother)" +
    "(?: to)? (?:me|us|my|again|any ?more)\\b",
    "\\bno me (?:escrib|mand|llam|env[ií])\\w*|\\bne m['’](?:envoyez|écrivez|appelez|envoie)|\\bn[ãa]o me (?:mand|lig|envi|escrev)",
  ].map((part) => `(?:${part})`).join("|"),
  "i",
);
export const isOfTheWriter = (text: string): boolean => OF_THE_WRITER.test(text);

/** "You reached the wrong person", "I got this by mistake, stop e-mailing": not "if you received this in error". */
const NO_NOTICE =
  /^(?!.*\b(?:if|should|please notify)\b).*(?:\b(?:reached|sent|got|have|e-?mailed|contacted|was|is)\b.{0,12}\bwrong (?:person|recipient|addressee)|\b(?:stop|quit|cease) (?:e-?mail|mail|text|call|contact|messag|send|writ)ing\b|\bi['’]?(?:m| am) not the\b|^\W*i (?:got|received|keep)\b)/i;

/** Whether the paragraph from this line on is a footer. Offers count only below words of the person. */
export function isFooter(paragraph: string, line: string, hasWords: boolean): boolean {
  if (line.trim() === "") return false;
  if (isOfTheWriter(line) && !/\breply\b/i.test(line)) return false;
  if (LEGAL.test(line)) return !NO_NOTICE.test(line);
  if (hasWords && (OFFER.test(line) || ABSENCE.test(line))) return true;
  // The telling words of a wrapped notice are on its second line.
  return /^\s*(this|the|confidential|disclaimer|notice|if|diese|este|ce|esta)\b/i.test(line) &&
    LEGAL.test(paragraph);
}

// A phone that cannot show a reaction to a text sends our own text back with a verb before it.
const VERBS = [
  ...["liked", "loved", "disliked", "laughed at", "emphasi[sz]ed", "questioned", "hearted"],
  ...["reacted (?:with )?.{1,20} to", "removed (?:an? )?.{1,30} from", "added .{1,30} to"],
  // Spanish, Portuguese
  ...[
    "(?:a .{1,20} )?(?:no )?le (?:ha )?(?:gust[óo]|encant[óo]|gustado|encantado)",
    "se ri[óo] de",
  ],
  ...[
    "enfatiz[óo]",
    "cuestion[óo]",
    "reaccion[óo] con .{1,20} a",
    "(?:n[ãa]o )?gostou de",
    "amou",
    "riu de",
  ],
  ...["curtiu", "adorou", "reagiu (?:com )?.{1,20} a"],
  // French, German, Italian
  ...[
    "(?:n['’])?a (?:pas )?(?:aim[ée]|ador[ée]|ri (?:de|[àa])|mis l['’]accent sur|r[ée]agi .{1,20} [àa])",
  ],
  ...[
    "gef[äa]llt(?: mir)?(?: nicht)?",
    "(?:hat |)(?:geliebt|gelacht [üu]ber|hervorgehoben|hinterfragt)",
  ],
  ...["hat mit .{1,20} (?:auf )?reagiert(?: auf)?", "lachte [üu]ber"],
  ...["ha (?:messo .{1,20} a|adorato|riso a|amato|enfatizzato)"],
  // Chinese, Korean, Vietnamese, Russian, Tagalog
  ...[
    "(?:已?对)?.{0,6}(?:表示了?赞|喜欢|喜歡|不喜欢|爱上|大笑|强调)了?(?:对)?",
    ".{0,12}(?:좋아함|좋아요|사랑함)(?:[:：])?",
  ],
  ...[
    "đã (?:thích|yêu thích|cười|không thích)",
    "понравилось",
    "нравится",
    "поставил[аи]? .{1,20} на",
  ],
  ...["nagustuhan", "ni-?like"],
].join("|");
const OPEN = '[“"«„「『]';
const BY_VERB = new RegExp(`^\\s*(?:${VERBS})\\s*${OPEN}[^]+$`, "iu");
// Google's phones send the emoji itself.
const BY_EMOJI = new RegExp(
  `^\\s*\\p{Extended_Pictographic}[\\p{Emoji_Modifier}\\u200d\\ufe0f\\p{Extended_Pictographic}]*\\s*(?:to|a|à|zu|su)?\\s*${OPEN}[^]+$`,
  "iu",
);
const REACTED_TO_MEDIA =
  /^\s*(?:liked|loved|disliked|laughed at|emphasi[sz]ed|questioned) (?:an? |the )?(?:image|photo|picture|video|message|attachment|link)s?\s*$/i;

export const isTapback = (text: string): boolean =>
  BY_VERB.test(text) || BY_EMOJI.test(text) || REACTED_TO_MEDIA.test(text);
