// English words for channels: which ones a wish names, and which ones the rest of a message asks for.

/** What a wish names. Contact, lists and being left alone are about everything. */
export const ENGLISH_NAMES: Record<"text" | "call" | "email" | "everything", RegExp> = {
  text: /(?<!\S)(?:text\w*|messag\w*|sms)(?!\S)/,
  call: /(?<!\S)(?:call\w*|phone calls?|phoning|ring\w*|robocall\w*|dnc|telemarketing)(?!\S)/,
  email: /(?<!\S)(?:email\w*|mail|mailing|mailings|mailing list|newsletters?)(?!\S)/,
  everything:
    /(?<!\S)(?:contact(?:s|ing|ed)?|everything|communicat\w+|alone|be|away|lists?|database|records|files|system|lose|forget|off|lost|desist|su(?:e|ing)|anyone|anything|information|info|data|hell|reach(?:ing)? out|hear|disturb)(?!\S)/,
};

/** A list of e-mails is about e-mail. */
export const EMAIL_LIST =
  /(?<!\S)(?:mailing list|mailings?|newsletters?|email(?:ing)? lists?|subscription)(?!\S)/;

const ASKED =
  "(?:please |just |only |still |rather |always |you can |you may |instead |better |simply |kindly )*";
const ME =
  "(?: (?:me|us|my|him|her|instead|only|back|on|at|if|any time|anytime|when|tomorrow|later|after|it))";
const BEFORE =
  "(?:^|(?<=, |@ |and |but |just |only |instead |please |rather |better |can |could |may |still |you |or ))";
const ask = (verbs: string, nouns: string) =>
  new RegExp(
    [
      `${BEFORE}${ASKED}(?:${verbs})${ME}(?!\\S)`,
      `(?:^|@ |, |and |but )${ASKED}(?:${verbs})(?: only| instead| please)?(?= ,|$)`,
      `(?<!\\S)(?:just|only) (?:${verbs})(?: please| thanks)?$`,
      `(?<!\\S)(?:prefer|rather(?: have| do)?|want) (?:a |an |to )?(?:${nouns}|${verbs})(?!\\S)`,
      `(?<!\\S)(?:${nouns})(?: me)?(?: (?:is|are|works?|would be|will be|only|instead))(?: \\w+)? ?(?:fine|ok|okay|better|best|good|great|instead|easier|preferred|only|please|works)?(?!\\S)`,
      `(?<!\\S)(?<!@ |@ , |@ again , |@ again |not )(?:by|via|through|over|per|in|use|(?:reach|contact|get|find|answer)(?: me)? on) (?:the |an?|my )?(?:${nouns})(?: only| instead| please)?(?= ,|$)`,
      `(?<!\\S)(?:send|drop|shoot|give)(?: me| us| it| everything)?(?: an?| the| by| via| to my| your offer by)* (?:${nouns})(?!\\S)`,
      `(?<!\\S)you (?:can|may|could)(?: still| always| only| just)* (?:${verbs})(?!\\S)`,
    ].map((part) => `(?:${part})`).join("|"),
  );

/** Which channel the rest of a message asks for. */
export const ENGLISH_ASKS: Record<"text" | "call" | "email", RegExp> = {
  text: ask("text|message|sms", "texts?|texting|text message|sms|messages?"),
  call: ask("call|phone|ring", "calls?|calling|phone|phone calls?|cell|line|landline|this number"),
  email: ask("email|mail|write", "emails?|emailing|mail"),
};

/** Somebody else whom the wish is about, where the person asks for the same channel. */
export const ABOUT_OTHERS =
  /(?<!\S)my (?:wife|husband|mother|mom|mum|father|dad|son|daughter|parents|kids|sister|brother|grandma|grandmother|grandpa|house|home|office|work|landline|cell|home phone|cell phone|other number)(?!\S)/;
