begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
select no_plan();

create function cast_.day(p_who text, p_at timestamptz default cast_.noon(), p_limit integer default 100) returns text
  language sql as $$
  select cast_.ask(p_who, format($q$ select coalesce(string_agg(format('%%s:%%s by %%s next %%s',
    right(left(lead_id::text, -2), 1), outlook,
    array_to_string(now_by, ','), coalesce(to_char(next_at at time zone 'UTC', 'DD HH24:MI'), '-')), ' | '
      order by ord), 'none')
    from (select *, row_number() over () as ord from public.my_day(%s, %L)) d $q$, p_limit, p_at))
$$;
update public.leads set assigned_broker_id = 'a0000000-0000-4000-8000-0000000000b1' where org_id = cast_.org_of('a1');
select cast_.consent('a2') \g /dev/null

select is(cast_.day('broker'),
  '3:now by voice_manual next - | 2:now by sms,voice_ai,voice_manual next - | 1:now by email,voice_manual next -',
  'leads that can be contacted now, with channels, best first');
select is(cast_.day('broker', '2026-11-18T15:00Z'),
  '1:now by email next - | 3:later today by  next 18 16:00 | 2:later today by  next 18 16:00',
  'before eight, leads that can be contacted later today');
select is(cast_.day('broker', '2026-11-19T05:30Z'),
  '1:now by email next - | 3:later by  next 19 16:00 | 2:later by  next 19 16:00',
  'in the evening, leads that can be contacted another day');
select matches(cast_.ask('broker', format('select why from public.my_day(3, %L) where lead_id = %L', cast_.noon(),
  cast_.lead('a1'))), 'sms to \*{3}-\*{3}-0101: .*written consent.*consent_missing',
  'the reasons against the other channels are listed');
select private.record_opt_out(cast_.org_of('a3'), cast_.bidx('a3'), 'phone', 'sms', 'reply', 'never contact me again',
  p_as_of => '2026-11-10Z') \g /dev/null
select is(cast_.day('broker') ~ '3:', false, 'an opted-out lead is not listed');
delete from public.contact_points where lead_id = cast_.lead('a2');
select is(cast_.ask('broker', format('select outlook || '': '' || why from public.my_day(9, %L) where lead_id = %L',
  cast_.noon(), cast_.lead('a2'))), 'never: no phone number or e-mail address',
  'a lead without a contact point can never be contacted');
select is(cast_.day('broker', p_limit => 1) ~ '\|', false, 'the limit applies');

select is(cast_.day(who), answer, who || ': ' || answer)
from (values ('colleague', 'none'), ('owner', 'none'), ('rival', '1:now by voice_manual next -'),
  ('anon', '42501 permission denied for function my_day')) x (who, answer);
select is((select count(*) from public.gate_decisions), 0::bigint, 'reading stores no decision');

select * from finish();
rollback;
