begin;
\ir ../support/cast.sql
select no_plan();

create function cast_.org() returns uuid language sql as $$ select 'a0000000-0000-4000-8000-000000000000'::uuid $$;
create function pg_temp.seal(p_text text, out cipher bytea, out key_id integer) language sql as $$
  select private.encrypt_value(p_text, private.org_key(cast_.org(), k)), k
  from private.active_key_id(cast_.org(), 'data') k
$$;
create function pg_temp.usage_of_b() returns text language sql as $$
  select string_agg(u::text, ' ' order by u::text)
  from private.key_usage('b0000000-0000-4000-8000-000000000000') u
$$;
create function pg_temp.rotate(p_limit integer default 2) returns text language plpgsql as $$
declare
  v record;
  v_calls integer := 0;
begin
  perform private.start_key_rotation(cast_.org());
  loop
    v := private.rotate_keys(cast_.org(), p_limit);
    v_calls := v_calls + 1;
    if v.finished then
      return 'finished';
    elsif v.moved = 0 and v.place is null then
      return v.remaining;
    elsif v_calls > 200 then
      return 'endless';
    end if;
  end loop;
end
$$;
-- Everything of org A in plain text, in one order.
create function pg_temp.plain() returns text language sql as $$
  select string_agg(x.t, ' ' order by x.t collate "C") from (
    select private.decrypt_value(c.value_cipher, private.org_key(c.org_id, c.key_id)) from public.contact_points c
      where c.org_id = cast_.org()
    union all select private.decrypt_value(c.text_cipher, private.org_key(c.org_id, c.key_id)) from public.consents c
      where c.text_cipher is not null
    union all select private.decrypt_value(c.transcript_cipher, private.org_key(c.org_id, c.key_id))
      from public.calls c
    union all select private.decrypt_value(t.note_cipher, private.org_key(t.org_id, t.key_id)) from public.tasks t
    union all select private.decrypt_value(r.text_cipher, private.org_key(r.org_id, r.key_id)) from public.replies r
    union all select private.decrypt_value(r.draft_cipher, private.org_key(r.org_id, r.draft_key_id))
      from public.replies r
    union all select convert_from(private.decrypt_bytes(i.body_cipher, private.org_key(i.org_id, i.key_id)), 'UTF8')
      from public.webhook_inbox i
    union all select private.decrypt_value(r.raw, private.org_key(r.org_id, r.key_id)) from public.upload_rejects r
    union all select private.decrypt_value(r.content, private.org_key(r.org_id, r.key_id))
      from private.conflict_rows r
    union all select left(private.decrypt_value(s.secret_cipher, private.org_key(s.org_id, s.key_id)), 6)
      from public.subscriptions s
    union all select private.decrypt_value(a.answer_cipher, private.org_key(a.org_id, a.key_id))
      from private.provider_answers a
    union all select private.decrypt_value(f.value_cipher, private.org_key(f.org_id, f.key_id))
      from public.lead_facts f where f.value_cipher is not null
    union all select private.decrypt_value(p.token_cipher, private.org_key(p.org_id, p.key_id)) from public.pulls p
    union all select a.settings ->> 'VAPI_API_KEY' from private.provider_account('vapi', 'alpha') a
    union all select s.secrets[1] from private.source_for_key('list-a') s
    union all select convert_from(private.read_part_chunk(p.id, 0), 'UTF8') from public.upload_parts p
      where p.org_id = cast_.org()
    union all select private.decrypt_value(s.content, private.org_key(p.org_id, p.key_id))
      from private.leads_staging_raw s join public.upload_parts p on p.id = s.part_id
    union all select private.decrypt_value(s.value_cipher, private.org_key(p.org_id, p.key_id))
      from private.leads_staging_contacts s join public.upload_parts p on p.id = s.part_id
    union all select private.decrypt_value((x ->> 'value_cipher')::bytea,
        private.org_key(m.org_id, (x ->> 'key_id')::integer))
      from public.lead_merges m cross join lateral jsonb_array_elements(m.merged_row -> 'contact_points') x
    union all select private.decrypt_value(b.value_cipher, private.org_key(b.org_id, b.key_id))
      from public.business_contacts b
    union all select private.decrypt_value(d.value_cipher, private.org_key(d.org_id, d.key_id))
      from public.place_displays d
  ) x (t)
