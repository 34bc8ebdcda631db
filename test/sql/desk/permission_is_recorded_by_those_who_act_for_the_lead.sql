-- Consents, refusals and suppressions from the page of a lead: who may record, confirm and see them, and what they do.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/consent_records.sql
select no_plan();
\set org 'a0000000-0000-4000-8000-000000000000'
create function cast_.org() returns uuid language sql immutable as $$
  select 'a0000000-0000-4000-8000-000000000000'::uuid $$;
create function cast_.stop(p_who text, p_why text, p_more text default '', p_kind public.contact_kind default 'phone')
  returns text language sql as $$
  select cast_.run(p_who, format('select public.stop_contact(%L, %L, %L, %L%s)', cast_.org(), cast_.lead('a1'),
    cast_.contact('a1', p_kind), p_why, p_more))
$$;
create function cast_.shown(p_who text, p_what text, p_where text default 'true') returns text language sql as $$
  select cast_.ask(p_who, format('select %s from public.desk_consents(%L, %L) d where %s', p_what, cast_.org(),
    cast_.lead('a1'), p_where))
$$;

select is(cast_.stop(who, 'own_decision'), format('SL405 contact %s of lead %s not found', cast_.contact('a1'),
  cast_.lead('a1')), who || ' stops nothing')
from unnest('{viewer,colleague,rival,stranger}'::text[]) who;
select is(cast_.stop('anon', 'own_decision') like '42501%', true, 'nor does anon');
select is(left(cast_.stop('broker', 'whim'), 5), 'SL407', 'a reason is one of four');
select is(cast_.stop('broker', 'own_decision', ', ''{email}''') like 'SL407 choose channels of this contact%', true,
  'channels are those of the contact');
select is(cast_.stop('broker', 'wish', ', null, null'), 'SL407 how must be spoken, letter, e-mail, in person or third '
  'party', 'a wish reached somebody somehow');
select is(cast_.stop('broker', 'wish', ', null, ''letter'', null, now() + interval ''1 hour'''),
  'SL407 the time must be in the last five years', 'and before now');
select is(cast_.stop('broker', 'litigator') like 'SL407 only owners and admins%', true,
  'a broker enters no suppression that nothing lifts');

select is(cast_.stop('broker', 'own_decision', ', ''{sms}'''), 'rows 1', 'the broker stops texts');
select is(cast_.shown('broker', $$ concat_ws(' ', kind, why, channels, source, recorded_by, is_active, liftable) $$),
  'suppression own_decision {sms} member Broker t t', 'with who did it');
select is((select campaign_status::text from public.leads where id = cast_.lead('a1')) <> 'opted_out', true,
  'calls are left');
select is(cast_.stop('broker', 'wish', $$, '{voice_manual,voice_ai}', 'letter', 'Do not call me',
  now() - interval '2 days'$$), 'rows 1', 'a letter of the day before yesterday ends calls');
select is(cast_.shown('broker', $$ concat_ws(' ', why, channels, source, recorded_by) $$, $$ kind = 'revocation' $$),
  'ends channel {voice_manual,voice_ai} letter, recorded by a member Broker', 'as a revocation with its way');
select is(cast_.shown('owner', 'd::text') ~ 'Do not call me', false, 'the words stay encrypted');
select is((select (max(occurred_at) < now() - interval '1 day')::text from public.consents
  where lead_id = cast_.lead('a1') and action = 'revoke'), 'true', 'of its own day');

-- A consent: recorded by the broker, confirmed by an owner or admin.
select is(cast_.stop('broker', 'wish', $$, null, 'spoken', null, now() - interval '2 days'$$, 'email'), 'rows 1',
  'mails end');
select is(cast_.record('broker', jsonb_build_object('type', 'pec', 'channels', '["email"]'::jsonb, 'occurred_at',
  (now() - interval '1 day')::text), 'a1', 'email'), 'rows 1', 'the broker records a later consent');
select id as consent from public.consents where action = 'grant' \gset
create function cast_.confirm(p_who text, p_lead text, p_consent bigint) returns text language sql as $$
  select cast_.ask(p_who, format('select public.confirm_consent(%L, %L, %s)', cast_.org(), cast_.lead(p_lead),
    p_consent))
