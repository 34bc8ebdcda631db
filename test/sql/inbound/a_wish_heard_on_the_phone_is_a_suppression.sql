-- What a person asks for on the phone takes effect with the record of the call, with the reach that they named.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/hand_calls.sql
select plan(17);
create function cast_.ended(p_lead text, p_kind public.contact_kind default 'phone') returns text language sql as $$
  select coalesce(string_agg(ch, ' ' order by ch), 'none')
  from unnest(private.channels_for_kind(p_kind)) ch
  where private.is_suppressed(cast_.org_of(p_lead), cast_.bidx(p_lead, p_kind), ch)
$$;
select cast_.add_contact(cast_.lead('a2'), 'email', 'bell@example.com'),
  cast_.add_contact(cast_.lead('a3'), 'email', 'cole@example.com') \g /dev/null

select is(cast_.call('broker', 'do_not_call', 1)::jsonb -> 'suppressed', '["sms", "voice_ai", "voice_manual"]'::jsonb,
  'do not call: neither calls nor texts to the number');
select is(cast_.ended('a1'), 'sms voice_ai voice_manual', 'at once');
select is(cast_.ended('a1', 'email'), 'none', 'e-mail was not meant');
select is((select l.campaign_status::text from public.leads l where l.id = cast_.lead('a1')), 'opted_out',
  'the lead is out of its campaigns');
select is((select concat_ws(' ', c.action, c.method, c.occurred_at) from public.consents c
  where c.value_bidx = cast_.bidx('a1')), 'revoke call by a member 2026-11-18 18:00:00+00', 'the wish is on record');
select is(cast_.decide('a1', 'voice_manual', '2026-11-19T18:00Z') ~ 'internal_list', true, 'the gate refuses calls');

select is(cast_.call('colleague', 'talked', 2, 'a2', '{"wish": "calls"}')::jsonb -> 'suppressed',
  '["voice_ai", "voice_manual"]'::jsonb, 'text me instead: calls alone end');
select is(cast_.ended('a2'), 'voice_ai voice_manual', 'texts are left');
select is((select l.campaign_status::text from public.leads l where l.id = cast_.lead('a2')), 'replied',
  'and the lead stays in work');
select is(cast_.call('colleague', 'do_not_call', 3, 'a2', '{"wish": "everything"}', '2026-11-18T19:00Z')::jsonb
  -> 'suppressed', '["email", "sms", "voice_ai", "voice_manual"]'::jsonb, 'never again: everything ends');
select is(cast_.ended('a2', 'email'), 'email', 'e-mail, too');
select is(cast_.add_contact(cast_.lead('a2'), 'phone', '+12135550108') > 0
    and cast_.decide('a2', 'voice_manual', '2026-11-19T18:00Z') <> 'yes', true, 'a number found later is refused');

select is(cast_.call('owner', 'wrong_number', 4, 'a3')::jsonb -> 'suppressed', '["wrong_number"]'::jsonb,
  'a wrong number ends for its lead');
select is((select count(*) from public.wrong_contacts w where w.lead_id = cast_.lead('a3')), 1::bigint,
  'now and when a list has it again');

-- Only a consent lifts it, and only owners and admins record one for a lead that is not theirs.
select is(cast_.run('broker', $$ delete from public.suppressions $$) like '42501%', true, 'nobody deletes it');

-- Notes that read like a wish that nobody picked.
select is(cast_.call('rival', 'talked', 5, 'b1', '{"notes": "stop calling me"}')::jsonb -> 'possible_wish',
  'true'::jsonb,
  'notes that read like a wish are pointed out');
select is((select count(*) from private.possible_wishes w where w.lead_id = cast_.lead('b1')), 1::bigint,
  'and hold automatic sending until a person has looked');

select * from finish();
rollback;
