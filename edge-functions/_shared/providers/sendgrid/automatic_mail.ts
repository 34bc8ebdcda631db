// Mails that no person wrote: automatic answers and reports. Subjects and phrases in English, Spanish, French,
// German, Portuguese, Italian, Dutch and Danish.
import { anyOf } from "../../platform/any_of.ts";

export interface MailFacts {
  /** By their names in lower case. */
  headers: Record<string, string>;
  from: string;
  /** The sender of the envelope; null where unknown, empty for reports. */
  envelopeFrom: string | null;
  subject: string;
  text: string;
}

const SUBJECT = anyOf(
  /^\W*(automatic|auto)[ -]?(reply|response|replied)\b|^\W*out of (the )?office\b|^\W*on vacation\b/i,
  /^\W*away from (the |my )?(office|mail)|^\W*vacation (reply|response|notice)|\(out of office\)/i,
  /^\W*respuesta autom[áa]tica|^\W*fuera de (la )?oficina|^\W*ausente\b/i,
  /^\W*r[ée]ponse automatique|^\W*absence du bureau|^\W*absent du bureau/i,
  /^\W*automatische antwort|^\W*abwesenheits(notiz|nachricht|assistent)|^\W*abwesend\b/i,
  /^\W*resposta autom[áa]tica|^\W*fora do escrit[óo]rio|^\W*aus[êe]ncia do escrit[óo]rio/i,
  /^\W*risposta automatica|^\W*fuori (sede|ufficio)|^\W*assenza dall'ufficio/i,
  /^\W*automatisch(e)? (antwoord|beantwoording)|^\W*afwezig(heid)?\b/i,
  /^\W*autosvar\b|^\W*automatisk svar|^\W*ikke p[åa] kontoret|^\W*frav[æa]r(ende)?\b/i,
);

const CLOSED = anyOf(
  /\b(mailbox|mail box|inbox|(e-?mail )?(address|account))\b[^.!?\n]{0,60}\b(is|was|has been)( now| permanently)? (closed|deactivated|disabled|inactive|retired|discontinued|deleted)\b/i,
  /\b(mailbox|(e-?mail )?(address|account))\b[^.!?\n]{0,60}\bno longer (in use|used|active|valid|available|monitored|exists|checked|read)\b/i,
  /\bno longer (works?|working|employed|an employee|with (the |this |our )?(company|firm|organi[sz]ation|team))\b/i,
  /\b(has|have) left (the |this |our )?(company|firm|organi[sz]ation)\b|\bdo(es)? not work here (any ?more|any longer)\b/i,
  /\b(buz[óo]n|cuenta|correo|direcci[óo]n)\b[^.!?\n]{0,60}\b(ha sido cerrad|est[áa] cerrad|cerrad[oa]|ya no (est[áa]|se usa|existe|funciona))/i,
  /\bya no trabaja\b|\bn['’]est plus (utilis|valide|active|en service)|\bne (travaille|fait) plus\b/i,
  /\b(bo[îi]te|adresse)\b[^.!?\n]{0,60}\b(est|a [ée]t[ée]) (ferm|d[ée]sactiv|supprim)/i,
  /\b(postfach|e-?mail-?adresse|adresse|konto)\b[^.!?\n]{0,60}\b(geschlossen|deaktiviert|gel[öo]scht|nicht mehr (aktiv|g[üu]ltig|in gebrauch|gelesen))/i,
  /\bnicht mehr (f[üu]r|bei|in) [^.!?\n]{1,60}\b(t[äa]tig|besch[äa]ftigt)\b/i,
  /\b(caixa|conta|endere[çc]o)\b[^.!?\n]{0,60}\b(foi (encerrad|desativad)|n[ãa]o est[áa] mais|j[áa] n[ãa]o)/i,
  /\bn[ãa]o trabalha mais\b|\bnon lavora pi[ùu]\b|\bwerkt niet meer\b|\barbejder ikke l[æa]ngere\b/i,
  /\b(casella|indirizzo|account)\b[^.!?\n]{0,60}\b([èe] stat[oa] (chius|disattivat)|non [èe] pi[ùu])/i,
  /\b(mailbox|postbus|e-?mailadres)\b[^.!?\n]{0,60}\b(gesloten|niet (langer|meer) (in gebruik|actief))/i,
  /\b(postkasse|postkassen|e-?mailadresse|mailadresse)\b[^.!?\n]{0,60}\b(lukket|nedlagt|ikke l[æa]ngere)/i,
);

/** A wish in one word is a person's, whatever sent it; so is "remove us from your list" above all quotes. */
const WISH = /^\W*(?:please )?(?:stop|unsubscribe|remove( me)?|opt ?out)\W*$/i;
const SENTENCE =
  /\b(?:stop|quit|cease) (?:e-?mailing|mailing|contacting|writing|soliciting|sending)\b|\b(?:remove|take|unsubscribe|delete) (?:me|us|my|our (?:name|address|e-?mail))\b|\boff (?:of )?your (?:\w+ )?list\b|\bcease and desist\b/i;
const ownLines = (text: string): string => {
  const lines = text.split("\n");
  const end = lines.findIndex((line) =>
    /^\s*(?:>|--\s*$|_{5,}|-{5,}|from:)|\bwrote:\s*$/i.test(line)
  );
  return lines.slice(0, Math.min(end < 0 ? lines.length : end, 12)).join("\n");
};

/** answer: an automatic answer. closed: one that says that nobody reads the mailbox. null: a person may have written. */
export function automaticKind(mail: MailFacts): "answer" | "closed" | null {
  const isReport = mail.envelopeFrom === "" || mail.headers["return-path"] === "<>" ||
    /^(mailer-daemon|postmaster)@/.test(mail.from);
  const isPersonal = WISH.test(mail.subject) || WISH.test(mail.text.split("\n", 1)[0]!) ||
    SENTENCE.test(ownLines(mail.text));
  if (!isReport && (isPersonal || !hasAutomaticSign(mail))) return null;
  return CLOSED.test(`${mail.subject}\n${mail.text}`) ? "closed" : "answer";
}

function hasAutomaticSign({ headers, from, subject }: MailFacts): boolean {
  const submitted = headers["auto-submitted"] ?? "no";
  if (!/^no\b/i.test(submitted) || SUBJECT.test(subject)) return true;
  if ("x-autoreply" in headers || "x-autorespond" in headers || "x-autoresponder" in headers) {
    return true;
  }
  if (/^no-?reply@/.test(from) || /^auto[-_]?reply$/i.test(headers.precedence ?? "")) return true;
  // A mailing list marks what its members write.
  if (isFromList(headers)) return false;
  return /^(bulk|junk)$/i.test(headers.precedence ?? "") ||
    /\b(all|oof|autoreply)\b/i.test(headers["x-auto-response-suppress"] ?? "");
}

export const isFromList = (headers: Record<string, string>): boolean =>
  "list-id" in headers || "list-post" in headers || /^list$/i.test(headers.precedence ?? "");
