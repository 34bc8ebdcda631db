// English phrases that say that the phone or address belongs to somebody else.
import { pattern } from "./pattern.ts";

/** Not the owner's phone or address. */
export const ENGLISH_WRONG = pattern(
  "wrong (?:number|person|guy|phone|gal|lady|man|party|email|email address|individual|contact|one)(?! of| to)",
  "no longer (?:his|hers?|their|\\w+ s) (?:number|phone|email|cell)",
  "this is not (?:him|her|them)(?= ,|$| sorry| any more)",
  "(?:not|never)(?: been)? my name(?: \\w+)?",
  "this is \\w+ s (?:cell|phone|number|line|email)(?: ,)? not \\w+(?: s)?",
  "not the (?:right|correct) (?:number|person|guy|phone|email)",
  "this is not (?:the )?(?!a |an |about |my |your |it |that |this |our |their |his |her |what |good )(?:\\w+ )?\\w+ s (?:phone|number|cell|email)",
  "(?:is not|not) (?:his|her|their|that person) (?:phone|number|cell|email)(?: any more)?",
  "no one(?: here)?(?: (?:by|with|of)(?: that| this| the)? ?(?:name)?| (?:named|called)(?! me| us| back| you| yet| today) \\w+)(?: \\w+)?(?: here| lives here| at this number)?",
  "there is no (?!way|one|problem|need|reason|rush|mortgage|hoa)\\w+(?: \\w+)? (?:here|at this number|living here)",
  "(?:does|do) not (?:live here|have this (?:number|phone|email)|own this (?:number|phone)|use this (?:number|phone|email))(?: any more)?(?! (?:, )?but)",
  "(?:mean|meant|want|wanted|trying|looking|intended)(?: to \\w+)?(?: for)? (?:somebody|someone) else",
  "(?:no longer|not) (?:has|have|at|uses|reachable at|using) this (?:number|phone|email)(?: any more)?",
  "(?:i|we)(?: have)? (?:just )?(?:got|have had|had|received) this (?:number|phone)(?: new)?(?: \\w+){0,3}",
  "(?:changed|new) (?:phone )?numbers? (?:from|belongs|now belongs)(?: \\w+)?",
  "(?:number|phone) (?:now )?(?:belongs to|has been reassigned|was reassigned|is no longer|is not) (?!working|in service|right|good|a good|available|charged|mine to)(?:\\w+)?",
  "you (?:have|got|reached|dialed|called|texted|want|are texting|are calling|contacted)(?: got| the| a)* (?:wrong|different) (?:number|person|guy|phone|party|email|house|address)",
);

/** Talk about wrong numbers that is none. */
export const ENGLISH_WRONG_EXCEPTIONS = pattern(
  "(?:not|is not|am not|are not|never) (?:a |the |an )?wrong \\w+",
  "(?:gave|wrote|typed|put|sent|listed|have|has|had|used|left|entered|dialed) (?:you |them |him |her |down )?(?:a |the |my |an )?wrong (?:number|email|address|phone)(?= ,|$| by| in| on| earlier| before| last| it| use)(?<!you(?: have)? (?:have|had|got|used|dialed|put|sent) (?:a |the |an )?wrong (?:number|email|address|phone))(?<!you (?:have|had|got|used) wrong (?:number|email))",
  "(?:is this|do i have|did i (?:get|dial|text|call)|am i|have i) (?:got )?(?:the |a )?wrong \\w+",
  "wrong (?:number|address) (?:of|for|on|in) (?!me|this|here)\\w+(?: \\w+)*",
);
