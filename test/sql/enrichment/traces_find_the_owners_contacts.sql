begin;
\ir ../support/cast.sql
select no_plan();
select set_config('sluice.as_of', '', true) \g /dev/null
insert into public.leads (org_id, id, owner_1_first, owner_1_last, situs_house_number, situs_street, situs_city,
  situs_state, situs_zip)
values ('a0000000-0000-4000-8000-000000000000', cast_.lead('a6'), 'Ann', 'Cole', '3', '3 Main St', 'Los Angeles', 'CA',
  '90001'),
  ('a0000000-0000-4000-8000-000000000000', cast_.lead('a7'), null, 'Byrd', '4', '4 Main St', 'Los Angeles', 'CA',
    '90001');
create function cast_.org(p text default 'a') returns uuid language sql immutable as $$
  select (p || '0000000-0000-4000-8000-000000000000')::uuid
$$;
create function cast_.record(p_persons jsonb, p_lead uuid default cast_.lead('a6'), p_at timestamptz default
  '2026-11-20T18:00Z', p_provider text default 'batchdata') returns text language sql as $$
  select private.record_trace(cast_.org(), p_lead, p_provider, p_persons, p_at)
$$;
create function cast_.contacts(p_lead uuid default cast_.lead('a6')) returns text[] language sql as $$
  select array_agg(concat_ws(' ', c.position, private.decrypt_value(c.value_cipher,
    private.org_key(c.org_id, c.key_id)), f.value ->> 'confidence') order by c.kind, c.position)
  from public.contact_points c
  left join public.lead_facts f on f.org_id = c.org_id and f.contact_point_id = c.id and f.name = 'traced'
  where c.lead_id = p_lead
$$;
create function cast_.suppressed(p_value text, p_org text default 'a') returns text language sql as $$
  select string_agg(concat_ws(' ', coalesce(s.channel, 'all'), s.reason), ', ' order by s.channel)
  from public.suppressions s
  where s.org_id = cast_.org(p_org) and s.value_bidx = private.blind_index(p_value, private.blind_key(s.org_id))
$$;
select cast_.add_contact(cast_.lead('a6'), 'email', 'cole@example.com') \g /dev/null

-- Who is named as the owner?
select is(private.names_owner(name, first, owner), answer, format('%s (%s) and %s', name, first, owner))
from (values ('Ann Cole', 'Ann', 'Ann Cole', true), ('ANN B COLE', 'ANN', 'Cole Ann', true),
  ('Bob Cole', 'Bob', 'Ann Cole', false), ('Robert Cole', 'Robert', 'Bob Cole', true),
  ('Ann Cole', 'Ann', 'Cole', true), ('Ann Cole', 'Ann', 'A Cole', true), ('Ann Byrd', 'Ann', 'Ann Cole', false),
  ('A Cole', 'A', 'Ann Cole', true), ('', null, 'Ann Cole', false), ('Ann Cole', 'Ann', '', false)
) x (name, first, owner, answer);