$$;

-- One value in every place.
insert into public.consents (org_id, lead_id, action, channels, purpose, method, occurred_at, revoked_scope,
  text_cipher, key_id)
select cast_.org(), cast_.lead('a1'), 'revoke', '{sms}', 'marketing', 'reply', now(), 'channel', s.cipher, s.key_id
from pg_temp.seal('please stop') s;
insert into public.calls (org_id, lead_id, provider, event_key, direction, at, answered, transcript_cipher, key_id)
select cast_.org(), cast_.lead('a1'), 'vapi', 'c1', 'outbound', now(), true, s.cipher, s.key_id
from pg_temp.seal('hello there') s;
insert into public.replies (org_id, lead_id, value_bidx, channel, provider, event_key, at, request, text_cipher,
  key_id, draft_cipher, draft_key_id)
select cast_.org(), cast_.lead('a1'), '\x01', 'sms', 'twilio', 'r1', now(), 'none', s.cipher, s.key_id, d.cipher,
  d.key_id
from pg_temp.seal('a reply') s, pg_temp.seal('a draft') d;
insert into public.tasks (org_id, lead_id, kind, created_at, created_by, note_cipher, key_id)
select cast_.org(), cast_.lead('a1'), 'to_do', now(), gen_random_uuid(), s.cipher, s.key_id
  from pg_temp.seal('a note') s;
insert into public.webhook_inbox (org_id, provider, kind, content_key, events, content_type, body_cipher, key_id,
  batch_id, correlation_id, received_at, last_received_at)
select cast_.org(), 'twilio', 'inbound', '\x01', 1, 'text/plain', private.encrypt_bytes('body=hi',
  private.org_key(cast_.org(), k)), k, gen_random_uuid(), gen_random_uuid(), now(), now()
from private.active_key_id(cast_.org(), 'data') k;
insert into public.upload_rejects (org_id, upload_id, part, line, code, key_id, raw)
select u.org_id, u.id, 1, n, 'too_few_fields', s.key_id, s.cipher
from public.uploads u, generate_series(1, 5) n, lateral pg_temp.seal('["reject"]') s where u.org_id = cast_.org();
select public.create_subscription(cast_.org(), 'https://ops.example.com/', '{feed.done}') \g /dev/null
select public.set_provider_account(cast_.org(), 'vapi', 'alpha', '{"VAPI_API_KEY": "an account"}') \g /dev/null
insert into public.pulls (org_id, source_id, kind, url, terms) values
  (cast_.org(), 'a0000000-0000-4000-8000-00000000005c', 'file', 'https://example.com/list.csv', 'public record');
select public.set_pull_token('a0000000-0000-4000-8000-00000000005c', 'a token') \g /dev/null
insert into private.provider_answers (org_id, provider, endpoint, input_bidx, outcome, answer_cipher, key_id,
  answered_at, expires_at)
select cast_.org(), 'zerobounce', 'validate', '\x01', 'ok', s.cipher, s.key_id, now(), now() + interval '1 day'
from pg_temp.seal('an answer') s;
select private.record_facts(cast_.org(), 'batchdata', jsonb_build_array(jsonb_build_object('lead_id',
  cast_.lead('a1'), 'name', 'person_1', 'secret', 'a fact'))) \g /dev/null
select public.rotate_source_secret('a0000000-0000-4000-8000-00000000005c') \g /dev/null
select a.part_id from private.accept_part('a0000000-0000-4000-8000-00000000005c', 'msg_1',
  extensions.digest('x', 'sha256'), 40, null, null, 1, 1, false, 'list.csv', gen_random_uuid()) a \gset
select private.store_part_chunk(:'part_id', 0, 'phone,street') \g /dev/null
update public.upload_parts set state = 'staging' where id = :'part_id';
select private.open_stage() \g /dev/null
insert into pg_temp.stage_in (line_no, street, city, state, zip, phones, raw, warnings) values
  (2, '77 Main St', 'Los Angeles', 'CA', '90001', '[{"v": "(213) 555-0177"}]', '["77 Main St"]', '{}');
