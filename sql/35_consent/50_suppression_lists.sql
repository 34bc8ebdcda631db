-- Import and export of suppression lists.

create function private.read_suppressions(p_org_id uuid, p_rows jsonb, p_reason text)
returns table (line integer, bidx bytea, kind public.contact_kind, channel text, reason text)
language sql stable set search_path = '' as $$
  select r.line, x.bidx, x.kind,
    case when nullif(r.channel, '') is null or r.channel = any (private.channels_for_kind(x.kind))
      then nullif(r.channel, '') else 'wrong' end as channel,
    coalesce(nullif(r.reason, ''), p_reason) as reason
  from jsonb_to_recordset(p_rows) r (line integer, value text, hash text, kind text, channel text, reason text)
  cross join lateral (
    select private.read_phone(r.value) as phone,
      case when position('@' in r.value) > 0 then private.read_email(r.value) end as email,
      case when r.hash ~ '^[0-9a-fA-F]{32}$' and r.kind in ('phone', 'email') then decode(r.hash, 'hex') end as hash
  ) n
  cross join lateral (
    select coalesce(n.hash, private.blind_index(coalesce(n.email, n.phone), private.blind_key(p_org_id))) as bidx,
      (case when n.hash is not null then r.kind when n.email is not null then 'email' when n.phone is not null
        then 'phone' end)::public.contact_kind as kind
  ) x
$$;
comment on function private.read_suppressions(uuid, jsonb, text) is
  'The rows of a list as blind indexes: bidx is null where a value is unreadable, channel is wrong where it does not '
  'fit the kind.';

create function private.import_suppressions(
  p_org_id uuid, p_rows jsonb, p_reason text, p_source text, p_as_of timestamptz default now()
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_unreadable integer[];
  v_all integer;
  v_added integer := 0;
  v record;
begin
  perform set_config('sluice.actor', 'system', true);
  select count(*), coalesce(array_agg(i.line order by i.line) filter (where i.bidx is null or i.channel = 'wrong'),
    '{}'::integer[])
  into v_all, v_unreadable from private.read_suppressions(p_org_id, p_rows, p_reason) i;
  for v in
    select distinct on (i.bidx, i.channel) i.* from private.read_suppressions(p_org_id, p_rows, p_reason) i
    where i.bidx is not null and i.channel is distinct from 'wrong' order by i.bidx, i.channel, i.line
  loop
    if private.suppress_value(p_org_id, v.bidx, v.kind, v.channel, v.reason, p_source, p_as_of) then
      v_added := v_added + 1;
    end if;
  end loop;
  perform set_config('sluice.actor', v_actor, true);
  return jsonb_build_object('rows', v_all, 'added', v_added, 'known', v_all - v_added - cardinality(v_unreadable),
    'unreadable', to_jsonb(v_unreadable));
end
$$;
comment on function private.import_suppressions(uuid, jsonb, text, text, timestamptz) is
  'Imports a suppression list [{line, value | hash, kind, channel, reason}]: values in any spelling, or the hashes '
  '(blind indexes, hex) of an export of the same org, which need their kind. Returns {rows, added, known, '
  'unreadable: [lines]}. Definer: writes as the system.';

create function private.export_suppressions(p_org_id uuid, p_plain boolean default false, p_after bigint default 0,
  p_limit integer default 10000)
returns table (id bigint, hash text, kind public.contact_kind, channel text, reason text, source text,
  created_at timestamptz, value text)
language plpgsql volatile security definer set search_path = '' as $$
begin
  return query
  with page as (
    select s.* from public.suppressions s
    where s.org_id = p_org_id and s.id > p_after
      and case when s.channel is not null then private.is_suppressed(s.org_id, s.value_bidx, s.channel)
        else private.is_suppressed(s.org_id, s.value_bidx) end
    order by s.id limit p_limit
  ),
  shown as (
    select distinct on (p.id) p.id as suppression_id, c.lead_id,
      private.decrypt_value(c.value_cipher, private.org_key(c.org_id, c.key_id)) as plain
    from page p join public.contact_points c on c.org_id = p_org_id and c.value_bidx = p.value_bidx
    where p_plain order by p.id, c.id
  ),
  looked as (
    insert into private.pii_access_log (org_id, lead_id, user_id, db_role, values_shown)
    select p_org_id, h.lead_id, auth.uid(), session_user, count(*)::smallint from shown h group by h.lead_id
  )
  select p.id, encode(p.value_bidx, 'hex'), p.kind, p.channel, p.reason, p.source, p.created_at, h.plain
  from page p left join shown h on h.suppression_id = p.id
  order by p.id;
end
$$;
comment on function private.export_suppressions(uuid, boolean, bigint, integer) is
  'Exports the active suppressions of the org in pages (p_after: the last id seen). Plain values only on request, '
  'only those that a contact point still has, and each access is logged. Definer: the caller may not read keys or '
  'write the log.';
-- Only for the project owner and the command line; no endpoint returns suppression lists.
revoke execute on function private.import_suppressions(uuid, jsonb, text, text, timestamptz),
  private.export_suppressions(uuid, boolean, bigint, integer) from public, pipeline_writer;
