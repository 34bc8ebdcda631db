begin;
\ir ../support/gate.sql
select no_plan();

-- Readable by every signed-in user, writable only by the owner and the service.
select ok(has_table_privilege('authenticated', t, 'select') and not has_table_privilege('authenticated', t,
  'insert, update, delete')
  and not has_table_privilege('anon', t, 'select') and not has_table_privilege('pipeline_writer', t,
    'insert, update, delete'),
  format('%s is read only', t))
from unnest(array['public.rule_sets', 'public.gate_rules', 'public.calling_laws', 'public.calling_windows',
  'public.holidays', 'public.holiday_dates',
  'public.state_rules', 'public.zip_zones', 'public.area_code_zones', 'public.org_gate_rules']) t;
select ok(relrowsecurity, format('%s has row-level security', relname)) from pg_class
where oid = any (array['public.rule_sets', 'public.gate_rules', 'public.calling_laws', 'public.calling_windows',
  'public.holidays', 'public.holiday_dates',
  'public.state_rules', 'public.zip_zones', 'public.area_code_zones', 'public.org_gate_rules']::regclass[]);

select * from finish();
rollback;