select private.stage_rows(:'part_id') \g /dev/null
select cast_.add_contact(cast_.lead('a3'), 'email', 'cole@example.com') \g /dev/null
insert into public.lead_merges (org_id, survivor_id, merged_id, merged_row, reason)
select c.org_id, cast_.lead('a1'), c.lead_id, jsonb_build_object('id', c.lead_id, 'contact_points',
  jsonb_agg(to_jsonb(c) order by c.id)), 'same' from public.contact_points c where c.lead_id = cast_.lead('a3')
group by c.org_id, c.lead_id;
-- What a pack has, which is off by the time of the rotation.
insert into public.org_packs (org_id, pack) values (cast_.org(), 'prospects');
select private.record_business(cast_.org(), 'website', '{"name": "Quillmarker Painting", "phones": ["2135550177"]}',
  'https://example.com/', now()) \g /dev/null
insert into public.business_places (org_id, provider, place_id, category, path, first_seen_at, last_seen_at)
values (cast_.org(), 'google', 'p1', 'painter', '0', now(), now());
insert into public.place_displays (org_id, provider, place_id, value_cipher, key_id, terms, obtained_at, expires_at)
select cast_.org(), 'google', 'p1', s.cipher, s.key_id, 'display_for_a_day', now(), now() + interval '1 day'
from pg_temp.seal('a display') s;
delete from public.org_packs;

create temporary table before as select pg_temp.plain() as text,
  private.active_key_id(cast_.org(), 'data') as key_id,
  (select sum(u.ciphertexts) from private.key_usage(cast_.org()) u) as ciphertexts,
  pg_temp.usage_of_b() as other_org;
select ok(b.text ~ 'hello there.*please stop', 'the test reads what it stored') from before b;
-- private.conflict_rows needs a conflict, and messages a campaign; both columns are like the others.
select set_eq($$ select e.relation || '.' || e.cipher_column from private.encrypted_columns e
  except select u.relation || '.' || u.cipher_column from private.key_usage(cast_.org()) u $$,
  array['private.conflict_rows.content', 'public.messages.text_cipher'], 'the other places have a value each');

-- A key in use cannot be deleted, retired or not.
select throws_ok(format('delete from private.org_keys where id = %s', b.key_id), 'SL103', null,
  'the active key cannot be deleted') from before b;
update private.org_keys set retired_at = now() where org_id = cast_.org() and purpose = 'data';
select throws_like(format('delete from private.org_keys where id = %s', b.key_id), 'key % of org % is in use: %',
  'a retired key in use cannot be deleted') from before b;
update private.org_keys set retired_at = null where org_id = cast_.org() and purpose = 'data';
select throws_ok(format('delete from private.org_keys where org_id = %L and purpose = %L', cast_.org(), 'blind'),
  'SL103', null, 'the blind key cannot be deleted');

-- Rotate.
select is(pg_temp.rotate(), 'finished', 'a rotation in small batches finishes');
select is(pg_temp.plain(), b.text, 'every value reads as before') from before b;
select is((select count(*) from private.key_usage(cast_.org()) u
  where u.key_id <> private.active_key_id(cast_.org(), 'data')), 0::bigint, 'nothing is under another key');
select is((select sum(u.ciphertexts) from private.key_usage(cast_.org()) u), b.ciphertexts, 'no value got lost')
from before b;
select is((select count(*) from private.org_keys k where k.id = b.key_id), 0::bigint, 'the old key is gone')
from before b;
select throws_ok(format('select private.org_key(cast_.org(), %s)', b.key_id), 'SL003', null,
  'nobody can use the old key') from before b;
select is(pg_temp.usage_of_b(),
  b.other_org, 'the other org keeps its key') from before b;
select is(pg_temp.rotate(1000), 'finished', 'the next rotation finishes as well');
select is(pg_temp.plain(), b.text, 'and loses nothing') from before b;
select throws_ok(format('select private.rotate_keys(%L)', cast_.org()), 'SL104', null,
  'without an open rotation there is no batch');

-- A writer that read the old key before the rotation stores a value under it, behind the cursor.
select private.active_key_id(cast_.org(), 'data') as old_key \gset
select private.start_key_rotation(cast_.org()) as rotation \gset
select is(private.start_key_rotation(cast_.org()), :rotation::bigint, 'an open rotation is continued');
select isnt(private.active_key_id(cast_.org(), 'data'), :old_key::integer, 'new values use the new key at once');
select private.rotate_keys(cast_.org(), 100) \g /dev/null
select min(id) as first_id from public.contact_points where org_id = cast_.org() \gset
delete from public.contact_points where org_id = cast_.org() and id = :first_id;
insert into public.contact_points (org_id, id, lead_id, kind, value_bidx, value_cipher, key_id, masked)
overriding system value
select cast_.org(), :first_id, cast_.lead('a1'), 'email', '\x02',
  private.encrypt_value('late@example.com', private.org_key(cast_.org(), :old_key)), :old_key, 'l***@example.com';
