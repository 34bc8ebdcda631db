-- Built from sql/25_intake by `npm run db:build`; edit there.

-- sql/25_intake/01_uploads.sql

create type public.upload_state as enum ('receiving', 'processing', 'completed', 'failed', 'undone');
comment on type public.upload_state is 'In the order of life; see sql/STATES.md.';
create type public.part_state as enum ('received', 'staging', 'staged', 'resolved', 'duplicate', 'failed');
comment on type public.part_state is
  'In the order of life; see sql/STATES.md. duplicate: the content was received before, so there is nothing to do.';

create table public.uploads (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null,
  source_id uuid not null,
  state public.upload_state not null default 'receiving',
  dry_run boolean not null default false,
  filename text,
  parts_expected integer,
  header text[],
  dialect jsonb,
  mapping jsonb not null default '[]',
  correlation_id uuid not null,
  received_at timestamptz not null default now(),
  completed_at timestamptz,
  undone_at timestamptz,
  error text,
  constraint upload_belongs_to_its_org unique (org_id, id),
  constraint upload_comes_from_a_source_of_its_org foreign key (org_id, source_id)
    references public.sources (org_id, id) on delete cascade,
  constraint parts_expected_is_positive check (parts_expected between 1 and 100000),
  constraint completed_upload_has_its_time check ((state in ('completed', 'undone')) <= (completed_at is not null)),
  constraint undone_upload_has_its_time check ((state = 'undone') = (undone_at is not null)),
  constraint failed_upload_says_why check ((state = 'failed') <= (error is not null))
);
comment on table public.uploads is 'One signed delivery of a file, in one part or several.';
comment on column public.uploads.dry_run is 'Reports what would happen; writes no lead.';
comment on column public.uploads.header is 'Header record of part 1; the later parts are read with it.';
comment on column public.uploads.dialect is 'Encoding, delimiter, newline, and whether the file has a header.';
comment on column public.uploads.mapping is 'Mapping of the columns: [{header, field, how}].';
comment on column public.uploads.correlation_id is
  'Correlation id of the first request; also in logs, events and dead letters.';
create index uploads_source_idx on public.uploads (org_id, source_id, received_at desc);

create table public.upload_parts (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null,
  upload_id uuid not null,
  part integer not null,
  state public.part_state not null default 'received',
  bytes bigint not null,
  sha256 bytea not null,
  content_encoding text,
  key_id integer references private.org_keys (id) on delete restrict,
  duplicate_of_upload_id uuid,
  received_at timestamptz not null default now(),
  staged_at timestamptz,
  resolved_at timestamptz,
  lines integer not null default 0,
  received integer not null default 0,
  staged integer not null default 0,
  created integer not null default 0,
  updated integer not null default 0,
  unchanged integer not null default 0,
  merged integer not null default 0,
  conflict integer not null default 0,
  rejected integer not null default 0,
  warnings jsonb not null default '{}',
  error text,
  constraint part_number_is_unique unique (upload_id, part),
  constraint part_belongs_to_its_upload foreign key (org_id, upload_id)
    references public.uploads (org_id, id) on delete cascade,
  constraint part_number_is_positive check (part between 1 and 100000),
  constraint sha256_has_32_bytes check (octet_length(sha256) = 32),
  constraint staged_part_has_its_time check ((state in ('staged', 'resolved')) <= (staged_at is not null)),
  constraint resolved_part_has_its_time check ((state = 'resolved') = (resolved_at is not null)),
  constraint failed_part_says_why check ((state = 'failed') <= (error is not null)),
  constraint every_received_row_has_one_verdict
    check (state <> 'resolved' or received = created + updated + unchanged + merged + conflict + rejected)
);
comment on table public.upload_parts is 'One signed part of an upload with its state and counts.';
comment on column public.upload_parts.bytes is 'Size as received (compressed, if it arrived compressed).';
comment on column public.upload_parts.sha256 is 'SHA-256 of the content after removing content-encoding.';
comment on column public.upload_parts.lines is
  'Physical lines without a repeated header; their sum gives line numbers in the whole file.';
comment on column public.upload_parts.received is
  'Data records seen. While staging: the number already staged or rejected, from which a restart continues.';
create index upload_parts_org_idx on public.upload_parts (org_id, upload_id);
create index upload_parts_open_idx on public.upload_parts (state, received_at)
  where state in ('received', 'staging', 'staged');
create index upload_parts_key_idx on public.upload_parts (key_id);

