-- Rows of conflicts, from staging to durable storage and back.

create function private.keep_conflict_row(
  p_org_id uuid, p_conflict_id bigint, p_part_id uuid, p_line integer, p_as_of timestamptz
) returns void
language sql volatile set search_path = '' as $$
  insert into private.conflict_rows (org_id, conflict_id, upload_id, part, line, key_id, content, created_at)
  select p_org_id, p_conflict_id, s.upload_id, s.part, s.line_number, p.key_id,
    private.encrypt_value(jsonb_build_object(
      'row', to_jsonb(s) - '{org_id,part_id,upload_id,part,line_number,verdict,lead_id,loaded_at}'::text[],
      'raw', coalesce(private.staged_raw(s.part_id, s.line_number, k.key), '[]'),
      'contacts', coalesce((
        select jsonb_agg(to_jsonb(c) - '{part_id,line_number,value_bidx,value_cipher,masked}'::text[]
          || jsonb_build_object('value', private.decrypt_value(c.value_cipher, k.key)) order by c.kind, c.position)
        from private.leads_staging_contacts c where c.part_id = p_part_id and c.line_number = p_line), '[]'))::text,
      k.key),
    p_as_of
  from public.leads_staging s
  join public.upload_parts p on p.id = s.part_id
  cross join lateral (select private.org_key(p_org_id, p.key_id) as key offset 0) k
  where s.part_id = p_part_id and s.line_number = p_line
  -- Kept already when a resolve began again.
  on conflict (upload_id, part, line) do nothing
$$;
comment on function private.keep_conflict_row(uuid, bigint, uuid, integer, timestamptz) is
  'Stores a staging row with its contact points in private.conflict_rows.';

create function private.conflict_row_content(p_row private.conflict_rows) returns jsonb
language sql stable set search_path = '' as $$
  select private.decrypt_value(p_row.content, private.org_key(p_row.org_id, p_row.key_id))::jsonb
$$;
comment on function private.conflict_row_content(private.conflict_rows) is 'The stored row in plain text.';

create function private.restage_conflict_row(p_row private.conflict_rows) returns uuid
language plpgsql volatile set search_path = '' as $$
declare
  v_content constant jsonb := private.conflict_row_content(p_row);
  v_part public.upload_parts;
  v_key text;
  v_blind constant bytea := private.blind_key(p_row.org_id);
  v_columns text;
begin
  select p.* into strict v_part from public.upload_parts p
  where p.org_id = p_row.org_id and p.upload_id = p_row.upload_id and p.part = p_row.part
  for update;
  v_key := private.org_key(v_part.org_id, v_part.key_id);
  -- The columns that the row has, so that columns of a later release take their defaults.
  select string_agg(format('%I', a.attname), ', ') into v_columns
  from pg_catalog.pg_attribute a
  where a.attrelid = 'public.leads_staging'::regclass and a.attnum > 0 and not a.attisdropped
    and (v_content -> 'row') ? a.attname;
  execute format('insert into public.leads_staging (org_id, part_id, upload_id, part, line_number, %1$s) '
    'select $1, $2, $3, $4, $5, %1$s from jsonb_populate_record(null::public.leads_staging, $6)', v_columns)
  using v_part.org_id, v_part.id, v_part.upload_id, v_part.part, p_row.line, v_content -> 'row';
  insert into private.leads_staging_contacts (part_id, line_number, kind, position, value_bidx, value_cipher, masked,
    label, verified, invalid, codes)
  select v_part.id, p_row.line, c.kind, c.position, private.blind_index(c.value, v_blind),
    private.encrypt_value(c.value, v_key), private.mask_contact(c.value), c.label, c.verified, c.invalid, c.codes
  from jsonb_to_recordset(v_content -> 'contacts') as c (kind public.contact_kind, position smallint, value text,
    label text, verified boolean, invalid boolean, codes text[]);
  return v_part.id;
end
$$;
comment on function private.restage_conflict_row(private.conflict_rows) is
  'Puts a stored row back into staging and returns its part.';