select is((select array_agg(lead_id) from private.leads_to_trace(cast_.org(), 'batchdata',
  array[cast_.lead('b1'), cast_.lead('a6')])), array[cast_.lead('a6')], 'a lead of the org without a phone is asked
    about');
select is((select question -> 'property' ->> 'street' from private.leads_to_trace(cast_.org(), 'batchdata',
  array[cast_.lead('a6')])), '3 Main St', 'by its address');
savepoint as_lists_have_it;
update public.leads set situs_street = '3 Main St' where id = cast_.lead('a6');
select is((select question -> 'property' ->> 'street' from private.leads_to_trace(cast_.org(), 'batchdata',
  array[cast_.lead('a6')])), '3 Main St', 'whose number is there once, as in the streets of lists');
rollback to savepoint as_lists_have_it;
select is(cast_.record('[
  {"name": "Ann Cole", "first": "Ann", "marks": [], "phones": [
    {"number": "(213) 555-0121", "type": "mobile", "rank": 1, "confidence": 90, "marks": []},
    {"number": "2135550122", "type": "landline", "rank": 2, "confidence": 40, "marks": ["dnc"]},
    {"number": "2135550123", "rank": 3, "confidence": 70, "marks": ["litigator"]},
    {"number": "not a number", "rank": 4, "confidence": 70, "marks": []}],
    "emails": [{"email": "ANN@example.com", "rank": 1, "confidence": 90},
      {"email": "cole@example.com", "rank": 2, "confidence": 60}]},
  {"name": "Bob Cole", "first": "Bob", "marks": [], "emails": [], "phones": [
    {"number": "2135550124", "rank": 1, "confidence": 90, "marks": []},
    {"number": "2135550125", "rank": 2, "confidence": 90, "marks": ["litigator"]}]},
  {"name": "", "first": null, "marks": [], "emails": [], "phones": [{"number": "2135550126", "rank": 1,
    "confidence": 90, "marks": []}]}]'), 'found', 'the owner was found');
select is(cast_.contacts(), array['1 +12135550121 90', '2 +12135550122 40', '1 cole@example.com 60',
  '2 ann@example.com 90'], 'contacts of the owner are added after those that were known, with their confidence');
select is((select array_agg(value order by n) from (select cast_.suppressed('+1213555012' || n) as value, n
  from generate_series(1, 6) n) x), array[null, 'sms dnc, voice_ai dnc, voice_manual dnc', 'all litigator', null,
  'all litigator', null], 'flagged phones are suppressed, whoever has them');
select is((select value from public.lead_facts where name = 'trace'), '{"result": "found", "phones": 3, "emails": 2,
  "of_others": 2, "unnamed": 1, "marked": 3}', 'the answer is a fact without values');
select is((select array_agg(distinct (provider, terms)::text) from public.lead_facts), '{"(batchdata,bought)"}',
  'marked as from the provider, under its terms');
select ok(not exists (select from public.contact_points c where c.lead_id = cast_.lead('a6')
  and position('55501'::bytea in c.value_cipher) > 0), 'contacts are encrypted');
select is_empty(format('select * from private.leads_to_trace(%L, %L, array[%L::uuid])', cast_.org(), p,
  cast_.lead('a6')), p || ' is not asked after a good answer') from unnest('{batchdata,other}'::text[]) p;

-- Another trace changes nothing that is better.
update public.contact_points set verified = true, codes = '{PS01}' where lead_id = cast_.lead('a6')
  and value_bidx = private.blind_index('+12135550121', private.blind_key(org_id));
select is(cast_.record('[{"name": "Ann Cole", "first": "Ann", "marks": [], "emails": [], "phones": [
  {"number": "2135550121", "rank": 1, "confidence": 20, "marks": []}]}]', p_provider => 'melissa',
  p_at => '2026-11-21T18:00Z'), 'found', 'a second provider');
select is((select (position, verified, codes, label)::text from public.contact_points where lead_id = cast_.lead('a6')
  and value_bidx = private.blind_index('+12135550121', private.blind_key(org_id))), '(1,t,{PS01},traced)',
  'leaves the contact as it is');

-- Of others, of nobody, of doubt.
select is(cast_.record(persons, cast_.lead('a7')), answer, answer) from (values
  ('[{"name": "Zoe Young", "first": "Zoe", "marks": [], "emails": [], "phones": [{"number": "2135550131", "rank": 1,
    "confidence": 90, "marks": []}]}]'::jsonb, 'other_person'), ('[]', 'nobody'),
  ('[{"name": "Byrd", "marks": [], "emails": [], "phones": [{"number": "2135550132", "rank": 1, "confidence": 30,
    "marks": []}]}]', 'doubtful')) x (persons, answer);
select is(cast_.contacts(cast_.lead('a7')), array['1 +12135550132 30'],
  'a phone that is named with another person is not accepted');
select isnt_empty(format('select * from private.leads_to_trace(%L, %L, array[%L::uuid])', cast_.org(), 'melissa',
  cast_.lead('a7')), 'after a doubtful answer the next provider is asked');
select is_empty(format('select * from private.leads_to_trace(%L, %L, array[%L::uuid])', cast_.org(), 'batchdata',
  cast_.lead('a7')), 'and the same one not again');
select isnt_empty(format('select * from private.leads_to_trace(%L, %L, array[%L::uuid], %L)', cast_.org(),
  'batchdata',
  cast_.lead('a7'), '2027-05-20T18:00Z'), 'for 180 days');

-- A number that was called wrong stays wrong.
select private.record_wrong_contact(cast_.org(), private.blind_index('+12135550132', private.blind_key(cast_.org())),
  'phone', cast_.lead('a7'), 'reply') \g /dev/null
select is(cast_.record('[{"name": "Byrd", "marks": [], "emails": [], "phones": [{"number": "2135550132", "rank": 1,
  "confidence": 90, "marks": []}]}]', cast_.lead('a7'), '2026-11-22T18:00Z', 'melissa'), 'doubtful',
  'a number that the owner''s contacts call wrong is no good answer');