create table private.upload_part_chunks (
  part_id uuid not null references public.upload_parts (id) on delete cascade,
  seq integer not null,
  body bytea not null,
  primary key (part_id, seq)
);
comment on table private.upload_part_chunks is
  'The bytes as received, in order, each chunk encrypted with the key of its part.';
-- OpenPGP messages do not compress.
alter table private.upload_part_chunks alter column body set storage external;
alter table private.upload_part_chunks enable row level security;

create table public.ingest_replay_guard (
  org_id uuid not null references public.orgs (id) on delete cascade,
  content_sha256 bytea not null,
  dry_run boolean not null default false,
  source_id uuid not null references public.sources (id) on delete cascade,
  webhook_id text not null,
  upload_id uuid not null references public.uploads (id) on delete cascade,
  part integer not null,
  received_at timestamptz not null default now(),
  primary key (org_id, content_sha256, dry_run),
  constraint webhook_id_names_one_delivery unique (source_id, webhook_id)
);
comment on table public.ingest_replay_guard is
  'Received content: the same content is not accepted twice, and a webhook-id is never reused for different '
  'content. Undoing an upload releases its content.';
create index ingest_replay_guard_upload_idx on public.ingest_replay_guard (upload_id);

create table public.upload_rejects (
  org_id uuid not null,
  upload_id uuid not null,
  part integer not null,
  line integer not null,
  code text not null,
  detail text,
  key_id integer not null references private.org_keys (id) on delete restrict,
  raw bytea not null,
  replayed_at timestamptz,
  primary key (upload_id, part, line),
  constraint reject_belongs_to_its_upload foreign key (org_id, upload_id)
    references public.uploads (org_id, id) on delete cascade
);
comment on table public.upload_rejects is
  'Rows that could not become leads, each with line and reason. Nothing is lost: raw holds the record, encrypted.';
comment on column public.upload_rejects.line is 'Physical line within the part, 1-based.';
comment on column public.upload_rejects.raw is 'JSON array of the original fields, encrypted as an OpenPGP message.';
create index upload_rejects_org_idx on public.upload_rejects (org_id, upload_id);
create index upload_rejects_key_idx on public.upload_rejects (key_id);

-- sql/25_intake/02_accept_part.sql

-- Accepting a part. The upload endpoint calls this after it has verified the signature, in the transaction that also
-- stores the bytes and queues the work.

create function private.accept_part(
  p_source_id uuid, p_webhook_id text, p_sha256 bytea, p_bytes bigint, p_content_encoding text,
  p_upload_id uuid, p_part integer, p_parts integer, p_dry_run boolean, p_filename text,
  p_correlation_id uuid, p_as_of timestamptz default now()
) returns table (outcome text, upload_id uuid, part_id uuid, part integer)
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_org uuid;
  v_upload public.uploads;
  v_guard public.ingest_replay_guard;
  v_existing public.upload_parts;
  v_part integer := coalesce(p_part, 1);
  v_part_id uuid := gen_random_uuid();
  v_duplicate boolean;
