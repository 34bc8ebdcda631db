begin;
\ir ../support/cast.sql
select no_plan();
\set org '''a0000000-0000-4000-8000-000000000000'''

create function cast_.bidx(p_value text) returns bytea
language sql as $$ select private.blind_index(p_value, private.blind_key('a0000000-0000-4000-8000-000000000000')) $$;
create function cast_.held(p_value text) returns text
language sql as $$
  select coalesce(string_agg(ch, ' ' order by ch), 'free') from unnest('{sms,voice_manual,voice_ai}'::text[]) ch
  where private.is_suppressed('a0000000-0000-4000-8000-000000000000', cast_.bidx(p_value), ch)
$$;
create function cast_.suppress(p_n integer, p_channel text, p_reason text, p_at timestamptz) returns boolean
language sql as $$ select private.suppress_value('a0000000-0000-4000-8000-000000000000',
  cast_.bidx('+1213555010' || p_n), 'phone', p_channel, p_reason, 'test', p_at) $$;
create function cast_.consent(p_n integer, p_channels text[], p_at timestamptz, p_claim boolean default false,
  p_keyword boolean default false, p_action text default 'grant') returns bigint
language sql as $$
  insert into public.consents (org_id, lead_id, value_bidx, kind, action, type, channels, revoked_scope, is_unproven,
    is_keyword, method, occurred_at, recorded_by)
  values ('a0000000-0000-4000-8000-000000000000', cast_.lead('a' || p_n), cast_.bidx('+1213555010' || p_n), 'phone',
    p_action::public.consent_action,
    case p_action when 'grant' then 'pec' end, p_channels, case p_action when 'revoke' then 'channel' end, p_claim,
      p_keyword, 'test', p_at, 'system') returning id
$$;
create function cast_.lift(p_consent bigint) returns integer language sql
  as $$ select private.lift_suppressions('a0000000-0000-4000-8000-000000000000', p_consent) $$;

select cast_.suppress(1, null, 'opt_out', '2026-01-01Z') \g /dev/null
select is(cast_.lift(cast_.consent(1, channels, at, claim, keyword, action)), 0, what)
from (values
  ('{sms}'::text[], '2026-01-01Z'::timestamptz, false, false, 'grant', 'a consent of the same second lifts nothing'),
  ('{sms}', '2025-12-31Z', false, false, 'grant', 'nor an older one'),
  ('{sms}', '2026-02-01Z', true, false, 'grant', 'nor an unproven one'),
  ('{sms}', '2026-02-01Z', false, true, 'grant', 'nor START a suppression that was not a STOP'),
  ('{sms}', '2026-02-01Z', false, false, 'revoke', 'nor a revocation')
) x (channels, at, claim, keyword, action, what);
select is(cast_.lift(cast_.consent(2, '{sms}', '2026-02-01Z')), 0, 'nor the consent of another phone');
select is(cast_.held('+12135550101'), 'sms voice_ai voice_manual', 'the suppression stays in force');
select throws_ok(format($$ insert into public.suppression_lifts (org_id, suppression_id, channel, consent_id,
  lifted_at)
  select s.org_id, s.id, 'sms', %s, now() from public.suppressions s $$, cast_.consent(1, '{sms}', '2025-12-31Z')),
    'SL402', null, 'for every role that writes a lift');
select throws_ok(format($$ insert into public.suppression_lifts (org_id, suppression_id, channel, consent_id,
  lifted_at)
  select s.org_id, s.id, 'sms', %s, now() from public.suppressions s $$, cast_.consent(2, '{sms}', '2026-02-01Z')),
    'SL402', null, 'nor by the consent of another phone');
select is(cast_.lift(cast_.consent(1, '{sms}', '2026-02-02Z')), 1, 'a new, proven consent lifts');
select is(cast_.held('+12135550101'), 'voice_ai voice_manual', 'on its own channel');
select is(private.is_suppressed(:org, cast_.bidx('+12135550101'), c), a, format('on %s: %s', coalesce(c, 'any'), a))
  from (values ('all', false), (null, true)) x (c, a);
select is((select campaign_status::text from public.leads where id = cast_.lead('a1')), 'opted_out',
  'the lead stays opted out while any suppression is in force');
select is(cast_.lift(cast_.consent(1, '{voice_manual,voice_ai}', '2026-02-03Z')), 2, 'another consent lifts the rest');
select is(private.is_suppressed(:org, cast_.bidx('+12135550101')), false, 'then no suppression is in force');
select is((select campaign_status::text from public.leads where id = cast_.lead('a1')), 'new',
  'and the lead may be fed again');
