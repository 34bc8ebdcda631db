begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
select no_plan();

insert into public.suppressions (org_id, value_bidx, kind, reason, source)
select o.id, private.blind_index('+12135550199', private.blind_key(o.id)), 'phone', 'stop', 'reply' from public.orgs o;

select is(cast_.ask(who,
  'select coalesce(string_agg(left(org_id::text, 1), '' ''), ''none'') from public.suppressions'), answer,
  format('%s sees suppressions: %s', who, answer))
from (values ('owner', 'a'), ('admin', 'a'), ('viewer', 'none'), ('broker', 'none'), ('rival', 'b'),
  ('stranger', 'none'), ('anon', '42501 permission denied for table suppressions')) x (who, answer);

select private.suppress_value(cast_.org(), cast_.phone_bidx(1), 'phone', null, 'stop', 'reply') \g /dev/null
select is(cast_.run(who, 'select * from public.suppressions'), answer,
  format('%s reads suppressions: %s', who, answer))
from (values ('owner', 'rows 2'), ('admin', 'rows 2'), ('broker', 'rows 0'), ('viewer', 'rows 0'),
  ('rival', 'rows 1'), ('pipeline_writer', 'rows 3'),
  ('anon', '42501 permission denied for table suppressions')) x (who, answer);
select is(cast_.run(who, format($$ insert into public.suppressions (org_id, value_bidx, kind, reason, source)
  values (%L, '\x%s', 'phone', 'stop', 'test') $$, cast_.org(), md5(who))), answer,
  format('%s adds suppressions: %s', who, answer))
from (values ('owner', '42501 permission denied for table suppressions'),
  ('anon', '42501 permission denied for table suppressions'),
  ('pipeline_writer', 'rows 1')) x (who, answer);

select * from finish();
rollback;
