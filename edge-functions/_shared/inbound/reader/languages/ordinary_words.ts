// Common words of the languages besides English, and words that refuse something. Unverified by a speaker, as the rest.

export interface OrdinaryWords {
  language: string;
  spaced: boolean;
  /** Words by which the language is known; of one that is written without spaces, any of its letters. */
  common: string;
  /** Words that make a message one at which a person has to look. */
  refusing: string;
  /** Phrases that refuse nothing but the offer. */
  harmless: string;
}

export const ORDINARY: readonly OrdinaryWords[] = [
  {
    ...{ language: "Spanish", spaced: true },
    common:
      "si|claro|hola|buen[oa]s?|dias?|tardes?|noches?|gracias|por|favor|porfavor|me|mi|mis|mio|le|les|lo|la|las|los|el|ella|ellos|un|una|de|del|al|a|en|con|y|o|que|quien|quienes|cual|como|cuando|cuanto|cuanta|donde|porque|es|esta|estoy|esta[ns]?|soy|son|era|fue|ser|estar|interesa|interesad[oa]s?|interesaria|llam[ea](?:me)?|llamar|llamarme|llamo|hable|hableme|hablar|hablamos|marqueme|marque|escribame|manana|hoy|luego|despues|ahorita|ahora|mas|tarde|casa|propiedad|terreno|precio|oferta|ofrecen?|ofrece|paga[ns]?|dinero|efectivo|vender|vendo|venta|vendi|vendimos|rentad[oa]|renta|quiero|queremos|quisiera|puede[ns]?|puedo|podemos|tengo|tiene[ns]?|mande|mandeme|envieme|informacion|su|sus|usted|ustedes|te|tu|yo|para|sobre|muy|bien|ok|se|somos|tal vez|quizas?|compra[ns]?|casas|tiempo|saber|inversionistas?|dueñ[oa]|interes|terrenos|vemos|aviso|digo|pienso|pensar|voy|va|oferta|tal|vez|año|mes|semana|proxim[oa]|espos[oa]|hij[oa]|herman[oa]|trabajando|este|esto|eso|esa|ese|hasta|desde|las?|marzo|lunes|martes|miercoles|jueves|viernes|sabado|domingo|maneja|pero|todavia|tambien|solo|algo|hay|seria|vale|millon|mil|dolares|nombre|perdon|disculpe|alguien|habla|hablan|espanol|ingles",
    refusing:
      "siempre|cada|todos|todas|vez|veces|ilegal[^ ]*|respet[^ ]*|diario|telefono|celular|busca[^ ]*|no|ni|nunca|jamas|nada|nadie|sin|basta|suficiente|alto|ya|deje[ns]?|deja|dejar|dejen?me|pare[ns]?|parar|deten[^ ]*|borr[^ ]*|quit[^ ]*|elimin[^ ]*|remuev[^ ]*|remov[^ ]*|saque[^ ]*|retir[^ ]*|cancel[^ ]*|baja|cese[^ ]*|demand[^ ]*|abogad[^ ]*|denunci[^ ]*|report[^ ]*|polic[^ ]*|molest[^ ]*|acos[^ ]*|fastidi[^ ]*|hart[oa]s?|cans[^ ]*|list[^ ]*|numero[^ ]*|equivoc[^ ]*|suscri[^ ]*|desuscri[^ ]*|paz|tranquil[^ ]*|insist[^ ]*|fuera|olvid[^ ]*|bloque[^ ]*|menos|tant[oa]s|demasiad[oa]s?|chinga[^ ]*|mierda|put[oa][^ ]*|pinche[^ ]*|correct[oa]|permis[^ ]*|autoriz[^ ]*|privacidad|datos|otra|siguen?|sigue|sigan",
    harmless:
      "no gracias|no (?:hablo|entiendo) ingles|tal vez|no (?:me|nos|le) interesa|no (?:estoy|estamos) (?:interesad[oa]s?|vendiendo|en casa)|no (?:quiero|quiere|queremos|pienso|puedo|podemos) (?:vender(?:la|lo)?|hablar)|no (?:vendo|vendemos|entiendo)|(?:ahorita|ahora|hoy|todavia|aun) no(?: puedo| gracias)?|no (?:esta|es|la|lo|esta a la|esta en|tengo en|la tengo en|esta a) (?:venta|vendo|la venta)|ya (?:la|lo|se) (?:vendi|vendimos|vendio)|ya esta rentad[oa]|no (?:lo )?se(?= si)|(?:mas|menos) o menos",
  },
  {
    ...{ language: "French", spaced: true },
    common:
      "oui|comprends|parler|bonjour|bonsoir|salut|merci|bien|sur|d|accord|je|j|m|me|moi|mon|ma|mes|vous|votre|vos|tu|te|le|la|les|l|un|une|des|de|du|au|aux|a|en|et|ou|est|suis|etes|c|ce|cette|ca|ai|avez|avoir|interesse|interessee|interesses|appelez|appeler|rappelez|rappelle|telephonez|demain|aujourd|hui|soir|matin|midi|apres|tard|combien|offrez|proposez|maison|terrain|prix|offre|vendre|vente|vendu|vendue|qui|que|quoi|quel|quelle|quand|comment|pourquoi|peut|etre|peux|pouvez|voudrais|veux|s|il|elle|on|nous|plait|pour|avec|par|plus|informations?|details?|jour|semaine|mois|an|annee|mari|femme|fils|fille|tres|ok|svp",
    refusing:
      "chaque|tous|toujours|encore|fois|illegal[^ ]*|telephone|respect[^ ]*|ne|n|pas|jamais|ni|rien|non|sans|aucun[^ ]*|assez|marre|arret[^ ]*|cess[^ ]*|supprim[^ ]*|retir[^ ]*|enlev[^ ]*|effac[^ ]*|desabon[^ ]*|desinscri[^ ]*|laiss[^ ]*|foutez|fiche[^ ]*|harcel[^ ]*|avocat[^ ]*|plainte[^ ]*|police|numero[^ ]*|tromp[^ ]*|erreur[^ ]*|liste[^ ]*|interdi[^ ]*|fini[^ ]*|paix|tranquille|derang[^ ]*|embet[^ ]*|emmerd[^ ]*|merde|bloqu[^ ]*|oubli[^ ]*|resili[^ ]*|annul[^ ]*|refus[^ ]*|revoqu[^ ]*|stopp?[^ ]*|plus|deja|trop|donnees|consent[^ ]*",
    harmless:
      "non merci|pas interesse[es]*|je n(?:e| ) ?(?:suis|veux|peux) pas (?:interessee?|vende?u?r?s?e?|parler)|je ne comprends pas|pas (?:a vendre|encore|maintenant)|plus d (?:infos?|informations?|details?)|plus tard|en savoir plus",
  },
  {
    ...{ language: "Portuguese", spaced: true },
    common:
      "sim|estamos|falando|entendo|vendendo|ola|oi|bom|boa|dia|tarde|noite|obrigad[oa]|por|favor|eu|me|mim|meu|minha|voce|voces|seu|sua|o|a|os|as|um|uma|de|do|da|dos|das|na|em|com|e|ou|que|quem|qual|quando|quanto|quanta|onde|como|tenho|tem|temos|interesse|interessad[oa]|interessa|ligue|ligar|liga|fale|falar|amanha|hoje|depois|agora|mais|casa|imovel|terreno|preco|oferta|oferece[ms]?|pagam?|pagar|dinheiro|vender|venda|vendo|vendi|quero|queremos|gostaria|pode|posso|podemos|mande|envie|informacoes|informacao|para|pra|sobre|muito|bem|ok|talvez|ano|mes|semana|proxim[oa]|marido|esposa|filh[oa]|e|esta|estou|sou|sao|claro|as|ser|isso|este|esta|esse|essa",
    refusing:
      "todo|toda|todos|sempre|cada|vez|vezes|ilegal[^ ]*|telefone|respeit[^ ]*|nao|nunca|jamais|nem|nada|sem|par[ae]r?|parem|chega|basta|remov[^ ]*|retir[^ ]*|exclu[^ ]*|apag[^ ]*|delet[^ ]*|cancel[^ ]*|descadastr[^ ]*|sair|saia[^ ]*|tir[ae][^ ]*|deix[^ ]*|advogad[^ ]*|process[^ ]*|denunci[^ ]*|incomod[^ ]*|perturb[^ ]*|ench[^ ]*|numero[^ ]*|engan[^ ]*|errad[^ ]*|lista[^ ]*|bloque[^ ]*|polici[^ ]*|esquec[^ ]*|vaz[ae][^ ]*|sossego|paz|encerr[^ ]*|revog[^ ]*|autoriz[^ ]*|dados|cess[^ ]*|suficiente|ja|demais",
    harmless:
      "no (?:momento|mes|ano|dia|telefone|whatsapp|fim|final|sabado|domingo|proximo|que)|nao obrigad[oa]|nao (?:tenho|temos) interesse|nao (?:estou|estamos) (?:interessad[oa]s?|vendendo)|nao (?:quero|posso) (?:vender|falar)|nao (?:vendo|entendo)|nao esta a venda|ja vendi|para (?=mim|o|a|vender|quando|quanto)",
  },
  {
    ...{ language: "Haitian Creole", spaced: true },
    common:
      "wi|bonjou|bonswa|mesi|mwen|m|ou|w|li|nou|yo|kay|la|lan|an|nan|sa|se|ki|kiyes|konbyen|ap|pral|ka|kapab|vle|enterese|rele|demen|jodi|pita|aswe|pou|ak|e|bay|ban|gen|pri|vann|lajan|achte|pale|tanpri|souple|kijan|kote|byen|oke|ok|te|tout|yon|fi|madanm|mari",
    refusing:
      "chak|toujou|fwa|ilegal|telefon|pa|pap|pinga|janm|sispann[^ ]*|kite[^ ]*|rete[^ ]*|retire[^ ]*|efase[^ ]*|wete[^ ]*|ase|twop|plent|avoka|move|mal|nimewo|lis|lape|lapolis|bloke|bliye|anile|deranje[^ ]*|anmede[^ ]*|enmede[^ ]*|bouke|nonm|non|erè|ere|fini",
    harmless: "non mesi",
  },
  {
    ...{ language: "Vietnamese", spaced: true },
    common:
      "vang|da|toi|minh|em|anh|chi|ban|co|la|va|cho|hay|goi|lai|ngay|mai|hom|nay|quan|tam|nha|dat|gia|bao|nhieu|tien|mua|muon|xin|chao|cam|on|duoc|roi|nao|ai|gi|khi|o|cua|mot|nam|thang|tuan|sau|toi|se|rat|ok|voi|noi|chuyen|biet|them|thong|tin",
    refusing:
      "hoai|moi|suot|lan|phap|dung|khong|ko|k|cham|ngung|thoi|xoa|huy|phien|bo|sai|nham|luat|kien|toa|so|dep|cut|mat|het|chua|chan|tat|ngan|cam|roi|nghi|lua|dao",
    harmless: "cam on|goi lai|bao nhieu",
  },
  {
    ...{ language: "Tagalog", spaced: true },
    common:
      "oo|opo|po|ako|ko|akin|mo|ka|ikaw|kayo|ninyo|niyo|ang|ng|sa|na|si|ni|at|o|ay|mga|ba|lang|pa|interesado|interesada|tawag|tawagan|tumawag|bukas|mamaya|ngayon|magkano|bahay|lupa|presyo|alok|benta|ibenta|ibebenta|bilhin|gusto|salamat|sino|ano|kailan|saan|paano|ito|iyan|iyon|kung|para|pera|pwede|puwede|sige|kumusta|magandang|araw|umaga|gabi|hapon|asawa|anak|may|meron|susunod|linggo|buwan|taon|offer|ok|okay",
    refusing:
      "araw araw|lagi[^ ]*|palagi[^ ]*|paulit|iligal|ilegal|huwag[^ ]*|wag[^ ]*|hindi|di|ayaw[^ ]*|ayoko[^ ]*|tigil[^ ]*|itigil[^ ]*|tigilan[^ ]*|tama|alis[^ ]*|tanggal[^ ]*|burahin|mali[^ ]*|abogado|reklamo[^ ]*|kulit[^ ]*|makulit|istorbo[^ ]*|abala[^ ]*|wala[^ ]*|numero[^ ]*|lubay[^ ]*|layas|sawa[^ ]*|nakakainis|hinto[^ ]*|ihinto[^ ]*|tantan[^ ]*|bawal|ireport|pulis|block[^ ]*|never|no|not",
    harmless: "mamaya na",
  },
  {
    ...{ language: "German", spaced: true },
    common:
      "ja|hallo|guten|tag|morgen|abend|danke|bitte|ich|mich|mir|mein[^ ]*|sie|ihr[^ ]*|du|dich|dir|wir|uns|er|es|der|die|das|den|dem|des|ein|eine|einen|und|oder|ist|bin|sind|war|habe|haben|hat|interessiert|interesse|rufen|ruf|anrufen|an|zuruck|heute|spater|nach|wieviel|wie|viel|was|wer|wo|wann|warum|bieten|zahlen|haus|grundstuck|preis|angebot|verkaufen|verkauf|verkauft|kaufen|fur|mit|zu|in|im|am|um|uhr|auf|aus|von|vom|zum|gern|gerne|kann|konnen|mochte|will|wurde|woche|monat|jahr|nachstes|mehr|informationen|sehr|gut|gerade|mann|frau|sohn|tochter|ok|vielleicht|noch",
    refusing:
      "jeden|jedes|immer|standig|wieder|mal|illegal[^ ]*|telefon[^ ]*|taglich|nicht[^ ]*|nie|niemals|kein[^ ]*|stopp[^ ]*|aufhor[^ ]*|hor[^ ]*|losch[^ ]*|streich[^ ]*|entfern[^ ]*|abmeld[^ ]*|austrag[^ ]*|lass[^ ]*|ruhe|anwalt[^ ]*|anwaelt[^ ]*|anzeig[^ ]*|klag[^ ]*|verklag[^ ]*|belastig[^ ]*|genug|reicht|schluss|nummer[^ ]*|falsch[^ ]*|verwechs[^ ]*|verwahl[^ ]*|liste[^ ]*|nein|nerv[^ ]*|unterlass[^ ]*|widerruf[^ ]*|widersprech[^ ]*|polizei|verschwind[^ ]*|weg|ende|beend[^ ]*|raus|sperr[^ ]*|ohne|abbestell[^ ]*|kundig[^ ]*|daten[^ ]*|einwillig[^ ]*|verbiet[^ ]*|mehr",
    harmless:
      "nein danke|kein interesse|nicht interessiert|nicht zu verkaufen|noch nicht|mehr informationen",
  },
  {
    ...{ language: "Italian", spaced: true },
    common:
      "si|ciao|salve|buongiorno|buonasera|grazie|prego|per|favore|io|mi|mio|mia|lei|tu|ti|suo|sua|il|lo|la|i|gli|le|l|un|una|uno|di|del|della|a|al|alla|in|con|e|o|che|chi|quale|quando|quanto|quanti|dove|come|perche|sono|ho|ha|interessa|interessat[oa]|chiami|chiamami|chiamatemi|chiamare|richiami|domani|oggi|dopo|adesso|ora|piu|tardi|casa|terreno|prezzo|offerta|offrite|offre|pagate|paga|soldi|vendere|vendita|vendo|venduto|venduta|voglio|vorrei|puo|posso|mandi|informazioni|sul|sulla|molto|bene|ok|forse|anno|mese|settimana|prossim[oa]|marito|moglie|figli[oa]|certo|va",
    refusing:
      "ogni|sempre|tutti|volta|volte|illegal[^ ]*|telefono|ancora|non|mai|basta|bast[^ ]*|smett[^ ]*|cancell[^ ]*|togli[^ ]*|rimuov[^ ]*|rimoz[^ ]*|elimin[^ ]*|lasci[^ ]*|ferm[^ ]*|avvocat[^ ]*|denunci[^ ]*|disturb[^ ]*|numero[^ ]*|sbagli[^ ]*|lista|elenco|senza|disiscri[^ ]*|nessun[^ ]*|ne|pace|annull[^ ]*|revoc[^ ]*|chiud[^ ]*|fine|stuf[oa]|niente|no|piu|dati|consens[^ ]*|polizia|bloc[^ ]*",
    harmless:
      "no grazie|non (?:sono interessat[oa]|mi interessa|vendo|capisco)|non in vendita|piu tardi|piu informazioni",
  },
  {
    ...{ language: "Polish", spaced: true },
    common:
      "tak|dzien|dobry|czesc|dziekuje|prosze|ja|mnie|mi|moj|moja|pan|pani|panstwo|to|jest|jestem|sa|i|w|na|z|do|o|za|ile|co|kto|kiedy|gdzie|jak|dlaczego|zainteresowan[ya]|zadzwonic|zadzwon|zadzwoni|dzwonic|jutro|dzisiaj|dzis|pozniej|teraz|dom|dzialka|cena|oferta|oferujecie|placicie|sprzedac|sprzedaz|sprzedam|chce|chcialbym|moge|moze|mozna|informacji|informacje|maz|zona|syn|corka|tydzien|miesiac|rok|po|ok|bardzo|dobrze",
    refusing:
      "codziennie|kazd[^ ]*|ciagle|zawsze|znowu|razy?|nielegal[^ ]*|telefon[^ ]*|nie|nigdy|przest[^ ]*|usun[^ ]*|wypis[^ ]*|skresl[^ ]*|wykresl[^ ]*|adwokat[^ ]*|prawnik[^ ]*|pozw[^ ]*|sad[^ ]*|numer[^ ]*|pomyl[^ ]*|dosc|koniec|zostaw[^ ]*|odczep[^ ]*|spokoj[^ ]*|bez|rezygn[^ ]*|skarg[^ ]*|policj[^ ]*|zaprzest[^ ]*|skoncz[^ ]*|wiecej|zadn[^ ]*|ani|juz|cofam|odwol[^ ]*|zgod[^ ]*|dan[ey][^ ]*|blok[^ ]*|nekan[^ ]*",
    harmless: "wiecej informacji",
  },
  {
    ...{ language: "Russian", spaced: true },
    common:
      "да|здравствуйте|привет|добрый|день|вечер|спасибо|пожалуйста|я|мне|меня|мой|моя|вы|вам|вас|ваш[^ ]*|ты|мы|нам|он|она|это|и|или|а|но|в|на|с|к|по|за|о|об|у|до|после|интересно|интересует|заинтересован[^ ]*|позвоните|перезвоните|звоните|позвонить|завтра|сегодня|сейчас|позже|вечером|утром|сколько|кто|что|как|когда|где|почему|какой|какая|дом|дома|участок|цена|цену|предложение|предлагаете|платите|деньги|продать|продаю|продаем|продажа|продан|хочу|хотим|хотел[^ ]*|могу|можете|можно|напишите|информаци[^ ]*|муж|жена|сын|дочь|неделе|месяце|году|очень|хорошо|ок|есть|буду|ли",
    refusing:
      "кажд[^ ]*|постоянно|всегда|опять|снова|раз|зачем|незакон[^ ]*|телефон[^ ]*|не|нет|ни|нельзя|хватит|стоп|прекрат[^ ]*|удал[^ ]*|отпи[^ ]*|отстан[^ ]*|перестан[^ ]*|достал[^ ]*|спам[^ ]*|суд|суде?[^ ]*|жалоб[^ ]*|полици[^ ]*|ошиб[^ ]*|номер[^ ]*|больше|забудь[^ ]*|убер[^ ]*|надоел[^ ]*|никогда|отвал[^ ]*|отвяж[^ ]*|иди[^ ]*|пош[её]л[^ ]*|исключ[^ ]*|отмен[^ ]*|отка[зж][^ ]*|вычерк[^ ]*|адвокат[^ ]*|юрист[^ ]*|без|довольно|конец|остав[^ ]*|поко[^ ]*|согласи[^ ]*|данны[^ ]*|блок[^ ]*|заблок[^ ]*|беспоко[^ ]*|отзыв[^ ]*",
    harmless:
      "нет спасибо|не (?:интересно|интересует|продаю|продаем|заинтересован[а]?)|не продается",
  },
  {
    ...{ language: "Ukrainian", spaced: true },
    common:
      "так|вітаю|привіт|добрий|день|вечір|дякую|будь|ласка|я|мені|мене|мій|моя|ви|вам|вас|ваш[^ ]*|ми|нам|він|вона|це|і|й|або|але|в|у|на|з|до|після|за|про|цікаво|цікавить|зацікавлен[^ ]*|подзвоніть|зателефонуйте|передзвоніть|завтра|сьогодні|зараз|пізніше|ввечері|вранці|скільки|хто|що|як|коли|де|чому|дім|будинок|ділянка|ціна|пропозиція|пропонуєте|платите|гроші|продати|продаю|хочу|хочемо|можу|можете|можна|чоловік|дружина|син|дуже|добре|ок|є",
    refusing:
      "кожн[^ ]*|постійно|завжди|знову|раз|навіщо|незакон[^ ]*|телефон[^ ]*|не|ні|ніколи|досить|стоп|припин[^ ]*|видал[^ ]*|відпис[^ ]*|годі|відчеп[^ ]*|помил[^ ]*|зупин[^ ]*|перестан[^ ]*|набрид[^ ]*|спам[^ ]*|суд[^ ]*|скарг[^ ]*|поліц[^ ]*|номер[^ ]*|більше|забуд[^ ]*|прибер[^ ]*|адвокат[^ ]*|юрист[^ ]*|без|кінець|залиш[^ ]*|спок[^ ]*|згод[^ ]*|дан[іи][^ ]*|блок[^ ]*|турб[^ ]*|відклик[^ ]*|відмов[^ ]*|скас[^ ]*",
    harmless: "ні дякую|не (?:цікаво|цікавить|продаю|продаємо)",
  },
  {
    ...{ language: "Armenian", spaced: true },
    common:
      "այո|բարև|ողջույն|շնորհակալություն|խնդրում|եմ|ես|ինձ|իմ|դուք|ձեզ|ձեր|դա|սա|է|են|ու|և|կամ|հետաքրքրում|հետաքրքրված|հետաքրքիր|զանգեք|զանգահարեք|զանգել|վաղը|այսօր|հիմա|հետո|որքան|ինչքան|ով|ինչ|երբ|որտեղ|ինչպես|տուն|տունը|տան|գին|գինը|առաջարկում|վճարում|գումար|վաճառել|վաճառում|ուզում|կարող|լավ|շատ|համար",
    refusing:
      "ամեն|միշտ|անընդհատ|էլի|նորից|մի|մի՛|ոչ|չ[^ ]*|կանգ[^ ]*|դադար[^ ]*|հեռացր[^ ]*|ջնջ[^ ]*|հերիք|բավական[^ ]*|սխալ[^ ]*|համար[ըին][^ ]*|այլևս|երբեք|դատ[^ ]*|փաստաբան[^ ]*|ոստիկան[^ ]*|հանգիստ[^ ]*|հան[^ ]*|առանց|վերջ[^ ]*|թող[^ ]*",
    harmless: "ոչ շնորհակալություն",
  },
  {
    ...{ language: "Arabic", spaced: true },
    common:
      "نعم|اهلا|مرحبا|السلام|عليكم|شكرا|من|فضلك|انا|أنا|لي|بي|انت|أنت|انتم|هو|هي|هذا|هذه|مهتم|مهتمه|اتصل|اتصلوا|كلمني|غدا|بكره|اليوم|الان|الآن|بعد|لاحقا|كم|هل|متى|اين|أين|كيف|البيت|بيت|المنزل|بيتي|منزلي|السعر|العرض|تدفع|تدفعون|تعرض|تعرضون|المال|بيع|ابيع|أبيع|اريد|أريد|يمكن|ممكن|يمكنك|في|على|عن|الى|إلى|مع|و|او|أو|زوجي|زوجتي|جيد|تمام|طيب|سعر|الساعه|الاسبوع|الشهر|للبيع",
    refusing:
      "كل|دائما|مره|مرات|قانون[^ ]*|ليش|لماذا|[وف]?(?:لا|لم|لن|ما|مو|مش|ليس|ليست|غير|بلا|بدون|كفى|كفايه|خلاص|بس|ابدا|أبدا)|[^ ]*(?:توقف|وقف|كف|حذف|مسح|زعاج|زعج|محام|شكوى|خطأ|خطا|غلط|رقم|لغ|شرط|ترك|بعد عن|حظر|سبام|قاضي|محكم|موافق|بيانات|قائم)[^ ]*",
    harmless: "لا شكرا|ليست? للبيع",
  },
  {
    ...{ language: "Persian", spaced: true },
    common:
      "بله|بلی|اره|آره|سلام|ممنون|مرسی|لطفا|من|مرا|به|با|از|در|را|و|یا|که|این|ان|آن|شما|علاقه|علاقمند|علاقه‌مند|دارم|دارید|هستم|هستید|است|زنگ|بزنید|بزن|تماس|بگیرید|فردا|امروز|الان|بعدا|بعد|چند|چقدر|کی|کجا|چطور|چه|خانه|خونه|قیمت|پیشنهاد|پول|فروش|بفروشم|میخواهم|می|خواهم|میتوانید|ساعت|شوهرم|همسرم|خوب|خوبه|برای|کنید",
    refusing:
      "هر|همیشه|دوباره|بار|چرا|قانون[^ ]*|ن[^ ]+|ن|هیچ[^ ]*|دیگر|دیگه|بس|بسه|کافی[^ ]*|حذف[^ ]*|پاک[^ ]*|لغو[^ ]*|متوقف|قطع[^ ]*|اشتباه[^ ]*|شماره[^ ]*|شکایت[^ ]*|وکیل[^ ]*|پلیس|مزاحم[^ ]*|دست|ول|بدون|خفه|گم|لیست|فهرست|بیخیال|رضایت|مسدود|بلاک",
    harmless: "نظر|نام",
  },
  {
    ...{ language: "Hindi", spaced: true },
    common:
      "हाँ|हां|जी|नमस्ते|धन्यवाद|शुक्रिया|कृपया|मैं|मुझे|मेरा|मेरी|मेरे|आप|आपका|आपकी|हम|हमें|यह|ये|वह|है|हैं|हूँ|हूं|था|में|को|का|की|के|से|पर|और|या|तो|भी|कल|आज|अभी|बाद|कितना|कितने|कितनी|कौन|क्या|कब|कहाँ|कैसे|घर|मकान|ज़मीन|कीमत|दाम|पैसे|पैसा|बेचना|बेच|चाहता|चाहती|चाहते|रुचि|दिलचस्पी|कॉल|फोन|फ़ोन|करें|कीजिए|करो|कर|सकते|बात|ठीक|अच्छा",
    refusing:
      "रोज|रोज़|हर|हमेशा|बार|फिर|क्यों|गैरकानूनी|नहीं|नही|न|ना|मत|बंद|हटा[^ ]*|रोक[^ ]*|रुक[^ ]*|कभी|गलत|ग़लत|नंबर[^ ]*|वकील|पुलिस|शिकायत|परेशान[^ ]*|तंग|बस|छोड़[^ ]*|निकाल[^ ]*|मिटा[^ ]*|डिलीट|सूची|लिस्ट|बिना|स्पैम|स्टॉप|ब्लॉक",
    harmless: "नहीं धन्यवाद",
  },
  {
    ...{ language: "Hebrew", spaced: true },
    common:
      "כן|שלום|היי|תודה|בבקשה|אני|לי|אותי|שלי|אתה|את|אתם|לכם|שלך|שלכם|הוא|היא|זה|זאת|מעוניין|מעוניינת|מעניין|תתקשר|תתקשרו|התקשרו|להתקשר|מחר|היום|עכשיו|אחר|כך|כמה|מי|מה|מתי|איפה|איך|למה|בית|הבית|דירה|מחיר|הצעה|מציע|מציעים|משלמים|כסף|למכור|מוכר|מכירה|רוצה|אפשר|יכול|יכולים|על|עם|של|או|בעלי|אשתי|טוב|בסדר|מאוד",
    refusing:
      "כל|תמיד|שוב|פעם|פעמים|חוקי|לא|אל|די|אין|בלי|טעות|מספיק|אף|[^ ]*(?:פסיק|הסר|הסיר|תסיר|תוריד|להוריד|עזב|מחק|ספאם|מספר|מטריד|הטרד|עורך|משטרה|תלונה|רשימ|ביטול|בטל|חסום|נמאס|לעולם|שקט)[^ ]*",
    harmless: "לא תודה",
  },
  {
    ...{ language: "Chinese", spaced: false },
    common: "卖|賣|我|你|您|的|是|有|好|吗|嗎|多少|谢|謝|请|請|可以|想|要",
    refusing:
      "每天|天天|总|總|又|老是|过分|過分|一直|为什么|為什麼|忙|违法|違法|[ぁ-ヿ]|不|别|別|勿|停|删|刪|取消|骚|騷|扰|擾|退|没|沒|非|滚|滾|烦|煩|够|夠|律师|律師|投诉|投訴|举报|舉報|错|錯|打扰|移除|屏蔽|拉黑|无|無|未|再|终|終|止|号码|號碼|名单|名單|告你|警|拒|撤|垃圾|闭|閉|走开|走開|免|去除|清除|注销|註銷",
    harmless: "再见|(?:不|没有?)(?:卖|賣|出售)",
  },
  {
    ...{ language: "Japanese", spaced: false },
    common: "[ぁ-ヿ]",
    refusing:
      "毎日|何度|いつも|また|なぜ|過ぎ|法|ない|ません|ぬ|ず|な$|な |やめ|止|停|迷惑|不|削除|消|解除|結構|いらん|いらな|要ら|るな|間違|違|退|拒否|訴|うざ|しつこ|弁護|警察|もう|二度|終|番号|ストップ|キャンセル|スパム|断|外し|抜い|無|勘弁|ブロック",
    harmless: "いくらで",
  },
  {
    ...{ language: "Korean", spaced: false },
    common: "[가-힣]",
    refusing:
      "매일|맨날|자꾸|계속|또|왜|너무|법|안(?!녕)|않|못|마세|말아|말고|말라|지마|지 마|그만|중지|중단|거부|삭제|제거|빼|싫|스팸|신고|아니|아닌|없|수신|해지|해제|취소|잘못|됐|제발|꺼져|차단|변호사|경찰|고소|다시|더 ?이상|번호|명단|불법|귀찮|짜증|철회|멈|끊|절대|말 것|금지|탈퇴|스톱|스탑",
    harmless: "다시 전화|안 ?(?:팔아|팝니다|팔)",
  },
];