begin
  select s.org_id into strict v_org from public.sources s where s.id = p_source_id;

  -- One delivery per id and one per content at a time: the second waits and then sees the first.
  perform pg_advisory_xact_lock(hashtextextended(p_source_id::text || p_webhook_id, 3));
  select g.* into v_guard from public.ingest_replay_guard g
  where g.source_id = p_source_id and g.webhook_id = p_webhook_id;
  if found and (v_guard.content_sha256 <> p_sha256 or v_guard.dry_run <> p_dry_run) then
    return query select 'webhook_id_reused', v_guard.upload_id, null::uuid, v_guard.part;
    return;
  end if;

  perform pg_advisory_xact_lock(hashtextextended(v_org::text || encode(p_sha256, 'hex') || p_dry_run, 2));
  select g.* into v_guard from public.ingest_replay_guard g
  where g.org_id = v_org and g.content_sha256 = p_sha256 and g.dry_run = p_dry_run;
  v_duplicate := found;
  if v_duplicate and (p_upload_id is null or v_guard.upload_id = p_upload_id and v_guard.part = v_part) then
    return query select 'duplicate', v_guard.upload_id, p.id, v_guard.part
      from public.upload_parts p where p.upload_id = v_guard.upload_id and p.part = v_guard.part;
    return;
  end if;

  insert into public.uploads (id, org_id, source_id, state, dry_run, filename, parts_expected, correlation_id,
    received_at)
  values (coalesce(p_upload_id, gen_random_uuid()), v_org, p_source_id, 'receiving', p_dry_run, p_filename,
    case when p_upload_id is null then 1 else p_parts end, p_correlation_id, p_as_of)
  on conflict (id) do update set parts_expected = coalesce(uploads.parts_expected, excluded.parts_expected)
  returning * into v_upload;
  if v_upload.source_id <> p_source_id or v_upload.dry_run <> p_dry_run
    or v_upload.parts_expected <> p_parts or v_upload.parts_expected < v_part
    or v_upload.state = 'undone'
    or exists (select from public.upload_parts p where p.upload_id = v_upload.id
      and p.part > v_upload.parts_expected) then
    raise exception 'this part does not match upload %', v_upload.id using errcode = 'SL204';
  end if;

  select p.* into v_existing from public.upload_parts p where p.upload_id = v_upload.id and p.part = v_part;
  if found then
    if v_existing.sha256 <> p_sha256 then
      raise exception 'part % of upload % was already received with different content', v_part, v_upload.id
        using errcode = 'SL204';
    end if;
    return query select 'duplicate', v_upload.id, v_existing.id, v_part;
    return;
  end if;

  insert into public.upload_parts (id, org_id, upload_id, part, state, bytes, sha256, content_encoding, key_id,
    duplicate_of_upload_id, received_at)
  values (v_part_id, v_org, v_upload.id, v_part,
    case when v_duplicate then 'duplicate' else 'received' end::public.part_state,
    p_bytes, p_sha256, p_content_encoding, private.active_key_id(v_org, 'data'),
    case when v_duplicate then v_guard.upload_id end, p_as_of);
  if v_duplicate then
    -- Another upload already has this content. Later parts still need its header.
    update public.uploads u set header = o.header, dialect = o.dialect, mapping = o.mapping
    from public.uploads o where u.id = v_upload.id and o.id = v_guard.upload_id and v_part = 1 and u.header is null;
    return query select 'duplicate', v_guard.upload_id, v_part_id, v_part;
    return;
  end if;
  insert into public.ingest_replay_guard (org_id, content_sha256, dry_run, source_id, webhook_id, upload_id, part,
    received_at)
  values (v_org, p_sha256, p_dry_run, p_source_id, p_webhook_id, v_upload.id, v_part, p_as_of);
  update public.uploads u set state = 'processing'
  where u.id = v_upload.id and u.state in ('receiving', 'completed')
    and (select count(*) from public.upload_parts p where p.upload_id = u.id) = u.parts_expected;
  return query select 'accepted', v_upload.id, v_part_id, v_part;
end
$$;
comment on function private.accept_part(uuid, text, bytea, bigint, text, uuid, integer, integer, boolean, text, uuid,
  timestamptz) is
  'Registers a part. outcome: accepted (store the bytes now), duplicate (upload_id is the first upload with this '
  'content) or webhook_id_reused (409). Raises SL204 when number, total or content contradict the upload. Definer: '
  'callers may not edit the guard.';
grant execute on function private.accept_part(uuid, text, bytea, bigint, text, uuid, integer, integer, boolean, text,
  uuid, timestamptz)
  to pipeline_writer;

create function private.store_part_chunk(p_part_id uuid, p_seq integer, p_body bytea) returns void
language sql volatile security definer set search_path = '' as $$
  insert into private.upload_part_chunks (part_id, seq, body)
  select p.id, p_seq, private.encrypt_bytes(p_body, private.org_key(p.org_id, p.key_id))
  from public.upload_parts p where p.id = p_part_id and p.state = 'received'
$$;
comment on function private.store_part_chunk(uuid, integer, bytea) is
  'Stores one chunk (1 MiB or less) of a part, encrypted. Definer: only the owner reads chunks and keys.';
grant execute on function private.store_part_chunk(uuid, integer, bytea) to pipeline_writer;

create function private.read_part_chunk(p_part_id uuid, p_seq integer) returns bytea
language sql stable security definer set search_path = '' as $$
  select private.decrypt_bytes(c.body, private.org_key(p.org_id, p.key_id))
  from private.upload_part_chunks c
  join public.upload_parts p on p.id = c.part_id
  where c.part_id = p_part_id and c.seq = p_seq
$$;
comment on function private.read_part_chunk(uuid, integer) is
  'One chunk of a part in plain bytes, for the parser; null after the last. Definer: only the owner reads chunks '
  'and keys.';
