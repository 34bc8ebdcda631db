-- wishes of languages: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.fold_letters (
  p_text text
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select btrim(regexp_replace(translate(normalize(regexp_replace(
      normalize(lower(p_text), nfkd), '[\u0300-\u036f\u0640\u064b-\u065f\u0670\u200b-\u200f]', '', 'g'), nfkc),
      -- Whatever the collation of the database.
      'АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖĐđييىكة',
      'абвгдежзииклмнопрстуфхцчшщъыьэюяաբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆddیییکه'),
      '[][[:space:].,!?;:"''()…。！？；،؟«»„“”‘’՜՛¿¡、，*_-]+', ' ', 'g'))
$function$;

CREATE OR REPLACE FUNCTION private.has_wish_in_a_language (
  p_body text
)
  RETURNS boolean
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  -- All languages at once first: one expression stays compiled, and most sentences match none.
  with candidates as materialized (
    select f.words
    from regexp_split_to_table(left(p_body, 4000), '[.!?;:\n…。！？；؟]+') part (words)
    cross join lateral (select private.fold_letters(part.words) as words) f
    -- One word alone is a keyword or nothing.
    where f.words ~ '[^ -~]| '
      and f.words ~ (select string_agg(w.wishes, '|') from private.wishes_of_languages() w)
  )
  select exists (select from candidates c
    join private.wishes_of_languages() w on c.words ~ w.wishes and c.words !~ w.except_for)
$function$;

CREATE OR REPLACE FUNCTION private.is_opt_out (
  body text
)
  RETURNS boolean
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  v_words text;
  v_part text;
  v_stop boolean;
  v_not boolean;
  v_other boolean;
begin
  if body is null or body = '' then
    return false;
  end if;
  v_words := private.normalise_reply(body);
  if private.is_stop_keyword(v_words) or private.is_stop_in_a_language(body) then
    return true;
  end if;
  if v_words = '' then
    -- No words at all: a stop sign or a raised hand counts as an opt-out.
    return body ~ '[🛑⛔🚫✋🖕❌🙅🤚🖐✖]' or private.has_wish_in_a_language(body);
  end if;
  v_stop := v_words ~ '(stop|quit|end|cease|halt|discontin|terminat|cancel|refrain|knock|enough)';
  v_not := v_words ~ '(no |not|n t|dont|do nt|dnt|never|dnc|if you)';
  v_other := v_words ~ '(remov|tak|get|delet|drop|scrub|eras|strik|pull|unlist|block|off|lose|forget|uns|un '
    's|opt|revok|withdr|rescin|leave|let '
    '|away|lost|ceas|wrong|harass|not|report|su|deje|quite|borre|saque|elimin|pare|basta|alto|from|cancel)';
  if not (v_stop or v_not or v_other) then
    return private.has_wish_in_a_language(body);
  end if;
  if v_words ~ '(stop|quit|unsub|opt)|deed|title|loan|mortgage|lease|contract|will|waiting|why' then
    v_words := regexp_replace(v_words, private.opt_out_exceptions(), ' # ', 'g');
  end if;
  foreach v_part in array string_to_array(v_words, '|') loop
    v_part := btrim(v_part);
    continue when v_part = '';
    -- A sentence that consists of the keyword alone. Not cancel and end: they may answer another question.
    if (v_stop and v_part ~ private.opt_out_phrases('stop'))
      or (v_not and v_part ~ private.opt_out_phrases('not'))
      or (v_other and v_part ~ private.opt_out_phrases('other'))
      or (v_part !~ '\m(cancel|end)\M' and private.is_stop_keyword(v_part)) then
      return true;
    end if;
  end loop;
  return private.has_wish_in_a_language(body);
end
$function$;

CREATE OR REPLACE FUNCTION private.is_stop_in_a_language (
  p_body text
)
  RETURNS boolean
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select length(p_body) < 60 and private.fold_letters(left(p_body, 60)) = any (private.stop_words_of_languages())
$function$;

CREATE OR REPLACE FUNCTION private.tg_contact_points__stay_wrong()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v record;
begin
  -- Few values are wrong: they are found first, so that an import does not join all its contact points again.
  for v in
    with called_wrong as materialized (
      select n.org_id, n.id, n.value_bidx, n.lead_id from new_rows n
      where n.invalid_at is null and exists (
        select from public.wrong_contacts w where w.org_id = n.org_id and w.value_bidx = n.value_bidx)
    )
    select c.org_id, c.id from called_wrong c
    where private.is_wrong_contact(c.org_id, c.value_bidx, c.lead_id) order by c.id
  loop
    update public.contact_points c set invalid_at = now(), verified = false where c.org_id = v.org_id and c.id = v.id;
  end loop;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.wishes_of_languages()
  RETURNS TABLE (
    language   text,
    wishes     text,
    except_for text
  )
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  values
    ('Spanish',
      '(?<!\S)(?:(?:(?:ya )?no (?:me|nos|le|les) (?:vuelva[ns]? a )?(?:llam|mand|envi|escrib|cont'
      'act|text|molest|marqu|habl|busqu|busc|fastid|hostig|acos|manden|textee)[a-z]*)|(?:no (?:vu'
      'elva[ns]?|vuelvas) a (?:llam|mand|envi|escrib|contact|text|molest|marc|habl|comunic)[a-z]*'
      ')|(?:(?:dej|par|ces)(?:e|en|a|ar|ad|es) de (?:estar )?(?:ching|llam|mand|envi|escrib|conta'
      'ct|text|molest|marc|hostig|acos|fastid|chingar|joder)[a-z]*)|(?:(?:dej|dejen)(?:e|en|a)?(?'
      ':me|nos)(?: ya)? en paz|(?:me|nos) (?:deje|dejen|dejas) en paz)|(?:(?:quit|borr|saqu|sac|e'
      'limin|remuev|retir|bloque|tach|desuscrib)(?:e|en|a|an)(?:me|nos))|(?:(?:quite|quiten|borre'
      '|borren|elimine|eliminen|saque|saquen|remueva|retire) (?:mi|este) (?:numero|telefono|nombr'
      'e|correo|celular))|(?:(?:ya )?no (?:quiero|deseo|queremos)(?: (?:recibir|mas|sus|estos|que'
      '|ningun|ninguna|tener|de))* (?:mensaj|llamad|text|corre|comunicac|me llam|me mand|me escri'
      'b|me contact|contact)[a-z]*)|(?:(?:no|ni un|ni una) mas (?:mensajes?|llamadas?|textos?|cor'
      'reos?))|(?:(?:cancelar|cancele|cancelen)(?: la| mi| los| estos)* (?:suscripcion|mensajes|l'
      'lamadas))|(?:(?:dar|den|deme|denme|darme)(?: me)? de baja)|(?:(?:vayase|vete|vayanse|larga'
      'te|larguense)(?: (?:al|a la) \w+)?|chinga tu madre|no (?:este|esten|estes) (?:molestando|l'
      'lamando|mandando|chingando))|(?:no (?:llame|llamen|manden|mande|envien|envie|escriban|escr'
      'iba|moleste|molesten)(?: mas)?$)|(?:(?:fuera|salir) de (?:su|la|esta) lista))(?!\S)',
      '(?<!\S)(?:(?:antes de)|(?:antes del)|(?:hasta)|(?:despues de)|(?:hoy)|(?:ahorita)|(?:por l'
      'a (?:noche|manana|tarde))|(?:en la (?:noche|manana|tarde))|(?:tan (?:temprano|tarde))|(?:m'
      'uy (?:temprano|tarde))|(?:mientras)|(?:al trabajo)|(?:a mi trabajo)|(?:los (?:domingos|sab'
      'ados|lunes|fines))|(?:el (?:domingo|sabado|lunes)))(?!\S)'),
    ('French',
      '(?<!\S)(?:(?:ne (?:m|me|nous|le|plus)(?: plus| jamais)? ?(?:ecri|contact|appel|envo|text|d'
      'erang|telephon|harcel|sollicit|rappel|importun|joind|jamais)[a-z]*(?: \w+){0,3}? (?:plus|p'
      'as|jamais|rien))|(?:ne plus (?:m|me|nous)(?: \w+)? (?:contacter|ecrire|envoyer|appeler|tex'
      'ter|deranger))|(?:(?:arretez|arrete|arreter|cessez|cesse|stop)(?: de| d)(?: (?:me|m|nous))'
      '? ?(?:contact|ecri|envoy|appel|text|harcel|derang|telephon|spam|importun)[a-z]*)|(?:(?:arr'
      'etez|arrete|cessez)(?: avec)?(?: (?:ca|tout|les|ces|vos|le|maintenant|immediatement))*(?: '
      '(?:messages|textos|appels|courriels|sms|mails))?$)|(?:(?:laissez|foutez|fichez|laisse|fous'
      ')(?: moi| nous)(?: donc)? (?:tranquilles?|la paix|en paix))|(?:(?:retirez|enlevez|supprime'
      'z|rayez|otez|effacez|retirer|enlever|supprimer)(?: moi| mon (?:numero|nom|adresse|contact)'
      '| mes \w+| nous)(?: \w+){0,4})|(?:(?:me|nous) (?:retirer|enlever|supprimer|desinscrire|des'
      'abonner|rayer|effacer)(?: \w+){0,4})|(?:je (?:ne )?(?:veux|souhaite|desire) (?:plus|pas)(?'
      ': (?:recevoir|etre|avoir|de|d|vos|aucun|que))*(?: (?:messages?|appels?|textos?|contacte|co'
      'ntactee|sms|courriels?|vous \w+|derange|mails?)))|(?:(?:plus|pas) (?:de|d|aucun) (?:messag'
      'es?|textos?|appels?|sms|courriels?|mails?|emails?))|(?:(?:desinscri|desabonn)[a-z]* (?:moi'
      '|nous|mon))|(?:foutez le camp|allez vous faire|va te faire|fichez le camp|degage[z]?))(?!\'
      'S)',
      '(?<!\S)(?:(?:avant)|(?:ce soir)|(?:aujourd hui)|(?:maintenant je)|(?:apres \d+)|(?:le (?:m'
      'atin|soir|dimanche|week end|samedi))|(?:jusqu a)|(?:si (?:tot|tard))|(?:trop (?:tot|tard))'
      '|(?:au travail)|(?:pendant))(?!\S)'),
    ('Portuguese',
      '(?<!\S)(?:(?:(?:pare|parem|para|parar|deixe|deixem) de (?:me |nos )?(?:mand|envi|lig|escre'
      'v|contat|contact|perturb|incomod|ench|cham|import|mensag)[a-z]*(?: \w+)?)|(?:(?:por favor '
      ')?nao (?:me |nos )?(?:ligue|liguem|mande|mandem|envie|enviem|escreva|escrevam|contate|cont'
      'atem|contacte|contactem|incomode|incomodem|perturbe|perturbem|chame|mandar|enviar|ligar)(?'
      ': \w+){0,3})|(?:nao quero (?:mais |receber |ser |nenhum\w? )+(?:mensag|lig|contat|receber|'
      'e ?mail|sms|cham|incomod|perturb)[a-z]*)|(?:nao (?:desejo|gostaria de) (?:mais )?(?:recebe'
      'r|ser)(?: \w+){1,3})|(?:me (?:tire|tirem|tira|remova|removam|retire|retirem|exclua|excluam'
      '|apague|delete)(?: \w+){0,4})|(?:(?:tire|tirem|remova|removam|retire|exclua|apague|delete|'
      'tira)(?: (?:me|o|do|da))*(?: meu (?:nome|numero|telefone|contato|email)|(?<=me))(?: \w+){0'
      ',4})|(?:(?:me )?(?:deixe|deixa|deixem)(?: me| nos)? em paz|vai se (?:foder|ferrar)|va se \'
      'w+|va embora|some daqui)|(?:(?:chega de|sem|nada de|nao mande|sem mais)(?: mais)? (?:mensa'
      'gens|mensagem|ligacoes|mandar|emails?))|(?:(?:sair|saia|fora) (?:da|desta|dessa) lista))(?'
      '!\S)',
      '(?<!\S)(?:(?:antes)|(?:depois das?)|(?:ate)|(?:hoje)|(?:agora nao)|(?:amanha)|(?:de (?:man'
      'ha|noite))|(?:a noite)|(?:no trabalho)|(?:tao (?:cedo|tarde)))(?!\S)'),
    ('Haitian Creole',
      '(?<!\S)(?:(?:(?:sispann|rete|kanpe) (?:ekri|rele|voye|teks|texte|deranje|kontakte|nwi|anme'
      'de)(?: \w+){0,3})|(?:pa (?:janm )?(?:rele|ekri|kontakte|deranje|teks|texte|text|anmede|che'
      'che)(?: \w+)? ?(?:m|mwen|nou)?(?: anko)?)|(?:pa (?:janm )?voye (?:mesaj|teks|text|anyen|im'
      'el)(?: \w+){0,3})|(?:kite (?:m|mwen|nou) (?:trankil|anrepo|an pe|an repo))|(?:retire (?:m|'
      'mwen|non m|non mwen|nimewo m|nimewo mwen|nimewo sa)(?: \w+){0,3})|(?:(?:mwen|m|nou) pa vle'
      ' (?:resevwa|mesaj|ou rele|ou ekri|okenn|teks|apel)(?: \w+){0,3}))(?!\S)',
      '(?<!\S)(?:(?:anvan)|(?:apre)|(?:jodi a)|(?:aswe)|(?:kounye a)|(?:maten)|(?:nan travay))(?!'
      '\S)'),
    ('Chinese',
      '(?:(?:别|別|不要|请勿|請勿|勿|不许|不許|停止|禁止|不准|不必|不用|不想|不愿)(?:再|继续|繼續|总|老|一直|你们|你們)*(?:给|給|向|跟|对|對|和|'
      '与)?(?:我|我们|我們|本人|这个号码|這個號碼)?(?:再)?(?:发|發|打|联系|聯繫|聯絡|联络|骚扰|騷擾|打扰|打擾|传|傳|寄|致电|致電|烦|煩|接收|接到|收'
      '到|收|来电|來電|推送|推销|推銷))|(?:(?:取消|退出|退)(?:订|訂|订阅|訂閱))|(?:(?:把我|将我|將我|把我的)?(?:从|從|在)?.{0,8}(?:名'
      '单|名單|列表|名册).{0,4}(?:删|刪|移|去掉|除))|(?:(?:删除|刪除|移除|删掉|刪掉|去掉|拉黑)(?:我|我的|这个|這個))|(?:(?:滚|滾)(?:开'
      '|開|蛋)?$|走开|走開|别烦|別煩)',
      '(?:之前)|(?:以前)|(?:点前)|(?:點前)|(?:上班)|(?:现在)|(?:現在)|(?:今天)|(?:晚上)|(?:早上)|(?:半夜)|(?:点以后)|(?:不要'
      '停止)|(?:别停)|(?:不要停)'),
    ('Korean',
      '(?:(?:연락|전화|문자|메시지|메세지|메일|이메일|카톡|광고).{0,10}?(?:하지|보내지|주지|걸지|오지|넣지) ?(?:마|말|않))|(?:(?:보내지|연'
      '락하지|전화하지|문자하지|괴롭히지|귀찮게 하지|하지) ?(?:마|말아))|(?:그만 ?(?:좀 )?(?:보내|연락|전화|하세|해|두|문자|괴롭))|(?:(?:명단'
      '|목록|리스트|명부).{0,6}(?:빼|삭제|제외|지워))|(?:(?:번호|연락처|정보).{0,6}(?:삭제|지워|빼|제거))|(?:수신 ?거부|꺼져|받고 싶지 '
      '?않|더 ?이상 .{0,14}(?:마|말|싫|원하지)|원하지 ?않.{0,6}(?:문자|연락|전화))',
      '(?:전에)|(?:이전에)|(?:이후에)|(?:밤에)|(?:지금은)|(?:오늘은)|(?:주말에)|(?:까지는)|(?:아침에)|(?:저녁에)|(?:늦게)'),
    ('Vietnamese',
      '(?<!\S)(?:(?:(?:dung|ngung|ngung|dung|khong duoc|thoi|khong can|cam|cham dut)(?: \w+){0,3}'
      '? (?:nhan|goi|gui|lien lac|lien he|lam phien|quay ray|dien)(?: \w+){0,6})|(?:(?:xoa|xoa|bo'
      '|go|loai)(?: \w+){0,2} (?:ten|so|toi)(?: \w+){0,5})|(?:khong (?:goi|nhan|gui|lien lac)(?: '
      '\w+){0,3} nua)|(?:khong muon (?:nhan|bi|nghe|lien lac|duoc)(?: \w+){0,5})|(?:de (?:cho )?('
      '?:toi|tui|chung toi) yen|bien di|cut di))(?!\S)',
      '(?<!\S)(?:(?:truoc)|(?:sau)|(?:hom nay)|(?:bay gio)|(?:luc)|(?:buoi (?:toi|sang))|(?:khi)|'
      '(?:den khi))(?!\S)'),
    ('Tagalog',
      '(?<!\S)(?:(?:(?:huwag|wag|huag|h wag)(?: \w+){0,5}? (?:mag ?te?xt|magte?xt|tumawag|tawagan'
      '|tawag|mag ?message|magmessage|kontakin|kokontakin|i ?text|itext|istorbohin|guluhin|magpad'
      'ala|padalhan|mag ?email|magemail|text|contact|contactin|manggulo)(?: \w+){0,3})|(?:(?:itig'
      'il|tigilan|ihinto|tumigil|huminto|pakitigil|paki tigil)(?: \w+){0,4}? (?:pag ?\w+|text\w*|'
      'tawag|mensahe|ako|kami|message\w*|pagpapadala|pangungulit)(?: \w+)?)|(?:(?:alisin|tanggali'
      'n|burahin|i ?delete|paki ?alis|paki ?tanggal)(?: \w+){0,3}? (?:ako|numero|pangalan|number)'
      '(?: \w+){0,4})|(?:(?:ayoko|ayaw ko|ayaw namin)(?: \w+){0,3}? (?:makatanggap|tumanggap|text'
      '|tawag|message|mensahe)\w*(?: \w+)?)|(?:(?:tantanan|lubayan|layuan)(?: \w+){0,2}))(?!\S)',
      '(?<!\S)(?:(?:bago)|(?:hanggang)|(?:mamaya)|(?:ngayon)|(?:bukas)|(?:pagkatapos)|(?:gabi)|(?'
      ':umaga))(?!\S)'),
    ('Russian',
      '(?<!\S)(?:(?:(?:больше |никогда )*не (?:надо |нужно |смеите |смеи )?(?:мне |нам |сюда |мен'
      'я |больше |никогда )*(?:пишите|пиши|звоните|звони|беспокоите|беспокои|присылаите|присылать'
      '|писать|звонить|шлите|отправляите|отправлять|тревожьте|связываитесь|беспокоить|посылаите)('
      '?: [а-я]+){0,4})|(?:(?:прекратите|перестаньте|хватит|кончаите|прекрати|перестань|довольно)'
      '(?: [а-я]+)? (?:писать|звонить|присылать|слать|отправлять|беспокоить|спамить|эти|ваши|расс'
      'ылку)(?: [а-я]+)?)|(?:(?:удалите|уберите|исключите|вычеркните|сотрите|удали)(?: пожалуиста'
      ')? (?:меня|мои|мои|номер|этот номер|наш)(?: [а-я]+){0,4})|(?:отпишите (?:меня|нас)|хочу от'
      'писаться|(?:оставьте|оставь) (?:меня|нас) в покое)|(?:отстаньте|отвалите|отвяжитесь|отвали'
      '|отстань|идите (?:на|к|в)|пошел на|пошли вы|пошли на)|(?:не (?:хочу|желаю|хотим)(?: больше'
      ')? (?:получать|ваших|слышать|ваши|чтобы вы)(?: [а-я]+){0,3}))(?!\S)',
      '(?<!\S)(?:(?:до)|(?:после)|(?:сегодня)|(?:сеичас(?! же))|(?:утром)|(?:вечером)|(?:раньше)|'
      '(?:на работу)|(?:пока)|(?:ночью)|(?:так (?:рано|поздно)))(?!\S)'),
    ('Armenian',
      '(?<!\S)(?:(?:հանգիստ (?:թողեք|թող|թողե՛ք)(?: ինձ| մեզ)?)|(?:(?:(?:այլեւս|էլ|երբեք) )?(?:ին'
      'ձ )?մի (?:գրեք|գրիր|գրե՛ք|զանգեք|զանգիր|զանգահարեք|ուղարկեք|ուղարկիր|անհանգստացրեք|խանգարե'
      'ք|կապվեք)(?: [^ ]+){0,3})|(?:(?:այլեւս|էլ) (?:չգրեք|չզանգեք|չուղարկեք|չեմ ուզում)(?: [^ ]+'
      '){0,3})|(?:(?:դադարեցրեք|դադարեք|վերջ տվեք|կանգնեցրեք)(?: [^ ]+){1,3})|(?:(?:հանեք|ջնջեք|հ'
      'եռացրեք) (?:ինձ|իմ|համարս|անունս)(?: [^ ]+){0,4}|(?:ինձ|համարս|անունս) (?:հանեք|ջնջեք|հեռա'
      'ցրեք)(?: [^ ]+){0,3})|(?:չեմ ուզում (?:ստանալ|նամակ|հաղորդագրություն)[^ ]*(?: [^ ]+){0,3})'
      ')(?!\S)',
      '(?<!\S)(?:(?:մինչեւ)|(?:հետո)|(?:այսօր)|(?:առավոտյան)|(?:երեկոյան)|(?:հիմա չ)|(?:ժամից))(?'
      '!\S)'),
    ('Arabic',
      '(?<!\S)(?:(?:(?:لا|لن|ما) (?:تتصل|تتصلوا|تتصلی|تراسل|تراسلنی|تراسلونی|ترسل|ترسلوا|ترسلی|تک'
      'لم|تکلمنی|تکلمونی|تزعج|تزعجنی|تزعجونی|تتواصل|تتواصلوا|تبعث|تبعثوا|تبعتوا|ترسلو)[^ ]*(?: [^'
      ' ]+){0,4})|(?:لا (?:ارید|ارید|اود|ارغب|نرید)(?: فی| ای| ای| المزید من| تلقی| استلام| استقب'
      'ال)* (?:رسایل|الرسایل|رسایلکم|اتصال|اتصالات|اتصالاتکم|مکالمات|تلقی|استلام|استقبال|التواصل)'
      '[^ ]*(?: [^ ]+){0,3})|(?:(?:توقف|توقفوا|کف|کفوا|اوقفوا|اوقف|یرجی التوقف|التوقف|وقف|وقفوا)('
      '?: عن| من)? (?:ارسال|ارسال|الارسال|الاتصال|اتصال|مراسلتی|مراسله|الرسایل|هذه|ازعاجی|ازعاجی|'
      'التواصل)[^ ]*(?: [^ ]+){0,2})|(?:(?:احذف|احذفوا|ازل|ازیلوا|ازیلوا|اشطب|امسح|امسحوا|شیلوا|ا'
      'زاله|حذف) (?:رقمی|اسمی|بیاناتی|هذا الرقم)[^ ]*(?: [^ ]+){0,3}|احذفونی|احذفنی|ازیلونی|ازیلو'
      'نی|شیلونی)|(?:(?:اترکنی|اترکونی|دعنی|دعونی|سیبنی|سیبونی|خلینی|خلونی)(?: و?شانی| فی حالی| ب'
      'حالی| لوحدی)))(?!\S)',
      '(?<!\S)(?:(?:قبل)|(?:بعد)|(?:الیوم)|(?:لا [^ ]+(?: [^ ]+)? الان)|(?:مساء)|(?:صباحا)|(?:الل'
      'یل)|(?:حتی)|(?:اثناء))(?!\S)'),
    ('Persian',
      '(?<!\S)(?:(?:(?:پیام|پیامک|اس ام اس|تماس|زنگ|مسیج|ایمیل)(?: [^ ]+){0,4}? (?:ندهید|ندید|نده'
      '|نفرستید|نفرست|نفرستین|نگیرید|نگیر|نگیرین|نزنید|نزن|نزنین|نکنید))|(?:(?:دیگر|دیگه|لطفا|هرگ'
      'ز)(?: [^ ]+){0,5}? (?:ندهید|ندید|نفرستید|نگیرید|نزنید|مزاحم نشوید|مزاحم نشید|نفرستین|ننویس'
      'ید|نزنین))|(?:مزاحم(?: [^ ]+)? (?:نشوید|نشید|نشو|نشین)|مزاحمت(?: [^ ]+)? (?:نکنید|نکن)|دست'
      ' از سر(?:م| من| ما) بردار[^ ]*|ولم کن[^ ]*|راحتم بگذار[^ ]*)|(?:(?:شماره|اسم|نام|من)(?: [^'
      ' ]+){0,5}? (?:پاک|حذف|خط|بردارید)(?: [^ ]+){0,2}|حذفم کنید|پاکم کنید)|(?:(?:نمی ?خواهم|نمی'
      ' ?خوام)(?: [^ ]+){0,3} (?:پیام|تماس|پیامک)[^ ]*(?: [^ ]+){0,2}))(?!\S)',
      '(?<!\S)(?:(?:قبل از)|(?:بعد از)|(?:امروز)|(?:الان)|(?:شب)|(?:صبح)|(?:تا ساعت)|(?:عصر))(?!\'
      'S)'),
    ('German',
      '(?<!\S)(?:(?:keine?(?: \w+)? (?:nachrichten|sms|anrufe|emails?|mails?|e mails?|werbung|tex'
      'te|kontaktaufnahme)(?: \w+){0,3})|(?:(?:nicht|nie|niemals)(?: mehr| wieder| weiter)+ (?:an'
      'rufen|schreiben|kontaktieren|melden|anschreiben|texten|storen|belastigen|kontaktiert|anger'
      'ufen))|(?:(?:rufen|schreiben|kontaktieren|texten|senden|schicken|melden|belastigen)(?: \w+'
      ')? (?:mich|mir|uns|hier)(?: \w+){0,3}? (?:nicht|nie|keine|niemals)(?: \w+){0,3})|(?:(?:hor'
      'en|hor|hoert|hort)(?: sie)?(?: bitte| endlich| damit| sofort)* auf(?: \w+)?)|(?:(?:loschen'
      '|streichen|entfernen|nehmen|losche|losch)(?: sie)?(?: bitte)? (?:mich|meinen?|uns)(?: \w+)'
      '{0,6})|(?:(?:lassen sie|lass|lasst)(?: bitte)? (?:mich|uns)(?: bitte| endlich)* in (?:ruhe'
      '|frieden)|verpiss(?:t)? (?:dich|euch)|hau ab)|(?:(?:melden sie mich|mich|ich mochte mich)('
      '?: bitte)? (?:ab|abmelden|austragen)))(?!\S)',
      '(?<!\S)(?:(?:vor)|(?:bis)|(?:heute)|(?:gerade)|(?:abends)|(?:morgens)|(?:am (?:sonntag|woc'
      'henende|abend|morgen))|(?:bei der arbeit)|(?:nach \d+))(?!\S)'),
    ('Italian',
      '(?<!\S)(?:(?:non (?:mi|ci) (?:chiam|scriv|contatt|mand|disturb|invi|telefon|cerc)[a-z]*(?:'
      ' \w+){0,2})|(?:(?:smett|fin|piant)[a-z]* di (?:chiam|scriv|contatt|mand|disturb|invi|telef'
      'on)[a-z]*)|(?:(?:toglietemi|cancellatemi|rimuovetemi|eliminatemi|lasciatemi in pace|lascia'
      'mi in pace)(?: \w+){0,4})|(?:non voglio (?:piu )?(?:ricevere|essere|messaggi)(?: \w+){0,3}'
      '|basta (?:messaggi|chiamate|telefonate|mail)))(?!\S)',
      '(?<!\S)(?:(?:prima)|(?:dopo)|(?:oggi)|(?:adesso)|(?:stasera)|(?:fino))(?!\S)'),
    ('Japanese',
      '(?:(?:連絡|電話|メール|メッセージ|sms|送信|テキスト).{0,12}(?:しないで|送らないで|かけないで|やめて|止めて|不要|いりません|要りません))|(?:も'
      'う.{0,12}(?:ないで|やめて|いりません)|送らないで|リストから.{0,8}(?:外|削除|消)|放っておいて|ほっといて)',
      '(?:前に)|(?:までは)|(?:今日は)|(?:今は)|(?:夜は)|(?:朝は)')
$function$;

COMMENT ON FUNCTION "private"."fold_letters"(text) IS 'Text in lower case without accents and punctuation; one form for letters that Arabic and Persian write differently.';

COMMENT ON FUNCTION "private"."has_wish_in_a_language"(text) IS 'Whether a sentence of a reply wishes for an end in a language besides English.';

COMMENT ON FUNCTION "private"."wishes_of_languages"() IS 'Patterns of sentences that wish for an end in languages besides English, and of what makes them about a time or a detail: over lower case without accents.';

REVOKE ALL ON FUNCTION "private"."fold_letters"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."fold_letters"(text) TO "authenticated", "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."fold_letters"(text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."has_wish_in_a_language"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."has_wish_in_a_language"(text) TO "authenticated", "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."has_wish_in_a_language"(text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."is_stop_in_a_language"(text) FROM "authenticated";

GRANT EXECUTE ON FUNCTION "private"."is_stop_in_a_language"(text) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."is_stop_in_a_language"(text) FROM "service_role";

GRANT EXECUTE ON FUNCTION "private"."is_stop_in_a_language"(text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."stop_words_of_languages"() FROM "authenticated";

GRANT EXECUTE ON FUNCTION "private"."stop_words_of_languages"() TO "authenticated";

REVOKE ALL ON FUNCTION "private"."stop_words_of_languages"() FROM "service_role";

GRANT EXECUTE ON FUNCTION "private"."stop_words_of_languages"() TO "service_role";

REVOKE ALL ON FUNCTION "private"."wishes_of_languages"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."wishes_of_languages"() TO "authenticated", "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."wishes_of_languages"() TO "service_role";
