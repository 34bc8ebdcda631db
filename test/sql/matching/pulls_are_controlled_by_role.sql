begin;
\ir ../support/cast.sql
select no_plan();

create function pg_temp.add(p_who text, p_url text, p_org text default 'a') returns text language sql as $$
  select cast_.run(p_who, format('insert into public.pulls (org_id, source_id, kind, url, terms)
    values (%L, %L, ''file'', %L, ''public record'')', p_org || '0000000-0000-4000-8000-000000000000',
    p_org || '0000000-0000-4000-8000-00000000005c', p_url))
$$;

delete from vault.secrets where name = 'sluice_loopback_urls';
select matches(pg_temp.add('owner', url), '^23514 the URL'::text, format('%s is refused', url))
from unnest(array['http://example.com/list.csv', 'https://127.0.0.1/list.csv', 'https://localhost/list.csv',
  'https://[::1]/', 'https://169.254.169.254/latest', 'https://user@example.com/', 'https://example.com:22/',
  'ftp://example.com/list.csv', 'https://db.internal/list.csv']) url;
select matches(pg_temp.add(who, 'https://example.com/list.csv'), '^42501'::text, format('%s adds none', who))
from unnest(array['broker', 'viewer', 'anon', 'rival']) who;
select is(pg_temp.add('admin', 'https://example.com/list.csv'), 'rows 1', 'an admin adds a pull');
select is(pg_temp.add('rival', 'https://example.com/list.csv', 'b'), 'rows 1', 'and so does another org');

select is(cast_.run(who, 'select url from public.pulls'), n, format('%s sees %s', who, n))
from (values ('owner', 'rows 1'), ('admin', 'rows 1'), ('broker', 'rows 0'), ('viewer', 'rows 0'),
  ('rival', 'rows 1')) v (who, n);
select matches(cast_.run('owner', 'select token_cipher from public.pulls'), '^42501'::text, 'nobody reads tokens');
select is(cast_.run('owner', 'select public.set_pull_token(''a0000000-0000-4000-8000-00000000005c'', ''x'')'),
  'rows 1', 'an owner stores one');
select matches(cast_.run('rival', 'select public.set_pull_token(''a0000000-0000-4000-8000-00000000005c'', ''x'')'),
  '^SL210'::text, 'another org does not');

create function pg_temp.run_now(p_who text) returns text language sql as $$
  select cast_.run(p_who, 'select public.run_pull(''a0000000-0000-4000-8000-00000000005c'')')
$$;
select matches(pg_temp.run_now(who), '^(SL210|42501)'::text, format('%s starts no run', who))
from unnest(array['broker', 'viewer', 'anon', 'rival']) who;
select is(pg_temp.run_now('owner'), 'rows 1', 'an owner does');
select matches(pg_temp.run_now('owner'), '^SL211'::text, 'one at a time');
select is(cast_.run(who, 'select id from public.pull_runs'), n, format('%s sees %s of the ledger', who, n))
from (values ('owner', 'rows 1'), ('broker', 'rows 0'), ('viewer', 'rows 0'), ('rival', 'rows 0')) v (who, n);

update public.pull_runs set state = 'held' where org_id = 'a0000000-0000-4000-8000-000000000000';
create function pg_temp.decide(p_who text) returns text language sql as $$
  select cast_.run(p_who, 'select public.decide_pull(''a0000000-0000-4000-8000-00000000005c'', true)')
$$;
select matches(pg_temp.decide(who), '^(SL210|42501)'::text, format('%s releases none', who))
from unnest(array['broker', 'viewer', 'anon', 'rival']) who;
select is(pg_temp.decide('admin'), 'rows 1', 'an admin does');
select matches(pg_temp.decide('admin'), '^SL212'::text, 'once');

select * from finish();
rollback;
