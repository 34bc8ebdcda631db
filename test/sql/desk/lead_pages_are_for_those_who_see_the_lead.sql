-- The page of a lead: facts, outlook, decisions, consents, matches and one timeline of everything, for those who see
-- it.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/hand_calls.sql
\ir ../support/replies.sql
\ir ../support/reveal.sql
select plan(52);
insert into public.senders (org_id, channel, name, provider, address, state)
values (cast_.org(), 'sms', 'Org A', 'twilio', '+12135550190', 'active');
select cast_.consent('a1') \g /dev/null
select cast_.call('broker', 'talked', 1, p_more => '{"notes": "Wants to sell", "follow_up": {"kind": '
  '"to_do"}}') \g /dev/null
select cast_.reply('+12135550101', 'What would you pay?', 'k1', cast_.noon() + interval '1 hour',
  '{"label": "question"}')
\g /dev/null
select cast_.book('made', 'b1', jsonb_build_object('lead_id', cast_.lead('a1'))) \g /dev/null
select private.queue_message(cast_.org(), cast_.lead('a1'), cast_.contact('a1'), 'sms', 'manual', 'Hello', 'x',
  cast_.noon() + interval '2 hours') \g /dev/null
select cast_.revealed('broker', 'contacts', array[cast_.lead('a1')], 'value') \g /dev/null
update public.leads set owner_1_first = 'Jo' where id = cast_.lead('a1');
select cast_.call('broker', 'do_not_call', 2, p_at => cast_.noon() + interval '3 hours') \g /dev/null
insert into public.lead_merges (org_id, survivor_id, merged_id, merged_row, reason)
select cast_.org(), cast_.lead('a1'), gen_random_uuid(), to_jsonb(l), 'a test' from public.leads l where l.id
  = cast_.lead('a1');

create function cast_.page(p_who text, p_of text, p_what text default 'count(*)', p_more text default '') returns text
language sql as $$
  select cast_.ask(p_who, format('select %s from public.%s(%L, %L%s) d', p_what, p_of, cast_.org(), cast_.lead('a1'),
    p_more))
$$;
select is(cast_.page(who, page) <> '0', true, who || ' sees ' || page)
from unnest('{owner,admin,broker,viewer}'::text[]) who,
  unnest('{desk_lead,desk_timeline,desk_consents,desk_outlook,desk_why}'::text[]) page;
select is(cast_.page(who, page), '0', who || ' does not see ' || page)
from unnest('{colleague,rival,former}'::text[]) who,
  unnest('{desk_lead,desk_timeline,desk_consents,desk_outlook,desk_why}'::text[]) page;

select is(cast_.page('broker', 'desk_lead', $$ concat_ws(' ', d.owner_1_first, d.owner_full, d.address, d.county,
  d.broker,
    d.open_tasks, d.open_replies, jsonb_array_length(d.contacts)) $$),
  'Jo Jo Ames 1 Main St Los Angeles County Broker 3 1 2', 'facts, contacts and what is open');
select is(cast_.page('broker', 'desk_lead', 'd.may'), cast_.page('broker', 'desk_lead',
  $$ '{"edit": true, "call": true, "answer": true, "task": true, "control": true, "consent": true, "reveal": true,
    "merge": false, "export": false, "erase": false}'::jsonb $$), 'what a broker may do');
select is(cast_.page('viewer', 'desk_lead', $$ d.may ->> 'call' $$), 'false', 'a viewer reads');
select is(cast_.page(who, 'desk_lead', 'd::text') ~ '(2135550101|213 ?555|ames@example)', false,
  'no plain value for ' || who) from unnest('{owner,broker}'::text[]) who;

select is(cast_.page('owner', 'desk_timeline', 'string_agg(distinct kind, '' '' order by kind)', ', null, 200'),
  'booking call change consent decision event merge message reply reveal suppression task', 'one list of everything');
select is(cast_.page('broker', 'desk_timeline', 'string_agg(distinct kind, '' '' order by kind)',
  ', ''{call,task}'''),
  'call task', 'or of some kinds');
select is(cast_.page('broker', 'desk_timeline', 'string_agg(title, '' | '' order by at)', ', ''{call}'''),
  'Call: talked | Call: do not call', 'in words');
select is(cast_.page('owner', 'desk_timeline', 'string_agg(distinct actor, '' '')', ', ''{call}'''), 'Broker',
  'with who did it');
select is(cast_.page('broker', 'desk_timeline', 'string_agg(distinct actor, '' '')', ', ''{call}'''), 'you',
  'and you for oneself');
select is(cast_.page('owner', 'desk_timeline', 'd::text') ~ '(2135550101|Wants to sell|would you pay)', false,
  'no text and no plain value');
select is((
    with recursive pages (n, cursor, rows) as (
      select 1, cast_.page('owner', 'desk_timeline', '(array_agg(d.cursor))[5]', ', null, 5'),
        cast_.page('owner', 'desk_timeline', 'string_agg(d.cursor, '';'')', ', null, 5')
      union all
      select n + 1, cast_.page('owner', 'desk_timeline', '(array_agg(d.cursor))[5]', format(', null, 5, %L',
        p.cursor)),
        cast_.page('owner', 'desk_timeline', 'string_agg(d.cursor, '';'')', format(', null, 5, %L', p.cursor))
      from pages p where p.cursor is not null and n < 20
    )
    select string_agg(rows, ';' order by n) from pages),
  cast_.page('owner', 'desk_timeline', 'string_agg(d.cursor, '';'')', ', null, 200'), 'pages add up to the whole');
select is(cast_.page('owner', 'desk_timeline', 'count(*)', ', null, 5, ''[1]'''), 'SL801 invalid cursor',
  'a foreign cursor is refused');

select is(cast_.page('broker', 'desk_outlook', $$ string_agg(concat_ws(' ', channel, outlook), ' | ') $$) ~
  'voice_manual never \| sms never \| voice_ai never', true, 'nothing is left on the phone');
select is(cast_.page('broker', 'desk_consents', $$ bool_and(liftable) filter (where kind = 'suppression') $$), 'true',
  'a consent could lift the wish');
select is(cast_.page('broker', 'desk_why', 'bool_and(jsonb_typeof(reasons) = ''array'')'), 'true',
  'decisions have reasons');
select is(cast_.page('broker', 'desk_lead_matches'), '0', 'conflicts are for who sees the whole org');

select * from finish();
rollback;
