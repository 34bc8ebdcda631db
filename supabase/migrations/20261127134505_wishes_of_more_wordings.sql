-- wishes of more wordings: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.stop_words_of_languages()
  RETURNS text[]
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select array[
    'abbestellen', 'abmelden', 'abmeldung', 'alisin', 'alto', 'anile', 'annuler', 'annulla', 'annullare',
    'arret', 'arrete', 'arreter', 'arretez', 'assez', 'aufhoren', 'austragen', 'ayaw ko na', 'ayoko na',
    'baja', 'basta', 'bloquear', 'bloqueia', 'bloqueie', 'borrar', 'borrarme', 'ca suffit', 'cancela',
    'cancelar', 'cancele', 'cancella', 'cancellami', 'cese', 'cesser', 'cessez', 'chega', 'dar de baja',
    'darme de baja', 'desabonnement', 'desabonner', 'descadastrar', 'descadastre', 'descadastro',
    'desinscription', 'desinscrire', 'desuscribir', 'desuscribirme', 'detener', 'detenga', 'detenganlo',
    'detenganse', 'detengase', 'detente', 'dezabone', 'disiscrivi', 'disiscrivimi', 'dung', 'dung lai',
    'eliminar', 'eliminarme', 'encerrar', 'estope', 'excluir', 'ferma', 'fermare', 'fermati', 'halt',
    'hinto', 'huminto', 'huy', 'huy bo', 'huy dang ky', 'ihinto', 'itigil', 'itigil na', 'kanpe',
    'kundigen', 'loschen', 'me desabonner', 'me desinscrire', 'nao mais', 'nao quero mais', 'ngung',
    'no mas', 'no molestar', 'para', 'parar', 'pare', 'parem', 'paren', 'quitar', 'remover', 'resilier',
    'rete', 'retire m', 'retire mwen', 'rimuovi', 'rimuovimi', 'sai fora', 'sair', 'salir', 'schluss',
    'se desabonner', 'sispann', 'smettere', 'smettetela', 'smettila', 'stopp', 'supprimer', 'tama na',
    'tanggalin', 'td', 'terminar', 'thoat', 'tigil', 'tigil na', 'tigilan', 'tumigil', 'ya basta',
    'ya no', 'ya no mas', 'довольно', 'остановите', 'остановить', 'отказ', 'отмена', 'отменить',
    'отписаться', 'отписка', 'отпишись', 'отпишите', 'прекратите', 'прекратить', 'стоп', 'удалите',
    'удалить', 'хватит', 'բավական', 'բավական է', 'դադար', 'դադարեցնել', 'դադարեցրեք', 'դադարեք', 'կանգ',
    'կանգնել', 'կանգնեցրեք', 'կանգնեք', 'հանեք', 'հերիք', 'հերիք է', 'չեղարկել', 'ստոպ', 'վերջ', 'الغ',
    'الغاء', 'الغاء الاشتراک', 'انصراف', 'اوقف', 'اوقفوا', 'ایست', 'ایقاف', 'بس', 'بس است', 'بسه',
    'تمامش کنید', 'توقف', 'توقفوا', 'خلاص', 'قطع', 'قف', 'لغو', 'لغو 11', 'لغو اشتراک', 'لغو عضویت',
    'لغو11', 'متوقف کنید', 'نه دیگر', 'وقف', 'کفایه', 'کفی', 'やめて', 'やめてください', 'ストップ', '中止', '停', '停止',
    '停止发送', '停止接收', '停止發送', '删除', '別發了', '刪除', '别发了', '取消', '取消訂閱', '取消订阅', '够了', '夠了', '拒收', '止めて',
    '止めてください', '登録解除', '移除', '終止', '結束', '终止', '结束', '解除', '退会', '退出', '退訂', '退订', '配信停止', '거부', '구독 취소',
    '구독취소', '그만', '그만하세요', '그만해', '그만해요', '멈춰', '멈춰 주세요', '멈춰요', '삭제', '수신 거부', '수신거부', '스탑', '스톱', '정지',
    '중단', '중지', '차단', '취소', '해지'
  ]::text[]
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
      '(?<!\S)(?:(?:(?:ya )?no (?:me|nos) (?:vuelva[ns]? a |sigan? )?(?:llam|mand|envi|escrib|con'
      'tact|text|molest|marqu|habl|busqu|busc|fastid|hostig|acos|manden|textee)[a-z]*)|(?:(?:nunc'
      'a|jamas) (?:mas )?(?:me|nos) (?:vuelva[ns]? a )?(?:llam|mand|envi|escrib|contact|text|mole'
      'st|marqu|habl)[a-z]*)|(?:no (?:llam|mand|envi|escrib|contact|text|molest|marqu|habl|busqu|'
      'insist)[a-z]*(?: \w+){0,4}? (?:mas|nunca|jamas|otra vez|de nuevo))|(?:no (?:llam|mand|envi'
      '|escrib|contact|text|molest|marc|habl)(?:ar|er|ir)(?:me|nos))|(?:no (?:sig|segu|continu)[a'
      '-z]* (?:llam|mand|envi|escrib|contact|text|molest|marc)[a-z]*)|(?:basta(?: ya)? de (?:mens'
      'aj|llamad|text|corre|molest|llamar|escrib|mandar)[a-z]*)|(?:(?:solicito|quiero|pido|deseo|'
      'quisiera)(?: \w+)? baja)|(?:(?:de )?no (?:llamar|escribir|mandar|enviar|contactar|molestar'
      '|textear)(?: mas)?$|(?:parele|parenle|parale|bajenle) ?(?:ya)?$)|(?:no (?:autorizo|permito'
      '|doy permiso|quiero|deseo|acepto)(?: (?:que|me|nos|sigan?|para|a|de|ser|mas|recibir))* (?:'
      'llam|mand|envi|escrib|contact|text|molest|marqu)[a-z]*)|(?:no (?:quiero|deseo|queremos)(?:'
      ' (?:recibir|saber|tener|oir))* nada (?:mas )?de (?:ustedes|usted|ti|ud|uds|su))|(?:no (?:v'
      'uelva[ns]?|vuelvas|volver) a (?:llam|mand|envi|escrib|contact|text|molest|marc|habl|comuni'
      'c)[a-z]*)|(?:(?:dej|par|ces)(?:e|en|a|ar|ad|es) de (?:estar )?(?:ching|llam|mand|envi|escr'
      'ib|contact|text|molest|marc|hostig|acos|fastid|chingar|joder)[a-z]*)|(?:(?:dej|dejen)(?:e|'
      'en|a)?(?:me|nos)(?: ya)? en paz|(?:me|nos) (?:deje|dejen|dejas) en paz)|(?:(?:quit|borr|sa'
      'qu|sac|elimin|remuev|retir|bloque|tach|desuscrib)(?:e|en|a|an)(?:me|nos))|(?:(?:quit|borr|'
      'elimin|saqu|remuev|retir|tach)[a-z]* (?:mi|este|nuestro|mis) (?:numero|telefono|nombre|cor'
      'reo|celular|contacto|datos))|(?:(?:ya )?no (?:quiero|deseo|queremos)(?: (?:recibir|mas|sus'
      '|estos|que|ningun|ninguna|tener|de))* (?:mensaj|llamad|text|corre|comunicac|me llam|me man'
      'd|me escrib|me contact|contact)[a-z]*)|(?:(?:no|ni un|ni una) mas (?:mensajes?|llamadas?|t'
      'extos?|correos?))|(?:(?:cancelar|cancele|cancelen)(?: la| mi| los| estos)* (?:suscripcion|'
      'mensajes|llamadas))|(?:(?:dar|den|deme|denme|darme)(?: me)? de baja)|(?:(?:vayase|vete|vay'
      'anse|largate|larguense)(?: (?:al|a la) \w+)?|chinga tu madre|no (?:este|esten|estes) (?:mo'
      'lestando|llamando|mandando|chingando))|(?:no (?:me )?(?:llame|llamen|manden|mande|envien|e'
      'nvie|escriban|escriba|moleste|molesten)(?: mas)?$)|(?:(?:fuera|salir) de (?:su|la|esta) li'
      'sta))(?!\S)',
      '(?<!\S)(?:(?:no (?:deje|dejen|dejes|pare|paren) de)|(?:antes de)|(?:cartas?)|(?:antes del)'
      '|(?:hasta)|(?:despues de)|(?:hoy)|(?:ahorita)|(?:por la (?:noche|manana|tarde))|(?:en la ('
      '?:noche|manana|tarde))|(?:tan (?:temprano|tarde))|(?:muy (?:temprano|tarde))|(?:mientras)|'
      '(?:al trabajo)|(?:a mi trabajo)|(?:los (?:domingos|sabados|lunes|fines))|(?:el (?:domingo|'
      'sabado|lunes)))(?!\S)'),
    ('French',
      '(?<!\S)(?:(?:ne (?:m|me|nous|le|plus)(?: plus| jamais)? ?(?:ecri|contact|appel|envo|text|d'
      'erang|telephon|harcel|sollicit|rappel|importun|joind|jamais)[a-z]*(?: \w+){0,3}? (?:plus|p'
      'as|jamais|rien))|(?:n(?:e)?(?: (?:m|me|nous))? ?(?:ecri|contact|appel|envo|text|derang|tel'
      'ephon|harcel|sollicit|rappel|importun)[a-z]*(?: \w+){0,2} (?:plus|pas|jamais))|(?:ne plus '
      '(?:jamais )?(?:recevoir|etre|avoir)(?: \w+){0,3}? (?:messages?|sms|appels?|mails?|courriel'
      's?|textos?|contact[a-z]*|sollicit[a-z]*|derang[a-z]*))|(?:ne plus (?:m|me|nous)(?: \w+)? ('
      '?:contacter|ecrire|envoyer|appeler|texter|deranger))|(?:(?:arretez|arrete|arreter|cessez|c'
      'esse|stop)(?: de| d)(?: (?:me|m|nous))? ?(?:contact|ecri|envoy|appel|text|harcel|derang|te'
      'lephon|spam|importun)[a-z]*)|(?:(?:arretez|arrete|cessez)(?: avec)?(?: (?:ca|tout|les|ces|'
      'vos|le|maintenant|immediatement))*(?: (?:messages|textos|appels|courriels|sms|mails))?$)|('
      '?:(?:laissez|foutez|fichez|laisse|fous)(?: moi| nous)(?: donc)? (?:tranquilles?|la paix|en'
      ' paix))|(?:(?:retirez|enlevez|supprimez|rayez|otez|effacez|retirer|enlever|supprimer)(?: m'
      'oi| mon (?:numero|nom|adresse|contact)| mes \w+| nous)(?: \w+){0,4})|(?:(?:me|nous) (?:ret'
      'irer|enlever|supprimer|desinscrire|desabonner|rayer|effacer)(?: \w+){0,4})|(?:je (?:ne )?('
      '?:veux|souhaite|desire) (?:plus|pas)(?: (?:recevoir|etre|avoir|de|d|vos|aucun|que))*(?: (?'
      ':messages?|appels?|textos?|contacte|contactee|sms|courriels?|vous \w+|derange|mails?)))|(?'
      ':(?:plus|pas) (?:de|d|aucun) (?:messages?|textos?|appels?|sms|courriels?|mails?|emails?))|'
      '(?:(?:desinscri|desabonn)[a-z]* (?:moi|nous|mon))|(?:foutez le camp|allez vous faire|va te'
      ' faire|fichez le camp|degage[z]?))(?!\S)',
      '(?<!\S)(?:(?:avant)|(?:ce soir)|(?:aujourd hui)|(?:maintenant je)|(?:tout de suite)|(?:apr'
      'es \d+)|(?:le (?:matin|soir|dimanche|week end|samedi))|(?:jusqu a)|(?:si (?:tot|tard))|(?:'
      'trop (?:tot|tard))|(?:au travail)|(?:pendant))(?!\S)'),
    ('Portuguese',
      '(?<!\S)(?:(?:(?:pare|parem|para|parar|deixe|deixem) de (?:me |nos )?(?:mand|envi|lig|escre'
      'v|contat|contact|perturb|incomod|ench|cham|import|mensag)[a-z]*(?: \w+)?)|(?:(?:por favor '
      ')?nao (?:me |nos )?(?:ligue|liguem|mande|mandem|envie|enviem|escreva|escrevam|contate|cont'
      'atem|contacte|contactem|incomode|incomodem|perturbe|perturbem|chame|mandar|enviar|ligar)(?'
      ': \w+){0,3})|(?:nao quero (?:mais |receber |ser |nenhum\w? )+(?:mensag|lig|contat|receber|'
      'e ?mail|sms|cham|incomod|perturb)[a-z]*)|(?:nao quero (?:mais )?(?:receber )?(?:mais )?(?:'
      'isso|isto|nada)(?: \w+){0,2})|(?:me (?:tir|remov|retir|exclu|apag|delet|bloque)[a-z]*(?: \'
      'w+){0,4})|(?:nao (?:desejo|gostaria de) (?:mais )?(?:receber|ser)(?: \w+){1,3})|(?:me (?:t'
      'irar|tire|tirem|tira|remova|removam|retire|retirem|exclua|excluam|apague|delete)(?: \w+){0'
      ',4})|(?:(?:tire|tirem|remova|removam|retire|exclua|apague|delete|tira)(?: (?:me|o|do|da))*'
      '(?: meu (?:nome|numero|telefone|contato|email)|(?<=me))(?: \w+){0,4})|(?:(?:me )?(?:deixe|'
      'deixa|deixem)(?: me| nos)? em paz|vai se (?:foder|ferrar)|va se \w+|va embora|some daqui)|'
      '(?:(?:chega de|sem|nada de|nao mande|sem mais)(?: mais)? (?:mensagens|mensagem|ligacoes|ma'
      'ndar|emails?))|(?:(?:tir|remov|retir|exclu|apag|delet)[a-z]* (?:o |a |os )?(?:meus?|est[ea'
      ']|ess[ea]) (?:nome|numero|telefone|contato|email|e mail|dados|celular))|(?:(?:cancel|encer'
      'r)[a-z]*(?: a| as| os| o| minha| esta| essa)* (?:inscricao|assinatura|mensagens|cadastro|m'
      'ensagem)|descadastr[a-z]*)|(?:(?:sair|saia|fora) (?:da|desta|dessa) lista))(?!\S)',
      '(?<!\S)(?:(?:antes)|(?:depois das?)|(?:ate)|(?:hoje)|(?:agora nao)|(?:amanha)|(?:de (?:man'
      'ha|noite))|(?:a noite)|(?:no trabalho)|(?:tao (?:cedo|tarde)))(?!\S)'),
    ('Haitian Creole',
      '(?<!\S)(?:(?:(?:sispann|rete|kanpe) (?:ekri|rele|voye|teks|texte|deranje|kontakte|nwi|anme'
      'de)(?: \w+){0,3})|(?:pa (?:janm )?(?:rele|ekri|kontakte|deranje|teks|texte|text|anmede|che'
      'che)(?: \w+)? ?(?:m|mwen|nou)?(?: anko)?)|(?:pa (?:janm )?voye (?:mesaj|teks|text|anyen|im'
      'el)(?: \w+){0,3})|(?:kite (?:m|mwen|nou) (?:trankil|anrepo|an pe|an repo))|(?:retire (?:m|'
      'mwen|non m|non mwen|nimewo m|nimewo mwen|nimewo sa)(?: \w+){0,3})|(?:(?:efase|wete|elimine'
      '|siye|retire)(?: \w+)? (?:m|mwen|nimewo|non)(?: \w+){0,3})|(?:(?:mwen|m|nou) pa vle (?:res'
      'evwa|mesaj|ou rele|ou ekri|okenn|teks|apel)(?: \w+){0,3}))(?!\S)',
      '(?<!\S)(?:(?:anvan)|(?:apre)|(?:jodi a)|(?:aswe)|(?:kounye a)|(?:maten)|(?:nan travay))(?!'
      '\S)'),
    ('Chinese',
      '(?:(?:别|別|不要|请勿|請勿|勿|不许|不許|停止|禁止|不准|不必|不用|不想|不愿)(?:再|继续|繼續|总|老|一直|你们|你們)*(?:给|給|向|跟|对|對|和|'
      '与)?(?:我|我们|我們|本人|这个号码|這個號碼)?(?:再)?(?:发(?!现|烧|展|脾气|呆|生|视频|表)|發(?!現|生|燒|展)|打(?!游戏|遊戲|钱|錢|球|车'
      '|車|工|印|算|开|開|架|牌|扰(?:你|您|人家|他|她)|擾(?:你|您|人家|他|她))|联系|聯繫|聯絡|联络|骚扰|騷擾|传|傳|寄|致电|致電|烦(?!你|您|他|'
      '她)|煩(?!你|您|他|她)|接收|接到|收到|收|来电|來電|推送|推销|推銷))|(?:(?:取消|退出|退)(?:订|訂|订阅|訂閱))|(?:(?:把我|将我|將我|把我'
      '的)?(?:从|從|在)?.{0,8}(?:名单|名單|列表|名册).{0,4}(?:删|刪|移|去掉|除))|(?:(?:删除|刪除|移除|删掉|刪掉|去掉|拉黑)(?:我|我的'
      '|这个|這個))|(?:^(?:你|你们|你們|都|给我|快|请)*(?:滚|滾)(?:开|開|蛋|远点|吧)*$|(?<!不要|别|別)(?:走开|走開)|别烦|別煩)',
      '(?:之前)|(?:以前)|(?:点前)|(?:點前)|(?:上班)|(?:现在)|(?:現在)|(?:今天)|(?:晚上)|(?:早上)|(?:半夜)|(?:点以后)|(?:不要'
      '停止)|(?:别停)|(?:不要停)'),
    ('Korean',
      '(?:(?:연락|전화|문자|메시지|메세지|메일|이메일|카톡|광고).{0,10}?(?:하지|보내지|주지|걸지|오지|넣지) ?(?:마|말|않))|(?:(?:보내지|연'
      '락하지|전화하지|문자하지|괴롭히지|귀찮게 하지|하지) ?(?:마|말아))|(?:그만 ?(?:좀 )?(?:보내|연락|전화|하세|해|두|문자|괴롭))|(?:(?:명단'
      '|목록|리스트|명부).{0,6}(?:빼|삭제|제외|지워))|(?:(?:번호|연락처|정보).{0,6}(?:삭제|지워|빼|제거))|(?:(?:문자|전화|연락|메시지|'
      '메일).{0,6}(?:그만|중단|중지|싫))|(?:다시는.{0,12}(?:마|말)|그만 ?해 ?주)|(?:수신 ?거부|꺼져|받고 싶지 ?않|더 ?이상 .{0,14'
      '}(?:마|말|싫|원하지)|원하지 ?않.{0,6}(?:문자|연락|전화))',
      '(?:전에)|(?:이전에)|(?:이후에)|(?:밤에)|(?:지금은)|(?:오늘은)|(?:주말에)|(?:까지는)|(?:아침에)|(?:저녁에)|(?:늦게)'),
    ('Vietnamese',
      '(?<!\S)(?:(?:(?:dung|ngung|ngung|dung|khong duoc|thoi|khong can|cam|cham dut)(?: \w+){0,3}'
      '? (?:nhan|goi|gui|lien lac|lien he|lam phien|quay ray|dien)(?: \w+){0,6})|(?:(?:xoa|xoa|bo'
      '|go|loai)(?: \w+){0,2}? (?:ten|so)(?: \w+){0,2}? (?:toi|tui|minh|nay|khoi|di)(?: \w+){0,4}'
      ')|(?:(?:xoa|xoa|bo|go|loai) (?:toi|tui|minh)(?: \w+){0,5})|(?:khong (?:goi|nhan|gui|lien l'
      'ac)(?: \w+){0,3} nua)|(?:khong muon (?:nhan|bi|nghe|lien lac|duoc)(?: \w+){0,5})|(?:de (?:'
      'cho )?(?:toi|tui|chung toi) yen|bien di|cut di))(?!\S)',
      '(?<!\S)(?:(?:truoc)|(?:sau)|(?:hom nay)|(?:bay gio)|(?:luc)|(?:buoi (?:toi|sang))|(?:khi)|'
      '(?:den khi))(?!\S)'),
    ('Tagalog',
      '(?<!\S)(?:(?:(?:huwag|wag|huag|h wag)(?: \w+){0,5}? (?:mag ?te?xt|magte?xt|tumawag|tawagan'
      '|tawag|mag ?message|magmessage|kontakin|kokontakin|i ?text|itext|istorbohin|guluhin|magpad'
      'ala|padalhan|mag ?email|magemail|text|contact|contactin|manggulo|mangulit|kulitin|abalahin'
      '|mag ?txt|kumontak|mang ?istorbo)(?: \w+){0,3})|(?:(?:itigil|tigilan|ihinto|tumigil|humint'
      'o|pakitigil|paki tigil)(?: \w+){0,4}? (?:pag ?\w+|text\w*|tawag|mensahe|ako|kami|message\w'
      '*|pagpapadala|pangungulit)(?: \w+)?)|(?:(?:alisin|tanggalin|burahin|i ?delete|paki ?alis|p'
      'aki ?tanggal)(?: \w+){0,3}? (?:ako|numero|pangalan|number)(?: \w+){0,4})|(?:(?:ayoko|ayaw '
      'ko|ayaw namin)(?: \w+){0,3}? (?:makatanggap|tumanggap|text|tawag|message|mensahe)\w*(?: \w'
      '+)?)|(?:(?:tantanan|lubayan|layuan)(?: \w+){0,2}))(?!\S)',
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
      'писаться|(?:оставьте|оставь) (?:меня|нас) в покое)|(?:(?:bolshe )?ne (?:nado |nuzhno )?(?:'
      'mne )?(?:pishi|zvoni|pisat|zvonit|bespoko|prisyla)[a-z]*|otstan[a-z]*|udalite (?:menya|moy'
      '|nomer))|(?:отстаньте|отвалите|отвяжитесь|отвали|отстань|идите (?:на|к|в)|пошел на|пошли в'
      'ы|пошли на)|(?:не (?:хочу|желаю|хотим)(?: больше)? (?:получать|ваших|слышать|ваши|чтобы вы'
      ')(?: [а-я]+){0,3}))(?!\S)',
      '(?<!\S)(?:(?:до)|(?:после)|(?:сегодня)|(?:сеичас(?! же))|(?:утром)|(?:вечером)|(?:раньше)|'
      '(?:на работу)|(?:пока)|(?:ночью)|(?:так (?:рано|поздно)))(?!\S)'),
    ('Armenian',
      '(?<!\S)(?:(?:հանգիստ (?:թողեք|թող|թողե՛ք)(?: ինձ| մեզ)?)|(?:(?:(?:այլեւս|էլ|երբեք) )?(?:ին'
      'ձ )?մի (?:գրեք|գրիր|գրե՛ք|զանգեք|զանգիր|զանգահարեք|ուղարկեք|ուղարկիր|անհանգստացրեք|խանգարե'
      'ք|կապվեք)(?: [^ ]+){0,3})|(?:մի (?:գր|զանգ|ուղարկ|անհանգստ|խանգար|կապվ|նամակ)[^ ]*(?: [^ ]'
      '+){0,3})|(?:(?:այլեւս|էլ|երբեք)(?: ինձ)? չ(?:գր|զանգ|ուղարկ|կապվ|անհանգ)[^ ]*(?: [^ ]+){0,'
      '3})|(?:(?:ջնջեք|հանեք|հեռացրեք) (?:իմ |այս )?(?:համար|անուն)[^ ]*(?: [^ ]+){0,2})|(?:(?:այ'
      'լեւս|էլ) (?:չգրեք|չզանգեք|չուղարկեք|չեմ ուզում)(?: [^ ]+){0,3})|(?:(?:դադարեցրեք|դադարեք|վ'
      'երջ տվեք|կանգնեցրեք)(?: [^ ]+){1,3})|(?:(?:հանեք|ջնջեք|հեռացրեք) (?:ինձ|իմ|համարս|անունս)('
      '?: [^ ]+){0,4}|(?:ինձ|համարս|անունս) (?:հանեք|ջնջեք|հեռացրեք)(?: [^ ]+){0,3})|(?:չեմ ուզու'
      'մ (?:ստանալ|նամակ|հաղորդագրություն)[^ ]*(?: [^ ]+){0,3}))(?!\S)',
      '(?<!\S)(?:(?:մինչեւ)|(?:հետո)|(?:այսօր)|(?:առավոտյան)|(?:երեկոյան)|(?:հիմա չ)|(?:ժամից))(?'
      '!\S)'),
    ('Arabic',
      '(?<!\S)(?:(?:(?:لا|لن|ما) (?:تتصل|تتصلوا|تتصلی|تراسل|تراسلنی|تراسلونی|ترسل|ترسلوا|ترسلی|تک'
      'لم|تکلمنی|تکلمونی|تزعج|تزعجنی|تزعجونی|تتواصل|تتواصلوا|تبعث|تبعثوا|تبعتوا|ترسلو)[^ ]*(?: [^'
      ' ]+){0,4})|(?:(?:لا|ما|بلا) ت(?:تصل|رسل|راسل|بعث|بعت|کلم|تواصل|زعج|دق|رن|کتب|عاود|حکی)[^ ]'
      '*(?: [^ ]+){0,4})|(?:(?:ما|لا|مش|مو) ?(?:بدی|بدنا|عایز|عاوز|ابی|ابی|ابغی|ابغی|ابغا|حابب|نب'
      'غی)(?: [^ ]+){0,2}? (?:رسا|اتصال|مکالم|رسال|تتصل|ترسل)[^ ]*(?: [^ ]+){0,2})|(?:(?:بطل|بطلو'
      'ا|بلاش|کفایه|بس)(?: [^ ]+)? (?:رسا|اتصال|تتصل|تبعت|ترسل|ازعاج|ازعاج)[^ ]*)|(?:عدم (?:الاتص'
      'ال|الارسال|الارسال|التواصل|الازعاج|الازعاج|مراسل|ازعاج|ازعاج)[^ ]*(?: [^ ]+){0,2})|(?:لا ('
      '?:ارید|ارید|اود|ارغب|نرید)(?: فی| ای| ای| المزید من| تلقی| استلام| استقبال)* (?:رسایل|الرس'
      'ایل|رسایلکم|اتصال|اتصالات|اتصالاتکم|مکالمات|تلقی|استلام|استقبال|التواصل)[^ ]*(?: [^ ]+){0,'
      '3})|(?:(?:توقف|توقفوا|کف|کفوا|اوقفوا|اوقف|یرجی التوقف|التوقف|وقف|وقفوا)(?: عن| من)? (?:ارس'
      'ال|ارسال|الارسال|الاتصال|اتصال|مراسلتی|مراسله|الرسایل|هذه|ازعاجی|ازعاجی|التواصل)[^ ]*(?: ['
      '^ ]+){0,2})|(?:(?:احذف|احذفوا|ازل|ازیلوا|ازیلوا|اشطب|امسح|امسحوا|شیلوا|ازاله|حذف) (?:رقمی|'
      'اسمی|بیاناتی|هذا الرقم)[^ ]*(?: [^ ]+){0,3}|احذفونی|احذفنی|ازیلونی|ازیلونی|شیلونی)|(?:(?:ا'
      'ترکنی|اترکونی|دعنی|دعونی|سیبنی|سیبونی|خلینی|خلونی)(?: و?شانی| فی حالی| بحالی| لوحدی)))(?!\'
      'S)',
      '(?<!\S)(?:(?:قبل)|(?:بعد)|(?:الیوم)|(?:لا [^ ]+(?: [^ ]+)? الان)|(?:مساء)|(?:صباحا)|(?:الل'
      'یل)|(?:حتی)|(?:اثناء))(?!\S)'),
    ('Persian',
      '(?<!\S)(?:(?:(?:پیام|پیامک|اس ام اس|تماس|زنگ|مسیج|ایمیل)(?: [^ ]+){0,4}? (?:ندهید|ندید|نده'
      '|نفرستید|نفرست|نفرستین|نگیرید|نگیر|نگیرین|نزنید|نزن|نزنین|نکنید))|(?:(?:دیگر|دیگه|لطفا|هرگ'
      'ز)(?: [^ ]+){0,5}? (?:ندهید|ندید|نفرستید|نگیرید|نزنید|مزاحم نشوید|مزاحم نشید|نفرستین|ننویس'
      'ید|نزنین))|(?:(?:منو|مرا|ما را|مارو|اسمم|شمارم|شماره ?ام)(?: [^ ]+){0,4} (?:پاک|حذف|خارج|ب'
      'ردار)[^ ]*(?: [^ ]+){0,2})|(?:مزاحم(?: [^ ]+)? (?:نشوید|نشید|نشو|نشین)|مزاحمت(?: [^ ]+)? ('
      '?:نکنید|نکن)|دست از سر(?:م| من| ما) بردار[^ ]*|ولم کن[^ ]*|راحتم بگذار[^ ]*)|(?:(?:شماره|ا'
      'سم|نام|من)(?: [^ ]+){0,5}? (?:پاک|حذف|خط|بردارید)(?: [^ ]+){0,2}|حذفم کنید|پاکم کنید)|(?:('
      '?:نمی ?خواهم|نمی ?خوام)(?: [^ ]+){0,3} (?:پیام|تماس|پیامک)[^ ]*(?: [^ ]+){0,2}))(?!\S)',
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
      'mi in pace)(?: \w+){0,4})|(?:non (?:chiam|scriv|contatt|mand|disturb|invi|telefon)[a-z]*(?'
      ':mi|ci)(?: \w+){0,2}|non (?:chiam|scriv|contatt|mand|disturb|invi|telefon)[a-z]* (?:piu|ma'
      'i))|(?:non voglio (?:piu )?(?:ricevere|essere|messaggi)(?: \w+){0,3}|basta (?:messaggi|chi'
      'amate|telefonate|mail)))(?!\S)',
      '(?<!\S)(?:(?:prima)|(?:dopo)|(?:oggi)|(?:adesso)|(?:stasera)|(?:fino))(?!\S)'),
    ('Japanese',
      '(?:(?:連絡|電話|メール|メッセージ|sms|送信|テキスト).{0,12}(?:しないで|送らないで|かけないで|やめて|止めて|不要|いりません|要りません))|(?:も'
      'う.{0,12}(?:ないで|やめて|いりません)|送らないで|リストから.{0,8}(?:外|削除|消)|放っておいて|ほっといて)',
      '(?:前に)|(?:までは)|(?:今日は)|(?:今は)|(?:夜は)|(?:朝は)')
$function$;
