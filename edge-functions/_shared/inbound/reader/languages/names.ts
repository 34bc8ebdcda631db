// What wishes in other languages name: texts, calls, e-mail, everything. Data like the rest, reviewed by no speaker yet.
import { foldLetters } from "../words.ts";

const any = (...parts: string[]) => new RegExp(foldLetters(parts.join("|")));

export const OTHER_NAMES = {
  text: any(
    "mensaj|textos?\\b|textee|textos|mensagen|ecri[vrt]|texto|message|sms",
    "短信|簡訊|信息|发|發|文자|문자|메시지|메세지|nhắn|tin nhắn|mensahe|mag ?text|pag ?text|itext",
    "пишите|пиши|писать|сообщени|присыла|գրեք|գրիր|հաղորդագրություն|رسائل|رسالة|مراسل|تراسل|پیام|پیامک|nachricht|schreib|メッセージ",
    "mesaj|ekri|voye|пиш|писа|надсила|לכתוב|תכתב|לשלוח|תשלח|הודע|wiadomo|pisa|sms|मैसेज|मेसेज|संदेश|लिख",
  ),
  call: any(
    "дзвон|телефону|להתקשר|תתקשר|שיח|dzwoni|telefon|फोन|फ़ोन|कॉल|\\bllam|\\bmarc|\\bmarqu|\\blig[aou]|\\bappel|telephon|anruf|\\bruf|chiam|telefon|\\brele\\b|tawag|\\bgoi\\b|điện",
    "打电话|打電話|来电|來電|致电|致電|电话|電話|전화|звони|звонить|звонк|զանգ|تتصل|اتصال|مكالم|زنگ|تماس|تكلم",
  ),
  email: any(
    "correo|courriel|\\bmails?\\b|e ?mail|邮件|郵件|메일|почт|письм|بريد|ایمیل|メール|imel|նամակ",
  ),
  everything: any(
    "спокої|списк|турбу|видал|רשימה|מהרשימה|להטריד|תטריד|לפנות|תפנ|אותי|comuni|insist|demand|denunci|report|sair|kontakt|spokoj|list[ye]?\\b|संपर्क|परेशान|सूची|लिस्ट|नंबर|contact|contat|contakt|kontak|kokontak|\\blista?\\b|liste\\b|en paz|em paz|la paix|tranquil|trankil|in ruhe|en paix|in pace|molest|derang|incomod",
    "联系|聯繫|聯絡|联络|骚扰|騷擾|打扰|打擾|名单|名單|烦|煩|滚|滾|删除|刪除|移除|연락|명단|목록|리스트|괴롭|귀찮|꺼져|liên lạc|liên hệ|làm phiền|quấy rầy|yên|danh sách",
    "istorbo|guluhin|kontakin|alisin|burahin|tantanan|lubayan|listahan|беспоко|в покое|удалите|уберите|исключите|отстаньте|отвалите|связыва|списк",
    "հանգիստ|անհանգստ|խանգար|կապվ|ցուցակ|ջնջեք|تزعج|تتواصل|التواصل|ازعاج|احذف|قائم|اترك|دعني|دعوني|مزاحم|حذف|پاک|دست از سر|ولم کن|連絡|リスト|デ|vayase|vete|foutez|fous|degage|verpiss|hau ab",
  ),
};
