begin;
\ir ../support/cast.sql
\ir ../support/data_calls.sql
select no_plan();
select id as mail from public.contact_points where kind = 'email' and org_id = cast_.org() \gset
select id as phone from public.contact_points where kind = 'phone' and lead_id = cast_.lead('a1') \gset
create function cast_.judge(p_contact bigint, p_provider text, p_codes text[], p_level text default '') returns text
language sql as $$
  select private.record_verification(cast_.org(), p_contact, p_provider, p_codes, p_level => p_level)
$$;
-- Every code of every provider means what the map says, and nothing else.
select is(cast_.judge(case m.channel when 'email' then :mail else :phone end, m.provider, array[m.code], m.level),
  case when m.is_invalid then 'invalid' when m.is_verified then 'verified' when m.is_uncertain then 'uncertain'
    else 'unknown' end, format('%s %s %s %s', m.provider, m.channel, m.code, m.level))
from public.verification_code_map m where m.channel not in ('address', 'person')
order by m.provider, m.channel, m.code, m.level;
-- Whether a traced contact is the person's.
select is(private.judge_trace_codes(m.provider, m.channel, array[m.code]),
  case when m.is_verified then 'verified' when m.is_uncertain then 'uncertain' else 'unknown' end,
  format('%s %s %s', m.provider, m.channel, m.code))
from public.verification_code_map m where m.channel = 'person' order by m.provider, m.code;
-- One code, two levels.
select is(cast_.judge(:mail, 'melissa', '{ES01}', 'premium'), 'verified', 'asked at the mail server');
select is(cast_.judge(:mail, 'melissa', '{ES01}', 'express'), 'uncertain', 'looked up in a database');
select is((select email_verified from public.leads where id = cast_.lead('a1')), false, 'which takes "verified" away');
-- One code, two providers or channels.
select is(cast_.judge(:mail, 'zerobounce', '{ES01}'), 'unknown', 'a code of another provider');
select is(cast_.judge(:phone, 'melissa', '{ES01}'), 'unknown', 'or of another channel says nothing');
select results_eq($$ select provider, path, times from public.provider_drift order by 1, 2 $$,
  $$ values ('melissa', 'ES01', 1::bigint), ('zerobounce', 'ES01', 1) $$, 'and is counted');
-- An operator may judge otherwise, and the next result follows.
update public.verification_code_map set is_verified = false, is_uncertain = true
where provider = 'melissa' and channel = 'phone' and code = 'PS01';
select is(cast_.judge(:phone, 'melissa', '{PS01,PS07}'), 'uncertain', 'the map alone decides');
select * from finish();
rollback;