select is((select x from (select pg_temp.rotate() x) y), 'key ' || :old_key || ' of org ' || cast_.org()
  || ' is in use: 1 of public.contact_points.value_cipher', 'the key stays as long as it is needed');
select is(pg_temp.rotate(), 'finished', 'and the next pass moves it');
select is((select private.decrypt_value(c.value_cipher, private.org_key(c.org_id, c.key_id))
  from public.contact_points c where c.org_id = cast_.org() and c.id = :first_id), 'late@example.com',
  'it reads as before');
select throws_ok($$ insert into public.contact_points (org_id, lead_id, kind, value_bidx, value_cipher, key_id,
  masked)
  select cast_.org(), cast_.lead('a1'), 'email', '\x03', '\x00', $$ || :old_key || $$, 'x' $$, '23503',
  'a contact point requires a key of its org', 'nothing can be stored under a key that is gone');
select throws_ok($$ update public.lead_merges set merged_row = jsonb_set(merged_row, '{contact_points,0,key_id}', '$$
  || :old_key || $$') $$, '23503', null, 'nor a copy that a merge keeps');
select throws_ok($$ update public.replies set key_id = $$ || :old_key, '23503', null, 'nor a reply');
select throws_ok($$ insert into public.contact_points (org_id, lead_id, kind, value_bidx, value_cipher, key_id,
  masked)
  select cast_.org(), cast_.lead('a1'), 'email', '\x03', '\x00',
    private.active_key_id('b0000000-0000-4000-8000-000000000000', 'data'), 'x' $$, '23503', null,
  'nor under a key of another org');

-- A value that its key does not decrypt stays, is named, and stops nothing else.
update public.calls set transcript_cipher = private.encrypt_value('damaged', repeat('a', 64));
select private.active_key_id(cast_.org(), 'data') as old_key \gset
select is(pg_temp.rotate(), 'key ' || :old_key || ' of org ' || cast_.org()
  || ' is in use: 1 of public.calls.transcript_cipher', 'a damaged value keeps its key');
delete from public.calls where true;
select is(pg_temp.rotate(), 'finished', 'without it the rotation finishes');

-- Consents are append-only, except for the key of the words.
select throws_ok($$ update public.consents set text_cipher = s.cipher, key_id = s.key_id
  from pg_temp.seal('go on') s where consents.text_cipher is not null $$, 'SL002', null, 'words cannot be exchanged');
update private.org_keys set retired_at = now() where org_id = cast_.org() and purpose = 'data';
select private.add_org_key(cast_.org(), 'data') \g /dev/null
select throws_ok($$ update public.consents set text_cipher = s.cipher, key_id = s.key_id
  from pg_temp.seal('go on') s where consents.text_cipher is not null $$, 'SL002', null,
  'nor other words under another key');
select throws_ok($$ update public.consents set text_cipher = s.cipher, key_id = s.key_id, occurred_at = now()
  - interval '1 day' from pg_temp.seal('please stop') s where consents.text_cipher is not null $$, 'SL002', null,
  'nor anything besides');
select lives_ok($$ update public.consents set text_cipher = s.cipher, key_id = s.key_id
  from pg_temp.seal('please stop') s where consents.text_cipher is not null $$,
  'the same words under another key are allowed');

-- Only the owner of the database rotates.
select matches(cast_.run(w, 'select private.start_key_rotation(''a0000000-0000-4000-8000-000000000000'')'), '^42501',
  w || ' cannot rotate keys') from unnest('{owner,admin,broker,viewer,service_role,pipeline_writer}'::text[]) w;

select lives_ok($$ delete from public.orgs where id = cast_.org() $$, 'an org is deleted with its keys');
select is((select count(*) from private.org_keys where org_id = 'a0000000-0000-4000-8000-000000000000'), 0::bigint,
  'none is left');

select * from finish();
rollback;