$$;
select is(cast_.shown('owner', $$ concat_ws(' ', d.why, recorded_by, confirmable, evidence ->> 'kept_at',
  evidence ->> 'signature') $$, $$ kind = 'consent' $$), 'pec, marketing Broker t scan 17, folder Ames Ann Ames',
  'with its evidence and recorder');
select is(cast_.shown('owner', 'is_active', $$ kind = 'suppression' and channels = '{email}' $$), 'true',
  'what a broker recorded lifts nothing');
select is(left(cast_.confirm(who, 'a1', :consent), 5), 'SL111', who || ' confirms none')
from unnest('{broker,colleague,viewer,rival,stranger}'::text[]) who;
select is(left(cast_.confirm('owner', 'a2', :consent), 5), 'SL408', 'nor one of another lead');
select is(cast_.confirm('admin', 'a1', :consent), '1', 'an admin who has seen the paper confirms it');
select is(cast_.shown('broker', 'is_active', $$ kind = 'suppression' and channels = '{email}' $$), 'false',
  'and the suppression is lifted');
select is(left(cast_.confirm('admin', 'a1', :consent), 5), 'SL408', 'there is nothing to confirm twice');
select is((select e.user_id from private.audit_events e where e.action = 'consent.confirmed'),
  'a0000000-0000-4000-8000-000000000002'::uuid, 'the log has the admin');

-- What nothing lifts, and what holds for everything.
select is(cast_.stop('owner', 'litigator', '', 'email'), 'rows 1', 'an owner enters a litigator');
select is(cast_.shown('broker', 'string_agg(concat_ws('' '', is_active, liftable), '' '')',
  $$ d.why = 'litigator' $$), 't f', 'which no consent lifts');
select is(cast_.stop('broker', 'refusal', $$, null, 'in person'$$), 'rows 1', 'the person refuses everything');
select is((select campaign_status::text from public.leads where id = cast_.lead('a1')), 'opted_out',
  'the lead is out');
select is((select count(*) > 0 from public.consents where lead_id = cast_.lead('a1') and revoked_scope = 'person'),
  true, 'also for contacts that become known later');

-- Pages of it, and the wording.
select is((
    with recursive pages (n, cursor, rows) as (
      select 1, cast_.ask('owner', format('select (array_agg(d.cursor))[2] from public.desk_consents(%L, %L, 2) d',
          cast_.org(), cast_.lead('a1'))),
        cast_.ask('owner', format('select string_agg(d.cursor, '';'') from public.desk_consents(%L, %L, 2) d',
          cast_.org(), cast_.lead('a1')))
      union all
      select n + 1,
        cast_.ask('owner', format('select (array_agg(d.cursor))[2] from public.desk_consents(%L, %L, 2, %L) d',
          cast_.org(), cast_.lead('a1'), p.cursor)),
        cast_.ask('owner', format('select string_agg(d.cursor, '';'') from public.desk_consents(%L, %L, 2, %L) d',
          cast_.org(), cast_.lead('a1'), p.cursor))
      from pages p where p.cursor is not null and n < 20
    )
    select string_agg(rows, ';' order by n) from pages),
  cast_.shown('owner', 'string_agg(d.cursor, '';'')'), 'pages add up to the whole');
insert into public.consent_texts (org_id, version, seller, title, body, channels)
values (:'org', 1, 'Org A', 'Texts', 'Org A may text me.', '{sms}'), 
  (:'org', 2, 'Sister', 'Other', 'Sister may.', '{sms}');
select is(cast_.ask('broker', format($$ select concat_ws(' ', w ->> 'seller', w -> 'texts' -> 0 ->> 'body',
  jsonb_array_length(w -> 'texts')) from public.consent_wordings(%L) w $$, :'org')), 'Org A Org A may text me. 1',
  'a broker reads the wordings of the seller');
select is(left(cast_.ask(who, format('select public.consent_wordings(%L)', :'org')), 5), 'SL111', who || ' does not')
from unnest('{viewer,rival,stranger}'::text[]) who;
select * from finish();
rollback;
