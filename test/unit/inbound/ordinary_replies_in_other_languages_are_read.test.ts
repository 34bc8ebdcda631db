// An ordinary reply in a language that the reader reads holds nothing up; what may be a wish there waits for a person.
import { describe, expect, test } from "vitest";
import { readReply } from "../../../edge-functions/_shared/inbound/reader/read_reply.ts";
import { labelledExamples } from "../../../scripts/build/reader_model/examples.ts";
import { labelledReplies } from "../../support/labelled_replies.ts";

const READ = { request: "none", wrong_contact: false, unread: false, possible: false };

describe("an ordinary reply is read", () => {
  test.each([
    ...["Sí, me interesa, llámeme mañana", "¿Cuánto ofrecen por la casa?", "Hola, ¿quién es?"],
    ...[
      "No está en venta",
      "No me interesa, gracias",
      "Ahorita no puedo, hábleme después de las 5",
    ],
    ...["Oui, je suis intéressé, appelez-moi demain", "Non merci, pas à vendre"],
    ...["Sim, tenho interesse, me ligue amanhã", "Wi, mwen enterese, rele m demen"],
    ...["是的，我有兴趣，明天打给我", "네, 관심 있어요. 내일 전화 주세요", "はい、興味があります"],
    ...["Vâng, gọi lại cho tôi ngày mai", "Oo, interesado ako, tawagan mo ako bukas"],
    ...["Да, мне интересно, позвоните завтра", "Այո, ինձ հետաքրքրում է, զանգեք վաղը"],
    ...["نعم، أنا مهتم، اتصل بي غدا", "بله، علاقه دارم، فردا زنگ بزنید"],
    ...["Ja, ich bin interessiert, rufen Sie mich morgen an", "Sì, mi interessa, chiamami domani"],
    ...["Tak, jestem zainteresowany", "हाँ, मुझे कल फोन कीजिए", "Так, цікаво", "כמה אתם מציעים?"],
    ...["Ask me again after Christmas", "Give me until Friday", "dead end street"],
  ])("%s", (text) => expect(readReply(text, "sms")).toMatchObject(READ));
});

describe("a person looks at what may be a wish, or is in another language", () => {
  test.each([
    ...["Por favor olvide mi teléfono", "siempre me llaman a mi casa"],
    ...["hable con mi abogado", "Vous m'appelez tous les jours", "Sie rufen jeden Tag an"],
    ...["Вы звоните каждый день", "你们每天打电话", "매일 전화하시네요"],
    ...["Evet, ilgileniyorum, yarın arayın", "No em truqueu més", "Fadlan ha ila soo xiriirin"],
  ])("%s", (text) => expect(readReply(text, "sms").unread).toBe(true));
});

test(
  "no wish among the labelled replies, nor a wrong number, is taken for an ordinary reply",
  () => {
    const wishes = [
      ...labelledReplies("labelled.tsv").filter(({ wanted }) => wanted !== "none"),
      ...labelledExamples().filter(({ isWish }) => isWish),
    ].map(({ text }) => text);
    expect(wishes.length).toBeGreaterThan(4500);
    expect(wishes.filter((text) => {
      const { request, wrong_contact, unread, possible } = readReply(text, "sms");
      return request === "none" && !wrong_contact && !unread && !possible;
    })).toEqual([]);
  },
  60_000,
);