select isnt((select invalid_at from public.contact_points where lead_id = cast_.lead('a7') and kind = 'phone'), null,
  'and stays invalid');

-- A provider that repeats the name it was asked for is believed by its result codes alone.
insert into public.leads (org_id, id, owner_1_first, owner_1_last, situs_house_number, situs_street, situs_zip)
values (cast_.org(), cast_.lead('a8'), 'Eve', 'Dunn', '5', '5 Main St', '90001');
create function cast_.append(p_codes text, p_phone text, p_email text default null, p_marks text default '{}')
returns text language sql as $$
  select cast_.record(jsonb_build_array(jsonb_build_object('name', 'Eve Dunn', 'first', null, 'marks', p_marks::text[],
    'codes', string_to_array(p_codes, ','), 'phones', jsonb_build_array(jsonb_build_object('number', p_phone, 'rank',
    1, 'confidence', 70, 'marks', '[]'::jsonb)), 'emails', case when p_email is null then '[]'::jsonb else
    jsonb_build_array(jsonb_build_object('email', p_email, 'rank', 1, 'confidence', 70)) end)), cast_.lead('a8'),
    p_provider => 'melissa')
$$;
select is(cast_.append(codes, '2135550151'), 'other_person', codes || ': ' || why)
from (values ('AS01,DA30,PS01', 'nothing says whose phone it is'),
  ('AS01,VS12,DA30,PS01', 'a relative''s, maybe'), ('VR01,VS12,DA30,PS01', 'codes that contradict each other'),
  ('VR04,DA30,PS01', 'that of the address'), ('ZZ99,DA30', 'an unknown code says nothing'),
  ('VR02,DA30,PE01', 'no such number')) x (codes, why);
select is(cast_.contacts(cast_.lead('a8')), null, 'and no contact of it is taken');
select is(cast_.append('VR02,DA30,PS02', '2135550152'), 'doubtful', 'an uncertain code is a doubt');
select is(cast_.append('VR02,DA30,DA40,PS01,PS07,ES05', '2135550153', 'eve@example.com'), 'found',
  'the person''s own phone');
select is(cast_.contacts(cast_.lead('a8')), array['1 +12135550152 40', '2 +12135550153 70'],
  'is taken, a throwaway e-mail address is not');
select is((select array_agg(path || ' ' || times) from public.provider_drift where endpoint = 'trace'),
  array['ZZ99 1'], 'unknown codes are counted');
select is(cast_.append('VS12,DD01', '2135550154', p_marks => '{deceased}'), 'found',
  'a relative who has died is not the owner');
select is(cast_.suppressed('+12135550154'), 'all deceased', 'and their phone is suppressed');
select is(cast_.append('VR01,DD01', '2135550155', p_marks => '{deceased}'), 'deceased', 'the owner has died');

-- An owner who must not be contacted.
select is(cast_.record('[{"name": "Ann Cole", "first": "Ann", "marks": ["deceased"], "phones": [], "emails": []}]'),
  'deceased', 'the only owner has died');
select is((select campaign_status from public.leads where id = cast_.lead('a6')), 'opted_out',
  'the lead is not contacted');
select matches(cast_.suppressed('cole@example.com'), '^all deceased', 'its contacts are suppressed');
select is(cast_.record('[]'), 'never_contact', 'what else comes is not recorded');
update public.leads set owner_1_first = 'Cy', owner_2_first = 'Di', owner_2_last = 'Byrd' where id = cast_.lead('a7');
select is(cast_.record('[{"name": "Cy Byrd", "first": "Cy", "marks": ["deceased"], "phones": [{"number": "2135550141",
  "rank": 1, "confidence": 90, "marks": []}], "emails": []}]', cast_.lead('a7')), 'doubtful',
  'one of two owners has died');
select is(cast_.suppressed('+12135550141'), 'all deceased', 'their phone is suppressed');
select isnt((select campaign_status from public.leads where id = cast_.lead('a7')), 'opted_out',
  'and the other one may be contacted');
select is(cast_.suppressed('+12135550123', 'b'), null, 'suppressions are of one org');
select is(cast_.contacts(cast_.lead('b1')), array['1 +12135550101'], 'and the other org''s contacts stay as they
  are');

select matches(cast_.run(who, format('select private.record_trace(%L, %L, ''batchdata'', ''[]'')', cast_.org(),
  cast_.lead('a1'))), answer, who || ' records traces: ' || answer)
from (values ('owner', '^42501'), ('service_role', '^42501'), ('pipeline_writer', '^rows 1$')) x (who, answer);
select * from finish();
rollback;
