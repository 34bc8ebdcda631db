// Texts that a phone sends by itself, while its owner drives or wants to be left alone.
import { anyOf } from "../platform/any_of.ts";

const AUTOMATIC = anyOf(
  /^\W*(\(auto ?reply\)|auto(matic)?[ -]?reply:?)/i,
  /^\W*(hi,? |hello,? |sorry,? )?(i['’]?m|i am) (currently )?driving\b(?!.*\?)[^]{0,200}$/i,
  /\bdo not disturb while driving\b|\bdriving with (do not disturb|focus) (while driving )?turned on\b/i,
  /^\W*i['’]?m (driving|busy|in a meeting)( right now)?[.,;!-]* *(i['’]?ll|i will|can i) [^?]{0,80}$/i,
  /\bi['’]?m not receiving notifications\b|\bsent automatically\b|\bthis is an automat(ed|ic) (reply|response|message)\b/i,
  /\bif this is urgent, reply ["“]?urgent/i,
);

export const isAutomaticText = (text: string): boolean => text.length < 400 && AUTOMATIC.test(text);