grant execute on function private.read_part_chunk(uuid, integer) to pipeline_writer;

-- sql/25_intake/03_intake_policies.sql

alter table public.uploads enable row level security;
alter table public.upload_parts enable row level security;
alter table public.ingest_replay_guard enable row level security;
alter table public.upload_rejects enable row level security;

grant select on public.uploads, public.upload_parts to authenticated;
grant select (org_id, upload_id, part, line, code, detail, replayed_at) on public.upload_rejects to authenticated;
grant select, update on public.uploads, public.upload_parts to pipeline_writer;
grant select, delete on public.ingest_replay_guard to pipeline_writer;
grant select, insert, update, delete on public.upload_rejects to pipeline_writer;

create policy select_members on public.uploads for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[]));
create policy select_writer on public.uploads for select to pipeline_writer using (true);
create policy update_writer on public.uploads for update to pipeline_writer using (true) with check (true);

create policy select_members on public.upload_parts for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[]));
create policy select_writer on public.upload_parts for select to pipeline_writer using (true);
create policy update_writer on public.upload_parts for update to pipeline_writer using (true) with check (true);

create policy select_members on public.upload_rejects for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[]));
create policy select_writer on public.upload_rejects for select to pipeline_writer using (true);
create policy insert_writer on public.upload_rejects for insert to pipeline_writer with check (true);
create policy update_writer on public.upload_rejects for update to pipeline_writer using (true) with check (true);
create policy delete_writer on public.upload_rejects for delete to pipeline_writer using (true);

create policy select_writer on public.ingest_replay_guard for select to pipeline_writer using (true);
create policy delete_writer on public.ingest_replay_guard for delete to pipeline_writer using (true);

-- sql/25_intake/10_mask_attributes.sql

-- Unmapped columns are kept in plain text as attributes; contact values in them are masked.

create function private.mask_attributes(p_attributes jsonb, out attributes jsonb, out masked integer)
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_text constant text := p_attributes::text;
begin
  attributes := coalesce(p_attributes, '{}');
  masked := 0;
  -- First one check of the whole object, since most rows contain nothing to mask; then each value.
  if v_text is null or v_text !~ '@|[0-9]{7}|[0-9]{3}[-. )]{1,3}[0-9]{3}' then
    return;
  end if;
  if v_text !~ '@|[0-9]{3}[-. )]{1,3}[0-9]{3}[-. ]{1,3}[0-9]{4}'
    and v_text !~* '"[^"]*(phone|mobile|cell|fax|telephone)[^"]*": "[^"]*[0-9]{7}' then
    return;
  end if;
  select jsonb_object_agg(a.key, m.value), count(*) filter (where m.value is distinct from a.value)
  into attributes, masked
  from jsonb_each_text(p_attributes) a
  cross join lateral (
    select regexp_replace(regexp_replace(
        case when a.key ~* '(phone|mobile|cell|fax|telephone)' and a.value ~ '[0-9]{7}'
          then regexp_replace(a.value, '[0-9]{3,}([0-9]{4})', '***-\1', 'g') else a.value end,
        '[A-Za-z0-9._%+''-]+@([A-Za-z0-9.-]+\.[A-Za-z]{2,})', '***@\1', 'g'),
      '(\+?1[-. ]?)?\(?[0-9]{3}[-. )]{1,3}[0-9]{3}[-. ]{1,3}([0-9]{4})', '***-***-\2', 'g') as value
  ) m;
end
$$;
comment on function private.mask_attributes(jsonb) is
  'Attributes with phone numbers and e-mail addresses masked (last four digits, domain), and the number of masked '
  'values. The originals are in the stored upload, encrypted.';

-- sql/25_intake/11_staging.sql

-- Working tables between bytes and leads. UNLOGGED: after a database crash they are empty, and the parts are staged
-- again from the stored bytes.

create unlogged table public.leads_staging (
  org_id uuid not null,
  part_id uuid not null,
  upload_id uuid not null,
  part integer not null,
  line_number integer not null,
  like private.lead_fields,
  email bytea,
  phone bytea,
  email_verified boolean not null default false,
  phone_verified boolean not null default false,
  email_codes text[] not null default '{}',
  phone_codes text[] not null default '{}',
  consent boolean not null default false,
  consented_at timestamptz,
  consent_method text,
  lead_score smallint,
  attributes jsonb not null default '{}',
  result_codes text[],
  raw bytea not null,
  verdict text,
  lead_id uuid,
  loaded_at timestamptz not null default now(),
  primary key (part_id, line_number),
  constraint verdict_is_known check (verdict in ('created', 'updated', 'unchanged', 'merged', 'conflict'))
);
comment on table public.leads_staging is
  'One CSV record on its way in: normalised keys, encrypted original, verdict. Holds nothing that cannot be '
  'recomputed.';
