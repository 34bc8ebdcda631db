begin;
\ir ../support/cast.sql
select no_plan();

-- A column of bytes is either in private.encrypted_columns, so that rotations visit it, or says by its name that it is
-- a digest. A new encrypted column that is neither fails here.
create temporary view undeclared as
select format('%I.%I.%I', n.nspname, c.relname, a.attname) collate "default" as name
from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('public', 'private') and c.relkind in ('r', 'p') and not c.relispartition
  and a.attnum > 0 and not a.attisdropped and a.atttypid in ('bytea'::regtype, 'bytea[]'::regtype)
  and not exists (select from private.encrypted_columns e
    where e.relation = format('%I.%I', n.nspname, c.relname) and e.cipher_column = a.attname)
  -- Blind indexes and hashes.
  and a.attname !~ '(_bidx|_hash|_sha256|^sha256)$'
  and (c.relname, a.attname) not in (
    -- Wrapped by the wrapping key.
    ('org_keys', 'wrapped_key'), ('dnc_keys', 'wrapped_key'),
    -- Blind indexes, address hashes and other digests under other names.
    ('audit_heads', 'hash'), ('audit_links', 'hash'), ('conflict_answers', 'identity'),
    ('conflict_rules', 'buildings'), ('consent_tokens', 'sent_to'),
    ('endpoint_rates', 'caller'), ('lead_conflicts', 'building'), ('lead_conflicts', 'contacts'),
    ('lead_conflicts', 'identity'), ('lead_merges', 'merged_addresses'), ('leads_staging', 'email'),
    ('leads_staging', 'phone'), ('match_candidates', 'left_print'), ('match_candidates', 'right_print'),
    ('webhook_inbox', 'content_key'))
  -- Working tables of the resolve, which compare digests.
  and c.relname not like 'resolve\_%';
select is_empty($$ select * from undeclared $$,
  'every column of bytes is encrypted and known to the rotation, or a digest');
create table private.notes (org_id uuid, key_id integer, note_cipher bytea);
select results_eq($$ select * from undeclared $$, $$ values ('private.notes.note_cipher') $$,
  'a new encrypted column is found');

-- Every listed column exists, and can be visited by its key or in the order of the primary key.
select is_empty($$
  select e.relation, e.cipher_column from private.encrypted_columns e
  where not exists (select from pg_attribute a where a.attrelid = e.relation::regclass and a.attname = e.cipher_column)
    or e.place = 'row' and not exists (
      select from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = case
        when e.cursor_column is null then i.indkey[0] else i.indkey[1] end
      where i.indrelid = e.relation::regclass and a.attname = coalesce(e.cursor_column, e.key_column)
        and (e.cursor_column is null or i.indisprimary))
    or e.place = 'part' and not exists (
      select from pg_attribute a where a.attrelid = e.relation::regclass and a.attname = 'part_id') $$,
  'every listed column exists and is indexed');

-- No key can be deleted under a writer: each key column is a foreign key, or is checked by a trigger that locks.
select is_empty($$
  select c.oid::regclass, a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid
  join pg_namespace n on n.oid = c.relnamespace
  where n.nspname in ('public', 'private') and c.relkind in ('r', 'p') and a.attname ~ '(^|_)key_id$'
    and a.atttypid = 'integer'::regtype
    and c.oid not in ('private.notes'::regclass, 'private.key_rotations'::regclass)
    and not exists (select from pg_constraint k where k.conrelid = c.oid and k.contype = 'f'
      and k.confrelid = 'private.org_keys'::regclass and k.conkey operator(pg_catalog.@>) array[(
        select o.attnum from pg_attribute o where o.attrelid = c.oid and o.attname = 'org_id'), a.attnum])
    and not exists (select from pg_trigger t where t.tgrelid = c.oid
      and t.tgfoid = 'private.tg_contact_points__check_key'::regproc) $$,
  'every key column refers to a key of its org');

-- Ciphertexts are recognised, also in columns that are not listed, and in texts.
select is_empty($$ select * from private.unknown_ciphertexts(true) $$, 'there are no ciphertexts in other columns');
insert into private.notes (note_cipher) select private.encrypt_value('words', repeat('a', 64));
insert into private.notes (note_cipher) values ('\x0102'), (null);
select results_eq($$ select * from private.unknown_ciphertexts() $$,
  $$ values ('private.notes', 'note_cipher', 1::bigint) $$, 'a ciphertext in an unlisted column is found');
alter table private.notes add copy jsonb;
update private.notes set copy = to_jsonb(notes) where note_cipher is not null;
select results_eq($$ select * from private.unknown_ciphertexts(true) order by 2 $$,
  $$ values ('private.notes', 'copy', 1::bigint), ('private.notes', 'note_cipher', 1::bigint) $$,
  'so is a copy of it in JSON');

select * from finish();
rollback;
