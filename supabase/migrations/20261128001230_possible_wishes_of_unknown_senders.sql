-- possible wishes of unknown senders: written by `npm run db:migration` from what sql/ has beyond the migrations.

-- private.possible_wishes is locked and rewritten: it has a row for each message that waits for a person, so this takes
-- no time.
set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

ALTER TABLE "private"."possible_wishes"
  DROP CONSTRAINT "possible_wish_is_of_a_lead";

ALTER TABLE "private"."possible_wishes"
  DROP CONSTRAINT "possible_wishes_pkey";

ALTER TABLE "private"."possible_wishes"
  -- squawk-ignore adding-field-with-default
  ADD COLUMN "id" bigint GENERATED ALWAYS AS IDENTITY NOT NULL;

ALTER TABLE "private"."possible_wishes"
  ADD COLUMN "inbox_id" bigint;

ALTER TABLE "private"."possible_wishes"
  -- squawk-ignore ban-drop-not-null
  ALTER COLUMN "lead_id" DROP NOT NULL;

CREATE OR REPLACE FUNCTION private.apply_reply_event (
  p_org_id   uuid,
  p_provider text,
  p_event    jsonb,
  p_now      timestamp with time zone DEFAULT now()
)
  RETURNS TABLE (
    lead_id uuid,
    outcome public.event_outcome
  )
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_at constant timestamptz := (p_event ->> 'at')::timestamptz;
  v_channel constant text := p_event ->> 'channel';
  v_kind constant public.contact_kind := case v_channel when 'email' then 'email'
    else 'phone' end::public.contact_kind;
  v_value constant bytea := coalesce(decode(p_event ->> 'value_bidx', 'hex'), private.known_contact_index(p_org_id,
    p_event ->> 'from'));
  v_key constant integer := private.active_key_id(p_org_id, 'data');
  v_text constant text := coalesce(p_event ->> 'text', '');
  v_label public.reply_label;
  v_message public.messages;
  v_leads uuid[];
  v_points bigint[];
  v_campaign uuid;
  v_answer jsonb;
  v_request text;
  v_keyword text;
  v_by text;
  v_meant uuid;
  v_replies bigint[];
  v_is_possible boolean;
