// Tapbacks: a phone that cannot show a reaction to a text sends our own text back with a verb before it.

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
