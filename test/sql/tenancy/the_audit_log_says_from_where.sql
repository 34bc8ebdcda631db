begin;
\ir ../support/cast.sql
select no_plan();

create function pg_temp.address(p_address text, p_headers text, p_claims text default '{"role": "authenticated"}')
  returns text language plpgsql as $$
begin
  perform set_config('sluice.client_address', p_address, true), set_config('request.headers', p_headers, true),
    set_config('request.jwt.claims', p_claims, true);
  return host(private.request_address());
end
$$;
select is(pg_temp.address(address, headers), answer, what)
from (values
  ('203.0.113.7', '{"cf-connecting-ip": "203.0.113.9"}', '203.0.113.7', 'what a function says counts'),
  ('', '{"cf-connecting-ip": "203.0.113.9", "x-forwarded-for": "1.1.1.1"}', '203.0.113.9',
    'then what Cloudflare says'),
  ('', '{"x-forwarded-for": "198.51.100.1, 203.0.113.8"}', '203.0.113.8', 'then what the last proxy added'),
  ('', '{"x-forwarded-for": "2001:db8::1"}', '2001:db8::1', 'an IPv6 address'),
  ('', '{"x-forwarded-for": "not an address"}', null, 'other text is no address'),
  ('', '{}', null, 'no header, no address'),
  ('', '', null, 'behind a function, the connection is not the client''s')) x (address, headers, answer, what);
select is(pg_temp.address('', '', ''), host(inet_client_addr()), 'a direct session has its own address');

select set_config('request.headers', '{"x-forwarded-for": "203.0.113.8"}', true) \g /dev/null
select is(cast_.run('admin', 'update public.orgs set name = ''Renamed'''), 'rows 1', 'an admin renames the org');
select is(cast_.ask('owner', $$ select address from public.list_audit('a0000000-0000-4000-8000-000000000000', 1) $$),
  '203.0.113.8', 'the log says from where');

select * from finish();
rollback;