begin
  -- Serialised per number: the last of STOP and START decides.
  perform pg_advisory_xact_lock(hashtextextended(format('sluice reply %s %s', p_org_id, encode(v_value, 'hex')), 0));
  select m.* into v_message from public.messages m
  where m.org_id = p_org_id and m.id = private.find_message(p_org_id,
    -- A reply may arrive through another provider than the one that sent the message.
    coalesce((select min(s.provider) from public.senders s where s.org_id = p_org_id and s.channel = v_channel),
      p_provider),
    case when v_channel = 'sms' then null else p_event ->> 'provider_id' end, (p_event ->> 'message_id')::uuid);
  if v_message.id is null and p_event ? 'references' and v_channel = 'email' then
    select m.* into v_message from public.messages m
    where m.org_id = p_org_id and m.channel = 'email' and m.provider_id in (
      select x from jsonb_array_elements_text(p_event -> 'references') x)
    order by m.created_at desc limit 1;
  end if;
  if p_event ? 'automatic' then
    -- Not written by a person: it neither counts as a reply nor stops anything.
    if p_event ->> 'automatic' = 'closed' then
      perform private.record_contact_feedback(p_org_id, x, 'email', 'invalid', 'email', 'automatic answer', v_at)
      from (select v_value union select v_message.value_bidx where v_message.channel = 'email') c (x)
      where v_channel = 'email';
      return query select v_message.lead_id, 'applied'::public.event_outcome;
    else
      return query select v_message.lead_id, 'ignored'::public.event_outcome;
    end if;
    return;
  end if;
  select array_agg(f.lead_id), array_agg(f.contact_point_id), (array_agg(f.campaign_id))[1] into v_leads, v_points,
    v_campaign
  from private.find_leads_by_contact(p_org_id, v_value, v_message.id) f;

  -- A wrong number is about the message that it answers, otherwise about the lead contacted last.
  v_meant := coalesce(v_message.lead_id, (select a.lead_id from public.contact_attempts a
    where a.org_id = p_org_id and a.value_bidx = v_value and a.direction = 'outbound' and a.at <= v_at
      and a.lead_id = any (v_leads)
    order by a.at desc, a.id desc limit 1), v_leads[1]);
  -- START lifts a wish, so it counts from the provider that carries the texts. Whoever signs for a source of the org (a
  -- list vendor may) can add opt-outs and lift none: its START is a reply.
  v_answer := case when p_provider = 'generic' and (p_event #>> '{reading,request}' = 'opt_in'
      or private.is_opt_in_keyword(v_text)) then '{"kind": "none"}'
    else private.record_reply_opt_out(p_org_id, v_value, v_kind, v_channel, v_text, p_event ->> 'opt_out_type',
      coalesce((p_event ->> 'model_says_opt_out')::boolean, false), p_event -> 'reading', v_meant, v_at) end;
  v_request := v_answer ->> 'kind';
  if v_request in ('opt_out', 'wrong_contact') and v_message.value_bidx <> v_value then
    -- The person answered from another address than the one we wrote to.
    perform private.record_reply_opt_out(p_org_id, v_message.value_bidx, case v_message.channel when 'email'
      then 'email' else 'phone' end::public.contact_kind, v_message.channel, v_text, null,
      v_request = 'opt_out', p_event -> 'reading', v_message.lead_id, v_at);
  end if;
  -- The gate reads the request as one about the whole channel; a narrower one is kept as suppressions alone.
  v_keyword := case when v_answer ->> 'keyword' <> 'opt_out' or v_answer -> 'channels' @> to_jsonb(
    private.opt_out_reach('', v_channel)) then v_answer ->> 'keyword' end;
  insert into public.contact_attempts (org_id, value_bidx, channel, direction, at, campaign_id, lead_id, keyword)
  select p_org_id, v_value, v_channel, 'inbound', v_at, v_campaign, v_leads[1], v_keyword
  where not private.has_attempt(p_org_id, v_value, v_channel, v_at);
  v_is_possible := v_request = 'none' and (coalesce((p_event #>> '{reading,possible}')::boolean, false)
    or coalesce((p_event #>> '{reading,unread}')::boolean, false));
  if v_leads is null then
    perform private.apply_latest_keyword(p_org_id, v_value, v_channel, v_keyword, v_at);
    if v_is_possible and v_value is not null then
      perform private.hold_unknown(p_org_id, v_value, (p_event ->> 'inbox_id')::bigint, v_at);
    end if;
    return query select null::uuid, 'unmatched'::public.event_outcome;
    return;
  end if;

  v_label := case v_request when 'opt_out' then 'opt_out' when 'wrong_contact' then 'wrong_person'
    else (p_event ->> 'label') end::public.reply_label;
  v_by := coalesce(v_answer ->> 'by', 'rules');
  with kept as (
    insert into public.replies (org_id, lead_id, contact_point_id, value_bidx, channel, provider, event_key, at,
      request,
      text_cipher, key_id, message_id, campaign_id, label, labelled_by, labelled_at)
    select p_org_id, f.lead_id, f.contact_point_id, v_value, v_channel, p_provider, p_event ->> 'key', v_at, v_request,
      private.encrypt_value(nullif(v_text, ''), private.org_key(p_org_id, v_key)), case when v_text <> ''
        then v_key end,
      case when v_message.lead_id = f.lead_id then v_message.id end, l.campaign_id,
      v_label, case when v_label is not null then v_by end, case when v_label is not null then p_now end
    from unnest(v_leads, v_points) f (lead_id, contact_point_id)
    join public.leads l on l.org_id = p_org_id and l.id = f.lead_id
    on conflict on constraint reply_is_kept_once_per_lead do nothing
    returning id
  )
  select array_agg(k.id) into v_replies from kept k;
  -- START and HELP are commands to the system, not replies to our message; after a wrong number, the lead's next
  -- number is used.
  if v_request in ('none', 'opt_out') then
    perform private.mark_leads_replied(p_org_id, v_leads, v_at, jsonb_build_object('channel', v_channel, 'request',
      v_request));
  end if;
  perform private.apply_latest_keyword(p_org_id, v_value, v_channel, v_keyword, v_at);
  -- A lead that ended one channel and stays in work waits for a person, like one that only answered. A person also looks
  -- at each wish that the learned reader added, and at those that it finds likely but did not carry out.
  perform private.create_task(p_org_id, l.id, 'answer_reply', jsonb_strip_nulls(jsonb_build_object('channel', v_channel,
    'request', nullif(v_request, 'none'), 'read_by', nullif(v_by, 'rules'),
    'possible_wish', case when v_request = 'none' then nullif((p_event #>> '{reading,possible}')::boolean, false) end,
    'unread', nullif((p_event #>> '{reading,unread}')::boolean, false))), v_at)
  from public.leads l
  where l.org_id = p_org_id and l.id = any (v_leads)
    and (v_request = 'none'
      or (v_request = 'opt_out' and v_answer ->> 'keyword' <> 'stop'
        and (l.campaign_status <> 'opted_out' or v_by = 'learned')));
  if v_is_possible then
    perform private.hold_for_possible_wish(p_org_id, v_value, v_leads, v_at);
  end if;
  if v_answer #>> '{confirmation,text}' is not null and (v_answer #>> '{confirmation,not_after}')::timestamptz >=
    p_now and v_points[1] is not null then
    perform private.queue_text_answer(p_org_id, v_leads[1], v_points[1], 'confirmation',
      v_answer #>> '{confirmation,text}', p_event ->> 'key', p_now);
  elsif v_request = 'help' and v_answer ->> 'answer' is not null and v_points[1] is not null then
    perform private.queue_text_answer(p_org_id, v_leads[1], v_points[1], 'help', v_answer ->> 'answer',
      p_event ->> 'key', p_now);
  end if;
  perform private.announce(p_org_id, 'reply.received', jsonb_strip_nulls(jsonb_build_object('reply_id', r.id,
    'lead_id', r.lead_id,
      'broker_id', l.assigned_broker_id, 'campaign_id', r.campaign_id, 'message_id', r.message_id, 'channel',
        r.channel, 'request', r.request,
      'label', r.label, 'at', r.at)), p_now)
  from public.replies r
  join public.leads l on l.org_id = r.org_id and l.id = r.lead_id
  where r.org_id = p_org_id and r.id = any (v_replies);
  -- A model may read what the rules could not.
  perform private.send_job('triage', jsonb_build_object('reply_id', v_replies[1]::text, 'org_id', p_org_id),
    p_org_id::text || v_replies[1])
  where v_request = 'none' and v_label is null and v_text <> '' and v_replies is not null
    and coalesce((p_event ->> 'triage')::boolean, false);
  return query select x, 'applied'::public.event_outcome from unnest(v_leads[1:1]) x;
end
$function$;

CREATE OR REPLACE FUNCTION private.hold_unknown (
  p_org_id     uuid,
  p_value_bidx bytea,
  p_inbox_id   bigint,
  p_at         timestamp with time zone
)
  RETURNS void
  LANGUAGE sql
  SET search_path TO ''
  AS $function$
  insert into private.possible_wishes (org_id, value_bidx, at, inbox_id)
  select p_org_id, p_value_bidx, p_at, p_inbox_id
  where not exists (select from private.possible_wishes w where w.org_id = p_org_id and w.value_bidx = p_value_bidx
    and w.lead_id is null and w.inbox_id is not distinct from p_inbox_id)
$function$;

CREATE OR REPLACE FUNCTION private.opt_out_exceptions()
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select
      '(?<!\S)(?:(?:(?:reply|text|send|type|say|texting|replying|word)(?: with)?(?: the word)? st'
      'op (?:to|2|for)(?: \w+)*)|(?:what (?:does|happens|do you mean|is)(?: \w+){0,6} (?:stop|uns'
      'ubscribe|opt out|cancel)(?: \w+)*)|(?:(?:did|have|had) i (?:ever )?(?:say|said|ask|asked|t'
      'ell|told)(?: \w+)*)|(?:(?:did not|never|do not) (?:say|said|ask|asked|tell|told|mean|meant'
      '|want|wish|try|remember)(?: you| them)?(?: to)? (?:stop|quit|unsubscribe|unsubscribing|opt'
      ' out|opting out|cancel)(?: \w+)*)|(?:(?:unsubscribed|opted out|stopped)(?: me| it)? by (?:'
      'mistake|accident|error))|(?:(?:accidentally|mistakenly) (?:unsubscribed|opted out|texted s'
      'top|sent stop|replied stop|typed stop|said stop))|(?:(?:texted|sent|replied|typed|said|wro'
      'te) stop (?:by|on) (?:mistake|accident))|(?:(?:users|people|customers|clients|subscribers|'
      'folks|they|others)(?: can| to| could| may)? (?:unsubscribe|opt out))|(?:(?:let|lets|lettin'
      'g|able) (?:me|us|to) (?:unsubscribe|opt out)(?: \w+){0,4})|(?:unsubscrib\w* from (?:their|'
      'his|her|its|my|our|the(?! (?:\w+ )?(?:list|lists|emails?|mailings?|texts?|newsletter)(?!\S'
      '))|cable|mls|netflix|that)(?: \w+){0,3})|(?:if i (?:want|wanted|would like|wished|say|said'
      '|text|reply|send|type|was|were|did not)(?: \w+)* (?:stop|unsubscribe|opt out)(?: \w+)*)|(?'
      ':i (?:would|will|d)(?: have)? (?:tell|told|say|said|ask|asked|let)(?: you)?(?: know)?(?: w'
      'hen| if)?(?: to)? stop(?: \w+)*)|(?:(?:did|have|do|will) you(?: \w+)? (?:lose|lost|delete|'
      'deleted|forget|forgot|block|blocked)(?: \w+){0,3})|(?:do not (?:reply|respond) to this (?:'
      '\w+ )?(?:email|message|mailbox|address)(?: \w+){0,2})|(?:do not (?:text|texts|texting|mess'
      'ages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam'
      '|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telepho'
      'ne|telephoning|solicit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|'
      'annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit up|'
      'hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|di'
      'sturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|r'
      'eply|replying|respond|responding) (?:my|the) \w+ about (?:this|it|that))|(?:(?:on|to) (?:t'
      'he |a )?do not call (?:list|registry)(?: ,)? but (?:\w+ ?)*)|(?:no (?:need|reason) to (?:s'
      'top|quit|unsubscribe|remove)(?: \w+){0,2})|(?:(?:did|was|were) (?:i|we)(?: \w+){0,2}? (?:u'
      'nsubscribed|removed|opted out|deleted|blocked)(?: \w+)*)|(?:(?:my|the|his|her|our) \w+ (?:'
      'is|was|are|keeps|has been|have been)(?: \w+)? (?:harassing|harassed|bothering|calling|text'
      'ing)(?: \w+){0,2})|(?:(?:stop|quit|refrain from|avoid)(?: \w+ing)(?: me| us| here| on)? (?'
      ':before|(?!(?:after (?:all|(?:this|that|today|tonight|now)(?: (?:texts?|messages?|calls?|e'
      'mails?|one|point|conversation))?(?= ,|$))))after|until|till|past) \w+)|(?:do not (?:text|t'
      'exts|texting|messages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail'
      '|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phon'
      'e|phoning|telephone|telephoning|solicit|soliciting|solicitation|reach out|reaching out|wri'
      'te|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|ad'
      'vertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communi'
      'cating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|tal'
      'k to|talking to|reply|replying|respond|responding)(?: me)?(?: now)? , (?:i am|we are) (?:d'
      'riving|at work|busy|working|sleeping|cooking|in (?:a|the|class|church|court|school|surgery'
      '|meetings?|traffic|bed)|on the|with (?:a|my))(?: \w+)*)|(?:quit ?claim\w*(?: deeds?)?)|(?:'
      '(?:if|unless) (?:the |your |it |its |that |this |you (?:are |can ?not |will not |do not )?'
      ')?(?:\w+ ){0,6}?(?:under|below|less than|lower than|lower|over|above|at least|\d+k?|cash|l'
      'ow ?ball\w*|full price)(?: \w+){0,3}? (?:, )?(?:then )?(?:please )?(?:do not|never) (?:eve'
      'n )?(?:bother )?(?:(?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|cont'
      'acting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|b'
      'ug|bugging|ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|solicitatio'
      'n|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|robocallin'
      'g|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|bl'
      'owing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit'
      '|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|responding)|bother)(?: '
      'me| us)?(?= ,|$))|(?:^(?:does|do|will|would|can|is) (?:my |the |just )?(?:unsubscribing|op'
      'ting out|replying stop|texting stop)(?: \w+)*)|(?:do not (?:text|texts|texting|messages?|m'
      'essaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spammi'
      'ng|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|tele'
      'phoning|solicit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoyin'
      'g|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting'
      ' up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|disturbin'
      'g|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|re'
      'plying|respond|responding) (?:\w+ ){0,5}?(?:separately|individually|twice|at the same time'
      '|both)(?= ,|$))|(?:(?:not|never) (?:put |been |be |listed )?(?:on|in) (?:the|any|a|your|th'
      'at) (?:\w+ )?do not (?:call|contact)(?: \w+)?)|(?:(?<!if |rather |prefer |wish |that |it |'
      'appreciated )you (?:did|have|had)(?: not| never) (?:text|texts|texting|messages?|messaging'
      '|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bothe'
      'r|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|telephoning|'
      'solicit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester'
      '|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit '
      'me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|pin'
      'g|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|r'
      'espond|responding)(?: \w+){0,3})|(?:(?<!if you )(?:do not|never|can not|could not|(?<!you '
      ')will not|would not|did not|does not|doesnt|not going to|rather not|please not)(?: ever| j'
      'ust| even| really)* (?:stop|quit|cease)(?: (?:text|texts|texting|messages?|messaging|calls'
      '?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|both'
      'ering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|telephoning|solici'
      't|soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|peste'
      'ring|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|'
      'hitting me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|ping'
      'ing|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond'
      '|responding))?(?: me)?(?: \w+ing(?: \w+)?)?)|(?:(?:do not|please not|never|not) (?:lose|de'
      'lete|forget|block|erase|remove|take|unsubscribe|leave me|drop)(?: \w+){0,4})|(?:(?:an|no|a'
      'ny|the) opt out(?: \w+)?)|(?:stop it ,? ?(?:really|lol|haha|ha|no way|(?:i|you) (?:am |are'
      ' )?(?:love|like|blush|kidding|making|killing))(?: \w+)*)|(?:(?:you|they) will not stop(?: '
      '\w+)* (?:haha|lol|lmao))|(?:stop ,? ?(?:wait|hold on|let me|right there|you are breaking|l'
      'ook at (?!my (?:number|name)))(?: \w+)*)|(?:(?:can|could|will|would|does|do|has|did) (?:he'
      '|she|it|they|this thing)(?: ever| just)* (?:stop|quit)(?: \w+)*)|(?:(?<!do )(?:not|is not|'
      'am not|are not) (?:a )?(?:spam|harassment|harassing|harass)(?: \w+)*)|(?:why (?:do|does|di'
      'd|have|can|could|would|will) not (?:you|they|anyone|someone|he|she) (?!(?:just |please |ev'
      'en )*(?:stop|quit|leave|go |lose|remove|take))\w+(?: \w+)*)|(?:(?:did not|never|have not|n'
      'ot|had not|has not) (?:unsubscribe\w*|opt(?:ed)? out))|(?:(?<!(?:do|can|could|should|would'
      '|must|may|how|that) )(?:i|we|he|she|they(?! (?:need|have|got|must|better|should))|who|tena'
      'nts?|neighbou?rs?|(?:my|his|her|their|our) (?:\w+ )?(?!says|said|told|wants|asked|says|and'
      '|will|lips|god)\w+|the (?!texts|calls|messages|emails|spam|messaging|texting|calling)\w+)('
      '?: (?:will|would|can|could|did|do|does|have|has|had|just|also|finally|once|ever|already|re'
      'cently|need|needs|got|want|wants|tried|try|trying|am|are|is|going|must|should|may|might|be'
      'tter|to|then|really|even|all))* (?:stop|stops|stopped|quit|quits|cease)(?! getting| receiv'
      'ing| these| all| your| (?:the|this) (?:service|program|subscription|campaign|(?:(?:texts?|'
      'text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|maile'
      'rs?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solic'
      'itations?|contact(?! info| number| details| information| person)|communications?|stuff|cra'
      'p|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|'
      'updates|advertisements?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? ('
      '?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailin'
      'gs?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|noti'
      'ces|solicitations?|contact(?! info| number| details| information| person)|communications?|'
      'stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|ca'
      'mpaigns?|updates|advertisements?|advertising|marketing|sales calls))*)))(?: \w+ing)?(?: \w'
      '+)?)|(?:(?:told|asked|ordered|made|got|helped|forced|advised|let) (?:me|us)(?: to)? (?:sto'
      'p|quit|cease)(?: \w+){0,4})|(?:(?:he|she|they|(?:my|our|his|her|the) (?:neighbou?r|friend|'
      'brother|sister|agent|boss|buddy|cousin|uncle|aunt|son|daughter|tenant|lawyer|realtor)s?) ('
      '?:just |already |had |has |have )?(?:told|asked|tells|asks|wants|wanted|begged|said|says)('
      '?! you| that you| me to (?:ask|tell) you)(?: (?:his|her|their|the|my|our) \w+| him| her| t'
      'hem| to| it| that| \w+){0,3}? (?:to )?(?:stop|quit|leave|remove|unsubscribe|opt out|never)'
      '(?: (?!so )\w+){0,4})|(?:(?:why|when|how come)(?: \w+)? (?:did|have|had|do|has|does)(?: no'
      't)? (?:you|they|he|she|it|the \w+|everyone)(?! not)(?: ever| already| just)? (?:stop|quit|'
      'stopped)(?: \w+)*)|(?:(?:how come|why) (?:you|they) (?:stopped|quit|stop)(?: \w+)*)|(?:(?:'
      'stop|stops|stopping|stopped) (?:me|us|you|him|her|them) from)|(?:(?:nothing|what|who) (?:i'
      's |will |would |can |could )?(?:to |going to )?stops?(?: me| us| you)?)|(?:(?:bus|next|las'
      't|first|second|third|fourth|pit|full|non|truck|one|quick|rest|train|metro|short|final|ever'
      'y|each|two|three) stops?(?: \w+)?)|(?:stop (?:by|in|over|off|sign|signs|light|lights|loss|'
      'watch|gap|work|and (?:talk|see|chat|think|look|visit|say)|at(?! once))(?: \w+)*)|(?:(?:end'
      '|ends|ending) (?:of|in|on|at|unit|date|up|table|user|result))|(?:(?:remove|take|get|delete'
      '|drop|pull)(?: (?:me|my name|us|him|her|it|my \w+))? (?:(?:off|out|off of|out of|from|of)|'
      'outta)(?: of)? (?:the |my |our |that |his |her |this )?(?:\w+ ){0,2}?(?:street|foreclosure'
      '|mess|probate|debt|deed|title|loan|mortgage|lease|waiting list|waitlist|contract|will|insu'
      'rance|policy|account|bill|market|mls|house|property|listing|trust))|(?:(?:the|an|our|any) '
      '(?:opt out|cancellation) (?:period|clause|date|deadline|fee|option|window|form))|(?:(?:opt'
      '|opting|opted) out of (?:the|my|our|a|an|that|his|her)(?! (?:(?:text|texting|sms|email|mar'
      'keting|call|calling|mailing|contact) )?(?:(?:list|lists|database|records|system|files|rolo'
      'dex|contacts|rotation|mailer|mailing list|call list|calling list|contact list|phone list|t'
      'ext list|marketing list|mailings|newsletter|outreach|campaigns?|directory|dialer|crm|drip|'
      'texts|texting|messages|program|sequence)|(?:(?:texts?|text messages?|messages?|sms|calls?|'
      'phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promot'
      'ions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| d'
      'etails| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|gar'
      'bage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|'
      'marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sm'
      's|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promo'
      's?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| '
      'number| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense'
      '|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|adv'
      'ertising|marketing|sales calls))*)|(?:text|texts|texting|messages?|messaging|calls?|callin'
      'g|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|ha'
      'rass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|telephoning|solicit|solici'
      'ting|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|rob'
      'ocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting '
      'me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|houn'
      'd|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|respond'
      'ing)|service|program|campaign))(?: \w+)+)|(?:(?:(?:i|we) |just |already |have |recently )+'
      '(?:unsubscribed|opted out) (?:from|of) (?!your|this|these|those|that|all|every|everything|'
      'you|it|any|the|texts?|emails?|calls?|messages?|sms|marketing|future|here|notifications|ale'
      'rts|updates)\w+(?: \w+)?(?! and you| but you| yet you)|^unsubscribed from (?!your|this|the'
      'se|those|that|all|every|everything|you|it|any|the|texts?|emails?|calls?|messages?|sms|mark'
      'eting|future|here|notifications|alerts|updates)\w+(?: \w+)?)|(?:if (?:i|we)(?: \w+){1,7} ('
      '?:how|can|could|do|would|will|may|is|am|are|where)(?: \w+){0,5}? (?:stop|opt out|unsubscri'
      'be|cancel|quit|be removed|get off|block)(?: \w+)*)|(?:(?:can|could|may|will|how|is there|a'
      'm|would)(?: \w+){0,8}? (?:stop|opt out|unsubscribe|cancel|quit|end|be removed|get off)(?: '
      '(?!house|please)\w+){0,4}? (?:later|later on|whenever|any time|anytime|if (?:i|we)|in case'
      '|after)(?! (?:get|keep|am|receive))(?: \w+)*)|(?:(?<!times )(?:do|would|should|must|did) ('
      '?:i|we)(?: really| just| also)? (?:have to|need to|got to|still need to)? ?(?:text|reply|s'
      'end|type|say|write|answer|respond)(?: back| with| you| the word)*(?: stop| unsubscribe| op'
      't out| quit| end| cancel)+(?: \w+)*)|(?:(?:opt|opting|opted) out of (?!(?:your|this|these|'
      'those|that|all|every\w*|it|any|future|further|the|here|you|being|getting|receiving|\w+ (?:'
      '(?:list|lists|database|records|system|files|rolodex|contacts|rotation|mailer|mailing list|'
      'call list|calling list|contact list|phone list|text list|marketing list|mailings|newslette'
      'r|outreach|campaigns?|directory|dialer|crm|drip|texts|texting|messages|program|sequence)|('
      '?:(?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mai'
      'lings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|n'
      'otices|solicitations?|contact(?! info| number| details| information| person)|communication'
      's?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches'
      '|campaigns?|updates|advertisements?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|'
      'and|nor))? (?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|m'
      'ails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notific'
      'ations?|notices|solicitations?|contact(?! info| number| details| information| person)|comm'
      'unications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitc'
      'h|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales calls))*)|(?:text'
      '|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|ma'
      'il|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|ph'
      'one|phoning|telephone|telephoning|solicit|soliciting|solicitation|reach out|reaching out|w'
      'rite|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|'
      'advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|commu'
      'nicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|t'
      'alk to|talking to|reply|replying|respond|responding)))(?: |$))(?!(?:(?:(?:texts?|text mess'
      'ages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|lette'
      'rs|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?'
      '|contact(?! info| number| details| information| person)|communications?|stuff|crap|bullshi'
      't|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|a'
      'dvertisements?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|'
      'text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|maile'
      'rs?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solic'
      'itations?|contact(?! info| number| details| information| person)|communications?|stuff|cra'
      'p|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|'
      'updates|advertisements?|advertising|marketing|sales calls))*)|(?:list|lists|database|recor'
      'ds|system|files|rolodex|contacts|rotation|mailer|mailing list|call list|calling list|conta'
      'ct list|phone list|text list|marketing list|mailings|newsletter|outreach|campaigns?|direct'
      'ory|dialer|crm|drip|texts|texting|messages|program|sequence)|(?:text|texts|texting|message'
      's?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|sp'
      'amming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|'
      'telephoning|solicit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|ann'
      'oying|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hit'
      'ting up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|distu'
      'rbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|repl'
      'y|replying|respond|responding))(?: |$))\w+(?: (?!and you|please)\w+){0,3})|(?:(?:did not|n'
      'ever|was not)(?: \w+){0,2}? (?:mean|meant|meaning|trying|intend)(?: (?:to|for|that|it))?(?'
      ': \w+){0,3}? (?:stop|unsubscribe|opt out|quit)(?: \w+)*)|(?:(?:accidentally|mistakenly|by '
      'accident) (?:hit|press|pressed|clicked|tapped|send|sent|texted) (?:stop|unsubscribe)(?: \w'
      '+)*|(?:sent|texted|replied) stop to the wrong \w+(?: \w+)*)|(?:(?:am|is|are|just|,|^) ?not'
      ' (?:unsubscribing|opting out|opting you out|telling you to|asking you to|saying to|saying)'
      '(?: \w+)*)|(?:(?:which|what) word(?: (?!make)\w+){0,3}? (?:ends?|stops?|cancels?)(?: \w+)*'
      '|(?:[a-z]+ ){0,12}?(?:, )?in case (?:i|we)(?: \w+){0,8}|how (?:easy|hard|difficult)(?: \w+'
      '){0,4}? (?:unsubscribe|opt out|cancel|stop)(?: \w+)*)|(?:(?:do|are|does|is) (?:you|your \w'
      '+) (?:honou?r|respect|follow|check|comply|use|on the up)(?: \w+){0,5}? (?:do not call|dnc|'
      'opt outs?)(?: list| registry)?|(?:tcpa|fcc|ftc|gdpr|ccpa) (?:compliant|approved|registered'
      '|licensed|certified))|(?:(?:your|the|it) ?(?:text|message|email|sms)? (?:says|said|say)(?:'
      ' to)?(?: reply| text| send| type)? (?:stop|unsubscribe)(?: (?!so |stop)\w+)*)|(?:unsubscri'
      'be (?:fee|charge|cost|penalty)|quit (?:my|his|her|your|the) (?:\w+ )?job|stop it ,? ?(?:th'
      'at is|you are|this is) (?:hilarious|funny|too \w+|crazy|amazing|so \w+)(?: \w+)*)|(?:no mo'
      're (?:(?:(?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mai'
      'ls?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notificat'
      'ions?|notices|solicitations?|contact(?! info| number| details| information| person)|commun'
      'ications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|'
      'pitches|campaigns?|updates|advertisements?|advertising|marketing|sales calls)(?:(?: ,)?(?:'
      ' (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|em'
      'ails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|'
      'notifications?|notices|solicitations?|contact(?! info| number| details| information| perso'
      'n)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outrea'
      'ch|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales calls))*))'
      ' from (?:realtor|zillow|redfin|(?:that|the|those) (?:other|bank|last)|my ex|banks?|lenders'
      '|investors|agents|realtors|wholesalers|collectors)(?: \w+){0,3})|(?:(?:yelled|screamed|hol'
      'lered|shouted)(?: \w+){1,5}? at (?:the|a|some|them|him)(?: \w+){0,2}|(?:almost|nearly|was '
      'going to|was about to|usually|normally)(?: \w+){0,3}? (?:block|blocked|report|reported|mar'
      'ked|unsubscribed|tell you|say|hang up|stopped)(?: \w+)*)|(?:if (?:this|it) (?:is|turns out'
      ')(?: \w+){0,4}? (?:scam|fake|spam|joke)(?: ,)?(?: \w+)*)|(?:not (?:text|email|send|mail|me'
      'ssage)(?: me| us)? (?:the |a |any |big |more |those )*(?:pics|pictures|photos|videos|files'
      '?|attachments?|pdfs?|contracts?|documents?|docs|big \w+))|(?:(?:take|remove) (?:my (?:wife'
      '|husband|son|daughter|mother|mom|dad|brother|sister)|him|her)(?: s number| s)? (?:off|from'
      ') the (?:thread|group|chain|email|conversation))|(?:(?:need|needs|got|have|received|get)(?'
      ': a| the| that)? cease and desist (?:letter|order|notice)?(?: ?\w+)*|cease and desist(?: \'
      'w+){0,2} from (?:the|my|our) (?:hoa|city|county|town|neighbou?r)(?: \w+)*)|(?:(?:describe|'
      'explain|document|share|about) your (?:opt out|unsubscribe|removal|cancellation) (?:procedu'
      're|process|policy|method|options?|instructions))|(?:(?:opt out|cancellation) (?:deadline|c'
      'lause|period|date|fee|form for)(?: \w+)*)|(?:(?:take|get|remove|keep|put|delete) (?:me|us|'
      'my \w+) (?:off|from|out of|on) (?:of )?(?:their|his|her|zillow|redfin|the other)(?: \w+){0'
      ',2})|(?:(?:told|asked|begged|instructed|ordered) (?:the |that |an? |another |my |our |your'
      ' )?(?:\w+ ){0,2}?(?:bank|banks|company|companies|lender|lenders|roofer|wholesalers?|flippe'
      'rs?|collectors?|telemarketers?|county|city|hoa|plumber|surveyor|buyers?|agency|brokerage|i'
      'nvestors?|realtors?|zillow|redfin|opendoor|trulia|ex|neighbou?rs?|contractor|mortgage comp'
      'any|insurance)(?: \w+){0,2}? (?:to |not to |never |leave |stop |quit |get |go )(?: ?\w+)*)'
      '|(?:told (?:the|that|those|all the) (?:\w+ )?(?:guys?|fella|ones?|others|folks)(?: \w+){0,'
      '2}? (?:to )?(?:get lost|take a hike|buzz off|kick rocks|pound sand|shove it|take me off th'
      'eir \w+|stop ,? but you)(?: \w+)*)|(?:(?:the|some|my|an) (?:last|other|previous|old|differ'
      'ent) (?:company|companies|firm|lender|bank|agent|realtor|investor|outfit|place|people|inve'
      'stors)(?: \w+){0,3}? (?:i|we)(?: have)? (?:told|asked)(?: \w+){0,9})|(?:(?:neighbou?r|brot'
      'her|sister|friend|mother|mom|father|dad|son|daughter|cousin|uncle|aunt|tenant|husband|wife'
      '|roommate|ex)s?(?: \w+){0,2}? (?:told|asked|tells|asks|wants|wanted|said|say|tell|ask|does'
      ' not want|hates?)(?: \w+){0,10}?(?: ,)? but (?:i|we)(?: am| are| would| will| do| want| li'
      'ke| \w+){0,3}(?: \w+)*)|(?:(?:stop|quit) (?:(?:text|texts|texting|messages?|messaging|call'
      's?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bot'
      'hering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|telephoning|solic'
      'it|soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pest'
      'ering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up'
      '|hitting me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pin'
      'ging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respon'
      'd|responding))(?: me| us| my phone| here)?(?: (?:so|that|this|too))? (?:early|late)(?: \w+'
      ')*)|(?:(?:stop|quit) (?:(?:text|texts|texting|messages?|messaging|calls?|calling|contacts?'
      '|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harass'
      'ing|bug|bugging|ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|solici'
      'tation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|roboc'
      'alling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow '
      'up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|'
      'visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|responding))(?: me'
      '| us| my phone| here)?(?: at| during| around| in the middle of)? (?:midnight|night|nights|'
      'dinner|dinner time|dinnertime|lunch|noon|work hours|\d+(?: (?:am|pm|oclock|o clock))?)(?: '
      'time)?(?= ,|$| and (?:call|text|try))(?= ,? ?(?:and )?(?:call|text|try|day|after|any|morni'
      'ng|evening|afternoon|it is|weekend|\d)))|(?:(?:the|that) (?:number|email|address) (?:endin'
      'g|that ends|i gave|starting|with)(?: \w+){0,4})|(?:(?:alarm|it|he|she|they|dog|tenants?|ph'
      'one|rain|the \w+(?: \w+)?|my \w+) no stop(?: \w+)*)|(?:not (?:text|texts|texting|messages?'
      '|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spam'
      'ming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|te'
      'lephoning|solicit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoy'
      'ing|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitti'
      'ng up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|disturb'
      'ing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|'
      'replying|respond|responding) that (?:number|phone|email|address)(?: \w+)*)|(?:(?:he|she|th'
      'ey|my (?:wife|husband|mother|mom|dad|brother|sister|son|daughter)) (?:is|are|was)(?: alrea'
      'dy)? on the do not call list(?: not \w+)?|(?:i|we) used to be on (?:the|a) do not call lis'
      't(?: \w+)*|is there an? do not call list(?: \w+)*)|(?:send(?:ing)?(?: me| us| any| the| yo'
      'ur| more){0,2} (?:mail|letters?|packages?|checks?|paperwork|documents|papers) to (?:the|my'
      '|our|that|this|her|his)(?: \w+){0,2}? (?:property|house|address|place|home|office|work|uni'
      't|rental|ex)(?= ,? ?(?:send|use|mail it|it (?:is|goes)|that is|my (?:new|mailing)))(?: \w+'
      ')*)|(?:(?:what|why|how come)(?: \w+)? (?:made|makes|would|did) (?:you|him|her|them|it)(?: '
      '\w+)? (?:stop|quit)(?: \w+)*)|(?:(?:^|(?<=, ))(?:i am |i was )?not (?:saying|asking|tellin'
      'g)(?: you)?(?: to)? (?:stop|quit|never)(?: \w+)*)|(?:do not (?:text|texts|texting|messages'
      '?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spa'
      'mming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|t'
      'elephoning|solicit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|anno'
      'ying|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitt'
      'ing up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|distur'
      'bing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply'
      '|replying|respond|responding) (?:me|us) (?:mrs|mr|ms|miss|sir|maam|honey|sweetie|dear|name'
      's|crazy|cheap|stupid|late|a (?!second|third|dozen)\w+)(?: \w+)*|do not call me \w+ ?, ?(?:'
      'it is|call me|my name is|everyone calls|my friends call))|(?:^(?:ok |oh |omg |wow |haha |a'
      'w )*stop(?: it)? ,? ?(?:no way|omg|shut up|are you serious|for real|you had me|you flatter'
      '|you are (?:too|so)|some more)(?: \w+)*)|(?:(?:^|(?<=, ))(?:i )?(?:do not|would not) mind '
      '(?:you |the |your |getting |a )?(?:\w+ ?)*)|(?:(?:(?:it|you|they|that|texts|calls) do|does'
      '|did|will|would) not bother (?:me|us)(?: (?!again|any more)\w+)?|(?:what|which) lists? (?:'
      'did|do|was|were|am|are|is|have)(?!.*(?:get off|off it|off of it|removed|take me off))(?: \'
      'w+)*)|(?:not (?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting'
      '|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bug'
      'ging|ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|solicitation|reac'
      'h out|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|tele'
      'marketing|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing '
      'up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visit'
      'ing|stalk|stalking|talk to|talking to|reply|replying|respond|responding) (?:the|my|our) (?'
      ':tenants?|agent|listing agent|realtor|group|renters?)(?: \w+)?|(?:refrain from|avoid|stop)'
      ' (?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|emails?|ema'
      'iling|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ri'
      'nging|phone|phoning|telephone|telephoning|solicit|soliciting|solicitation|reach out|reachi'
      'ng out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|ma'
      'rketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communica'
      'te|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|st'
      'alking|talk to|talking to|reply|replying|respond|responding) (?:the|my|our) tenants?(?: \w'
      '+)*)|(?:(?:take|get|pull) (?:me|us) out (?:to|by|for)(?: \w+)*|(?:talk|talking|speak) to ('
      '?:a|the|my|our|an|his|her) \w+|^(?:you are |it is |that is )?not bothering (?:me|us)(?= ,|'
      '$)|sorry(?: \w+){0,3}? (?:marked|blocked|unsubscribed|reported)(?: \w+)*|(?:blocked|marked'
      '|reported)(?: \w+){0,3} by (?:accident|mistake)(?: \w+)*)|(?:(?:take|put|have|got) me (?:o'
      'ff|on) (?:speaker|hold|mute|the (?:hook|phone))(?: \w+)?)|(?:(?:stop|quit)(?: \w+ing)(?: \'
      'w+){0,4}? (?:my|the|that|an) (?:old|previous|former|wrong) (?:\w+ )?(?:address|number|phon'
      'e|email|house|place|box))|(?:(?:the|a|an|at|near|which|where|every)(?: (?!hint|time|times|'
      'love|god|number|people|person)\w+){0,3} stop(?= ,|$))|(?:(?:there (?:are|is|were)|(?:have|'
      'had|got|get|see|saw|received)) no more(?: \w+)?)|(?:(?<!(?:text|texts|texting|messages?|me'
      'ssaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spammin'
      'g|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|telep'
      'honing|solicit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoying'
      '|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting '
      'up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|disturbing'
      '|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|rep'
      'lying|respond|responding) )(?<!(?:text|texts|texting|messages?|messaging|calls?|calling|co'
      'ntacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass'
      '|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciting'
      '|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|robocal'
      'l|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me u'
      'p|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|ho'
      'unding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|responding)'
      ' (?:me|us) on )(?:my|the|that|this|his|her|their) (?:old|other|previous|former|first|secon'
      'd|work|office|home|business|ex) (?:wife |husband )?(?:number|phone|email|address|line|cell'
      '|one))|(?:(?:i|we|he|she|they|nobody|no one|my \w+|the (?!national|federal|state|internal)'
      '\w+|somebody|someone) (?:do|did|does|can|could|will|would|have|has|had|may|might|am|are|wa'
      's|were|is)(?: not| never)(?: really| even| usually| always| often| just| able to| want to|'
      ' trying to| wanting to)* (?:(?:(?:text|texts|texting|messages?|messaging|calls?|calling|co'
      'ntacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass'
      '|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciting'
      '|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|robocal'
      'l|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me u'
      'p|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|ho'
      'unding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|responding)'
      '|ask|asking|trouble|troubling|hassle|hassling|badger|badgering|follow up|following up|appr'
      'oach|approaching|pursue|inquire|inquiring|come back|coming back|come|check in|checking in|'
      'knock|show up))(?<!ask(?= (?:for (?:this|these|any|your|them)|you to)))(?: \w+)?)|(?:(?:is'
      '|are|was) this (?:a )?(?:spam|scam)(?: \w+)?)|(?:(?:sexual|tenant|tenants) harassment)|(?:'
      '(?:do not|never) (?:even )?(?:(?:text|texts|texting|messages?|messaging|calls?|calling|con'
      'tacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|'
      'harassing|bug|bugging|ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|'
      'solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|robocall'
      '|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me up'
      '|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hou'
      'nding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|responding)|'
      'bother)(?: me| us)?(?: back)? (?:if|unless) (?:you (?:can|do|are|will|have)|it is|it was|t'
      'he|there)(?: \w+)*)|(?:(?:hard|difficult|tough|sad|impossible|strange|weird) to (?:stop|qu'
      'it|leave|let go)(?: \w+){0,4}|call(?:ing)? it home)|(?:(?:hate|sad|sorry|shame|pity)(?: \w'
      '+){0,3}? (?:for )?(?:you|it|these|this|them|they) (?:to |if )?stop(?: \w+){0,3}|(?:no|not|'
      'never) stopping (?:this|the|me|us|that|him|her|it)(?: \w+)?)|(?:^(?:do|does) (?:the|these|'
      'your) \w+ (?:stop|end) (?:after|once|when|if)(?: \w+)*|off (?:the|your|a) list of (?!peopl'
      'e|numbers|contacts|those)(?: ?\w+){0,3})|(?:(?:(?:(?:texts?|text messages?|messages?|sms|c'
      'alls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|'
      'promotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| num'
      'ber| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|ju'
      'nk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advert'
      'ising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messag'
      'es?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?'
      '|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! '
      'info| number| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|no'
      'nsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisement'
      's?|advertising|marketing|sales calls))*)|mail|notices) from (?:the|my|that) (?:county|bank'
      '|city|hoa|lender|irs|court|state|mortgage|town|other)(?: \w+){0,2}|(?:spam|email|send|text'
      ')(?: (?:me|us|my|email|inbox|phone|with|any|the|more))* (?:listings|houses|homes|propertie'
      's) (?:over|above|under|below|outside|that|which|in|with)(?: \w+)*)|(?:(?:remove|delete|dro'
      'p) (?!me|us|my|this|our|the)\w+ and (?:add|put|use)(?: \w+)*)|(?:cut the (?:crap|bs|bull|b'
      'ullshit|nonsense|small talk|chit chat|chase)(?! out))|(?:(?:hoa|city|county|town|village|n'
      'eighbou?rs?|board|they|he|she|lender|bank) (?:\w+ )?(?:sent|served|gave|mailed|slapped|iss'
      'ued)(?: \w+){0,2} (?:a |an |the |with a )cease and desist(?: \w+)*)|(?:stop (?:notice|work'
      ' order|payment|payments? on|gap|order)(?: \w+)*|(?:erase|delete|forget|scratch|disregard) '
      'that last (?:number|one|text|message|part|bit))|(?:^(?:hey |ok )*(?:kids|boys|girls|you tw'
      'o|buddy|max|tyler|mom|dad|honey) (?:cut it out|stop it|quit it|knock it off|stop)(?: \w+)*'
      ')|(?:(?:auto ?correct|spell ?check|(?:my|the|this) (?:phone|keyboard|kid|son|daughter|cat|'
      'dog|toddler))(?: \w+)? (?:said|wrote|typed|put|sent|hit|pressed|changed (?:it|that) to|mad'
      'e it)(?: say)? (?:stop|quit|unsubscribe|cancel)(?: \w+)*)|(?:(?:nobody|no one|none of us|w'
      'ho) (?:said|told you|asked you|says)(?: to| anything about)? (?:stop|quit)(?:ping)?(?: \w+'
      ')*)|(?:(?:do not|no) (?:need|have) to (?:call|text|email|write|reply|respond|answer)(?: me'
      '| us)?(?: back)?(?= ,|$))|(?:(?:take|get) (?:this|the|my|our|that) (?:\w+ )?(?:house|place'
      '|property|land|lot|dump|money pit|mortgage|headache) off (?:me|us|my hands|our hands)|get '
      'me (?:out of|outta) (?:this|my|the) (?:\w+ )?(?:house|mortgage|loan|lease|timeshare|contra'
      'ct|rate|place|city|town|state))|(?:(?:stop|quit) (?:what ?ever|what) you (?:are|were) doin'
      'g(?: \w+)*|stop (?:being|apologizing|worrying|twisting|stressing|guessing|dreaming)(?: \w+'
      '){0,3})|(?:(?:leave|take) (?:it|this|that|the \w+) off(?: the (?:market|list price|record)'
      ')|can you stop (?:a|the|my|our) (?:foreclosure|auction|sale|eviction)(?: \w+)*)|(?:(?:no|n'
      'ot) (?:\w+ )?(?:contact|call|calls)(?: me)? (?:unless|except) (?!you)(?:\w+ ){0,8}?(?:offe'
      'r|cash|serious|price|over|least|buyer|buying|close)(?: \w+)*)|(?:if you are not the (?:rig'
      'ht|intended) \w+)|(?:do not disturb(?: \w+ \w+ on| mode| while driving)?(?= turned| is| on'
      '| mode| while| while driving|$)))(?!\S)'
$function$;

CREATE OR REPLACE FUNCTION private.opt_out_phrases()
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select
      '(?<!\S)(?:(?:(?:stop|quit|cease|discontinue|halt|refrain|knock off|enough|desist|stopping)'
      '(?: and desist)?(?: (?:all|with|the|these|those|this|that|your|any|more|further|sending|ge'
      'tting|receiving|making|giving|leaving|fucking|damn|stupid|unwanted|unsolicited|constant|an'
      'noying|me|us|my|of|trying|to|from|it|please|both|doing|way|every|already|now))* (?:(?:text'
      '|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|ma'
      'il|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|ph'
      'one|phoning|telephone|telephoning|solicit|soliciting|solicitation|reach out|reaching out|w'
      'rite|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|'
      'advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|commu'
      'nicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|t'
      'alk to|talking to|reply|replying|respond|responding)|(?:texts?|text messages?|messages?|sm'
      's|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promo'
      's?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| '
      'number| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense'
      '|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|adv'
      'ertising|marketing|sales calls))(?:(?: ,| or| and| nor| me| us| my| all| the)* (?:(?:texti'
      'ng|messaging|calling|contacting|emailing|mailing|spamming|bothering|harassing|phoning|writ'
      'ing|texts|calls|emails|messages|phone calls|text messages|mailings|letters|visiting|visits'
      ')))*(?: (?:me|us|myself|my (?:(?:cell|personal|mobile|private|poor|elderly|damn|fucking) )'
      '?(?:phone|number|cell|line|mobile|inbox|email|address|(?:wife|husband|mother|mom|mum|fathe'
      'r|dad|son|daughter|parents|kids|sister|brother|grandma|grandmother|grandpa|family|house|ho'
      'me|office|work|landline))(?: number| phone)?|mine|this (?:(?:cell|phone|mobile) )?(?:numbe'
      'r|phone|line|address|email|account|cell|person|house)|here|any more|again|at all|ever|eith'
      'er(?! of)|it again|him any more|her any more|him again|her again))?)|(?:(?:stop|quit|cease'
      ')(?: please)? (?:sending|messing|bothering|hitting|trying to reach|reaching|doing (?:this|'
      'that)|with (?:this|these|all|it)(?= ,|$| now| please| already| and| or))(?: \w+){0,3})|(?:'
      '(?:stop|quit|cease) (?!lowball|low ball|insult|teas|kidd|giv|tell|confus|rush|mak|sell|int'
      'errupt|play|show|ask|laugh|driv|quot|offer)\w+ing (?:me|us)(?: up)?(?: \w+){0,2})|(?:(?:st'
      'op|quit|cease) (?:getting|receiving)(?: (?:these|those|them|any of (?:this|these))|(?: \w+'
      '){0,3} (?:(?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|ma'
      'ils?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifica'
      'tions?|notices|solicitations?|contact(?! info| number| details| information| person)|commu'
      'nications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch'
      '|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales calls))))|(?:(?:st'
      'op|quit|cease|enough|no more|end)(?: sending| making| giving| all)*(?: (?:with|w|of|the|yo'
      'ur|all|these|this|me|us|any|more))* (?:offers|promotions?|promos?|deals|pitch(?:es)?|adver'
      'tising|bs|stuff|cold calls|questions about (?:my|the|our) (?:house|home|property))(?= ,|$|'
      ' (?:please|just|kindly|now|already|immediately|today|thanks|thank you|thx|ok|okay|asap|for'
      'ever|permanently|at once|all|right now|sir|maam|bro|dude|man|fucking|ty|for good|though|th'
      'en|so|hey|hi|hello|no|nope|yes|yeah|and|but|well|look|listen|again|i said|i mean it|for th'
      'e last time|seriously)))|(?:^(?:(?:please|just|kindly|now|already|immediately|today|thanks'
      '|thank you|thx|ok|okay|asap|forever|permanently|at once|all|right now|sir|maam|bro|dude|ma'
      'n|fucking|ty|for good|though|then|so|hey|hi|hello|no|nope|yes|yeah|and|but|well|look|liste'
      'n|again|i said|i mean it|for the last time|seriously) )*end (?:this|it)(?: (?:please|just|'
      'kindly|now|already|immediately|today|thanks|thank you|thx|ok|okay|asap|forever|permanently'
      '|at once|all|right now|sir|maam|bro|dude|man|fucking|ty|for good|though|then|so|hey|hi|hel'
      'lo|no|nope|yes|yeah|and|but|well|look|listen|again|i said|i mean it|for the last time|seri'
      'ously))*$)|(?:(?:stop|quit) (?:it|this|that|these|them|me|us|everything)(?= ,|$| please| n'
      'ow| already| thanks| thank| immediately| at once| or))|(?:(?:end|cancel|terminate|disconti'
      'nue)(?: all| the| these| this| my| your| any)* (?:texts?|text messages?|messages?|sms|emai'
      'ls?|subscriptions?(?! to)|notifications|alerts|spam))|(?:(?:these|those|the|all|your|this|'
      'get|make|want)(?: \w+)? ?(?:texts?|texting|messages?|messaging|calls|calling|emails?|email'
      'ing|spam|harassment|this|it)(?: all| please| just| really)*(?: to| must| should| needs to|'
      ' need to| has to| have to| better| got to)?(?: be)? (?:stop|stopped|end|ended|cease)(?! (?'
      ':at|on|in|by)(?: |$)))|(?:(?:this|it|that|you|these|they|enough) (?:to|must|should|needs t'
      'o|need to|has to|have to|better|got to|have got to) stop(?: it| this| that| now| please| a'
      'lready)*(?= ,|$| and| or))|(?:make (?:it|this|them|these) stop)|(?:(?:stop|quit|cease) (?:'
      'wasting|clogging|filling|flooding|cluttering|polluting|jamming)(?: up)? (?:my|our|this) (?'
      ':inbox|mailbox|voicemail|phone|email|line))|(?:(?:do not|never)(?: ever| please| you)? sen'
      'd(?: me| us)?(?: any)? more(?= ,|$| please| thanks| ever))|(?:(?:if|wish|rather|hope) you '
      '(?:would |could |all )?(?:just |please )?(?:stopped|stop|quit)(?= ,|$| (?:(?:text|texts|te'
      'xting|messages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailin'
      'g|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoni'
      'ng|telephone|telephoning|solicit|soliciting|solicitation|reach out|reaching out|write|writ'
      'ing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|advertisi'
      'ng|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|'
      'disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|ta'
      'lking to|reply|replying|respond|responding))| sending| this| these| it)(?: \w+){0,2})|(?:('
      '?!(?:the|a|an|to|it|they|he|she|we|i|not|would|will|could|should|must|might|may|can|that|w'
      'hich|who|and|or|ever|never|does|do|did|you|this|these|if) )\w+ stop(?: (?:(?:please|just|k'
      'indly|now|already|immediately|today|thanks|thank you|thx|ok|okay|asap|forever|permanently|'
      'at once|all|right now|sir|maam|bro|dude|man|fucking|ty|for good|though|then|so|hey|hi|hell'
      'o|no|nope|yes|yeah|and|but|well|look|listen|again|i said|i mean it|for the last time|serio'
      'usly)|(?:dear|sir|maam|madam|friend|buddy|pal|honey|hun|man|bro|dude|people|folks|guys|swe'
      'etie|mister|miss|fam)))*(?= ,|$))|(?:(?:times?|now|so|and|no|me|you) stop(?= ,|$))|(?:you('
      '?: have)?(?: all)? (?:been|were|are|got) told(?: \w+){0,2}? (?:to (?:stop|quit|leave)|not '
      'to)(?: \w+){0,3})|(?:(?:asked|requested|request|want|wanted|wish|like|need|asking|demand|b'
      'egged|prefer|hope)(?: you)? (?:to be|being|be) (?:(?:removed|deleted|erased|scrubbed|dropp'
      'ed|struck|purged|taken (?:off|out|down)|unsubscribed|opted out)|left alone|off)(?! as )(?!'
      ' (?:from |off )?(?:the|my) (?:deed|title|loan|mortgage|lease))(?: \w+){0,4})|(?:(?:cut|kno'
      'ck) it (?:out|off)(?: \w+){0,3}|give it a rest|enough is enough)|(?:wrong (?:number|person'
      '|phone)(?: so)?(?: please| just)? stop(?: \w+){0,2})|(?:(?:for|sake|christ|hell|god|jesus|'
      'enough) (?:(?:please|just) )?stop(?= ,|$))|(?:(?:(?:tell|telling|told|ask|asking|asked|wan'
      't|wanted|need|beg|begging|warn|warned|warning|like|requested|instructed|demanding|demand) '
      '(?:you|your \w+|them|him|her)(?: \w+){0,3}? to|(?:wish|hope|demand|insist|ask|request|pref'
      'er)(?: that)? you(?: would| will)?|said to|said|saying|typed|texted you|texted|wrote|repli'
      'ed|repeating|say|asked|asking) (?:(?:please|just) )?(?:stop|quit|cease|desist|unsubscribe|'
      'opt out|leave me alone|remove me|not to (?:(?:text|texts|texting|messages?|messaging|calls'
      '?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|both'
      'ering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|telephoning|solici'
      't|soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|peste'
      'ring|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|'
      'hitting me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|ping'
      'ing|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond'
      '|responding)))(?= ,|$| (?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|'
      'contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassi'
      'ng|bug|bugging|ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|solicit'
      'ation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|roboca'
      'lling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow u'
      'p|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|v'
      'isit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|responding)| it| th'
      'is| me| you| already| again| please| now| before| twice| and| three| \w+ times))|(?:(?:ple'
      'ase )?(?:can|could|would|will|can not|why do not|when will|how about) you(?: please| just|'
      ' kindly| all| ever| not)* (?:stop|quit)(?: it| this| that| now| please| already| (?:(?:ple'
      'ase|just|kindly|now|already|immediately|today|thanks|thank you|thx|ok|okay|asap|forever|pe'
      'rmanently|at once|all|right now|sir|maam|bro|dude|man|fucking|ty|for good|though|then|so|h'
      'ey|hi|hello|no|nope|yes|yeah|and|but|well|look|listen|again|i said|i mean it|for the last '
      'time|seriously)))*(?= ,|$))|(?:^(?:please )?(?:(?:(?:texts?|text messages?|messages?|sms|c'
      'alls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|'
      'promotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| num'
      'ber| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|ju'
      'nk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advert'
      'ising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messag'
      'es?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?'
      '|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! '
      'info| number| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|no'
      'nsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisement'
      's?|advertising|marketing|sales calls))*)) (?:need|needs|must|have|has|should|got)(?: to)? '
      '(?:stop|end|cease)(?= ,|$)|(?:can|could) (?:we|you) not (?:do )?(?:the |this |these )?(?:('
      '?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|emails?|email'
      'ing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ring'
      'ing|phone|phoning|telephone|telephoning|solicit|soliciting|solicitation|reach out|reaching'
      ' out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|mark'
      'eting|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate'
      '|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stal'
      'king|talk to|talking to|reply|replying|respond|responding)|(?:texts?|text messages?|messag'
      'es?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?'
      '|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! '
      'info| number| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|no'
      'nsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisement'
      's?|advertising|marketing|sales calls))(?: thing)?(?: any more)?)|(?:(?:stop|quit) (?:hmu|h'
      'ittin|textin|callin)(?: \w+)?|(?:1|one) more time(?: to)? (?:(?:text|texts|texting|message'
      's?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|sp'
      'amming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|'
      'telephoning|solicit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|ann'
      'oying|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hit'
      'ting up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|distu'
      'rbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|repl'
      'y|replying|respond|responding))(?: me| us)?|(?:^|(?<=you |yall |y all |just |need to |gott'
      'a ))fall back(?= ,|$| off| fr)|no one (?:from|at|in) your (?:\w+ ){1,2}?(?:text|texts|text'
      'ing|messages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|'
      'sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning'
      '|telephone|telephoning|solicit|soliciting|solicitation|reach out|reaching out|write|writin'
      'g|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising'
      '|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|di'
      'sturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talk'
      'ing to|reply|replying|respond|responding)(?: \w+)? (?:(?:again|any more|ever|ever again|fu'
      'rther|any further|in (?:the )?future|going forward|from now on|at all)))|(?:(?:let|make|le'
      'ts make|let us make)(?: (?:this|it|these|them|that))+(?: \w+)?(?: be)? (?:the|your|our)(?:'
      ' very)? last(?! (?:offer|number|price|time i))(?: (?:texts?|text messages?|messages?|sms|c'
      'alls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|'
      'promotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| num'
      'ber| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|ju'
      'nk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advert'
      'ising|marketing|sales calls))?)|(?:(?:end|cancel|stop|turn off|switch off|shut off|close)('
      '?: all| the| these| this| my| your| any)* (?:campaigns?|drips?|automations?|automated \w+|'
      'blasts?)(?= ,|$| to (?:me|us)|(?:me|us|myself|my (?:(?:cell|personal|mobile|private|poor|e'
      'lderly|damn|fucking) )?(?:phone|number|cell|line|mobile|inbox|email|address|(?:wife|husban'
      'd|mother|mom|mum|father|dad|son|daughter|parents|kids|sister|brother|grandma|grandmother|g'
      'randpa|family|house|home|office|work|landline))(?: number| phone)?|mine|this (?:(?:cell|ph'
      'one|mobile) )?(?:number|phone|line|address|email|account|cell|person|house)|here|any more|'
      'again|at all|ever|either(?! of)|it again|him any more|her any more|him again|her again))|('
      '?:please |kindly |just )(?:end|stop|kill|cancel) (?:these|those)(?= ,|$))|(?:(?:close|swit'
      'ch off|turn off|shut off|block|disable) (?:the|these|this|those|all|your)(?: \w+)? (?:mess'
      'ages?|sms|texts|notifications|calls))|(?:(?:so|to|please|kindly|would|will|could|can|must)'
      ' (?:\w+ ){0,4}?discontinue(?= ,|$))|(?:(?:your|radio|total|complete) silence(?: \w+){0,3}?'
      ' (?:appreciated|please|from now on|is|golden)|(?:offer|thing) i want(?: from you)? is (?:y'
      'our )?silence|radio silence|go (?:silent|quiet|dark)(?: on| with) (?:me|us|this|my))|(?:wh'
      'en hell freezes over|until then ,? ?(?:do not|leave me|stop|quit)(?= ,|$)|goodbye forever|'
      'bye forever|darken my (?:door|phone|inbox|screen))|(?:(?:day|moment|hour) you (?:stop|quit'
      ')(?= ,|$)|get rid of (?:you|these (?:(?:texts?|text messages?|messages?|sms|calls?|phone c'
      'alls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|n'
      'ewsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| details|'
      ' information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|co'
      'rrespondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketi'
      'ng|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|calls'
      '?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|prom'
      'otions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| number|'
      ' details| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|g'
      'arbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertisin'
      'g|marketing|sales calls))*)|your (?:(?:texts?|text messages?|messages?|sms|calls?|phone ca'
      'lls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|ne'
      'wsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| details| '
      'information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|cor'
      'respondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketin'
      'g|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|calls?'
      '|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promo'
      'tions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| '
      'details| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|ga'
      'rbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising'
      '|marketing|sales calls))*)|all these (?:(?:texts?|text messages?|messages?|sms|calls?|phon'
      'e calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions'
      '?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| detai'
      'ls| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage'
      '|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|mark'
      'eting|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|ca'
      'lls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|p'
      'romotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| numb'
      'er| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|jun'
      'k|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|adverti'
      'sing|marketing|sales calls))*))(?= ,|$)(?: \w+)?)|(?:keep (?:it|this|that) up and(?: \w+){'
      '1,8}|give it up already|^stfu(?= ,|$)|^(?:yes |yeah |yep |ok )?(?:, )?i want (?:this |thes'
      'e |it |them |you )?to (?:stop|end)(?= ,|$))|(?:no (?:reason|need|point)(?: for you)?(?: to'
      '| in)? (?:keep|keeping|continue|continuing)(?: on| to)? (?:(?:text|texts|texting|messages?'
      '|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spam'
      'ming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|te'
      'lephoning|solicit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoy'
      'ing|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitti'
      'ng up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|disturb'
      'ing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|'
      'replying|respond|responding))(?: (?:me|us))?)|(?:(?:way|how)(?: for \w+)? to not (?:get|re'
      'ceive|have|see)(?: any)?(?: of)? (?:this|these|them|your|(?:(?:texts?|text messages?|messa'
      'ges?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads'
      '?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?!'
      ' info| number| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|n'
      'onsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisemen'
      'ts?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messag'
      'es?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters'
      '|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|c'
      'ontact(?! info| number| details| information| person)|communications?|stuff|crap|bullshit|'
      'bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|adv'
      'ertisements?|advertising|marketing|sales calls))*))|(?:clicked|tried|used|hit|pressed)(?: '
      '\w+){0,3} (?:unsubscribe|opt out)(?! \w* ?(?:by|on) (?:mistake|accident))(?: \w+){0,2})|(?'
      ':still (?:receiving|getting)(?: (?:your|these|those|the|all|more))+ (?:(?:(?:texts?|text m'
      'essages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|le'
      'tters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitatio'
      'ns?|contact(?! info| number| details| information| person)|communications?|stuff|crap|bull'
      'shit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|update'
      's|advertisements?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:text'
      's?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|ma'
      'ilers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|so'
      'licitations?|contact(?! info| number| details| information| person)|communications?|stuff|'
      'crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaign'
      's?|updates|advertisements?|advertising|marketing|sales calls))*))(?! (?:from|about) (?:the'
      '|my) (?:bank|lender|county|hoa)))|(?:(?:texted|replied|sent|typed|said) (?:you )?(?:stop|u'
      'nsubscribe) (?:yesterday|earlier|before|this (?:morning|week|month)|and (?:got|am|i am|i g'
      'ot|it|nothing|still|you|yet))(?: \w+){0,3})|(?:(?:i )?(?:did not|never) (?:sign up|signed '
      'up|subscribe|subscribed|opt in|opted in)(?= ,|$))|(?:why (?:do|are|would|must) (?:you|y al'
      'l|yall)(?: still| always| even)? (?:keep|insist on|continue|continuing|still)(?: on| to)? '
      '(?:(?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|emails?|e'
      'mailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|'
      'ringing|phone|phoning|telephone|telephoning|solicit|soliciting|solicitation|reach out|reac'
      'hing out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|'
      'marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communi'
      'cate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|'
      'stalking|talk to|talking to|reply|replying|respond|responding)|sending)(?= ,|$| me| us| af'
      'ter| when| my))|(?:(?:no longer) (?:wish|want|care|need) to (?:receive|get|be on|hear)(?: '
      '\w+){0,6}?(?= ,|$))|(?:not want (?:you|anyone|y all|them) to (?:have|keep|use|know) (?:it|'
      'my (?:\w+ )?(?:number|info|information|cell|phone|email|address))(?= ,|$)|want (?:off|out|'
      'off of|out of) (?:of )?(?:this|it|here|the list)(?= ,|$))|(?:not want (?:anything|any \w+|'
      'things|stuff|more)(?: \w+){0,4}? sent (?:to me|here|to us)|(?:number|info|you) (?:, )?(?:s'
      'o )?please (?:erase|delete|remove)(?= ,|$)|my number (?:, )?(?:and )?(?:take|get) it (?:ou'
      't|off|down)(?= ,|$))|(?:(?:rather|wish|prefer|hope) you (?:lost|forgot|deleted|removed|era'
      'sed) (?:my|our|this)(?: \w+)?|cancel (?:my|this) (?:phone )?(?:number|contact)(?= ,|$))|(?'
      ':(?:asks|requests|wishes|wants|asking|requesting) (?:to be|not to be|being) (?:(?:removed|'
      'deleted|erased|scrubbed|dropped|struck|purged|taken (?:off|out|down)|unsubscribed|opted ou'
      't)|(?:contacted|called|texted|messaged|emailed|solicited|bothered|harassed|mailed|reached)'
      '|left alone)(?! (?:from |off )?(?:the|my) (?:deed|title|loan|mortgage|lease))(?: \w+){0,4}'
      ')|(?:(?:about|for) (?:being|getting) (?:removed|taken off|deleted|unsubscribed)(?! (?:from'
      ' |off )?(?:the|my) (?:deed|title|loan|mortgage|lease))(?: \w+){0,3})|(?:not (?:disturb|tro'
      'uble|bother|pester|annoy|upset|harass) (?:an?|this|these|the) (?:\w+ )?(?:old|poor|elderly'
      '|sick|busy|widow|lady|man|woman|people|person|senior|family|household|home)(?: \w+){0,3})|'
      '(?:(?:please|and) (?:do not|stop|never) (?:(?:text|texts|texting|messages?|messaging|calls'
      '?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|both'
      'ering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|telephoning|solici'
      't|soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|peste'
      'ring|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|'
      'hitting me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|ping'
      'ing|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond'
      '|responding)) (?:her|him|them)(?: again| any more| ever)?$|that you not (?:text|texts|text'
      'ing|messages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|'
      'sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning'
      '|telephone|telephoning|solicit|soliciting|solicitation|reach out|reaching out|write|writin'
      'g|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising'
      '|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|di'
      'sturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talk'
      'ing to|reply|replying|respond|responding) (?:her|him|them|me|us)(?: \w+)?)|(?:(?:leave|let'
      ') (?:to )?(?:me|us) (?:in )?(?:quiet|calm|tranquil|tranquility)(?= ,|$)|finish (?:to send|'
      'sending|receiving|with (?:this|these|the|your) (?:(?:texts?|text messages?|messages?|sms|c'
      'alls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|'
      'promotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| num'
      'ber| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|ju'
      'nk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advert'
      'ising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messag'
      'es?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?'
      '|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! '
      'info| number| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|no'
      'nsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisement'
      's?|advertising|marketing|sales calls))*))(?: \w+){0,2}|^no (?:want (?:, )?)?no send(?:ing)'
      '?(?= ,|$)|^no send(?= ,|$))|(?:not (?:make|push|do|give|put|throw)(?: me)? (?:the |any |mo'
      're )?(?:spam|messages?|sms|advertising)(?: (?:to|on|for|in) (?:me|us|my \w+|this \w+))?(?='
      ' ,|$)|not spam(?: to| on)? (?:me|us|my \w+|this \w+))|(?:(?:possible|way|able)(?: for (?:m'
      'e|us|my number))? to (?:be|get) (?:(?:removed|deleted|erased|scrubbed|dropped|struck|purge'
      'd|taken (?:off|out|down)|unsubscribed|opted out))(?: from \w+)?(?= ,|$)|(?:this|that|let t'
      'his)(?: \w+)? be (?:your|the|our) (?:final|last) (?:contact|message|text|call|attempt|comm'
      'unication)(?= ,|$))|(?:(?:^|(?<=, |and |but ))(?:texts|texting|calls|calling|emails|messag'
      'es) (?:are|is) not(?: ok| okay| fine| good| welcome| allowed| cool| acceptable)?(?= ,|$)|^'
      'not by (?:phone|text|email|sms|mail)(?= ,|$))|(?:(?<=(?:up|now|bye|goodbye|phone|away) )do'
      ' not (?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|emails?'
      '|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|rin'
      'g|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|solicitation|reach out|re'
      'aching out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketin'
      'g|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|commu'
      'nicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stal'
      'k|stalking|talk to|talking to|reply|replying|respond|responding) back(?= ,|$))|(?:(?:do no'
      't|please not|not to|no longer|stop and do not|(?:^|(?<=please |and |just |to |, |that you '
      '|or |about you |again ))never)(?: (?:ever|you|be|dare|even|want you to|try to|please|bothe'
      'r to|think of|again|any of you))* (?:(?:text|texts|texting|messages?|messaging|calls?|call'
      'ing|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|'
      'harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|telephoning|solicit|soli'
      'citing|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|r'
      'obocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hittin'
      'g me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|ho'
      'und|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|respo'
      'nding)(?:(?: ,| or| nor| and)+ (?:to )?(?:text|texts|texting|messages?|messaging|calls?|ca'
      'lling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|botherin'
      'g|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|telephoning|solicit|so'
      'liciting|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering'
      '|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitt'
      'ing me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|'
      'hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|res'
      'ponding)(?! (?:me|us) (?:only|instead|if|when|anytime|first)(?!\S)))*)(?: to| with| on| at'
      '| back)? (?:(?:me|us|myself|my (?:(?:cell|personal|mobile|private|poor|elderly|damn|fuckin'
      'g) )?(?:phone|number|cell|line|mobile|inbox|email|address|(?:wife|husband|mother|mom|mum|f'
      'ather|dad|son|daughter|parents|kids|sister|brother|grandma|grandmother|grandpa|family|hous'
      'e|home|office|work|landline))(?: number| phone)?|mine|this (?:(?:cell|phone|mobile) )?(?:n'
      'umber|phone|line|address|email|account|cell|person|house)|here|any more|again|at all|ever|'
      'either(?! of)|it again|him any more|her any more|him again|her again))(?! (?:the|a|an) (?!'
      'same|damn|fuck)\w+)(?! (?:\w+ ){0,2}?(?:(?:before|(?!(?:after (?:all|(?:this|that|today|to'
      'night|now)(?: (?:texts?|messages?|calls?|emails?|one|point|conversation))?(?= ,|$))))after'
      '|until|till|til|between|while|yet|later|unless|(?<!after )(?:today|tonight|now)|tomorrow|r'
      'ight now|at (?:work|night|home|this (?:time|hour|number))|during|on (?:the )?(?:mon|tues|w'
      'ednes|thurs|fri|satur|sun|week)\w*|this (?:morning|afternoon|evening|week|weekend|early|la'
      'te|month)|(?:so|too|that) (?:early|late)|first|if|in the (?:morning|evening|afternoon|midd'
      'le)|when|past|late|early|next week|back until))(?: |$)))|(?:(?:^|(?<=please |and |just |, '
      '|hey |so |number |ok |but ))(?:do not|never)(?: ever| please)* (?:(?:text|texts|texting|me'
      'ssages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|sp'
      'am|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telep'
      'hone|telephoning|solicit|soliciting|solicitation|reach out|reaching out|write|writing|anno'
      'y|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit u'
      'p|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|'
      'disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to'
      '|reply|replying|respond|responding)(?:(?: ,| or| nor| and)+ (?:to )?(?:text|texts|texting|'
      'messages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|'
      'spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|tel'
      'ephone|telephoning|solicit|soliciting|solicitation|reach out|reaching out|write|writing|an'
      'noy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit'
      ' up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|distur'
      'b|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking '
      'to|reply|replying|respond|responding)(?! (?:me|us) (?:only|instead|if|when|anytime|first)('
      '?!\S)))*)(?: (?:please|again|any more|thanks|thank you|ever|period|back|dear|sir))*(?= ,|$'
      '| (?:just |only |please )*(?:text|call|email|message) (?:me|us)(?: |$)| (?:just|i|because|'
      'we) (?!(?:am|are) (?:at|in|on|driving|busy|sleeping|working))))|(?:(?:do not|never|stop)(?'
      ': ever| please)? (?:send|sending|give|forward|mail|shoot|leave)(?: me| us| my \w+| this \w'
      '+| out)?(?: any| more| any more| another| these| this| your| further| the| a)* (?:(?:(?:te'
      'xts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|'
      'mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|'
      'solicitations?|contact(?! info| number| details| information| person)|communications?|stuf'
      'f|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campai'
      'gns?|updates|advertisements?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor'
      '))? (?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|m'
      'ailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?'
      '|notices|solicitations?|contact(?! info| number| details| information| person)|communicati'
      'ons?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitch'
      'es|campaigns?|updates|advertisements?|advertising|marketing|sales calls))*)|any more|anyth'
      'ing|again|these))|(?:(?:do|does|did|would) (?:not|rather not)(?: ever| really)? (?:wish|wa'
      'nt|care|need|like|consent|agree|appreciate|permit|authori[sz]e|give you permission|approve'
      ')(?: (?:to|for|you|be|receive|receiving|get|getting|have|having|see|any|more|any more|furt'
      'her|these|those|your|the|all|of|such|from|anything|in|a|being|sending|me|us|fucking|damn|s'
      'tupid))* (?:(?:(?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|email'
      's?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|not'
      'ifications?|notices|solicitations?|contact(?! info| number| details| information| person)|'
      'communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|'
      'pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales calls)(?:(?: '
      ',)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocal'
      'ls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|a'
      'lerts|notifications?|notices|solicitations?|contact(?! info| number| details| information|'
      ' person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|'
      'outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales call'
      's))*)|(?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|emails'
      '?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ri'
      'ng|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|solicitation|reach out|r'
      'eaching out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketi'
      'ng|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|comm'
      'unicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|sta'
      'lk|stalking|talk to|talking to|reply|replying|respond|responding)|(?:contacted|called|text'
      'ed|messaged|emailed|solicited|bothered|harassed|mailed|reached)|any more from you|on (?:yo'
      'ur|this|the|any) (?:\w+ )?(?:(?:list|lists|database|records|system|files|rolodex|contacts|'
      'rotation|mailer|mailing list|call list|calling list|contact list|phone list|text list|mark'
      'eting list|mailings|newsletter|outreach|campaigns?|directory|dialer|crm|drip|texts|texting'
      '|messages|program|sequence))|hear from you)(?! (?:\w+ ){0,2}?(?:(?:before|(?!(?:after (?:a'
      'll|(?:this|that|today|tonight|now)(?: (?:texts?|messages?|calls?|emails?|one|point|convers'
      'ation))?(?= ,|$))))after|until|till|til|between|while|yet|later|unless|(?<!after )(?:today'
      '|tonight|now)|tomorrow|right now|at (?:work|night|home|this (?:time|hour|number))|during|o'
      'n (?:the )?(?:mon|tues|wednes|thurs|fri|satur|sun|week)\w*|this (?:morning|afternoon|eveni'
      'ng|week|weekend|early|late|month)|(?:so|too|that) (?:early|late)|first|if|in the (?:mornin'
      'g|evening|afternoon|middle)|when|past|late|early|next week|back until))(?: |$)))|(?:(?:no '
      'longer|never)(?: ever)? (?:wish|want|care|need|consent|agree)(?: (?:to|for|you|be|receive|'
      'get|any|more|further|these|your|the|all|of|such|from))*(?: (?:(?:(?:texts?|text messages?|'
      'messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spa'
      'm|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|conta'
      'ct(?! info| number| details| information| person)|communications?|stuff|crap|bullshit|bs|s'
      'hit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|adverti'
      'sements?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text m'
      'essages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|le'
      'tters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitatio'
      'ns?|contact(?! info| number| details| information| person)|communications?|stuff|crap|bull'
      'shit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|update'
      's|advertisements?|advertising|marketing|sales calls))*)|(?:text|texts|texting|messages?|me'
      'ssaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spammin'
      'g|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|telep'
      'honing|solicit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoying'
      '|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting '
      'up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|disturbing'
      '|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|rep'
      'lying|respond|responding)|(?:contacted|called|texted|messaged|emailed|solicited|bothered|h'
      'arassed|mailed|reached)|hear from you|these|this|on \w+ list)))|(?:(?:do not|never|no long'
      'er) (?:want|wish|need|care)(?: to)? (?:(?:receive|get|see) (?:these|this|them|those|anythi'
      'ng|any more|your)|hear(?: anything| any more| any)? from|hear from (?:you|any of you)|hear'
      ' it)(?: \w+)?)|(?:(?:^|(?<=please |just |ok |and |, |but |thanks |thank you ))no more(?: o'
      'f (?:this|these|it|that)|(?: (?:please|just|kindly|now|already|immediately|today|thanks|th'
      'ank you|thx|ok|okay|asap|forever|permanently|at once|all|right now|sir|maam|bro|dude|man|f'
      'ucking|ty|for good|though|then|so|hey|hi|hello|no|nope|yes|yeah|and|but|well|look|listen|a'
      'gain|i said|i mean it|for the last time|seriously)| (?:dear|sir|maam|madam|friend|buddy|pa'
      'l|honey|hun|man|bro|dude|people|folks|guys|sweetie|mister|miss|fam)))*(?= ,|$))|(?:no (?:m'
      'ore|further|additional)(?: of)?(?: these| your| this| the| unsolicited| stupid| fucking)* '
      '(?:(?:(?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?'
      '|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notification'
      's?|notices|solicitations?|contact(?! info| number| details| information| person)|communica'
      'tions?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pit'
      'ches|campaigns?|updates|advertisements?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?'
      ':or|and|nor))? (?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|email'
      's?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|not'
      'ifications?|notices|solicitations?|contact(?! info| number| details| information| person)|'
      'communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|'
      'pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales calls))*)|thi'
      's|these|(?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|emai'
      'ls?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|'
      'ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|solicitation|reach out'
      '|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarke'
      'ting|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|co'
      'mmunicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|s'
      'talk|stalking|talk to|talking to|reply|replying|respond|responding))(?: please)?)|(?:(?:^|'
      '(?<=please |, ))no (?:texts?|sms|texting|calls?|phone calls?|calling|messages?|messaging|e'
      'mails?|emailing|spam|soliciting|solicitations?|solicitors|contact)(?:(?:(?: or| and)(?: no'
      ')?|(?: ,)? no) (?:texts?|sms|calls?|messages?|emails?))*(?: please| thanks| thank you| any'
      ' more| ever| period)*(?= ,|$))|(?:if you(?: ever)? (?:text|texts|texting|messages?|messagi'
      'ng|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bot'
      'her|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|telephonin'
      'g|solicit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoying|pest'
      'er|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hi'
      't me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|p'
      'ing|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying'
      '|respond|responding)(?: me| us| this number| here)?(?: again| any more| one more))|(?:if y'
      'ou (?:(?:do not|will not) (?:stop|quit|leave|remove|take)|(?:keep|continue)(?: on)? (?:tex'
      't|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|m'
      'ail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|p'
      'hone|phoning|telephone|telephoning|solicit|soliciting|solicitation|reach out|reaching out|'
      'write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing'
      '|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|comm'
      'unicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|'
      'talk to|talking to|reply|replying|respond|responding))(?: \w+){0,3})|(?:(?:not|never|no lo'
      'nger)(?: (?:ever|please|be|bother|try|to|even|dare|have to|need to|(?:(?:text|texts|textin'
      'g|messages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sm'
      's|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|t'
      'elephone|telephoning|solicit|soliciting|solicitation|reach out|reaching out|write|writing|'
      'annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|h'
      'it up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|dist'
      'urb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talkin'
      'g to|reply|replying|respond|responding)(?:(?: ,| or| nor| and)+ (?:to )?(?:text|texts|text'
      'ing|messages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|'
      'sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning'
      '|telephone|telephoning|solicit|soliciting|solicitation|reach out|reaching out|write|writin'
      'g|annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising'
      '|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|di'
      'sturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talk'
      'ing to|reply|replying|respond|responding)(?! (?:me|us) (?:only|instead|if|when|anytime|fir'
      'st)(?!\S)))*)))*? (?:(?:(?:text|texts|texting|messages?|messaging|calls?|calling|contacts?'
      '|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harass'
      'ing|bug|bugging|ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|solici'
      'tation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|roboc'
      'alling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow '
      'up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|'
      'visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|responding)|ask|as'
      'king|trouble|troubling|hassle|hassling|badger|badgering|follow up|following up|approach|ap'
      'proaching|pursue|inquire|inquiring|come back|coming back|come|check in|checking in|knock|s'
      'how up))(?: (?!not|but|and|then|if|him|her|them|the|at \d|during|before|while)\w+){0,5}? ('
      '?:(?:again|any more|ever|ever again|further|any further|in (?:the )?future|going forward|f'
      'rom now on|at all)))|(?:(?:not|never)(?: \w+)? bother(?: \w+)? (?:text|texts|texting|messa'
      'ges?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|'
      'spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephon'
      'e|telephoning|solicit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|a'
      'nnoying|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit up|h'
      'itting up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|dis'
      'turbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|re'
      'ply|replying|respond|responding)(?: \w+)?)|(?:(?:rather|prefer|appreciate it|grateful|appr'
      'eciated|wish|happy|glad|kind|better)(?: it)?(?: if| that)? you(?: would| could| did| do| t'
      'o)? not (?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|emai'
      'ls?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|bugging|'
      'ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|solicitation|reach out'
      '|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telemarke'
      'ting|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up|co'
      'mmunicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|s'
      'talk|stalking|talk to|talking to|reply|replying|respond|responding)(?: \w+){0,2})|(?:(?:st'
      'op|quit|cease) (?:asking|inquiring|begging|pressuring|pushing|nagging|trying to (?:buy|sel'
      'l|reach|get|call|contact|convince|purchase))(?! for | less| so low)(?: \w+){0,3})|(?:(?:pr'
      'efer|rather|like|want|wish|choose|care|appreciate)(?: (?:to|it|if|you|i|we|would|you would'
      '))* not(?: \w+){0,2}? (?:get|getting|receive|receiving|hear|hearing|see|be|have)(?: (?:any'
      '|more|any more|such|of))* (?:these|this|those|it|from you|anything|(?:(?:texts?|text messa'
      'ges?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letter'
      's|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|'
      'contact(?! info| number| details| information| person)|communications?|stuff|crap|bullshit'
      '|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|ad'
      'vertisements?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|t'
      'ext messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailer'
      's?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solici'
      'tations?|contact(?! info| number| details| information| person)|communications?|stuff|crap'
      '|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|u'
      'pdates|advertisements?|advertising|marketing|sales calls))*)|(?:contacted|called|texted|me'
      'ssaged|emailed|solicited|bothered|harassed|mailed|reached)|on (?:your|this|the) (?:\w+ )?('
      '?:(?:list|lists|database|records|system|files|rolodex|contacts|rotation|mailer|mailing lis'
      't|call list|calling list|contact list|phone list|text list|marketing list|mailings|newslet'
      'ter|outreach|campaigns?|directory|dialer|crm|drip|texts|texting|messages|program|sequence)'
      '))(?: \w+){0,2})|(?:(?:not|never)(?: ever)? (?:use|keep|store|save|dial)(?: to)? (?:my (?:'
      'number|phone|info|information|data|details|cell|email|contact)|this (?:number|phone|email|'
      'address|line)|it again)(?: (?:again|for \w+|any more|ever))?(?= ,|$))|(?:no (?:contact|cal'
      'l|solicit\w*|soliciting|solicitation|text|marketing) (?:policy|order|rule|list|request))|('
      '?:no further(?: \w+)? (?:(?:(?:texts?|text messages?|messages?|sms|calls?|phone calls?|rob'
      'ocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletter'
      's?|alerts|notifications?|notices|solicitations?|contact(?! info| number| details| informat'
      'ion| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|corresponde'
      'nce|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales '
      'calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|calls?|phone c'
      'alls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|n'
      'ewsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| details|'
      ' information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|co'
      'rrespondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketi'
      'ng|sales calls))*)|(?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|cont'
      'acting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|b'
      'ug|bugging|ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|solicitatio'
      'n|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|robocallin'
      'g|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|bl'
      'owing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit'
      '|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|responding)))|(?:no (?:'
      'need|reason|point)(?: in| for you)?(?: to)? (?:(?:text|texts|texting|messages?|messaging|c'
      'alls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|'
      'bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|telephoning|so'
      'licit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|p'
      'estering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me'
      ' up|hitting me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|'
      'pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|res'
      'pond|responding)(?:(?: ,| or| nor| and)+ (?:to )?(?:text|texts|texting|messages?|messaging'
      '|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bothe'
      'r|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|telephoning|'
      'solicit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester'
      '|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit '
      'me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|pin'
      'g|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|r'
      'espond|responding)(?! (?:me|us) (?:only|instead|if|when|anytime|first)(?!\S)))*)(?: (?:me|'
      'us|back|to))* (?:(?:again|any more|ever|ever again|further|any further|in (?:the )?future|'
      'going forward|from now on|at all)))|(?:(?:this|that|it|let this|make this)(?: \w+){0,2}? ('
      '?:be|is|was) (?:the|your) last (?:(?:texts?|text messages?|messages?|sms|calls?|phone call'
      's?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|news'
      'letters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| details| in'
      'formation| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|corre'
      'spondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|'
      'sales calls)|time (?:you (?:text|texts|texting|messages?|messaging|calls?|calling|contacts'
      '?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|haras'
      'sing|bug|bugging|ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|solic'
      'itation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|robo'
      'calling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow'
      ' up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding'
      '|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|responding)|(?:i|'
      'we) (?:hear|get)))(?! i)(?: \w+){0,3})|(?:(?:this|these|those|they|it|your(?: \w+)?|(?:(?:'
      'texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings'
      '?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notice'
      's|solicitations?|contact(?! info| number| details| information| person)|communications?|st'
      'uff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|camp'
      'aigns?|updates|advertisements?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|n'
      'or))? (?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?'
      '|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notification'
      's?|notices|solicitations?|contact(?! info| number| details| information| person)|communica'
      'tions?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pit'
      'ches|campaigns?|updates|advertisements?|advertising|marketing|sales calls))*))(?: \w+)? (?'
      ':is|are) (?:unwanted|not wanted|not welcome|unwelcome|unsolicited and unwanted)(?: \w+)?)|'
      '(?:(?:do|does|will|can) not (?:accept|take|welcome|want|do|respond to|allow|permit)(?: any'
      '| these| your| kind| kinds| type| types| of| such| unsolicited| cold| sales| marketing)* ('
      '?:solicitations?|soliciting|solicitors|telemarketers|(?:sales|cold|marketing|unsolicited|s'
      'olicitation) (?:calls?|texts?|emails?|messages?))(?: \w+){0,3})|(?:not (?:accepting|taking'
      '|open to)(?: any)? (?:solicitations?|solicitors|sales calls)|(?:on|in) (?:the )?dnc)|(?:(?'
      ':your|my) (?:last|final) warning|^(?:last|final) warning|\d+ per (?:text|call|message|viol'
      'ation)|preserve (?:all |your |any )*(?:records|evidence|documents|logs)|^(?:i will )?see y'
      'ou in court|(?:on|to|in) (?:my|the|our) block(?:ed)? list)|(?:(?:so|please|kindly) (?:plea'
      'se |just |kindly )*quit(?= ,|$))|(?:(?:sent|replied|texted|typed|said|wrote|responded|answ'
      'ered|messaged|put)(?: back| you| with)? (?:(?:stop|unsubscribe|quit)(?= to (?!by|come))|(?'
      ':stop|unsubscribe|quit|no)(?= (?:\d|like|already|twice|three|four|five|several|many|every|'
      'each|multiple|times|last|days|weeks|before))))|(?:(?:left|leave|be|remain|live)(?: \w+){0,'
      '2} in peace|consider (?:this|the|our) (?:\w+ )?(?:closed|over|finished|done))|(?:(?:please'
      '|kindly|must|now|and|immediately|hereby) (?:cease|desist)(?= ,|$)|(?:cease|desist|stop) (?'
      ':at once|immediately|right now|this instant))|(?:(?:delete|erase|remove|purge|destroy|wipe'
      '|deletion of|removal of)(?: all| any| every)?(?: of)? (?:my|our)(?: \w+)? (?:data|informat'
      'ion|info|details|records?)|(?:record|trace)s? of (?:me|us)|right to be forgotten|(?:ccpa|g'
      'dpr) (?:request|deletion|opt out)|under (?:the )?(?:ccpa|gdpr))|(?:not (?:text|call|dial|r'
      'ing) it(?= ,|$)|leave (?:her|him|them) (?:alone|be)(?= ,|$| please)(?! , (?:talk|call|text'
      '|deal|just)))|(?:(?:(?:^|(?<=, |argh |ugh |omg ))enough of (?:this|these|your|you)(?: (?:('
      '?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailin'
      'gs?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|noti'
      'ces|solicitations?|contact(?! info| number| details| information| person)|communications?|'
      'stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|ca'
      'mpaigns?|updates|advertisements?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and'
      '|nor))? (?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mail'
      's?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notificati'
      'ons?|notices|solicitations?|contact(?! info| number| details| information| person)|communi'
      'cations?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|p'
      'itches|campaigns?|updates|advertisements?|advertising|marketing|sales calls))*)| crap)?|(?'
      '<=argh |ugh )enough)(?: (?:bye|please|now|already))*(?= ,|$)|had (?:it|enough)(?: (?:with|'
      'of) (?:you|your|these|this)(?: (?:people|(?:(?:texts?|text messages?|messages?|sms|calls?|'
      'phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promot'
      'ions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| d'
      'etails| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|gar'
      'bage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|'
      'marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sm'
      's|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promo'
      's?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| '
      'number| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense'
      '|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|adv'
      'ertising|marketing|sales calls))*)))?)?(?: (?:bye|now|already|please))?(?= ,|$))|(?:(?:tir'
      'ed|sick|fed up|weary)(?: and tired)? (?:of|with) (?:this|you)(?= ,|$| (?:text|texts|textin'
      'g|messages?|messaging|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sm'
      's|spam|spamming|bother|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|t'
      'elephone|telephoning|solicit|soliciting|solicitation|reach out|reaching out|write|writing|'
      'annoy|annoying|pester|pestering|robocall|robocalling|telemarketing|marketing|advertising|h'
      'it up|hitting up|hit me up|hitting me up|blow up|blowing up|communicate|communicating|dist'
      'urb|disturbing|dm|ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talkin'
      'g to|reply|replying|respond|responding)))|(?:(?:this|it) (?:is|feels like|is like|amounts '
      'to) (?:pure |basically )?(?:stalking|an invasion)|(?:reported|marked|flagged)(?: \w+)? as '
      '(?:spam|junk))|(?:take (?:your|this|that|the) (?:\w+ )?(?:and|n) (?:shove|stick|stuff)(?: '
      'it)?|take (?:your|these|this) (?:\w+) elsewhere)|(?:(?:find|pick|get|choose|bug|bother) (?'
      ':another|a different|a new) (?:sucker|victim|target|mark|fool|idiot|house|number|person|fa'
      'mily)(?= ,|$| to)|^(?:(?:please|just|kindly|now|already|immediately|today|thanks|thank you'
      '|thx|ok|okay|asap|forever|permanently|at once|all|right now|sir|maam|bro|dude|man|fucking|'
      'ty|for good|though|then|so|hey|hi|hello|no|nope|yes|yeah|and|but|well|look|listen|again|i '
      'said|i mean it|for the last time|seriously) )*(?:go )?(?:pick on|talk to|pester|bother|ann'
      'oy|harass|bug) (?:someone|somebody|anyone|some one) else(?= , not| ,|$))|(?:not(?: going t'
      'o)? (?:tell|ask|say|warn|repeat)(?: you| it| this| myself| that)* (?:again|twice)|make me '
      '(?:tell|ask|say|warn|repeat)(?: you| it| this| myself)* again)|(?:(?:block|blocking|blocke'
      'd) (?:every|all|each|any)(?: \w+){0,2}? (?:numbers?|phones?|texts?|one of you)|stop using '
      '(?:new|different|other|fake) numbers|waste (?:your|any) (?:time|breath)(?= ,|$| on me| wit'
      'h me| texting| calling))|(?:(?:no|any) (?:further|more|other|additional) attempts?)|(?:^(?'
      ':just |please )*stay (?:the hell )?away(?= ,|$)|(?:keep|stay) (?:the hell |far )?away from'
      ' (?:me|us|my (?!dog|pool|house|tenants)\w+))|(?:not (?:ever )?come (?:back|around|here|by|'
      'near|to my)(?: \w+){0,3}? (?:again|any more|no more|ever)|not ever come back)|(?:(?:i|we) '
      '(?:get|receive|hear) no more(?: of (?:this|these)| from you)?(?= ,|$)|see (?:to it )?that '
      '(?:it|this|these|they) stops?|confirm (?:my )?(?:removal|opt out|unsubscrib\w+)(?! of))|(?'
      ':(?:no longer|not) (?:wish|want|care) to (?:receive|get)(?= ,|$)|(?:why|how come|why am i|'
      'why are we|not sure why)(?: \w+){0,3}? still on (?:here|this|your|the \w*))|(?:(?:any|all)'
      ' (?:further|future|additional|subsequent) (?:(?:(?:texts?|text messages?|messages?|sms|cal'
      'ls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|pr'
      'omotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| numbe'
      'r| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk'
      '|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertis'
      'ing|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages'
      '?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|p'
      'romos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! in'
      'fo| number| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|nons'
      'ense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?'
      '|advertising|marketing|sales calls))*)|(?:text|texts|texting|messages?|messaging|calls?|ca'
      'lling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|botherin'
      'g|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|telephoning|solicit|so'
      'liciting|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering'
      '|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitt'
      'ing me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|'
      'hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|res'
      'ponding))(?: \w+){0,6}? (?:will|shall|must|constitutes?|is|are|may)(?: be)? (?!welcome|ans'
      'wered|sent|great|fine|ok|good|appreciated|at|in|on|by)\w+)|(?:(?:end|cease|terminate|disco'
      'ntinue)(?: all| any| this| our| your)+ (?:contact|communications?|conversation|outreach|co'
      'rrespondence)(?= ,|$))|(?:^dnc(?: please| list| thanks| me)*$)|(?:(?:revocation|withdrawal'
      ') of(?: my| all| any| prior| express)* consent(?: \w+){0,4}|(?:opt out|unsubscribe|removal'
      '|stop|dnc|do not call|do not contact) (?:request|notice|notification))|(?:(?:did not|never'
      '|not|no one|have not|had not)(?: \w+)? (?:sign up|signed up|subscribe|subscribed|opt in|op'
      'ted in|opt into|register|registered|enroll|enrolled|ask|asked|request|requested|agree|agre'
      'ed|consent|consented|authori[sz]ed?)(?: for| to| receive| get| be on)*(?: (?:this|these|th'
      'at|it)(?= ,|$)|(?: this| these| your| any| the)* (?:(?:(?:texts?|text messages?|messages?|'
      'sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|pro'
      'mos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info'
      '| number| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsen'
      'se|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|a'
      'dvertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|m'
      'essages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam'
      '|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|contac'
      't(?! info| number| details| information| person)|communications?|stuff|crap|bullshit|bs|sh'
      'it|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertis'
      'ements?|advertising|marketing|sales calls))*)|(?:list|lists|database|records|system|files|'
      'rolodex|contacts|rotation|mailer|mailing list|call list|calling list|contact list|phone li'
      'st|text list|marketing list|mailings|newsletter|outreach|campaigns?|directory|dialer|crm|d'
      'rip|texts|texting|messages|program|sequence))(?: \w+)?))|(?:forget (?:you|about|that you|i'
      '|we)(?: \w+){0,3}? (?:number|me|us|exist|contact|phone))|(?:^stop(?= (?:(?:now |it |this )'
      '?or (?:else|i|we|my)|i|we|wrong|not|no|do not|never|please|this (?:is not|number)|my name)'
      '(?: |$))(?!.*(?:lol|haha|laugh)))|(?:(?:done with|done getting|done receiving|(?:tired|sic'
      'k|fed up|had enough|annoyed)(?: with| of| and tired| by)+)(?: (?:getting|receiving|having|'
      'being|hearing from))* (?:(?:these|this|your|all these|all this|your stupid|the constant) ('
      '?:(?:(?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|'
      'mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications'
      '?|notices|solicitations?|contact(?! info| number| details| information| person)|communicat'
      'ions?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitc'
      'hes|campaigns?|updates|advertisements?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:'
      'or|and|nor))? (?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails'
      '?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|noti'
      'fications?|notices|solicitations?|contact(?! info| number| details| information| person)|c'
      'ommunications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|p'
      'itch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales calls))*))|(?:'
      'contacted|called|texted|messaged|emailed|solicited|bothered|harassed|mailed|reached)(?: by'
      ' you)?|you (?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|contacting|e'
      'mails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassing|bug|buggi'
      'ng|ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|solicitation|reach '
      'out|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|robocalling|telema'
      'rketing|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow up|blowing up'
      '|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|visit|visitin'
      'g|stalk|stalking|talk to|talking to|reply|replying|respond|responding) me))|(?:(?:will|goi'
      'ng to|am|are)(?: \w+)? (?:call|calling|contact|contacting|notify|notifying) (?:the )?(?:po'
      'lice|cops|fcc|ftc|attorney general))|(?:^(?:(?:please|just|kindly|now|already|immediately|'
      'today|thanks|thank you|thx|ok|okay|asap|forever|permanently|at once|all|right now|sir|maam'
      '|bro|dude|man|fucking|ty|for good|though|then|so|hey|hi|hello|no|nope|yes|yeah|and|but|wel'
      'l|look|listen|again|i said|i mean it|for the last time|seriously) )*(?:i am |we are )?(?:s'
      'o )?done (?:with (?:you|this|it|all this|all of this|these)|talking)(?: to you| guys)?(?= '
      ',|$))|(?:^(?:please |just |now |so |then )*(?:take|get) (?:it|this|me|us) off(?= ,|$| plea'
      'se| now| thanks))|(?:(?:can|could|would|will|should|must|may|ask that|ask|prefer|rather) ('
      '?:you|y all)(?: \w+)?? not(?: be)? (?:(?:text|texts|texting|messages?|messaging|calls?|cal'
      'ling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering'
      '|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|telephoning|solicit|sol'
      'iciting|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|'
      'robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitti'
      'ng me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|h'
      'ound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|resp'
      'onding)(?:(?: ,| or| nor| and)+ (?:to )?(?:text|texts|texting|messages?|messaging|calls?|c'
      'alling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|botheri'
      'ng|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|telephoning|solicit|s'
      'oliciting|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pesterin'
      'g|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hit'
      'ting me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging'
      '|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|re'
      'sponding)(?! (?:me|us) (?:only|instead|if|when|anytime|first)(?!\S)))*)(?= ,|$| (?:me|us|m'
      'yself|my (?:(?:cell|personal|mobile|private|poor|elderly|damn|fucking) )?(?:phone|number|c'
      'ell|line|mobile|inbox|email|address|(?:wife|husband|mother|mom|mum|father|dad|son|daughter'
      '|parents|kids|sister|brother|grandma|grandmother|grandpa|family|house|home|office|work|lan'
      'dline))(?: number| phone)?|mine|this (?:(?:cell|phone|mobile) )?(?:number|phone|line|addre'
      'ss|email|account|cell|person|house)|here|any more|again|at all|ever|either(?! of)|it again'
      '|him any more|her any more|him again|her again)| (?:again|any more|ever|ever again|further'
      '|any further|in (?:the )?future|going forward|from now on|at all))|^(?:can|could|would|wil'
      'l) you(?: please)? not$)|(?:(?:not|no longer) interested in (?:receiving|getting|hearing|t'
      'hese|your|any more|any further)(?: \w+){0,2}? (?:(?:(?:texts?|text messages?|messages?|sms'
      '|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos'
      '?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| n'
      'umber| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|'
      'junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|adve'
      'rtising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|mess'
      'ages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ad'
      's?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?'
      '! info| number| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|'
      'nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertiseme'
      'nts?|advertising|marketing|sales calls))*)|from you|(?:text|texts|texting|messages?|messag'
      'ing|calls?|calling|contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bo'
      'ther|bothering|harass|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|telephoni'
      'ng|solicit|soliciting|solicitation|reach out|reaching out|write|writing|annoy|annoying|pes'
      'ter|pestering|robocall|robocalling|telemarketing|marketing|advertising|hit up|hitting up|h'
      'it me up|hitting me up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|'
      'ping|pinging|hound|hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replyin'
      'g|respond|responding)))|(?:(?:consent|permission)(?: to \w+| for \w+)? (?:is|has been|was|'
      'hereby|is hereby) (?:withdrawn|revoked|rescinded|cancel\w+))|(?:(?:take (?:a|the)|(?<!i |w'
      'e )get the) hint)|(?:^(?:(?:please|just|kindly|now|already|immediately|today|thanks|thank '
      'you|thx|ok|okay|asap|forever|permanently|at once|all|right now|sir|maam|bro|dude|man|fucki'
      'ng|ty|for good|though|then|so|hey|hi|hello|no|nope|yes|yeah|and|but|well|look|listen|again'
      '|i said|i mean it|for the last time|seriously) |and )*(?:git|git lost|kick rocks|pound san'
      'd|beat it|scram|shoo|bite me|shove it|get bent|go away|go kick rocks|take a (?:long walk|f'
      'lying leap)|(?:go )?jump (?:in|off) a \w+|mind your (?:own )?(?:business|damn business)|ge'
      't a life|get a (?:real )?job|suck it|eat it|stick it|up yours|rot in hell)(?:(?: (?:(?:ple'
      'ase|just|kindly|now|already|immediately|today|thanks|thank you|thx|ok|okay|asap|forever|pe'
      'rmanently|at once|all|right now|sir|maam|bro|dude|man|fucking|ty|for good|though|then|so|h'
      'ey|hi|hello|no|nope|yes|yeah|and|but|well|look|listen|again|i said|i mean it|for the last '
      'time|seriously)|(?:dear|sir|maam|madam|friend|buddy|pal|honey|hun|man|bro|dude|people|folk'
      's|guys|sweetie|mister|miss|fam)|scammers?|creeps?|loser|jerk|spammers?|off a short pier))*'
      ' ?)(?= ,|$| and))|(?:kiss my (?:a|butt|behind|as|rear)|go fly a kite|go pound sand|stay th'
      'e hell away|(?:leave|let) (?:me|us)(?: \w+){0,2} in peace)|(?:(?:stop|end|quit) (?:the|thi'
      's|all this) (?:madness|nonsense|insanity|bs|crap|bullshit|spam|harassment|noise))|(?:(?:^|'
      '(?<=, |and |but ))(?:unwanted|unwelcome) (?:(?:(?:texts?|text messages?|messages?|sms|call'
      's?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|pro'
      'motions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| number'
      '| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|'
      'garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertisi'
      'ng|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?'
      '|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|pr'
      'omos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! inf'
      'o| number| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonse'
      'nse|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|'
      'advertising|marketing|sales calls))*))|(?:(?:texts?|text messages?|messages?|sms|calls?|ph'
      'one calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotio'
      'ns?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| det'
      'ails| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garba'
      'ge|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|ma'
      'rketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms|'
      'calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?'
      '|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| nu'
      'mber| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|j'
      'unk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|adver'
      'tising|marketing|sales calls))*) not welcome|not welcome here)|(?:(?:block|blocked|blockin'
      'g)(?: \w+){0,3}? (?:your|you|this|these)(?: other)? (?:numbers?|phones?|texts?))|(?:(?:mar'
      'k|list|flag|put|set|register|note|classify) (?:(?:me|us|my (?:full |home |cell |mobile |ph'
      'one |email |contact |personal |own |whole )*(?:name|number|numbers|phone|cell|info|informa'
      'tion|email|address|contact|contacts|details|data|family|line|records?|wife|husband|mother|'
      'mom|father|dad|house|property)|this (?:phone |cell |email |mobile )?(?:number|phone|email|'
      'contact|line|address|cell|cellphone|mobile)|our (?:name|names|number|numbers|phone|info|in'
      'formation|email|address|contact|data|details|house|property)))(?: down)?(?: as| on| to)? ('
      '?:a )?(?:do not (?:call|contact|text)|dnc|no contact|opted out|opt out))|(?:(?:no|zero) (?'
      ':desire|wish|intention|interest|need)(?: to| in| of)* (?:hear|hearing|receive|receiving|ge'
      't|getting|be|being|have|having)(?: \w+){0,2}? (?:from you|(?:(?:texts?|text messages?|mess'
      'ages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ad'
      's?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?'
      '! info| number| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|'
      'nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertiseme'
      'nts?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messa'
      'ges?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letter'
      's|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|'
      'contact(?! info| number| details| information| person)|communications?|stuff|crap|bullshit'
      '|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|ad'
      'vertisements?|advertising|marketing|sales calls))*)|(?:contacted|called|texted|messaged|em'
      'ailed|solicited|bothered|harassed|mailed|reached))(?: \w+){0,2})|(?:you (?:do not|did not|'
      'never) (?:have|had|get|got) (?:my |our )?(?:consent|permission)(?: \w+){0,4}|i (?:do not|d'
      'id not|never) (?:give|gave) (?:you )?(?:my |any )?(?:consent|permission)(?= ,|$))|(?:(?:ho'
      'w|what|where|is there|who)(?: \w+){0,7}? (?:get|be|become|being|getting) (?:(?:me |us )?(?'
      ':off|out)(?: of)? (?:this|these|those|your|whatever|the(?: \w+)? (?:(?:list|lists|database'
      '|records|system|files|rolodex|contacts|rotation|mailer|mailing list|call list|calling list'
      '|contact list|phone list|text list|marketing list|mailings|newsletter|outreach|campaigns?|'
      'directory|dialer|crm|drip|texts|texting|messages|program|sequence)))|(?:removed|deleted|er'
      'ased|scrubbed|dropped|struck|purged|taken (?:off|out|down)|unsubscribed|opted out))(?! (?:'
      '\w+ ){0,2}?(?:house|deed|loan|mortgage|lease|contract|deal))(?: \w+){0,4})|(?:(?:(?:me|us|'
      'my (?:full |home |cell |mobile |phone |email |contact |personal |own |whole )*(?:name|numb'
      'er|numbers|phone|cell|info|information|email|address|contact|contacts|details|data|family|'
      'line|records?|wife|husband|mother|mom|father|dad|house|property)|this (?:phone |cell |emai'
      'l |mobile )?(?:number|phone|email|contact|line|address|cell|cellphone|mobile)|our (?:name|'
      'names|number|numbers|phone|info|information|email|address|contact|data|details|house|prope'
      'rty)))(?: \w+){0,2}? (?:be|is|are|get|gets|been|was|were|being) (?:(?:removed|deleted|eras'
      'ed|scrubbed|dropped|struck|purged|taken (?:off|out|down)|unsubscribed|opted out))(?! (?:fr'
      'om|off) the)(?: from \w+(?: \w+)?)?)|(?:(?:want|like|confirm|asked|see|know)(?: \w+){0,2}?'
      ' (?:i|we) (?:am|are|was|have been|be|get) (?:(?:removed|deleted|erased|scrubbed|dropped|st'
      'ruck|purged|taken (?:off|out|down)|unsubscribed|opted out))(?: \w+){0,3})|(?:(?:stop|end|c'
      'ancel|discontinue|terminate) (?:the|this|your) (?:service|program|subscription|campaign|dr'
      'ip))|(?:(?:stopall|stop all|seize all|cease all)(?: \w+){0,2})|(?:(?:(?:how|where|what)(?:'
      ' (?:do|can|could|would|should|must|am|the|hell|fuck|heck|else))* (?:i|we|one|you|to)|is th'
      'ere|how to)(?: \w+){0,4}? (?:opt out|unsubscribe|(?:stop|end|cancel|turn off|block|prevent'
      '|avoid)(?: all| getting| receiving| the| you from)* (?:this|these|those|it|your|you|(?:(?:'
      'texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings'
      '?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notice'
      's|solicitations?|contact(?! info| number| details| information| person)|communications?|st'
      'uff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|camp'
      'aigns?|updates|advertisements?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|and|n'
      'or))? (?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?'
      '|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notification'
      's?|notices|solicitations?|contact(?! info| number| details| information| person)|communica'
      'tions?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pit'
      'ches|campaigns?|updates|advertisements?|advertising|marketing|sales calls))*))(?: \w+){0,2'
      '}|make (?:it|this|these|them|the (?:texts?|text messages?|messages?|sms|calls?|phone calls'
      '?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsl'
      'etters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| details| inf'
      'ormation| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|corres'
      'pondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|s'
      'ales calls)|these (?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|em'
      'ails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|'
      'notifications?|notices|solicitations?|contact(?! info| number| details| information| perso'
      'n)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outrea'
      'ch|pitch|pitches|campaigns?|updates|advertisements?|advertising|marketing|sales calls)) st'
      'op))|(?:(?:request|requesting|requested|ask for|want|demand|demanding)(?: my| an?| immedia'
      'te)* removal(?! of (?:the|a|my))(?: \w+){0,4}|removal (?:please|from (?:your|this|the|all)'
      ')(?: \w+){0,2})|(?:(?:take|get|pull|took|keep|leave) (?:(?:me|us|my (?:full |home |cell |m'
      'obile |phone |email |contact |personal |own |whole )*(?:name|number|numbers|phone|cell|inf'
      'o|information|email|address|contact|contacts|details|data|family|line|records?|wife|husban'
      'd|mother|mom|father|dad|house|property)|this (?:phone |cell |email |mobile )?(?:number|pho'
      'ne|email|contact|line|address|cell|cellphone|mobile)|our (?:name|names|number|numbers|phon'
      'e|info|information|email|address|contact|data|details|house|property))) (?:(?:off|out|off '
      'of|out of|from|of))(?: \w+){0,5}? (?:(?:list|lists|database|records|system|files|rolodex|c'
      'ontacts|rotation|mailer|mailing list|call list|calling list|contact list|phone list|text l'
      'ist|marketing list|mailings|newsletter|outreach|campaigns?|directory|dialer|crm|drip|texts'
      '|texting|messages|program|sequence)))|(?:(?:take|get|pull|tak) (?:(?:me|us|my (?:full |hom'
      'e |cell |mobile |phone |email |contact |personal |own |whole )*(?:name|number|numbers|phon'
      'e|cell|info|information|email|address|contact|contacts|details|data|family|line|records?|w'
      'ife|husband|mother|mom|father|dad|house|property)|this (?:phone |cell |email |mobile )?(?:'
      'number|phone|email|contact|line|address|cell|cellphone|mobile)|our (?:name|names|number|nu'
      'mbers|phone|info|information|email|address|contact|data|details|house|property))) (?:off|o'
      'ut|off of here|off this|off of this|off your|off the|out of here|down from)(?: \w+)?)|(?:('
      '?:remove|delete|drop|scrub|scratch|erase|strike|unlist|block|purge|exclude|clear|suppress|'
      'unenroll|deregister)(?: all)?(?: of)? (?:(?:me|us|my (?:full |home |cell |mobile |phone |e'
      'mail |contact |personal |own |whole )*(?:name|number|numbers|phone|cell|info|information|e'
      'mail|address|contact|contacts|details|data|family|line|records?|wife|husband|mother|mom|fa'
      'ther|dad|house|property)|this (?:phone |cell |email |mobile )?(?:number|phone|email|contac'
      't|line|address|cell|cellphone|mobile)|our (?:name|names|number|numbers|phone|info|informat'
      'ion|email|address|contact|data|details|house|property)))(?= ,|$| (?:off|out|off of|out of|'
      'from|of)| please| now| immediately| thank| thanks| and| permanently| asap| right| of| alre'
      'ady| dear| thx)(?: (?:(?:off|out|off of|out of|from|of))(?: \w+){0,4}? (?:(?:list|lists|da'
      'tabase|records|system|files|rolodex|contacts|rotation|mailer|mailing list|call list|callin'
      'g list|contact list|phone list|text list|marketing list|mailings|newsletter|outreach|campa'
      'igns?|directory|dialer|crm|drip|texts|texting|messages|program|sequence)))?)|(?:(?:remove|'
      'removed|taken off|deleted|struck|off|out)(?: from| of)* (?:your|this|ya|whatever|any|all|e'
      'very)(?: \w+){0,2}? (?:(?:list|lists|database|records|system|files|rolodex|contacts|rotati'
      'on|mailer|mailing list|call list|calling list|contact list|phone list|text list|marketing '
      'list|mailings|newsletter|outreach|campaigns?|directory|dialer|crm|drip|texts|texting|messa'
      'ges|program|sequence))(?: you have)?)|(?:(?:remove|delete|strike|take)(?: (?!the |a )\w+){'
      '1,6}? (?:from|off)(?: of)? (?:your|this|ya)(?: \w+)? (?:(?:list|lists|database|records|sys'
      'tem|files|rolodex|contacts|rotation|mailer|mailing list|call list|calling list|contact lis'
      't|phone list|text list|marketing list|mailings|newsletter|outreach|campaigns?|directory|di'
      'aler|crm|drip|texts|texting|messages|program|sequence)))|(?:(?:want|get|be|please|i am|am)'
      '(?: to be)? (?:off|out|removed|taken off)(?: from| of)* (?:the|that)(?: \w+)? (?:(?:list|l'
      'ists|database|records|system|files|rolodex|contacts|rotation|mailer|mailing list|call list'
      '|calling list|contact list|phone list|text list|marketing list|mailings|newsletter|outreac'
      'h|campaigns?|directory|dialer|crm|drip|texts|texting|messages|program|sequence)))|(?:(?:^|'
      '(?<=, ))(?:(?:please|just|kindly|now|already|immediately|today|thanks|thank you|thx|ok|oka'
      'y|asap|forever|permanently|at once|all|right now|sir|maam|bro|dude|man|fucking|ty|for good'
      '|though|then|so|hey|hi|hello|no|nope|yes|yeah|and|but|well|look|listen|again|i said|i mean'
      ' it|for the last time|seriously) )*(?:take|remove|get|delete|cut)? ?(?:(?:me|us|my (?:full'
      ' |home |cell |mobile |phone |email |contact |personal |own |whole )*(?:name|number|numbers'
      '|phone|cell|info|information|email|address|contact|contacts|details|data|family|line|recor'
      'ds?|wife|husband|mother|mom|father|dad|house|property)|this (?:phone |cell |email |mobile '
      ')?(?:number|phone|email|contact|line|address|cell|cellphone|mobile)|our (?:name|names|numb'
      'er|numbers|phone|info|information|email|address|contact|data|details|house|property)))? ?('
      '?:off|from|out of)(?: of| from)? (?:the |your |this |that |any |all )?(?:\w+ )?(?:(?:list|'
      'lists|database|records|system|files|rolodex|contacts|rotation|mailer|mailing list|call lis'
      't|calling list|contact list|phone list|text list|marketing list|mailings|newsletter|outrea'
      'ch|campaigns?|directory|dialer|crm|drip|texts|texting|messages|program|sequence)|these (?:'
      '(?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|maili'
      'ngs?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|not'
      'ices|solicitations?|contact(?! info| number| details| information| person)|communications?'
      '|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|c'
      'ampaigns?|updates|advertisements?|advertising|marketing|sales calls)(?:(?: ,)?(?: (?:or|an'
      'd|nor))? (?:texts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mai'
      'ls?|mailings?|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notificat'
      'ions?|notices|solicitations?|contact(?! info| number| details| information| person)|commun'
      'ications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|'
      'pitches|campaigns?|updates|advertisements?|advertising|marketing|sales calls))*)|this (?:t'
      'exts?|text messages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?'
      '|mailers?|letters|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices'
      '|solicitations?|contact(?! info| number| details| information| person)|communications?|stu'
      'ff|crap|bullshit|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campa'
      'igns?|updates|advertisements?|advertising|marketing|sales calls))(?: (?:please|just|kindly'
      '|now|already|immediately|today|thanks|thank you|thx|ok|okay|asap|forever|permanently|at on'
      'ce|all|right now|sir|maam|bro|dude|man|fucking|ty|for good|though|then|so|hey|hi|hello|no|'
      'nope|yes|yeah|and|but|well|look|listen|again|i said|i mean it|for the last time|seriously)'
      ')*(?= ,|$))|(?:(?:take|get|remove|cut) (?:(?:me|us|my (?:full |home |cell |mobile |phone |'
      'email |contact |personal |own |whole )*(?:name|number|numbers|phone|cell|info|information|'
      'email|address|contact|contacts|details|data|family|line|records?|wife|husband|mother|mom|f'
      'ather|dad|house|property)|this (?:phone |cell |email |mobile )?(?:number|phone|email|conta'
      'ct|line|address|cell|cellphone|mobile)|our (?:name|names|number|numbers|phone|info|informa'
      'tion|email|address|contact|data|details|house|property))) (?:off|from|out)(?: of| from)* ('
      '?:this|these|your|that)(?: \w+){0,2} (?:(?:(?:texts?|text messages?|messages?|sms|calls?|p'
      'hone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos?|promoti'
      'ons?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| number| de'
      'tails| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|junk|garb'
      'age|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|advertising|m'
      'arketing|sales calls)(?:(?: ,)?(?: (?:or|and|nor))? (?:texts?|text messages?|messages?|sms'
      '|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|letters|spam|ads?|promos'
      '?|promotions?|newsletters?|alerts|notifications?|notices|solicitations?|contact(?! info| n'
      'umber| details| information| person)|communications?|stuff|crap|bullshit|bs|shit|nonsense|'
      'junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|advertisements?|adve'
      'rtising|marketing|sales calls))*)|thing|program|system|campaign))|(?:(?:put|place|add)(?: '
      '\w+){0,3} (?:on|to) (?:your |the |a )?(?:internal )?(?:do not call|do not contact|dnc|no c'
      'all|no contact)(?: list| registry)?)|(?:(?:(?:on|to) (?:the |a |your )?(?:national |federa'
      'l |state )?|(?:^|(?<=, )))do not (?:call|contact|text|solicit)(?: list| registry| register'
      ')?(?= ,|$| and| for| since))|(?:(?:dnc|do not call) (?:list|registry))|(?:(?:lose|loose|fo'
      'rget|delete|block|erase|trash) (?:my|this|the|our) (?:number|phone|phone number|contact|di'
      'gits|info|contact info|information)(?! (?:, )?(?:use|and use|i gave|it is|, here)))|(?:(?:'
      'unsubscrib(?:e|ed|ing)|opt(?:ed|ing)?(?: me| us| my \w+| this \w+)? out|optout|optedout)(?'
      ': me| us)?(?: from(?: \w+){0,3})?(?! (?:newsletter|by mistake)))|(?:(?:revok\w*|withdraw\w'
      '*|rescind\w*|cancel\w*)(?: my| all| any| the| prior| express| written| and all)* (?:consen'
      't|permission|authori[sz]ation|opt in)(?: \w+){0,6})|(?:(?:do not|never|did not|no)(?: have'
      '| give| gave| get| got| had)?(?: you| anyone)?(?: my| any)? (?:consent|permission|authori['
      'sz]ation)(?: to| for)(?: be)? (?:(?:text|texts|texting|messages?|messaging|calls?|calling|'
      'contacts?|contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|hara'
      'ss|harassing|bug|bugging|ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciti'
      'ng|solicitation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|roboc'
      'all|robocalling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me'
      ' up|blow up|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|'
      'hounding|visit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|respondin'
      'g))(?: me)?)|(?:(?:leave|let) (?:me|us|my family|my wife|my husband|my mother|my mom|my da'
      'd|my parents|this number)(?: \w+){0,2}? (?:alone|be(?= ,|$| please| now)))|(?:(?:^|(?<=ple'
      'ase |just |and |, |now |so |fuck |bot |robot |scammers? |spammers? |creeps? |people ))go a'
      'way(?= ,|$| and| now| please))|(?:(?:fuck|piss|buzz|bugger|screw|sod|jog|bog|bug)(?: right'
      '| the fuck)? off|back off(?= ,|$| now| please| or)|get lost(?! in)|get bent|cease and desi'
      'st|fuck (?:you|yourself|yourselves|u)|go to hell|drop dead|go fuck \w+|screw you|eat shit|'
      'take a hike|kiss my ass)|(?:(?:harass(?:ing|ed)? (?:me|us|my \w+)|(?:this|it|you|that) (?:'
      'is|are)(?: \w+){0,2} harass(?:ing|ment)|you are harassing)(?! free)(?: \w+)?)|(?:(?:(?:wil'
      'l|going to|i|am|be|to|have|and|we)(?: just| already| also| now| be)* )(?:report|reporting|'
      'reported|sue|suing)(?: all of)? (?:you|your|this (?:number|as|text|call|message)|u)(?: \w+'
      ')?)|(?:^(?:(?:this |your )?number (?:is )?|you are |you have been |you are being |getting '
      '|consider yourself )?(?:blocked|blocking|reported|reporting|harassment)(?: and (?:blocked|'
      'reported|blocking|reporting))?(?= ,|$))|(?:(?:block|blocked|blocking)(?: all of)? (?:you|y'
      'our number|this number|your \w+)(?: now)?)|(?:(?:next|one more|another|any more|any furthe'
      'r|any other|any future|any additional|further|future|more)(?: \w+)? ?(?:(?:texts?|text mes'
      'sages?|messages?|sms|calls?|phone calls?|robocalls?|emails?|mails?|mailings?|mailers?|lett'
      'ers|spam|ads?|promos?|promotions?|newsletters?|alerts|notifications?|notices|solicitations'
      '?|contact(?! info| number| details| information| person)|communications?|stuff|crap|bullsh'
      'it|bs|shit|nonsense|junk|garbage|correspondence|outreach|pitch|pitches|campaigns?|updates|'
      'advertisements?|advertising|marketing|sales calls))(?: \w+){0,5}? (?:and|i|we|you|gets?|wi'
      'll|is|goes|constitutes?|are|means)(?: \w+){0,8}? (?:lawyer|attorney|sue|report\w*|block\w*'
      '|police|ftc|fcc|legal|court|harassment|complaint|cops|violations?|tcpa|lawsuit|litigation|'
      'damages|fined?))|(?:(?:(?:text|texts|texting|messages?|messaging|calls?|calling|contacts?|'
      'contacting|emails?|emailing|mail|mailing|sms|spam|spamming|bother|bothering|harass|harassi'
      'ng|bug|bugging|ring|ringing|phone|phoning|telephone|telephoning|solicit|soliciting|solicit'
      'ation|reach out|reaching out|write|writing|annoy|annoying|pester|pestering|robocall|roboca'
      'lling|telemarketing|marketing|advertising|hit up|hitting up|hit me up|hitting me up|blow u'
      'p|blowing up|communicate|communicating|disturb|disturbing|dm|ping|pinging|hound|hounding|v'
      'isit|visiting|stalk|stalking|talk to|talking to|reply|replying|respond|responding)) (?:me|'
      'us|this number|here)(?: one more time| again| ever again| any more) (?:and|or)(?: \w+){0,8'
      '}? (?:lawyer|attorney|sue|report\w*|block\w*|police|ftc|fcc|legal|court|harassment|complai'
      'nt|cops|regret)))(?!\S)'
$function$;

CREATE OR REPLACE FUNCTION private.tg_contact_points__hold()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_batch constant uuid := gen_random_uuid();
  v record;
  v_inbox bigint[] := '{}';
begin
  -- Few values hold: they are found first, so that an import does not join all its contact points again.
  for v in
    with held as materialized (
      select n.org_id, n.value_bidx, n.lead_id from new_rows n
      where exists (select from private.possible_wishes w where w.org_id = n.org_id and w.value_bidx = n.value_bidx
        and w.lead_id is null)
    )
    select h.org_id, h.lead_id, h.value_bidx, min(w.at) as at, array_agg(w.inbox_id) as inbox
    from held h
    join private.possible_wishes w on w.org_id = h.org_id and w.value_bidx = h.value_bidx and w.lead_id is null
    group by h.org_id, h.lead_id, h.value_bidx
    order by h.org_id, h.lead_id
  loop
    perform private.hold_for_possible_wish(v.org_id, v.value_bidx, array[v.lead_id], v.at);
    perform private.create_task(v.org_id, v.lead_id, 'answer_reply', '{"possible_wish": true}', now());
    -- The person who looks sees the words, if they are kept.
    update public.webhook_inbox i set state = 'received', processed_at = null, error = null, batch_id = v_batch
    where i.org_id = v.org_id and i.id = any (v.inbox) and i.state = 'unmatched' and i.body_cipher is not null;
    if found then
      v_inbox := v_inbox || v.inbox;
    end if;
  end loop;
  if v_inbox <> '{}' then
    perform private.send_job('process-inbox', jsonb_build_object('batch_id', v_batch), v_batch::text);
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_lead_merges__move_replies()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if tg_op = 'INSERT' then
    update public.replies r set lead_id = new.survivor_id, merged_from = coalesce(r.merged_from, new.merged_id)
    where r.org_id = new.org_id and r.lead_id = new.merged_id
      and not exists (select from public.replies o where o.org_id = r.org_id and o.provider = r.provider
        and o.event_key = r.event_key and o.lead_id = new.survivor_id);
    update public.calls c set lead_id = new.survivor_id, merged_from = coalesce(c.merged_from, new.merged_id)
    where c.org_id = new.org_id and c.lead_id = new.merged_id;
    update public.bookings b set lead_id = new.survivor_id, merged_from = coalesce(b.merged_from, new.merged_id)
    where b.org_id = new.org_id and b.lead_id = new.merged_id;
    -- Where both have an open task of a kind, the survivor's says what the other said of a possible wish.
    update public.tasks t set detail = t.detail || private.wish_in_detail(x.detail)
    from public.tasks x
    where t.org_id = new.org_id and t.lead_id = new.survivor_id and t.done_at is null and x.org_id = t.org_id
      and x.lead_id = new.merged_id and x.kind = t.kind and x.done_at is null
      and t.created_by is null and x.created_by is null
      and x.detail ?| '{possible_wish,unread,read_by}';
    insert into private.possible_wishes (org_id, value_bidx, lead_id, at)
    select w.org_id, w.value_bidx, new.survivor_id, w.at from private.possible_wishes w
    where w.org_id = new.org_id and w.lead_id = new.merged_id
    on conflict do nothing;
    delete from private.possible_wishes w where w.org_id = new.org_id and w.lead_id = new.merged_id;
    update public.tasks t set lead_id = new.survivor_id, merged_from = coalesce(t.merged_from, new.merged_id)
    where t.org_id = new.org_id and t.lead_id = new.merged_id
      and (t.done_at is not null or t.created_by is not null or not exists (
        select from public.tasks o where o.org_id = t.org_id and o.lead_id = new.survivor_id and o.kind = t.kind
          and o.done_at is null and o.created_by is null));
  elsif old.undone_at is null and new.undone_at is not null then
    update public.replies r set lead_id = new.merged_id, merged_from = null
    where r.org_id = new.org_id and r.merged_from = new.merged_id;
    update public.calls c set lead_id = new.merged_id, merged_from = null
    where c.org_id = new.org_id and c.merged_from = new.merged_id;
    update public.bookings b set lead_id = new.merged_id, merged_from = null
    where b.org_id = new.org_id and b.merged_from = new.merged_id;
    update public.tasks t set lead_id = new.merged_id, merged_from = null
    where t.org_id = new.org_id and t.merged_from = new.merged_id;
    -- Whose wish it was may be unclear now: both wait for the person who looks.
    insert into private.possible_wishes (org_id, value_bidx, lead_id, at)
    select w.org_id, w.value_bidx, new.merged_id, w.at from private.possible_wishes w
    where w.org_id = new.org_id and w.lead_id = new.survivor_id
    on conflict do nothing;
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.wish_grammar()
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select
      '(?:(?<![iujWH])K[zfO8]?f?I?[dz3YMf]*[tb](?![^,#]{0,3}(?:h|J|A(?!d(?:$|,)))))|(?:(?:(?<![iu'
      'jWH])|Wu)K[fO][fI]?[dz3YM]*[tbl](?=$|[,a]))|(?:(?<![iujIWH])K3f|(?<![iujIWH])Kf3)|(?:5[fI8'
      'a]*(?:E[fI]u|[Ep]?[Yz3d]{1,2}[tlb]))|(?:8IoI[Yz3d][tlb]|8IoI[Yz3d][tlb])|(?:Dq[Y3z]d?x?[tl'
      'bv]|Dqd[tlb])|(?:(?<![CWu])Dnc(?:I?[vlbt][oN]?)?(?=$|,))|(?:(?:nH?|q)[x&]?[PYd]{0,2}c(?:I('
      '?:[BEp]{0,2}[Vvlbt]|d?f?[z3](?=$|,))))|(?:(?:n|q)H?c(?:8I?)?(?=$|,)(?<!jnc))|(?:u[DH]?n?H?'
      '[nq][HPYdM]{0,2}c(?!f))|(?:(?<!H)[nq]G(?:I[dz3Y]?[z3dYM]*[tblz3](?=$|,)|[z3](?=$|,|[ai])|u'
      '?I[vlb](?:o|[PzdY](?:Qx|x)?[NQ]+)?|IBV|I[EBp]+[z3VYt]))|(?:c(?:I[vlb](?:o|[PzdY](?:Qx|x)?['
      'NQ]+))?B?7|c.{0,5}B7|pxP?c)|(?:[nq]x?9I?(?:[vlb]8?|B[lb])(?:o|[PzdY](?:Qx|x)?[NQ]+))|(?:[n'
      'q]xd?9I?[vlb](?:o|[PzdY](?:Qx|x)?[NQ]+))|(?:[nq](?:w|9)(?:I|dI)?(?:v8|[vlb](?:o|[PzdY](?:Q'
      'x|x)?[NQ]+)?g)(?=$))|(?:(?<!Bu)F)|(?:T.{0,8}C(?:[zu]|[3dYz]+[tlb]).{0,3}k|C(?:[zu]|[3dYz]+'
      '[tlb]).{0,3}k.{0,12}[TF6])|(?:Ci[pE](?:S|0|d|z)?M[tvl](?!f[PdQ]))|(?:(?:k(?:[lvb])(?:o|[Pz'
      'dY](?:Qx|x)?[NQ]+)?|^[vlb](?:o|[PzdY](?:Qx|x)?[NQ]+)?(?:g|[S0d]?Mx?))[ai,].{0,9}[TF6])|(?:'
      '4dxfPT|4IEfPT|uWB?EfPT|^EfPT|nmo(?:T|vP?T)|uBB(?:xa)?T|C(?:z|u|3?t)k8?(?=$|[,a]))|(?:(?:[t'
      'lb]|[vlb]o)B1|^zB1(?=$|,)|1(?:I|f)?[dP]?(?:x)?F|[zu]B?d?1$|1I[vlb](?:o|[PzdY](?:Qx|x)?[NQ]'
      '+))|(?:2[zYu3d]{1,2}[Nxt]*b)|(?:yxx[DWBH]iHIG)|(?:yxf[qsnp])|(?:^[a,]*(?:qXq|sXs|nXn))|(?:'
      'y(?:[WBDn]{0,2}un?k|BunkD)[lv](?:o|[PzdY](?:Qx|x)?[NQ]+))|(?:y[BD]unB?[lvb8]*s)|(?:^[a,]*W'
      '?i?B?5o$)|(?:qS(?:f[YzPd]{1,2}[xQ]?)?[vlb](?:o|[PzdY](?:Qx|x)?[NQ]+))|(?:uBxIs(?=$|,)|uH?B'
      'Gn?I?(?:s|n|r|[vlb])|u[Gx](?:u[WH]?|I)s(?=$|,))|(?:^[a,]*sz?(?=u|i[WDBH]|[PY]x))|(?:i?GqM['
      'tlvb]?(?=$|,)(?<!j..)(?<!j...))|(?:Bug?xIs$|yDzs$|y[WD][3Yd][tlb][se])|(?:qSw[Yz3]?[tb]|q['
      'MY]*tv)|(?:nxYx[lb])|(?:n~I[vlb](?:o|[PzdY](?:Qx|x)?[NQ]+)(?![^,#]{0,3}(?:h|J|A(?!d(?:$|,)'
      '))))|(?:&[ou]?q[MS](?=$|,)|&oq$|&qM(?=$|,))|(?:wqM?fu)|(?:(?:^|[,#a])q(?:[vl]I?(?:(?:o|[Pz'
      'dY](?:Qx|x)?[NQ]+)|j)(?:g|Mg?|qM)|b(?:(?:o|[PzdY](?:Qx|x)?[NQ]+)|j)))|(?:(?:^|[,#a])q(?:v|'
      'l)I(?:(?:o|[PzdY](?:Qx|x)?[NQ]+)))|(?:nwI?[EpH]?[qMdz3]*q[M]?(?=$|,))|(?:qwI?(?:[Ep][dMqYz'
      '3]{0,2}[tlbv]|[dMqYz3]{0,2}[tlb])(?=$|,)|(?:^|[,#a])q&o?[dMYz3]{0,2}[tlbvM%](?=$|,))|(?:(?'
      ':O|r|p)P?N+[fI][YzdP3]?[lvx]?L|^[a,]*rN+$)|(?:Gu.{0,3}Is(?=$|,))|(?:w.{0,3}n.{0,2}[xAf][Yz'
      '3]x?L)|(?:(?<![iujSQNx3])(?<![iujSQNx]W)(?<![iuj]B)D?n[guk]?m[dM]*[tv]I(?:o|[PzdY](?:Qx|x)'
      '?[NQ]+))|(?:nwuI?[vlb](?:o|[PzdY](?:Qx|x)?[NQ]+)?(?![^,#]{0,3}(?:h|J|A(?!d(?:$|,)))))|(?:k'
      'oOf(?:z|Y))|(?:m.{0,3}i?D?n[Ep](?:[fI]u|M?[3z]|[tlvM]))|(?:n[,g]{2,4}[vlb](?:o|[PzdY](?:Qx'
      '|x)?[NQ]+))|(?:wqIDI(?:u|z|3|Yx)(?=$|,))|(?:(?<![jSxNPzdQqn])(?:[i,a]|^|H)GuI?(?:s(?![eh])'
      '|n[I]?[vlb]|p(?:o|[PzdY](?:Qx|x)?[NQ]+)[fO]|r(?:o|[PzdY](?:Qx|x)?[NQ]+)|q[0x]{0,2}$))|(?:q'
      '[Sf]{0,2}[oiu3d]{0,2}(?:A?Az?[NQ]|x?dzQ)?[a-z]?w(?:IEfu|I[BV]*V|[Yz3][tlb]))|(?:q(?:f[ou])'
      '?S?(?:o|xz?[QN])?w(?:IE[fI]u|I?B?V|[Yz3]M?[tlb]))|(?:n(?:w)[3](?=$|,))|(?:(?:^|(?<=[,#a]))'
      'q[MY]*x?[tlb](?=$|[,a])(?<!^q[vb]))|(?:<(?:E[fI]u|HE[fI]u))|(?:(?<!u)wq[M]?x?[vltb](?![^,#'
      ']{0,3}(?:h|J|A(?!d(?:$|,)))))|(?:n(?:u)?wI?[EpBH]?(?:[dqMYz3]{0,3}%?fu(?=$|,)|[dMqYz3]{0,2'
      '}[tlb]{1}(?:a[dMqYz3]{0,2}[tlbv])*(?!fx|f0|I[xPd]))(?![^,#]{0,3}(?:h|J|A(?!d(?:$|,)))))|(?'
      ':^(?:[a,]*q[MY]*[tlbv])+(?=$|,)(?<!^q[v]))|(?:^(?:qM|q)f[Y3z]+[tlb3z]?(?=$|,))|(?:^n(?:S|0'
      ')?M[tvlb])|(?:^n[g]+(?=$|,))|(?:zBd(?:x|M)xi?wI(?:E[fI]u|[vlb]))|(?:zBdxxiwI?(?:E[fI]u))|('
      '?:(?<![iujSQNx3])(?<![iujSQNx]W)(?<![iuj]B)(?:W|D)?n[guk=wG]{0,3}(?:I|I?B)?(?:[vlb]8?|Zo?8'
      '|Z8[PdYz]x?N|Zox?N|ZP?x?N)(?:[a,]{0,2}[nI]?(?:[vlb]8?|Zo?8|Z8[PdYz]x?N|Zox?N|ZP?x?N))*[IfA'
      'O]{0,2}(?:o|[PzdY](?:Qx|x)?[NQ]+)(?![^,#]{0,3}(?:h|J|A(?!d(?:$|,)))))|(?:(?:^|(?<=[,#a]))('
      '?:Dn|n)[guk=w]{0,3}I?(?:v8|Z[ou]?8|b)(?:[go]*)(?=$|[,#]|a[^h]*$))|(?:(?:^|(?<=[,#a]))qM?v8'
      '?[t8]?(?=$|[,#])(?<!qv))|(?:(?<![iujSQNx3])(?<![iujSQNx]W)(?<![iuj]B)D?n[gukI]{0,3}[&]o?(?'
      ':[dMYz3]{0,3}(?:[tlb%v])|[dMYz3]{0,2}M?(?=$)))|(?:(?<![iujSQNx3])(?<![iujSQNx]W)(?<![iuj]B'
      ')D?n[guk]{0,3}(?:Zo8|Z8P|ZPx?N))|(?:^(?:Dn[vlb],?){2,})|(?:(?<![iujSQNx3])(?<![iujSQNx]W)('
      '?<![iuj]B)nDzg)|(?:(?<![iujSQNx3])(?<![iujSQNx]W)(?<![iuj]B)n[ED&Ip]{0,3}BV(?![^,#]{0,3}(?'
      ':h|J|A(?!d(?:$|,))))|(?:o|[Pz]N)W?n[Bp]?V(?![^,#]{0,3}(?:h|J|A(?!d(?:$|,)))))|(?:w(?:BI)?n'
      'I?[Ep&B][pEdzYM3&x]{0,3}[tlbV])|(?:(?:^|[,a])nvg?(?=$))|(?:(?<![iujSQNx3])(?<![iujSQNx]W)('
      '?<![iuj]B)n=?u?=u?[vlb](?:o|[PzdY](?:Qx|x)?[NQ]+)|n=u?g?[vlb])|(?:y=u[vlb](?:o|[PzdY](?:Qx'
      '|x)?[NQ]+))|(?:(?:^|Wu)=?=n[l](?:o|[PzdY](?:Qx|x)?[NQ]+)|^=n[l](?:o|[PzdY](?:Qx|x)?[NQ]+))'
      '|(?:(?:^|u)=s(?:[3zdYM]+[tlb]?)(?=$|,))|(?:uB(?:G?n|nG|n[wc>x])I?(?:[vlb](?:o|[PzdY](?:Qx|'
      'x)?[NQ]+)?|[vlb]|BV))|(?:[tlvb].{0,4}B(?:n|qx)[c>w](?=$|,))|(?:^(?:Dn[,a]?)+$)|(?:(?<![iuj'
      'SQNx3])(?<![iujSQNx]W)(?<![iuj]B)r(?:o|(?:P|z)x?N+|PN+)(?=$|[,fa]|A)(?!fx|f[dPj](?!L|N|x?L'
      ')|fO))|(?:[rp](?:o|[Pz](?:Qx)?N+)[fO]+(?=$|,|[Yz3P]+x?(?:[LNtlbM]|$)|d(?:x?L|$)|[zI3Y](?:$'
      '|,))(?<!p[o]f))|(?:rf+[YzPd]?L)|(?:[rpK][zY3]x?[fO]+PN)|(?:^[a,]*pjf(?=$|,))|(?:r[^,]{1,12'
      '}f+d?f?[Yz3]x?L|rPx?[QN]f+[dYz3]{1,3}x?[Lvtlb])|(?:r[dPz]N+$)|(?:ro(?=h[i]))|(?:rO(?=$|,|f'
      '[Y3z]))|(?:^[fO]+[d3zY][tlb])|(?:pof(?=[Yz3]+x?(?:[Ltlb]|$)|$|,))|(?:k(?:P|z)N+[fO]+(?=$|,'
      '|[YzdP3]))|(?:(?:H|p|w|m)(?:o|[Pz]N+|i)(?:WB|B|x)?n?(?:R(?=$|[,aOf])(?!f+[dPj]x)|BV|BnV|Vg'
      '))|(?:(?:m|m[zd]?)(?:z|[Pz]N+|i)(?:W?B)?n[tB]*V)|(?:(?<!H)i[W]?[Bp]{1,2}RO?f*(?=$|,|[Yz3]+'
      'x?(?:[Lt]|$)|dx?L)(?<!iBR))|(?:(?<=W)iBRf*(?=$|,|[Yz3d]+x?[Lt]))|(?:wf+(?:[dzY3]x?[Ll]|$))'
      '|(?:wOf[z3Y]+[tlb])|(?:^[ia,]{0,3}B?(?:W)?(?:p)oO(?:f[z3])?(?=$|,))|(?:p(?:o|[PzY]N+)[AI]['
      'dPY]?x?(?:rL|r$|r(?=[,A])))|(?:r(?:o|[Pz]N+)M(?:x)?$)|(?:(?<![iIH])p(?:[fO]){1,3}(?:P[Nt]|'
      'o(?=$|,))(?<!pfo)(?<!pOo))|(?:(?<![iIH])pf{2}o(?=$|[,#a]))|(?:(?<![iujSQNx3])(?<![iujSQNx]'
      'W)(?<![iuj]B)sx[x8fOIA]{0,2}P(?:N|[vt]))|(?:(?<!H)iGs(?:w?x?0))|(?:^[a,]{0,2}(?:~|p)?[vb]('
      '?:SS|MS|MN|SSx?N)(?=$|,)(?<!^vSSNQ))|(?:^[a,]{0,2}~(?:(?:SS|M[SN])I[vlb]|(?:SS|MS)$))|(?:('
      '?:j|[3zY][tlb])wIe[J]?(?=$|,))|(?:^z(?:We|HxIe|HIe|wIe|e[oJ])$|^z[BHW]xIe$)|(?:(?<![iujIWH'
      '])e[dzYM]*[tl](?=$|,))|(?:(?<![iujIWH])ed?z?(?:v)(?=$|,)(?<!ev|edv))'
$function$;

CREATE OR REPLACE FUNCTION private.wishes_of_languages()
  RETURNS TABLE (
    language     text,
    first_letter integer,
    last_letter  integer,
    wishes       text,
    except_for   text
  )
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  values
    ('Spanish', 0, 127,
      '(?<!\S)(?:(?:(?:ya )?no (?:me|nos) (?:vuelva[ns]? a |sigan? |este[ns]? )?(?:(?:llam|mand|e'
      'nvi|contact|text|molest|marqu|habl|busqu|busc|fastid|hostig|acos)(?!(?:o|a|aron|aste|aba|a'
      'ban|ado|an nadie)(?:\s|$))|escrib(?!(?:o|io|ieron|iste|e|ia|ian)(?:\s|$)))[a-z]*)|(?:(?:nu'
      'nca|jamas) (?:mas )?(?:me|nos) (?:vuelva[ns]? a )?(?:llam|mand|envi|escrib|contact|text|mo'
      'lest|marqu|habl)[a-z]*)|(?:no (?:se |me |nos )?(?:llam|mand|envi|escrib|contact|text|moles'
      't|marqu|habl|busqu|insist|comuni)[a-z]*(?: \w+){0,4}? (?:mas|nunca|jamas|otra vez|de nuevo'
      '))|(?:no (?:llam|mand|envi|escrib|contact|text|molest|marc|habl)(?:ar|er|ir)(?:me|nos))|(?'
      ':(?:ya )?no (?:mas )?(?:mas )?(?:textos|mensajes|llamadas|correos)(?= |$)|(?:no quiero|no '
      'deseo|prefiero|pido) que (?:se |me |nos |ya |no )*(?:comuni|contact|llam|escrib|mand|envi|'
      'text|molest)[a-z]*)|(?:(?:ya )?no se (?:comuni|contact|pong)[a-z]*(?: \w+){0,3}? (?:conmig'
      'o|con nosotros|con migo)|no (?:llame|llamen|escriba|escriban|mande|manden|textee|texteen|u'
      'se|usen) (?:mas )?a (?:este|mi) (?:numero|telefono|celular)|(?:que )?no insist(?:a|an))|(?'
      ':(?:que )?(?:me|nos) (?:quit|borr|saqu|elimin|remuev|retir|tach)(?:e|en|a|an)(?: \w+){0,4}'
      '|(?:dej|dejen)(?:e|en|a)?(?:me|nos) (?:tranquil[oa]s?|ya))|(?:si (?:me |nos )?(?:sig|vuelv'
      '|continu)[a-z]*(?: a)? (?:llam|mand|envi|escrib|text|molest)[a-z]*|(?:los|lo|las|la) voy a'
      ' (?:demandar|reportar|denunciar)|(?:reportar|demandar|denunciar)(?:los|lo|las|la))|(?:(?:p'
      'arele|parenle|parale|paren|pare|bajenle|bajele) (?:ya )?(?:con|a) (?:los|las|sus|tus|tanto'
      '|tantos) (?:mensajes?|llamadas?|textos?))|(?:(?:revoco|retiro|cancelo) (?:mi|el|todo|cualq'
      'uier) (?:consentimiento|permiso|autorizacion)|ces(?:e|en|ar) (?:todo|toda|cualquier|el|la|'
      'de|inmediatamente|sus)(?: \w+){0,2} (?:contacto|comunicacion|llamadas|mensajes))|(?:no (?:'
      'sig|segu|continu)[a-z]* (?:llam|mand|envi|escrib|contact|text|molest|marc)[a-z]*)|(?:basta'
      '(?: ya)? de (?:mensaj|llamad|text|corre|molest|llamar|escrib|mandar)[a-z]*)|(?:(?:solicito'
      '|quiero|pido|deseo|quisiera)(?: \w+)? baja)|(?:(?:de )?no (?:llamar|escribir|mandar|enviar'
      '|contactar|molestar|textear)(?: mas)?$|(?:parele|parenle|parale|bajenle) ?(?:ya)?$)|(?:no '
      '(?:autorizo|permito|doy permiso|quiero|deseo|acepto)(?: (?:que|me|nos|sigan?|para|a|de|ser'
      '|mas|recibir))* (?:llam|mand|envi|escrib|contact|text|molest|marqu)[a-z]*)|(?:no (?:quiero'
      '|deseo|queremos)(?: (?:recibir|saber|tener|oir))* nada (?:mas )?de (?:ustedes|usted|ti|ud|'
      'uds|su))|(?:no (?:vuelva[ns]?|vuelvas|volver) a (?:llam|mand|envi|escrib|contact|text|mole'
      'st|marc|habl|comunic)[a-z]*)|(?:(?:dej|par|ces)(?:e|en|a|ar|ad|es) de (?:estar )?(?:ching|'
      'llam|mand|envi|escrib|contact|text|molest|marc|hostig|acos|fastid|chingar|joder)[a-z]*)|(?'
      ':(?:dej|dejen)(?:e|en|a)?(?:me|nos)(?: ya)? en paz|(?:me|nos) (?:deje|dejen|dejas) en paz)'
      '|(?:(?:quit|borr|saqu|sac|elimin|remuev|retir|bloque|tach|desuscrib)(?:e|en|a|an)(?:me|nos'
      '))|(?:(?:quit|borr|elimin|saqu|remuev|retir|tach)[a-z]* (?:mi|este|nuestro|mis) (?:numero|'
      'telefono|nombre|correo|celular|contacto|datos))|(?:(?:ya )?no (?:quiero|deseo|queremos)(?:'
      ' (?:recibir|mas|sus|estos|que|ningun|ninguna|tener|de))* (?:mensaj|llamad|text|corre|comun'
      'icac|me llam|me mand|me escrib|me contact|contact)[a-z]*)|(?:(?:no|ni un|ni una) mas (?:me'
      'nsajes?|llamadas?|textos?|correos?))|(?:(?:cancelar|cancele|cancelen)(?: la| mi| los| esto'
      's)* (?:suscripcion|mensajes|llamadas))|(?:(?:dar|den|deme|denme|darme)(?: me)? de baja)|(?'
      ':(?:vayase|vete|vayanse|largate|larguense)(?: (?:al|a la) \w+)?|chinga tu madre|no (?:este'
      '|esten|estes) (?:molestando|llamando|mandando|chingando))|(?:no (?:me )?(?:llame|llamen|ma'
      'nden|mande|envien|envie|escriban|escriba|moleste|molesten)(?: mas)?$)|(?:(?:fuera|salir) d'
      'e (?:su|la|esta) lista))(?!\S)',
      '(?<!\S)(?:(?:no (?:dej[ae]n?|dejes|dejo|para|pare|paren|paro) de)|(?:antes de)|(?:cartas?)'
      '|(?:antes del)|(?:hasta)|(?:despues de)|(?:hoy)|(?:ahorita)|(?:por la (?:noche|manana|tard'
      'e))|(?:en la (?:noche|manana|tarde))|(?:tan (?:temprano|tarde))|(?:muy (?:temprano|tarde))'
      '|(?:mientras)|(?:al trabajo)|(?:a mi trabajo)|(?:los (?:domingos|sabados|lunes|fines))|(?:'
      'el (?:domingo|sabado|lunes)))(?!\S)'),
    ('French', 0, 127,
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
      '?:(?:cesser|cessez|arreter|arretez|veuillez cesser|stoppez) (?:vos|tous? (?:vos|ces|contac'
      't)|ces|les|tout) ?(?:appels|messages|contact|textos|sms|courriels|mails|sollicitations)?|('
      '?:je )?(?:retire|revoque) mon consentement)|(?:stop (?:aux|a tous les|a vos|les) (?:messag'
      'es|appels|sms|textos|mails|courriels)|(?:de |d )?(?:cesser|arreter) (?:de (?:me |m |nous )'
      '?)?(?:contact|ecri|envoy|appel|text|harcel|derang|telephon|sollicit)[a-z]*)|(?:(?:laissez|'
      'foutez|fichez|laisse|fous)(?: moi| nous)(?: donc)? (?:tranquilles?|la paix|en paix))|(?:(?'
      ':retirez|enlevez|supprimez|rayez|otez|effacez|retirer|enlever|supprimer)(?: moi| mon (?:nu'
      'mero|nom|adresse|contact)| mes \w+| nous)(?: \w+){0,4})|(?:(?:me|nous) (?:retirer|enlever|'
      'supprimer|desinscrire|desabonner|rayer|effacer)(?: \w+){0,4})|(?:je (?:ne )?(?:veux|souhai'
      'te|desire) (?:plus|pas)(?: (?:recevoir|etre|avoir|de|d|vos|aucun|que))*(?: (?:messages?|ap'
      'pels?|textos?|contacte|contactee|sms|courriels?|vous \w+|derange|mails?)))|(?:(?:plus|pas)'
      ' (?:de|d|aucun) (?:messages?|textos?|appels?|sms|courriels?|mails?|emails?))|(?:(?:desinsc'
      'ri|desabonn)[a-z]* (?:moi|nous|mon))|(?:foutez le camp|allez vous faire|va te faire|fichez'
      ' le camp|degage[z]?))(?!\S)',
      '(?<!\S)(?:(?:avant)|(?:ce soir)|(?:aujourd hui)|(?:maintenant je)|(?:tout de suite)|(?:apr'
      'es \d+)|(?:le (?:matin|soir|dimanche|week end|samedi))|(?:jusqu a)|(?:si (?:tot|tard))|(?:'
      'trop (?:tot|tard))|(?:au travail)|(?:pendant))(?!\S)'),
    ('Portuguese', 0, 127,
      '(?<!\S)(?:(?:(?:pare|parem|para|parar|deixe|deixem) de (?:me |nos )?(?:mand|envi|lig|escre'
      'v|contat|contact|perturb|incomod|ench|cham|import|mensag)[a-z]*(?: \w+)?)|(?:(?:por favor '
      ')?nao (?:me |nos )?(?:ligue|liguem|mande|mandem|envie|enviem|escreva|escrevam|contate|cont'
      'atem|contacte|contactem|incomode|incomodem|perturbe|perturbem|chame|mandar|enviar|ligar)(?'
      ': \w+){0,3})|(?:(?:revogo|retiro) (?:meu|o) consentimento|(?:cessem?|parem?|encerrem?) (?:'
      'todo|qualquer|as|os|o|com os|com as)(?: \w+)? ?(?:contato|mensagens|ligacoes))|(?:nao entr'
      '(?:e|em) (?:mais )?em contato(?: \w+){0,2}|nao (?:me |nos )?(?:procure|procurem|contactar|'
      'contatar)(?: mais)?|(?:quero|gostaria de) sair (?:da|desta|dessa|de) \w+)|(?:nao quero (?:'
      'mais |receber |ser |nenhum\w? )+(?:mensag|lig|contat|receber|e ?mail|sms|cham|incomod|pert'
      'urb)[a-z]*)|(?:nao quero (?:mais )?(?:receber )?(?:mais )?(?:isso|isto|nada)(?: \w+){0,2})'
      '|(?:me (?:tir|remov|retir|exclu|apag|delet|bloque)[a-z]*(?: \w+){0,4})|(?:nao (?:desejo|go'
      'staria de) (?:mais )?(?:receber|ser)(?: \w+){1,3})|(?:me (?:tirar|tire|tirem|tira|remova|r'
      'emovam|retire|retirem|exclua|excluam|apague|delete)(?: \w+){0,4})|(?:(?:tire|tirem|remova|'
      'removam|retire|exclua|apague|delete|tira)(?: (?:me|o|do|da))*(?: meu (?:nome|numero|telefo'
      'ne|contato|email)|(?<=me))(?: \w+){0,4})|(?:(?:me )?(?:deixe|deixa|deixem)(?: me| nos)? em'
      ' paz|vai se (?:foder|ferrar)|va se \w+|va embora|some daqui)|(?:(?:chega de|sem|nada de|na'
      'o mande|sem mais)(?: mais)? (?:mensagens|mensagem|ligacoes|mandar|emails?))|(?:(?:tir|remo'
      'v|retir|exclu|apag|delet)[a-z]* (?:o |a |os )?(?:meus?|est[ea]|ess[ea]) (?:nome|numero|tel'
      'efone|contato|email|e mail|dados|celular))|(?:(?:cancel|encerr)[a-z]*(?: a| as| os| o| min'
      'ha| esta| essa)* (?:inscricao|assinatura|mensagens|cadastro|mensagem)|descadastr[a-z]*)|(?'
      ':(?:sair|saia|fora) (?:da|desta|dessa) lista))(?!\S)',
      '(?<!\S)(?:(?:antes)|(?:depois das?)|(?:ate)|(?:hoje)|(?:agora nao)|(?:amanha)|(?:de (?:man'
      'ha|noite))|(?:a noite)|(?:no trabalho)|(?:tao (?:cedo|tarde)))(?!\S)'),
    ('Haitian Creole', 0, 127,
      '(?<!\S)(?:(?:(?:sispann|rete|kanpe) (?:ekri|rele|voye|teks|texte|deranje|kontakte|nwi|anme'
      'de)(?: \w+){0,3})|(?:pa (?:janm )?(?:rele|ekri|kontakte|deranje|teks|texte|text|anmede|che'
      'che)(?: \w+)? ?(?:m|mwen|nou)?(?: anko)?)|(?:pa (?:janm )?voye (?:mesaj|teks|text|anyen|im'
      'el)(?: \w+){0,3})|(?:kite (?:m|mwen|nou) (?:trankil|anrepo|an pe|an repo))|(?:retire (?:m|'
      'mwen|non m|non mwen|nimewo m|nimewo mwen|nimewo sa)(?: \w+){0,3})|(?:(?:efase|wete|elimine'
      '|siye|retire)(?: \w+)? (?:m|mwen|nimewo|non)(?: \w+){0,3})|(?:(?:mwen|m|nou) pa vle (?:res'
      'evwa|mesaj|ou rele|ou ekri|okenn|teks|apel)(?: \w+){0,3}))(?!\S)',
      '(?<!\S)(?:(?:anvan)|(?:apre)|(?:jodi a)|(?:aswe)|(?:kounye a)|(?:maten)|(?:nan travay))(?!'
      '\S)'),
    ('Chinese', 19968, 40959,
      '(?:(?:别|別|不要|请勿|請勿|勿|不许|不許|停止|禁止|不准|不必|不用|不想|不愿)(?:再|继续|繼續|总|老|一直|你们|你們)*(?:给|給|向|跟|对|對|和|'
      '与)?(?:我|我们|我們|本人|这个号码|這個號碼)?(?:再)?(?:发(?!现|烧|展|脾气|呆|生|视频|表)|發(?!現|生|燒|展)|打(?!游戏|遊戲|钱|錢|球|车'
      '|車|工|印|算|开|開|架|牌|扰(?:你|您|人家|他|她)|擾(?:你|您|人家|他|她))|联系|聯繫|聯絡|联络|骚扰|騷擾|传|傳|寄|致电|致電|烦(?!你|您|他|'
      '她)|煩(?!你|您|他|她)|接收|接到|收到|收|来电|來電|推送|推销|推銷))|(?:(?:取消|退出|退)(?:订|訂|订阅|訂閱))|(?:(?:把我|将我|將我|把我'
      '的)?(?:从|從|在)?.{0,8}(?:名单|名單|列表|名册).{0,4}(?:删|刪|移|去掉|除))|(?:(?:删除|刪除|移除|删掉|刪掉|去掉|拉黑)(?:我|我的'
      '|这个|這個))|(?:^(?:你|你们|你們|都|给我|快|请)*(?:滚|滾)(?:开|開|蛋|远点|吧)*$|(?<!不要|别|別)(?:走开|走開)|别烦|別煩)',
      '(?:之前)|(?:以前)|(?:点前)|(?:點前)|(?:上班)|(?:现在)|(?:現在)|(?:今天)|(?:晚上)|(?:早上)|(?:半夜)|(?:点以后)|(?:不要'
      '停止)|(?:别停)|(?:不要停)'),
    ('Korean', 44032, 55295,
      '(?:(?:연락|전화|문자|메시지|메세지|메일|이메일|카톡|광고).{0,10}?(?:하지|보내지|주지|걸지|오지|넣지) ?(?:마|말|않))|(?:(?:보내지|연'
      '락하지|전화하지|문자하지|괴롭히지|귀찮게 하지|하지) ?(?:마|말아))|(?:그만 ?(?:좀 )?(?:보내|연락|전화|하세|해|두|문자|괴롭))|(?:(?:명단'
      '|목록|리스트|명부).{0,6}(?:빼|삭제|제외|지워))|(?:(?:번호|연락처|정보).{0,6}(?:삭제|지워|빼|제거))|(?:(?:문자|전화|연락|메시지|'
      '메일).{0,6}(?:그만|중단|중지|싫))|(?:다시는.{0,12}(?:마|말)|그만 ?해 ?주)|(?:수신 ?거부|꺼져|받고 싶지 ?않|더 ?이상 .{0,14'
      '}(?:마|말|싫|원하지)|원하지 ?않.{0,6}(?:문자|연락|전화))',
      '(?:전에)|(?:이전에)|(?:이후에)|(?:밤에)|(?:지금은)|(?:오늘은)|(?:주말에)|(?:까지는)|(?:아침에)|(?:저녁에)|(?:늦게)'),
    ('Vietnamese', 0, 127,
      '(?<!\S)(?:(?:(?:dung|ngung|ngung|dung|khong duoc|thoi|khong can|cam|cham dut)(?: \w+){0,3}'
      '? (?:nhan|goi|gui|lien lac|lien he|lam phien|quay ray|dien)(?: \w+){0,6})|(?:(?:xoa|xoa|bo'
      '|go|loai)(?: \w+){0,2}? (?:ten|so)(?: \w+){0,2}? (?:toi|tui|minh|nay|khoi|di)(?: \w+){0,4}'
      ')|(?:(?:xoa|xoa|bo|go|loai) (?:toi|tui|minh)(?: \w+){0,5})|(?:khong (?:goi|nhan|gui|lien l'
      'ac)(?: \w+){0,3} nua)|(?:khong muon (?:nhan|bi|nghe|lien lac|duoc)(?: \w+){0,5})|(?:de (?:'
      'cho )?(?:toi|tui|chung toi) yen|bien di|cut di))(?!\S)',
      '(?<!\S)(?:(?:truoc)|(?:sau)|(?:hom nay)|(?:bay gio)|(?:luc)|(?:buoi (?:toi|sang))|(?:khi)|'
      '(?:den khi))(?!\S)'),
    ('Tagalog', 0, 127,
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
    ('Russian', 1024, 1327,
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
    ('Armenian', 1328, 1423,
      '(?<!\S)(?:(?:հանգիստ (?:թողեք|թող|թողե՛ք)(?: ինձ| մեզ)?)|(?:(?:(?:այլեւս|էլ|երբեք) )?(?:ին'
      'ձ )?մի (?:գրեք|գրիր|գրե՛ք|զանգեք|զանգիր|զանգահարեք|ուղարկեք|ուղարկիր|անհանգստացրեք|խանգարե'
      'ք|կապվեք)(?: [^ ]+){0,3})|(?:մի (?:գր|զանգ|ուղարկ|անհանգստ|խանգար|կապվ|նամակ)[^ ]*(?: [^ ]'
      '+){0,3})|(?:(?:այլեւս|էլ|երբեք)(?: ինձ)? չ(?:գր|զանգ|ուղարկ|կապվ|անհանգ)[^ ]*(?: [^ ]+){0,'
      '3})|(?:(?:ջնջեք|հանեք|հեռացրեք) (?:իմ |այս )?(?:համար|անուն)[^ ]*(?: [^ ]+){0,2})|(?:(?:այ'
      'լեւս|էլ) (?:չգրեք|չզանգեք|չուղարկեք|չեմ ուզում)(?: [^ ]+){0,3})|(?:(?:դադարեցրեք|դադարեք|վ'
      'երջ տվեք|կանգնեցրեք)(?: [^ ]+){1,3})|(?:(?:հանեք|ջնջեք|հեռացրեք) (?:ինձ|իմ|համարս|անունս)('
      '?: [^ ]+){0,4}|(?:ինձ|համարս|անունս) (?:հանեք|ջնջեք|հեռացրեք)(?: [^ ]+){0,3})|(?:(?:խնդրու'
      'մ եմ|խնդրեմ)(?: [^ ]+){0,2} չ(?:զանգ|գր|ուղարկ|անհանգստ|կապվ)[^ ]*(?: [^ ]+){0,3})|(?:չեմ '
      'ուզում (?:ստանալ|նամակ|հաղորդագրություն)[^ ]*(?: [^ ]+){0,3}))(?!\S)',
      '(?<!\S)(?:(?:մինչեւ)|(?:հետո)|(?:այսօր)|(?:առավոտյան)|(?:երեկոյան)|(?:հիմա չ)|(?:ժամից))(?'
      '!\S)'),
    ('Arabic', 1536, 1791,
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
      '^ ]+){0,2})|(?:(?:احذف|احذفوا|ازل|ازیلوا|ازیلوا|اشطب|امسح|امسحوا|شیلوا|ازاله|ازاله|حذف) (?'
      ':رقمی|بریدی|ایمیلی|ایمیلی|عنوانی|اسمی|بیاناتی|هذا الرقم)[^ ]*(?: [^ ]+){0,3}|احذفونی|احذفن'
      'ی|ازیلونی|ازیلونی|شیلونی)|(?:(?:اترکنی|اترکونی|دعنی|دعونی|سیبنی|سیبونی|خلینی|خلونی)(?: و?ش'
      'انی| فی حالی| بحالی| لوحدی)))(?!\S)',
      '(?<!\S)(?:(?:قبل)|(?:بعد(?! (?:الان|الیوم|هذا|ذلک)))|(?:الیوم)|(?:لا [^ ]+(?: [^ ]+)? الان'
      ')|(?:مساء)|(?:صباحا)|(?:فی (?:الصباح|المساء))|(?:اللیل)|(?:حتی)|(?:اثناء))(?!\S)'),
    ('Persian', 1536, 1791,
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
    ('German', 0, 127,
      '(?<!\S)(?:(?:keine?(?: \w+)? (?:nachrichten|sms|anrufe|emails?|mails?|e mails?|werbung|tex'
      'te|kontaktaufnahme)(?: \w+){0,3})|(?:(?:nicht|nie|niemals)(?: mehr| wieder| weiter)+ (?:an'
      'rufen|schreiben|kontaktieren|melden|anschreiben|texten|storen|belastigen|kontaktiert|anger'
      'ufen))|(?:(?:rufen|schreiben|kontaktieren|texten|senden|schicken|melden|belastigen)(?: \w+'
      ')? (?:mich|mir|uns|hier)(?: \w+){0,3}? (?:nicht|nie|keine|niemals)(?: \w+){0,3})|(?:(?:hor'
      'en|hor|hoert|hort)(?: sie)?(?: bitte| endlich| damit| sofort)* auf(?: \w+)?)|(?:(?:loschen'
      '|streichen|entfernen|nehmen|losche|losch)(?: sie)?(?: bitte)? (?:mich|meinen?|uns)(?: \w+)'
      '{0,6})|(?:(?:lassen sie|lass|lasst)(?: bitte)? (?:mich|uns)(?: bitte| endlich)* in (?:ruhe'
      '|frieden)|verpiss(?:t)? (?:dich|euch)|hau ab)|(?:(?:widerspreche|widerrufe|untersage)(?: \'
      'w+){0,5} (?:kontaktaufnahme|werbung|kontakt|einwilligung|nutzung|zusendung|anrufe?|nachric'
      'hten)|(?:unterlassen|stoppen|beenden) sie(?: \w+){0,4} (?:anrufe|nachrichten|kontakt\w*|ma'
      'ils?|belastigung|werbung)|(?:nehmen|streichen|loschen)(?: sie)?(?: \w+){0,2} aus (?:ihrem|'
      'ihrer|dem|der) (?:verteiler|liste|datenbank))|(?:(?:melden sie mich|mich|ich mochte mich)('
      '?: bitte)? (?:ab|abmelden|austragen)))(?!\S)',
      '(?<!\S)(?:(?:vor)|(?:bis)|(?:heute)|(?:gerade)|(?:abends)|(?:morgens)|(?:am (?:sonntag|woc'
      'henende|abend|morgen))|(?:bei der arbeit)|(?:nach \d+))(?!\S)'),
    ('Italian', 0, 127,
      '(?<!\S)(?:(?:non (?:mi|ci) (?:chiam|scriv|contatt|mand|disturb|invi|telefon|cerc)[a-z]*(?:'
      ' \w+){0,2})|(?:(?:smett|fin|piant)[a-z]* di (?:chiam|scriv|contatt|mand|disturb|invi|telef'
      'on)[a-z]*)|(?:(?:toglietemi|cancellatemi|rimuovetemi|eliminatemi|lasciatemi in pace|lascia'
      'mi in pace)(?: \w+){0,4})|(?:non (?:chiam|scriv|contatt|mand|disturb|invi|telefon)[a-z]*(?'
      ':mi|ci)(?: \w+){0,2}|non (?:chiam|scriv|contatt|mand|disturb|invi|telefon)[a-z]* (?:piu|ma'
      'i))|(?:non voglio (?:piu )?(?:ricevere|essere|messaggi)(?: \w+){0,3}|basta (?:messaggi|chi'
      'amate|telefonate|mail)))(?!\S)',
      '(?<!\S)(?:(?:prima)|(?:dopo)|(?:oggi)|(?:adesso)|(?:stasera)|(?:fino))(?!\S)'),
    ('Japanese', 12352, 12543,
      '(?:(?:連絡|電話|メール|メッセージ|sms|送信|テキスト).{0,12}(?:しないで|送らないで|かけないで|やめて|止めて|不要|いりません|要りません))|(?:('
      '?:配信|送信|連絡|勧誘)を?(?:停止|中止|ストップ)|登録.{0,4}(?:解除|削除)|(?:番号|連絡先|情報).{0,4}(?:削除|消し))|(?:もう.{0,12'
      '}(?:ないで|やめて|いりません)|送らないで|リストから.{0,8}(?:外|削除|消)|放っておいて|ほっといて)',
      '(?:前に)|(?:までは)|(?:今日は)|(?:今は)|(?:夜は)|(?:朝は)'),
    ('Polish', 0, 127,
      '(?<!\S)(?:(?:(?:prosze )?(?:wiecej |juz )?(?:do mnie |mi )?nie (?:dzwo|pis|wysyla|przysyla'
      '|kontakt|neka|niepoko|przeszkadza|zawraca)\w*(?: \w+){0,3})|(?:(?:przesta|skoncz)\w*(?: \w'
      '+){0,2} (?:dzwoni|pisa|wysyla|neka)\w*)|(?:(?:usu|wykresl|skresl|wypis)\w*(?: \w+)? (?:mni'
      'e|moj|ten|moje)(?: \w+){0,4})|(?:(?:dajcie|daj|zostaw|zostawcie)(?: mi| mnie)+ (?:spokoj|w'
      ' spokoju)|odczep(?:cie)? sie|nie (?:chce|zycze sobie)(?: \w+){0,3} (?:wiadomosci|telefonow'
      '|sms\w*|kontaktu)))(?!\S)',
      '(?<!\S)(?:(?:przed)|(?:do \d+)|(?:dzisiaj)|(?:dzis)|(?:wieczorem)|(?:rano)|(?:w pracy)|(?:'
      'jeszcze))(?!\S)'),
    ('Hindi', 2304, 2431,
      '(?<!\S)(?:(?:(?:फोन|फ़ोन|कॉल|मैसेज|मेसेज|संदेश|संपर्क|एसएमएस|परेशान|तंग)(?: [^ ]+){0,2} (?'
      ':मत|न|ना|नहीं) (?:कर|कीज|भेज|दी|दो|लगा)[^ ]*)|(?:(?:मत|न) (?:फोन|फ़ोन|कॉल|मैसेज|संपर्क) (?'
      ':कर|भेज)[^ ]*|(?:मैसेज|मेसेज|फोन|फ़ोन|कॉल)(?: [^ ]+){0,2} बंद (?:कर|कीजि)[^ ]*)|(?:(?:मेरा'
      '|मेरे|मुझे|हमें|यह)(?: [^ ]+){0,4} (?:हटा|डिलीट|निकाल|मिटा)[^ ]*(?: [^ ]+)?)|(?:(?:mujhe|h'
      'umko|hame|dobara)(?: \w+){0,3} (?:mat|na) (?:kar|bhej)\w*|(?:call|phone|message|msg) (?:ma'
      't|na) (?:karo|karna|kare|karein|kijiye|bhejo)))(?!\S)',
      '(?<!\S)(?:(?:अभी)|(?:आज)|(?:सुबह)|(?:रात)|(?:शाम)|(?:से पहले)|(?:के बाद))(?!\S)'),
    ('Ukrainian', 1024, 1327,
      '(?<!\S)(?:(?:(?:більше |ніколи )*не (?:треба |потрібно )?(?:мені |нам |сюди |мене |більше '
      ')*(?:пиш|дзвон|телефону|турбу|надсила|присила|писа|зв.язу|чіпа)[^ ]*(?: [^ ]+){0,4})|(?:(?'
      ':припиніть|перестаньте|досить|годі)(?: [^ ]+)? (?:писа|дзвон|телефону|надсила|турбува|спам'
      '|ці|ваші)[^ ]*)|(?:(?:видаліть|приберіть|викресліть|виключіть|зітріть)(?: [^ ]+){0,2} (?:м'
      'ене|міи|моі|номер|цеи)(?: [^ ]+){0,4}|(?:видаліть|приберіть|викресліть) (?:мене|міи)(?: [^'
      ' ]+){0,4})|(?:залиште (?:мене|нас) (?:в спокоі|у спокоі)|відчепіться|не (?:хочу|бажаю)(?: '
      'більше)? (?:отримувати|чути)(?: [^ ]+){0,3}))(?!\S)',
      '(?<!\S)(?:(?:до)|(?:після)|(?:сьогодні)|(?:зараз)|(?:вранці)|(?:ввечері)|(?:поки)|(?:вночі'
      '))(?!\S)'),
    ('Hebrew', 1424, 1535,
      '(?<!\S)(?:(?:(?:תורידו|הורידו|תסירו|הסירו|תמחקו|מחקו|להסיר|תוציאו|הוציאו)(?: [^ ]+){0,3})|'
      '(?:(?:אל|לא) (?:תתקשר|תכתב|תשלח|תפנ|תטריד|תסמס|תיצר|תצלצל|להתקשר|לשלוח|לפנות)[^ ]*(?: [^ ]'
      '+){0,4})|(?:(?:תפסיקו|הפסיקו|תפסיק|די) (?:להתקשר|לשלוח|לכתוב|להטריד|לפנות|עם)[^ ]*(?: [^ ]'
      '+){0,3})|(?:(?:תעזבו|עזבו|תעזוב|עזוב|תניחו|הניחו) (?:אותי|אותנו|לי|לנו)(?: [^ ]+){0,2}|לא '
      '(?:רוצה|מעוניין|מעוניינת) (?:לקבל|יותר|שתתקשרו|שתשלחו)(?: [^ ]+){0,3}))(?!\S)',
      '(?<!\S)(?:(?:לפני)|(?:אחרי)|(?:היום)|(?:בבוקר)|(?:בערב)|(?:עד)|(?:מחר))(?!\S)')
$function$;

CREATE OR REPLACE FUNCTION public.erase_lead (
  p_org_id  uuid,
  p_lead_id uuid,
  p_reason  text,
  p_as_of   timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_leads uuid[];
  v_values bytea[];
  v_pattern text;
  v_erased jsonb := '{}'::jsonb;
  v_kept jsonb;
  v_rows integer;
  v_answers integer;
begin
  p_as_of := private.caller_clock(p_as_of);
  if not exists (select from public.leads x where x.org_id = p_org_id and x.id = p_lead_id
    and (private.is_trusted_caller() or x.org_id = any (private.my_org_ids('{owner,admin}')))) then
    raise exception 'lead % not found', p_lead_id using errcode = 'SL426';
  end if;
  perform set_config('sluice.actor', 'system', true);
  v_leads := private.with_merged(p_org_id, array[p_lead_id]);
  v_pattern := private.person_pattern(p_org_id, v_leads);
  -- A person who asked for erasure must not be contacted when a list contains the number again.
  perform private.suppress_value(c.org_id, c.value_bidx, c.kind, null, 'erasure', 'request to erase', p_as_of)
  from public.contact_points c where c.org_id = p_org_id and c.lead_id = p_lead_id;
  v_values := array(select c.value_bidx from public.contact_points c
    where c.org_id = p_org_id and c.lead_id = p_lead_id);
  delete from public.contact_points c where c.org_id = p_org_id and c.lead_id = p_lead_id;
  -- What was bought about the person. The property's own facts are public record.
  delete from public.lead_facts f where f.org_id = p_org_id and f.lead_id = any (v_leads)
    and (f.value is null or f.contact_point_id is not null);
  -- Mortgages and foreclosures say something about the debtor.
  delete from public.property_facts f where f.org_id = p_org_id and f.lead_id = any (v_leads);
  delete from private.fact_renewals r where r.org_id = p_org_id and r.lead_id = any (v_leads);
  delete from private.possible_wishes w where w.org_id = p_org_id
    and (w.lead_id = any (v_leads) or (w.lead_id is null and w.value_bidx = any (v_values)));
  v_answers := private.forget_answers(p_org_id, v_leads);
  v_erased := v_erased || jsonb_build_object('contacts', cardinality(v_values), 'answers', v_answers);
  -- The property is public record, and decisions and consents refer to it; the owner's data is erased.
  update public.leads l set owner_1_first = null, owner_1_last = null, owner_2_first = null, owner_2_last = null,
    owner_full = null,
    mailing_street = null, mailing_unit = null, mailing_city = null, mailing_state = null, mailing_zip = null,
    attributes = '{}', melissa_payload = null, campaign_status = 'opted_out', vapi_call_id = null,
      assigned_broker_id = null,
    phone_verified = false, email_verified = false, phone_verification_codes = '{}', email_verification_codes = '{}',
      phone_bidx = null,
    edited_fields = array(select distinct f
      from unnest(l.edited_fields || '{owner_1,owner_2,owner_full,mailing,attributes}'::text[]) f order by 1)
  where l.org_id = p_org_id and l.id = p_lead_id;
  v_erased := v_erased || jsonb_build_object('changes', private.forget_history(p_org_id, v_leads, 'erased', p_as_of));
  -- Rows that wait for an answer: those that name the lead, and those with a phone or e-mail of the person.
  with erased as (
    update public.lead_conflicts c set row_keys = '{}', identity = null, building = null, contacts = '{}',
      state = 'dismissed', closed_at = coalesce(c.closed_at, p_as_of), resolution = 'erased'
    where c.org_id = p_org_id and (v_leads && c.lead_ids or c.lead_id = any (v_leads) or c.contacts && v_values)
    returning c.id
  )
  delete from private.conflict_rows x using erased e where x.org_id = p_org_id and x.conflict_id = e.id;
  get diagnostics v_rows = row_count;
  v_erased := v_erased || jsonb_build_object('conflict_rows', v_rows);
  delete from public.conflict_answers a where a.org_id = p_org_id and a.lead_id = any (v_leads);
  -- Messages are kept by their ids; texts and the provider's references to them are erased.
  update public.messages m set text_cipher = null, key_id = null, in_reply_to = null, error_detail = null
  where m.org_id = p_org_id and m.lead_id = p_lead_id;
  update public.replies r set text_cipher = null, key_id = null, draft_cipher = null, draft_key_id = null
  where r.org_id = p_org_id and r.lead_id = p_lead_id and num_nonnulls(r.text_cipher, r.draft_cipher) > 0;
  get diagnostics v_rows = row_count;
  v_erased := v_erased || jsonb_build_object('replies', v_rows);
  update public.calls k set transcript_cipher = null, key_id = null
  where k.org_id = p_org_id and k.lead_id = p_lead_id and k.transcript_cipher is not null;
  get diagnostics v_rows = row_count;
  v_erased := v_erased || jsonb_build_object('transcripts', v_rows);
  update public.tasks t set note_cipher = null, key_id = null
  where t.org_id = p_org_id and t.lead_id = p_lead_id and t.note_cipher is not null;
  get diagnostics v_rows = row_count;
  v_erased := v_erased || jsonb_build_object('task_notes', v_rows);
  v_erased := v_erased || jsonb_build_object('deals', private.forget_deals(p_org_id, v_leads));
  v_erased := v_erased || jsonb_build_object('links', private.erase_links(p_org_id, v_leads),
    'webhook_bodies', private.erase_deliveries(p_org_id, v_leads, v_values, p_as_of),
    'errors', case when v_pattern is null then 0 else private.redact_errors(p_org_id, v_pattern) end);
  v_kept := jsonb_build_object(
    'suppressions', cardinality(v_values),
    'messages', (select count(*) from public.messages m where m.org_id = p_org_id and m.lead_id = p_lead_id),
    'consents', (select count(*) from public.consents c where c.org_id = p_org_id and c.lead_id = p_lead_id),
    'decisions', (select count(*) from public.gate_decisions d where d.org_id = p_org_id and d.lead_id = p_lead_id),
    'contact_attempts', (select count(*) from public.contact_attempts a where a.org_id = p_org_id
      and a.lead_id = p_lead_id),
    'erased', v_erased, 'stays', private.what_stays(p_org_id, v_leads, v_values, p_as_of));
  insert into public.erasures (org_id, lead_id, reason, erased_at, erased_by, kept)
  values (p_org_id, p_lead_id, p_reason, p_as_of, auth.uid(), v_kept);
  perform set_config('sluice.actor', v_actor, true);
  return v_kept;
end
$function$;

ALTER TABLE "private"."possible_wishes"
  -- squawk-ignore constraint-missing-not-valid, disallowed-unique-constraint
  ADD CONSTRAINT "possible_wish_holds_once_per_lead" UNIQUE (org_id, value_bidx, lead_id);

ALTER TABLE "private"."possible_wishes"
  -- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
  ADD CONSTRAINT "possible_wish_is_of_a_lead" FOREIGN KEY (org_id, lead_id) REFERENCES public.leads(org_id, id) ON DELETE SET NULL (lead_id);

ALTER TABLE "private"."possible_wishes"
  -- squawk-ignore constraint-missing-not-valid, adding-serial-primary-key-field
  ADD CONSTRAINT "possible_wishes_pkey" PRIMARY KEY (org_id, id);

CREATE TRIGGER _270_hold
  AFTER INSERT ON public.contact_points REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_contact_points__hold();

COMMENT ON COLUMN "private"."possible_wishes"."inbox_id" IS 'The delivery with the message, where no lead was found: it is read again when there is one.';

COMMENT ON COLUMN "private"."possible_wishes"."lead_id" IS 'The lead with the task to look at it; null while no lead has the phone or e-mail, until one is imported.';

COMMENT ON FUNCTION "private"."hold_unknown"(uuid, bytea, bigint, timestamp with time zone) IS 'Nothing automatic is sent to leads that get the contact later, until a person has looked.';

COMMENT ON FUNCTION "private"."tg_contact_points__hold"() IS 'Trigger: a contact from which a possible wish arrived before any lead had it gets a task for a person, and the message is read again. Definer: imports may write neither tasks nor the inbox.';

REVOKE ALL ON FUNCTION "private"."hold_unknown"(uuid, bytea, bigint, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."hold_unknown"(uuid, bytea, bigint, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_contact_points__hold"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_contact_points__hold"() TO "pipeline_writer";