comment on column public.leads_staging.line_number is
  'Physical line within the part, 1-based, where the record starts.';
comment on column public.leads_staging.email is
  'Blind index of the first valid e-mail; likewise phone. The encrypted values are in leads_staging_contacts.';
comment on column public.leads_staging.raw is
  'JSON array of the original fields, encrypted with the key of the part.';

create unlogged table private.leads_staging_contacts (
  part_id uuid not null,
  line_number integer not null,
  kind public.contact_kind not null,
  position smallint not null,
  value_bidx bytea not null,
  value_cipher bytea not null,
  masked text not null,
  label text,
  verified boolean not null,
  invalid boolean not null,
  codes text[] not null,
  primary key (part_id, line_number, value_bidx)
);
comment on table private.leads_staging_contacts is 'Contact points of staging rows, already encrypted.';
alter table private.leads_staging_contacts enable row level security;

alter table public.leads_staging enable row level security;
grant select, insert, update, delete on public.leads_staging to pipeline_writer;
create policy select_writer on public.leads_staging for select to pipeline_writer using (true);
create policy insert_writer on public.leads_staging for insert to pipeline_writer with check (true);
create policy update_writer on public.leads_staging for update to pipeline_writer using (true) with check (true);
create policy delete_writer on public.leads_staging for delete to pipeline_writer using (true);
grant select, insert, update, delete on private.leads_staging_contacts to pipeline_writer;
create policy select_writer on private.leads_staging_contacts for select to pipeline_writer using (true);
create policy insert_writer on private.leads_staging_contacts for insert to pipeline_writer with check (true);
create policy update_writer on private.leads_staging_contacts for update to pipeline_writer using (true)
  with check (true);
create policy delete_writer on private.leads_staging_contacts for delete to pipeline_writer using (true);

-- sql/25_intake/12_stage_in.sql

create unlogged table private.stage_in (
  line_no integer not null,
  mak text,
  fips text,
  county text,
  apn text,
  street text,
  unit text,
  city text,
  state text,
  zip text,
  owner_1_first text,
  owner_1_last text,
  owner_2_first text,
  owner_2_last text,
  owner_full text,
  mail_street text,
  mail_unit text,
  mail_city text,
  mail_state text,
  mail_zip text,
  phones jsonb,
  emails jsonb,
  result_codes text,
  consent text,
  consented_at text,
  consent_method text,
  lead_score text,
  attributes jsonb,
  warnings text[],
  reject_code text,
  reject_detail text,
  raw jsonb
);
comment on table private.stage_in is
  'Shape of the parser''s output; stays empty. The worker copies into a temporary table of this shape, so that '
  'plain contact values never reach a table that outlives the transaction.';
alter table private.stage_in enable row level security;
grant select on private.stage_in to pipeline_writer;

create function private.open_stage() returns void
language plpgsql volatile set search_path = '' as $$
begin
  if to_regclass('pg_temp.stage_in') is null then
    create temporary table stage_in (like private.stage_in) on commit drop;
  else
    truncate pg_temp.stage_in;
  end if;
end
$$;
comment on function private.open_stage() is 'Creates or empties pg_temp.stage_in.';

-- sql/25_intake/13_stage_contacts.sql

create function private.judge_codes(p_channel text, p_codes text, p_results text, out known text[],
  out verified boolean, out invalid boolean)
language sql stable set search_path = '' as $$
  select coalesce(array_agg(c.code order by c.code), '{}'),
    coalesce(bool_or(c.is_verified) and not bool_or(c.is_invalid or c.is_uncertain), false),
    coalesce(bool_or(c.is_invalid), false)
  from (
    select upper(m.code) as code, bool_or(m.is_verified) as is_verified, bool_or(m.is_invalid) as is_invalid,
      bool_or(m.is_uncertain) as is_uncertain
    from regexp_split_to_table(upper(p_codes || ' ' || p_results), '[^A-Z0-9_-]+') w (word)
    join public.verification_code_map m on m.channel = p_channel and upper(m.code) = w.word
    group by upper(m.code)
  ) c