select is((select count(*) from public.suppressions), 1::bigint, 'the suppression itself stays on record');
savepoint lifted;
select cast_.suppress(1, null, 'opt_out', '2026-03-01Z') \g /dev/null
select is(cast_.run(who, format('update public.leads set campaign_status = %L where id = %L', s, cast_.lead('a1'))),
  'SL403 a lead that opted out can be reopened only by a new consent', format('%s does not lead out to %s', who, s))
from unnest('{pipeline_writer,desk}'::text[]) who cross join unnest('{new,completed,invalid,opted_out}'::text[]) s
  where s <> 'opted_out';
select is(cast_.run(who, format('update public.leads set campaign_status = ''opted_out'' where id = %L',
  cast_.lead('a1'))), 'rows 1', who || ' may keep it so')
from unnest('{pipeline_writer,desk}'::text[]) who;
update public.leads set campaign_status = 'opted_out' where id = cast_.lead('a2');
select is(cast_.run('pipeline_writer', format('update public.leads set campaign_status = ''new'' where id = %L',
  cast_.lead('a2'))), 'SL403 a lead that opted out can be reopened only by a new consent',
  'nor a lead that was neither suppressed nor lifted');
rollback to lifted;
select results_eq($$ select l.channel, c.occurred_at from public.suppression_lifts l
  join public.consents c on c.id = l.consent_id order by 1 $$,
  $$ values ('sms', '2026-02-02Z'::timestamptz), ('voice_ai', '2026-02-03Z'), ('voice_manual', '2026-02-03Z') $$,
    'beside the consents that outrank it');

-- Suppressed again.
select is(cast_.suppress(1, null, 'opt_out', '2026-03-01Z'), true, 'what was lifted can be suppressed again');
select is(cast_.held('+12135550101'), 'sms voice_ai voice_manual', 'and is in force again');
select is(cast_.suppress(1, null, 'opt_out', '2026-03-02Z'), false, 'once');
-- A keyword does not replace other reasons.
select is(cast_.suppress(2, 'sms', 'stop_keyword', '2026-01-01Z'), true, 'STOP suppresses');
select is(cast_.suppress(2, 'sms', 'request', '2026-01-02Z'), true, 'a further request is a suppression of its own');
select is(cast_.lift(cast_.consent(2, '{sms}', '2026-01-03Z', p_keyword => true)), 1, 'START lifts one of the two');
select is(cast_.held('+12135550102'), 'sms', 'and the other stays in force');
-- Suppressions that nothing lifts.
select cast_.suppress(3, null, r, '2026-01-01Z') from unnest(array['opt_out', 'complaint']) r \g /dev/null
select is(cast_.lift(cast_.consent(3, '{sms,voice_manual,voice_ai}', '2026-01-03Z')), 3,
  'a consent lifts the opt-out');
select is(cast_.held('+12135550103'), 'sms voice_ai voice_manual', 'not the complaint');

-- By value: deleting and importing changes nothing.
delete from public.leads where id = cast_.lead('a3');
select is(cast_.held('+12135550103'), 'sms voice_ai voice_manual', 'deleting the lead lifts nothing');
set local sluice.actor = 'upload';
insert into public.leads (org_id, id, mak, consent, consented_at, consent_method)
  values (:org, cast_.lead('a4'), '1000000003', true, '2026-11-01Z', 'list says yes');
select cast_.add_contact(cast_.lead('a4'), 'phone', '+12135550103') \g /dev/null
set local sluice.actor = '';
select is(cast_.held('+12135550103'), 'sms voice_ai voice_manual', 'nor does a list that asserts consent');
select is((select count(*) from public.suppression_lifts l join public.consents c on c.org_id = l.org_id
  and c.id = l.consent_id where c.is_unproven), 0::bigint, 'no unproven consent has lifted anything');

select throws_ok('update public.suppression_lifts set lifted_at = now()', 'SL002', null, 'a lift cannot be changed');
select throws_ok('delete from public.suppression_lifts', 'SL002', null, 'nor deleted');
select is(cast_.run(who, 'select * from public.suppression_lifts'), answer, who || ' reads lifts: ' || answer)
from (values ('owner', 'rows 7'), ('admin', 'rows 7'), ('broker', 'rows 0'), ('rival', 'rows 0'),
  ('anon', '42501 permission denied for table suppression_lifts')) x (who, answer);
select lives_ok($$ delete from public.orgs where id = 'a0000000-0000-4000-8000-000000000000' $$,
  'an org can be deleted');
select is((select count(*) from public.suppression_lifts), 0::bigint, 'with its lifts');

select * from finish();
rollback;
