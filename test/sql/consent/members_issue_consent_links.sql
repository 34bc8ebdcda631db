begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/consent_records.sql
select no_plan();

insert into public.consent_texts (org_id, version, seller, title, body, channels, automated_disclosed,
  not_condition_of_purchase)
values (cast_.org_of('a1'), 1, 'Org A', 'Texts',
  'I agree that Org A may send automated texts. No condition of purchase.', '{sms}', true, true);
create function cast_.link(p_who text, p_lead text default 'a1', p_channels text[] default '{sms}',
  p_ttl interval default '14 days', p_reason text default 'asked for it in person') returns text language sql as $$
  select cast_.ask(p_who,
    format('select l - ''nonce'' ->> ''url'' is null and length(l ->> ''nonce'') = 43 from '
    'public.issue_consent_link(%L, %L, %L, null, %L, %L) l',
    cast_.org_of(p_lead), cast_.lead(p_lead), p_channels, p_ttl, p_reason))
$$;
select is(cast_.link(who), answer, who || ': ' || answer) from (values ('owner', 'true'),
  ('broker', 'SL406 links are handed over by owners and admins only: use send_consent_link'),
  ('admin', 'true'), ('service_role', 'true'), ('project_owner', 'true'),
  ('colleague', 'SL405 lead ' || cast_.lead('a1') || ' not found'),
    ('viewer', 'SL405 lead ' || cast_.lead('a1') || ' not found'),
    ('rival', 'SL405 lead ' || cast_.lead('a1') || ' not found'),
  ('anon', '42501 permission denied for function issue_consent_link')) x (who, answer);
select is((select count(*) from public.consent_tokens), 4::bigint, 'each link has its token');
select is(cast_.link(who, p_reason => reason), answer, format('%s with the reason %s: %s', who, reason, answer))
from (values ('owner', null, 'SL406 reason is required: why the link is handed over and not sent to the contact'),
  ('admin', ' ', 'SL406 reason is required: why the link is handed over and not sent to the contact'),
  ('service_role', null, 'true')) x (who, reason, answer);
select is(cast_.link('owner', p_channels => '{email}'), 'SL401 the org has no consent text for these channels',
  'a link for a channel that no text covers is refused');
select is(cast_.link('admin', p_ttl => ttl::interval),
  'SL401 the lifetime of a link must be between one minute and 90 days', ttl)
  from unnest('{0 seconds,91 days,-1 day}'::text[]) ttl;
select is(cast_.run('project_owner',
  $$ update public.orgs set settings = '{"consent_page": "http://example.com"}' $$) ~ '^23514', true,
  'the page must use https');
update public.orgs set settings = '{"consent_page": "https://example.com/consent/"}' where name = 'Org A';
select matches(cast_.ask('owner', format(
  'select public.issue_consent_link(%L, %L, ''{sms}'', p_reason => ''on paper'') ->> ''url''',
  cast_.org_of('a1'), cast_.lead('a1'))),
  '^https://example.com/consent/#[A-Za-z0-9_-]{43}$', 'a link is complete when consent_page is set');

select * from finish();
rollback;