$$;
comment on function private.judge_codes(text, text, text) is
  'Evaluates the result codes of a contact: its own (p_codes) and those of the row (p_results), as far as '
  'verification_code_map lists them for the channel. Unlisted codes have no effect; an invalid or uncertain code '
  'outweighs a verifying one.';

create function private.stage_contacts(p_part public.upload_parts) returns jsonb
language plpgsql volatile set search_path = pg_temp, private set work_mem = '64MB' as $$
declare
  v_key text := private.org_key(p_part.org_id, p_part.key_id);
  v_blind bytea := private.blind_key(p_part.org_id);
  v_warnings jsonb;
begin
  with items as materialized (
    select s.line_no, 'phone'::public.contact_kind as kind, e.n, private.normalise_phone(e.item ->> 'v') as value,
      e.item ->> 'label' as label, coalesce(e.item ->> 'codes', '') as codes,
      case when e.n = 1 then coalesce(s.result_codes, '') else '' end as results
    from stage_in s cross join lateral jsonb_array_elements(s.phones) with ordinality e (item, n)
    where s.reject_code is null
    union all
    select s.line_no, 'email', e.n, private.normalise_email(e.item ->> 'v'),
      e.item ->> 'label', coalesce(e.item ->> 'codes', ''),
      case when e.n = 1 then coalesce(s.result_codes, '') else '' end
    from stage_in s cross join lateral jsonb_array_elements(s.emails) with ordinality e (item, n)
    where s.reject_code is null
  ), judged as materialized (
    -- A list repeats few combinations of codes: each is evaluated once.
    select d.kind, d.codes, d.results, j.*
    from (select distinct i.kind, i.codes, i.results from items i) d
    cross join lateral private.judge_codes(d.kind::text, d.codes, d.results) j
  ), staged as (
    insert into private.leads_staging_contacts
      (part_id, line_number, kind, position, value_bidx, value_cipher, masked, label, verified, invalid, codes)
    select p_part.id, i.line_no, i.kind, row_number() over (partition by i.line_no, i.kind order by i.n),
      private.blind_index(i.value, v_blind), private.encrypt_value(i.value, v_key), private.mask_contact(i.value),
      left(i.label, 40), j.verified, j.invalid, j.known
    from items i join judged j using (kind, codes, results)
    where i.value is not null
    on conflict (part_id, line_number, value_bidx) do nothing
  )
  select jsonb_strip_nulls(jsonb_build_object(
    'phone_unusable', nullif(count(*) filter (where i.kind = 'phone'), 0),
    'email_unusable', nullif(count(*) filter (where i.kind = 'email'), 0)))
  into v_warnings
  from items i where i.value is null;
  return v_warnings;
end
$$;
comment on function private.stage_contacts(public.upload_parts) is
  'Normalises and encrypts the phones and e-mails of pg_temp.stage_in and evaluates their codes; returns the number '
  'of unusable ones, as warnings.';

-- sql/25_intake/14_stage_rows.sql

-- From the parser's rows to staging rows: normalise, encrypt, evaluate result codes. Set-based; the worker calls it
-- once per slice, in the transaction that copied the slice into pg_temp.stage_in.

create function private.to_timestamptz(p_text text) returns timestamptz
language plpgsql stable set search_path = '' as $$
begin
  return p_text::timestamptz;
exception when others then
  return null;
end
$$;
comment on function private.to_timestamptz(text) is
  'Casts text to a timestamp; null when it is invalid. Text without a zone is read in the session''s time zone '
  '(UTC).';

create function private.distinct_codes(p_codes text) returns text[]
language sql immutable parallel safe as $$
  select case
    when p_codes is null then '{}'
    when position(',' in p_codes) = 0 then array[p_codes]
    else array(select distinct c from unnest(string_to_array(p_codes, ',')) c order by c)
  end
$$;
comment on function private.distinct_codes(text) is
  'A comma-separated list of codes as a sorted array without repeats.';

create function private.describe_missing_identity(
  p_street boolean, p_place boolean, p_apn boolean, p_contact boolean
) returns text
language sql immutable parallel safe set search_path = '' as $$
  select 'The row cannot be identified: ' || coalesce(nullif(concat_ws('; ',
    case when p_street and not p_place then
      'its address has neither a ZIP nor a city and state (set default_city and default_state on the source)'
    when p_street then 'its address is not a readable US address' end,
    case when p_apn then 'its parcel number has no county (set default_county on the source)' end,
    case when p_contact then 'its phones and e-mails are invalid' end), ''),
    'it has no address, parcel number, MAK, phone or e-mail') || '.'
