-- A person's complete record, for a lawyer or a data request.

create function private.rows_about_lead(p_org_id uuid, p_lead_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  t record;
  v_rows jsonb;
  v_all jsonb := '{}'::jsonb;
begin
  -- Reads every table that refers to leads, including those of later releases, without ciphertext, hashes and blind
  -- indexes.
  for t in
    select c.relname as name,
      array(select b.attname::text from pg_catalog.pg_attribute b where b.attrelid = c.oid
        and b.atttypid = 'bytea'::regtype) as hidden
    from pg_catalog.pg_class c
    join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = 'lead_id' and a.atttypid = 'uuid'::regtype
    join pg_catalog.pg_attribute o on o.attrelid = c.oid and o.attname = 'org_id'
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and c.relname <> 'contact_points'
    order by c.relname
  loop
    execute format('select jsonb_agg(to_jsonb(t) - $3 - ''org_id''::text) from public.%I t where t.org_id = $1 and '
      't.lead_id = $2', t.name)
    into v_rows using p_org_id, p_lead_id, t.hidden;
    v_all := v_all || jsonb_build_object(t.name, coalesce(v_rows, '[]'));
  end loop;
  return v_all;
end
$$;
comment on function private.rows_about_lead(uuid, uuid) is
  'Every row of every exposed table that refers to the lead, by table. Definer: reads across policies for '
  'person_record.';
revoke execute on function private.rows_about_lead(uuid, uuid) from pipeline_writer;

create function private.person_record(p_org_id uuid, p_lead_id uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  l public.leads;
  v_contacts jsonb;
  v_values bytea[];
begin
  select x.* into strict l from public.leads x where x.org_id = p_org_id and x.id = p_lead_id;
  select coalesce(jsonb_agg(to_jsonb(c) - '{org_id,value_bidx,value_cipher,key_id}'::text[]
      || jsonb_build_object('value', private.decrypt_value(c.value_cipher, private.org_key(c.org_id, c.key_id)))
        order by c.kind, c.position), '[]'),
    array_agg(c.value_bidx)
  into v_contacts, v_values from public.contact_points c where c.org_id = p_org_id and c.lead_id = p_lead_id;
  return jsonb_build_object(
    'exported_at', now(), 'lead', jsonb_strip_nulls(to_jsonb(l) - '{org_id,phone_bidx,addr_hash}'::text[]),
      'contacts', v_contacts,
    'suppressions', (select coalesce(jsonb_agg(to_jsonb(s) - '{org_id,value_bidx}'::text[] order by s.created_at),
      '[]')
      from public.suppressions s where s.org_id = p_org_id and s.value_bidx = any (v_values)),
    'consents_of_the_same_contacts',
      (select coalesce(jsonb_agg(to_jsonb(c) - '{org_id,value_bidx,text_sha256,text_cipher,key_id}'::text[]
      order by c.occurred_at), '[]')
      from public.consents c where c.org_id = p_org_id and c.value_bidx = any (v_values) and c.lead_id is distinct
        from p_lead_id),
    'opt_out_texts', (select coalesce(jsonb_agg(jsonb_build_object('consent_id', c.id, 'text',
      private.decrypt_value(c.text_cipher, private.org_key(c.org_id, c.key_id)))), '[]')
      from public.consents c where c.org_id = p_org_id and (c.lead_id = p_lead_id or c.value_bidx = any (v_values))
        and c.text_cipher is not null),
    -- The nonce of a link to a consent form is for its receiver only.
    'message_texts', (select coalesce(jsonb_agg(jsonb_build_object('message_id', m.id, 'text',
      regexp_replace(private.decrypt_value(m.text_cipher, private.org_key(m.org_id, m.key_id)),
        '#[A-Za-z0-9_-]{43}', '#...', 'g')) order by m.created_at), '[]')
      from public.messages m where m.org_id = p_org_id and m.lead_id = p_lead_id and m.text_cipher is not null),
    'reply_texts', (select coalesce(jsonb_agg(jsonb_build_object('reply_id', r.id, 'text',
      private.decrypt_value(r.text_cipher, private.org_key(r.org_id, r.key_id))) order by r.at, r.id), '[]')
      from public.replies r where r.org_id = p_org_id and r.lead_id = p_lead_id and r.text_cipher is not null),
    'call_transcripts', (select coalesce(jsonb_agg(jsonb_build_object('call_id', k.id, 'text',
      private.decrypt_value(k.transcript_cipher, private.org_key(k.org_id, k.key_id))) order by k.at, k.id), '[]')
      from public.calls k where k.org_id = p_org_id and k.lead_id = p_lead_id and k.transcript_cipher is not null),
    'task_notes', (select coalesce(jsonb_agg(jsonb_build_object('task_id', t.id, 'text',
      private.decrypt_value(t.note_cipher, private.org_key(t.org_id, t.key_id))) order by t.created_at, t.id), '[]')
      from public.tasks t where t.org_id = p_org_id and t.lead_id = p_lead_id and t.note_cipher is not null),
    'rows_in_conflict', (select coalesce(jsonb_agg(jsonb_build_object('conflict_id', k.id, 'upload_id', x.upload_id,
      'part', x.part, 'line', x.line, 'row', private.conflict_row_content(x) -> 'raw')
        order by k.id, x.created_at), '[]')
      from public.lead_conflicts k join private.conflict_rows x on x.org_id = k.org_id and x.conflict_id = k.id
      where k.org_id = p_org_id and k.contacts && v_values),
    'do_not_call_status', (select coalesce(jsonb_agg(to_jsonb(s) - '{org_id,value_bidx}'::text[]), '[]')
      from private.phone_scrubs s where s.org_id = p_org_id and s.value_bidx = any (v_values)),
    'merged_with', (select coalesce(jsonb_agg(m.merged_row - '{org_id,phone_bidx,addr_hash,contact_points}'::text[]),
      '[]')
      from public.lead_merges m where m.org_id = p_org_id and m.survivor_id = p_lead_id),
    'facts', (select coalesce(jsonb_agg(jsonb_build_object('fact_id', f.id, 'name', f.name, 'provider', f.provider,
      'value', private.decrypt_value(f.value_cipher, private.org_key(f.org_id, f.key_id))) order by f.id), '[]')
      from public.lead_facts f where f.org_id = p_org_id and f.lead_id = p_lead_id and f.value_cipher is not null),
    'provider_answers', (select coalesce(jsonb_agg(jsonb_build_object('provider', a.provider, 'endpoint', a.endpoint,
      'answered_at', a.answered_at, 'answer', private.decrypt_value(a.answer_cipher, private.org_key(a.org_id,
        a.key_id))) order by a.answered_at, a.provider, a.endpoint, a.input_bidx), '[]')
      from private.provider_answers a
      where a.org_id = p_org_id and a.answer_cipher is not null and exists (
        select from public.provider_calls c
        where c.org_id = p_org_id and c.lead_id = p_lead_id and c.provider = a.provider and c.endpoint = a.endpoint
          and c.input_bidx = a.input_bidx)),
    'records', private.rows_about_lead(p_org_id, p_lead_id));
end
$$;
comment on function private.person_record(uuid, uuid) is
  'Everything on record about a lead as JSON: fields, contacts in plain text, consents, decisions, contact '
  'attempts, changes, messages and all other rows that refer to it. For public.redeem_reveal.';
revoke execute on function private.person_record(uuid, uuid) from pipeline_writer;
