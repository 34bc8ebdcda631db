begin;
\ir ../support/cast.sql
select no_plan();

-- The same rule as edge-functions/_shared/platform/settings.ts, whose test has more cases.
select is(private.url_problem(u), null, u || ' is fine') from unnest(array['https://n8n.example.com/webhook/x',
  'https://example.com', 'https://example.com?a=b', 'https://example.com:443/', 'https://a.b-c.example.co:8443/x?y=z',
  'https://hooks.example.xn--p1ai/a%20b']) u;
select isnt(private.url_problem(u), null, u || ' is refused') from unnest(array['', 'http://example.com/',
  'HTTPS://example.com/', 'https://user:pass@example.com/', 'https://example.com@127.0.0.1/',
  E'https://example.com\\@127.0.0.1/', 'https://example.com#@127.0.0.1/', 'https://example.com/a b',
  E'https://example.com/\n', E'https://example.com/a\u00a0b', 'https://127.0.0.1/', 'https://8.8.8.8/',
  'https://2130706433/', 'https://0x7f000001/', 'https://0x7f.1/', 'https://0177.0.0.1/', 'https://127.0.0.0x1/',
  'https://[::1]/', 'https://[::ffff:169.254.169.254]/', 'https://169.254.169.254/latest/', 'https://127.0.0.1./',
  'https://localhost/', 'https://example.com./', 'https://.example.com/', 'https://metadata.google.internal/',
  'https://printer.local/', 'https://a.localhost/', 'https://db/', 'https://nas.home.arpa/',
  U&'https://b\00fccher.example/', U&'https://example\3002com/', U&'https://\FF11\FF12\FF17.0.0.1/',
  'https://a_b.example.com/', 'https://-a.example.com/', 'https://' || repeat('a', 64) || '.example.com/',
  'https://' || repeat('abcdefgh.', 30) || 'example.com/', 'https://example.com/' || repeat('a', 2000),
  'https://example.com:22/', 'https://example.com:80/', 'https://example.com:6379/', 'https://example.com:/',
  'https://example.com:0443/', 'http://127.0.0.1:5678/x', 'http://localhost/', 'http://[::1]:5678/']) u;
select is(private.url_problem(u, true), null, u || ' is fine on a development machine') from unnest(
  array['http://127.0.0.1:5678/x', 'http://localhost/', 'http://[::1]:5678/']) u;
select isnt(private.url_problem(u, true), null, u || ' is refused there, too') from unnest(
  array['http://127.0.0.2/', 'http://127.0.0.1.example.com/', 'http://10.0.0.1/', 'http://localhost@10.0.0.1/',
    'https://127.0.0.1/', 'http://example.com/']) u;

-- Whoever writes a subscription.
create function cast_.subscribe(p_url text) returns text language sql as $$
  select format('select public.create_subscription(%L, %L, %L)', 'a0000000-0000-4000-8000-000000000000', p_url,
    '{day.closed}')
$$;
select is(cast_.run(w, cast_.subscribe('https://n8n.example.com/' || w)), 'rows 1',
  w || ' can subscribe a public URL')
from unnest('{owner,admin,service_role}'::text[]) w;
select matches(cast_.run(w, cast_.subscribe(u)), '^23514 the URL', w || ' cannot subscribe ' || u)
from unnest('{owner,admin,service_role}'::text[]) w,
  unnest('{https://169.254.169.254/,https://db.internal/,https://n8n.example.com:5432/}'::text[]) u;
select throws_ok($$ update public.subscriptions set url = 'https://10.0.0.1/' $$, '23514', null,
  'nobody can change a URL into another');
select lives_ok($$ update public.subscriptions set events = '{feed.done}' $$, 'other columns can be changed');

-- The switch of development machines.
select is(cast_.run('owner', cast_.subscribe('http://127.0.0.1:5678/x')), 'rows 1',
  'with the switch, loopback is fine');
delete from vault.secrets where name = 'sluice_loopback_urls';
select is(cast_.run('owner', cast_.subscribe('http://127.0.0.1:5679/x')),
  '23514 the URL must be https://, a public host name in ASCII, and port 443 or 8443', 'without, it is refused');
select vault.create_secret('yes', 'sluice_loopback_urls') \g /dev/null
select matches(cast_.run('owner', cast_.subscribe('http://127.0.0.1:5679/x')), '^23514',
  'the switch has one position');

select * from finish();
rollback;