$$;
comment on function private.describe_missing_identity(boolean, boolean, boolean, boolean) is
  'Explains why a row has no identity and what would provide one. Flags: the row has a street line, a place for it, '
  'a parcel number, a phone or e-mail.';

create function private.stage_rows(p_part_id uuid) returns void
language plpgsql volatile set search_path = pg_temp, private set work_mem = '64MB' set jit = off as $$
declare
  v_part public.upload_parts;
  v_source public.sources;
  v_key text;
  v_rows integer;
  v_warnings jsonb;
  v_address jsonb;
  v_streets jsonb;
begin
  select * into strict v_part from public.upload_parts p where p.id = p_part_id;
  select s.* into strict v_source from public.sources s
  join public.uploads u on u.source_id = s.id where u.id = v_part.upload_id;
  v_key := private.org_key(v_part.org_id, v_part.key_id);

  v_warnings := private.stage_contacts(v_part);
  -- A list has many houses in each of its streets.
  select private.known_streets(array_agg(s.street)) into v_streets
  from stage_in s where s.reject_code is null and s.street is not null;

  -- A list has few places and many houses, so each place is looked up once. The place in the street line is used
  -- where the row's own columns are empty.
  with parsed as materialized (
    select s.*, a.situs_house_number, a.situs_street, a.situs_unit, a.situs_city, a.situs_state, a.situs_zip,
      a.addr_hash,
      case when m.masked > 0 then a.warnings || '{contact_in_attribute}'::text[] else a.warnings end as row_warnings,
      m.attributes as safe_attributes,
      concat_ws('|', s.fips, '/', s.county, '/', coalesce(a.situs_state, s.state), '/',
        coalesce(s.zip, a.situs_zip)) as place
    from stage_in s
    cross join lateral private.parse_address(s.street, s.unit, coalesce(s.city, v_source.default_city),
      coalesce(s.state, v_source.default_state), s.zip, true, v_streets) a
    cross join lateral private.mask_attributes(s.attributes) m
    where s.reject_code is null
  ), places as materialized (
    select d.*, private.county_fips(d.fips, d.county, d.usps, d.zip5) as county_fips
    from (
      select n.*, private.normalise_state(n.state) as usps, private.normalise_zip(n.zip) as zip5
      from (
        select distinct on (i.place) i.place, i.fips, coalesce(i.county, v_source.default_county) as county,
          coalesce(i.situs_state, i.state, v_source.default_state) as state, coalesce(i.zip, i.situs_zip) as zip
        from parsed i
      ) n
      offset 0
    ) d
  ), staged as (
    insert into public.leads_staging (org_id, part_id, upload_id, part, line_number,
      mak, county_fips, apn, addr_hash,
      situs_house_number, situs_street, situs_unit, situs_city, situs_state, situs_zip,
      owner_1_first, owner_1_last, owner_2_first, owner_2_last, owner_full,
      mailing_street, mailing_unit, mailing_city, mailing_state, mailing_zip,
      email, phone, email_verified, phone_verified, email_codes, phone_codes,
      consent, consented_at, consent_method, lead_score, attributes, result_codes, raw)
    select v_part.org_id, v_part.id, v_part.upload_id, v_part.part, s.line_no,
      k.mak, pl.county_fips, k.apn, s.addr_hash,
      s.situs_house_number, coalesce(s.situs_street, s.street), coalesce(s.situs_unit, s.unit),
      coalesce(s.situs_city, s.city, v_source.default_city), coalesce(s.situs_state, pl.usps),
        coalesce(s.situs_zip, pl.zip5),
      s.owner_1_first, s.owner_1_last, s.owner_2_first, s.owner_2_last, s.owner_full,
      s.mail_street, s.mail_unit, s.mail_city,
      case when s.mail_state is not null then coalesce(private.normalise_state(s.mail_state), s.mail_state) end,
      case when s.mail_zip is not null then coalesce(private.normalise_zip(s.mail_zip), s.mail_zip) end,
      c.email, c.phone, coalesce(c.email_verified, false), coalesce(c.phone_verified, false),
      private.distinct_codes(c.email_codes), private.distinct_codes(c.phone_codes),
      t.consented_at is not null, t.consented_at,
        case when t.consented_at is not null then coalesce(s.consent_method, 'imported list') end,
      round(s.lead_score::numeric)::smallint, s.safe_attributes,
      string_to_array(nullif(translate(s.result_codes, ' ;|', ',,,'), ''), ','),
      private.encrypt_value(s.raw::text, v_key)
    from parsed s
    left join places pl on pl.place = s.place
    cross join lateral (
      -- offset 0: evaluated once, and not at every reference
      select case when s.mak is not null then private.normalise_mak(s.mak) end as mak,
        case when s.apn is not null then private.normalise_apn(s.apn) end as apn offset 0
    ) k
    cross join lateral (
      select case when s.consent ~* '^(true|t|yes|y|1)$'
        then private.to_timestamptz(s.consented_at) end as consented_at
    ) t
    cross join lateral (
      select
        (array_agg(x.value_bidx) filter (where x.kind = 'phone' and x.position = 1))[1] as phone,
        (array_agg(x.value_bidx) filter (where x.kind = 'email' and x.position = 1))[1] as email,
        bool_or(x.verified) filter (where x.kind = 'phone') as phone_verified,
        bool_or(x.verified) filter (where x.kind = 'email') as email_verified,
        string_agg(array_to_string(x.codes, ','), ',')
          filter (where x.kind = 'phone' and x.codes <> '{}') as phone_codes,
        string_agg(array_to_string(x.codes, ','), ',')
          filter (where x.kind = 'email' and x.codes <> '{}') as email_codes
      from private.leads_staging_contacts x
      where x.part_id = p_part_id and x.line_number = s.line_no
    ) c
    where k.mak is not null or (pl.county_fips is not null and k.apn is not null) or s.addr_hash is not null
      or c.phone is not null or c.email is not null
    returning 1
  )
  select (select count(*) from staged),
    (select coalesce(jsonb_object_agg(w.code, w.n), '{}')
     from (select unnest(p.row_warnings) as code, count(*) as n from parsed p group by 1) w)
  into v_rows, v_address;

  insert into public.upload_rejects (org_id, upload_id, part, line, code, detail, key_id, raw)
  select v_part.org_id, v_part.upload_id, v_part.part, s.line_no, coalesce(s.reject_code, 'no_identity'),
    case when s.reject_code is not null then s.reject_detail
      else private.describe_missing_identity(s.street is not null,
      s.zip is not null or coalesce(s.city, v_source.default_city) is not null
        and coalesce(s.state, v_source.default_state) is not null,
      s.apn is not null,
        jsonb_array_length(coalesce(s.phones, '[]')) + jsonb_array_length(coalesce(s.emails, '[]')) > 0) end,
    v_part.key_id, private.encrypt_value(coalesce(s.raw, '[]')::text, v_key)
  from stage_in s
  where s.reject_code is not null
    or not exists (select from public.leads_staging l where l.part_id = p_part_id and l.line_number = s.line_no)
  on conflict (upload_id, part, line) do update
  set code = excluded.code, detail = excluded.detail, key_id = excluded.key_id, raw = excluded.raw, replayed_at = null;
  -- A replayed row that is now valid is no longer a reject.
  delete from public.upload_rejects r using stage_in s
  where r.upload_id = v_part.upload_id and r.part = v_part.part and r.line = s.line_no and r.replayed_at is not null;

  select v_warnings || v_address || coalesce(jsonb_object_agg(w.code, w.n), '{}') into v_warnings
  from (
    select x.code, count(*) as n from (
      select unnest(s.warnings) as code from stage_in s
    ) x group by x.code
  ) w;

  update public.upload_parts p
  set received = p.received + (select count(*) from stage_in),
    staged = p.staged + v_rows,
    rejected = p.rejected + (select count(*) from stage_in) - v_rows,
    warnings = (
      select coalesce(jsonb_object_agg(k.code, k.n), '{}') from (
        select e.key as code, sum(e.value::integer) as n
        from (select * from jsonb_each_text(p.warnings) union all select * from jsonb_each_text(v_warnings)) e
        group by e.key
      ) k)
  where p.id = p_part_id;
  truncate stage_in;
end
$$;
comment on function private.stage_rows(uuid) is
  'Moves pg_temp.stage_in to leads_staging, or to upload_rejects with a reason, and adds to the counts of the part. '
  'A row needs one identity: MAK, county and APN, address, phone or e-mail.';
