begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
select no_plan();
insert into public.org_packs (org_id, pack) values (cast_.org(), 'prospects');

create function cast_.record(p_business jsonb, p_provider text default 'website') returns jsonb language sql as $$
  select private.record_business(cast_.org(), p_provider, p_business, 'https://example.com/', '2026-11-20T12:00Z')
$$;
create function cast_.is_new(p_business jsonb) returns text language sql as $$
  select coalesce(cast_.record(p_business) ->> 'is_new', 'no name')
$$;

select is(cast_.is_new('{"name": "Ames Dental, LLC", "website": "https://www.ames.example.com/contact",
  "street": "12 Main St", "city": "Los Angeles", "state": "CA", "zip": "90001", "phones": ["(213) 555-0101"],
  "emails": ["Hello@ames.example.com"], "facts": {"hours": ["Mo-Fr 09:00-17:00"]}}'), 'true', 'the first is new');
select results_eq($$ select name, name_key, website_domain, house_number, zip from public.businesses $$,
  $$ values ('Ames Dental, LLC', 'ames dental', 'ames.example.com', '12', '90001') $$, 'it is stored with its keys');
select is((select count(*) from public.business_contacts where masked !~ '5550101|hello'), 2::bigint,
  'contacts are masked');
select results_eq($$ select name, terms, source_url from public.business_facts where name = 'hours' $$,
  $$ values ('hours', 'published', 'https://example.com/') $$, 'facts say where they are from');

select is(cast_.is_new('{"name": "AMES DENTAL", "phones": ["213-555-0101"]}'), 'false', 'name and phone: the same');
select is(cast_.is_new('{"name": "Ames Dental", "website": "ames.example.com"}'), 'false',
  'name and website: the same');
select is(cast_.is_new('{"name": "Ames Family Dental", "street": "12 Main Street", "zip": "90001"}'), 'false',
  'a similar name in the same house: the same');
select is(cast_.is_new('{"name": "Cole Law Office", "street": "12 Main St", "zip": "90001"}'), 'true',
  'another name in the same house: another business');
select is(cast_.is_new('{"name": "Zed Answering", "phones": ["213-555-0101"]}'), 'true',
  'another name with the same phone: another business');
select is(cast_.is_new('{"name": "  "}'), 'no name', 'a record without a name is refused');

-- Branches.
select is(cast_.is_new(format('{"name": "Subway", "website": "subway.com", "street": "%s Oak Ave", "zip": "90002"}', n)
  ::jsonb), 'true', 'branch ' || n) from generate_series(1, 3) n;
select is(cast_.is_new('{"name": "Subway", "website": "subway.com", "street": "2 Oak Ave", "zip": "90002"}'), 'false',
  'the same branch again');
select is(cast_.is_new('{"name": "Cole Gym", "website": "cole.example.com", "street": "1 Elm St", "zip": "90003"}'),
  'true', 'a gym');
select is(cast_.is_new('{"name": "Cole Gym", "website": "cole.example.com", "street": "900 Pine Rd", "zip": "90005"}'),
  'true', 'its branch at another address');
select results_eq($$ select count(*), count(chain) from public.businesses where name = 'Cole Gym' $$,
  $$ values (2::bigint, 1::bigint) $$, 'the second address is known as a branch');

-- Terms.
select throws_ok($$ select cast_.record('{"name": "Dee Cafe"}', 'google') $$, 'SL701', null,
  'nothing of Google fills a business');
select throws_ok($$ select cast_.record('{"name": "Dee Cafe", "phones": ["213-555-0109"]}', 'yelp') $$, 'SL701', null,
  'nor of Yelp');
select throws_ok($$ select cast_.record('{"name": "Dee Cafe"}', 'nobody') $$, 'SL701', null,
  'nor of a provider whose terms nobody knows');
select is(cast_.record('{"name": "Dee Cafe"}', 'data_axle') ->> 'is_new', 'true', 'bought data do');

delete from public.org_packs where org_id = cast_.org();
select throws_ok($$ select cast_.record('{"name": "Eve Cafe"}') $$, 'SL141', 'the pack prospects is off',
  'nothing is recorded while the pack is off');

select * from finish();
rollback;
