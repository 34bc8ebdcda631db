begin;
select plan(7);

insert into public.orgs (id, name) values ('00000000-0000-4000-8000-000000000001', 'Alpha Realty');
insert into public.sources (id, org_id, key, name) values
  ('00000000-0000-4000-8000-000000000011', '00000000-0000-4000-8000-000000000001', 'list-a', 'List A');

create function pg_temp.stage(p_rows jsonb) returns setof text
language plpgsql as $$
declare
  v record;
begin
  select * into v from private.accept_part('00000000-0000-4000-8000-000000000011', gen_random_uuid()::text,
    sha256(convert_to(gen_random_uuid()::text, 'UTF8')), 1, null, null, null, null, false, null, gen_random_uuid(),
      now());
  perform private.open_stage();
  insert into stage_in (line_no, apn, county, street, city, state, zip, phones, emails, attributes, warnings, raw)
  select n + 1, r ->> 'apn', r ->> 'county', r ->> 'street', r ->> 'city', r ->> 'state', r ->> 'zip',
    case when r ? 'phone' then jsonb_build_array(jsonb_build_object('v', r ->> 'phone')) end, null, '{}', '{}', '[]'
  from jsonb_array_elements(p_rows) with ordinality e (r, n);
  perform private.stage_rows(v.part_id);
  return query select r.code || ': ' || r.detail from public.upload_rejects r where r.upload_id = v.upload_id
    order by r.line;
end
$$;

select results_eq(
  $$ select pg_temp.stage('[{"street":"1 Main St","apn":"4285-027-001"},
    {"street":"2 Main St","city":"Reno"},{"street":"Hauptplatz","zip":"90401"}]') $$,
  $$ values
    ('no_identity: The row cannot be identified: its address has neither a ZIP nor a city and state (set '
      'default_city and default_state on the source); its parcel number has no county that exists in its state '
        '(correct it, or set default_county on the source).'),
    ('no_identity: The row cannot be identified: its address has neither a ZIP nor a city and state (set '
      'default_city and default_state on the source).'),
    ('no_identity: The row cannot be identified: its address is not a readable US address.') $$,
  'an address without a place, a parcel without a county and an unreadable address are named');
select results_eq(
  $$ select pg_temp.stage('[{"apn":"4285-027-001","county":"23","state":"FL"}]') $$,
  $$ values ('no_identity: The row cannot be identified: its county is ambiguous: write "City" or "County" behind its '
    'name, or give the ZIP or the whole FIPS code.') $$,
  'a number that may be the state''s own is an ambiguous county');
select results_eq($$ select pg_temp.stage('[{"phone":"12"}]') $$,
  $$ values ('no_identity: The row cannot be identified: its phones and e-mails are invalid.') $$,
  'invalid contacts are named');
select results_eq($$ select pg_temp.stage('[{"city":"Reno"}]') $$,
  $$ values ('no_identity: The row cannot be identified: it has no address, parcel number, MAK, phone or e-mail.') $$,
  'a row without any key is named as such');
select is_empty($$ select pg_temp.stage('[{"street":"1 Main St","zip":"90401"},{"phone":"3105550101"}]') $$,
  'a row with one key is not rejected');

update public.sources set default_city = 'Santa Monica', default_state = 'CA';
select is_empty($$ select pg_temp.stage('[{"street":"1 Main St","apn":"4285-027-001"}]') $$,
  'defaults of the source count');
update public.sources set default_city = null, default_county = 'Los Angeles';
select is_empty($$ select pg_temp.stage('[{"street":"1 Main St","apn":"4285-027-001"}]') $$,
  'the default county of the source counts');

select * from finish();
rollback;
