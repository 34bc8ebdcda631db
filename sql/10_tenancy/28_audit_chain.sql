-- A hash chain over the audit log, one per org. A link's hash covers the hash before it and the event, so that an edit, a
-- deletion and another order show, also where the database's owner did it. Whoever rewrites every link from some point
-- on, or cuts the end off, shows only against a head that was kept elsewhere (`sluice audit head`).
--
-- Events are linked at commit, by a deferred trigger: only then is the head of the org locked, after all other locks of
-- the transaction, and orgs do not wait for one another. The order of links is the order of commits.

create table private.audit_heads (
  org_id uuid primary key references public.orgs (id) on delete cascade,
  seq bigint not null,
  hash bytea not null
);
comment on table private.audit_heads is
  'The last link of each org''s audit chain. Its row lock gives the commits of one org their order.';
alter table private.audit_heads enable row level security;

-- No foreign key to the event: the link of a deleted event stays and shows it.
create table private.audit_links (
  org_id uuid not null references public.orgs (id) on delete cascade,
  seq bigint not null,
  event_id bigint not null,
  hash bytea not null,
  primary key (org_id, seq),
  constraint audit_event_is_linked_once unique (org_id, event_id),
  constraint audit_hash_is_sha256 check (octet_length(hash) = 32)
);
comment on table private.audit_links is
  'The hash chain over the audit log: append-only, without gaps in seq. Deleted with the org only.';
comment on column private.audit_links.hash is
  'SHA-256 of the hash before (of the first link: private.audit_seed) and private.audit_digest of the event.';
alter table private.audit_links enable row level security;
create trigger _100_append_only before update or delete on private.audit_links
  for each row execute function private.tg_audit_events__refuse_change();
create trigger _100_refuse_truncate before truncate on private.audit_links
  for each statement execute function private.refuse_change();

create function private.audit_seed(p_org_id uuid) returns bytea
language sql immutable parallel safe set search_path = '' as $$
  select sha256(convert_to('sluice audit ' || p_org_id, 'UTF8'))
$$;
comment on function private.audit_seed(uuid) is 'The hash before the first link of an org.';

create function private.audit_digest(e private.audit_events) returns bytea
language sql stable set search_path = '' as $$
  select sha256(convert_to(array_to_json(array[e.org_id::text, e.id::text, extract(epoch from e.at)::text,
    e.user_id::text, e.session_id, e.actor, e.action, e.subject, e.subject_id, e.detail::text, e.key_id,
    host(e.address)])::text, 'UTF8'))
$$;
comment on function private.audit_digest(private.audit_events) is
  'SHA-256 of the JSON array of all columns as text, without spaces: org_id, id, at (seconds since 1970 with six decimals), '
  'user_id, session_id, actor, action, subject, subject_id, detail, key_id, address.';

create function private.chain_hashes(p_hash bytea, p_digests bytea[]) returns table (nth integer, hash bytea)
language plpgsql immutable set search_path = '' as $$
declare
  v_digest bytea;
begin
  nth := 0;
  hash := p_hash;
  foreach v_digest in array p_digests loop
    nth := nth + 1;
    hash := sha256(hash || v_digest);
    return next;
  end loop;
end
$$;
comment on function private.chain_hashes(bytea, bytea[]) is 'The hashes of the links that follow p_hash, in order.';

-- Plans are kept for the session: one that was made for a short log must not scan a long one.
create function private.link_audit_events(p_org_id uuid, p_from bigint default 0) returns void
language plpgsql volatile security definer set search_path = '' set enable_seqscan = off as $$
declare
  h private.audit_heads;
  v_ids bigint[];
  v_digests bytea[];
begin
  insert into private.audit_heads (org_id, seq, hash) values (p_org_id, 0, private.audit_seed(p_org_id))
  on conflict (org_id) do nothing;
  select x.* into strict h from private.audit_heads x where x.org_id = p_org_id for update;
  select array_agg(e.id order by e.id), array_agg(private.audit_digest(e) order by e.id) into v_ids, v_digests
  from private.audit_events e
  where e.org_id = p_org_id and e.id >= p_from
    and not exists (select from private.audit_links l where l.org_id = e.org_id and l.event_id = e.id);
  if v_ids is null then
    return;
  end if;
  with linked as (
    insert into private.audit_links (org_id, seq, event_id, hash)
    select p_org_id, h.seq + c.nth, v_ids[c.nth], c.hash from private.chain_hashes(h.hash, v_digests) c
    returning seq, hash)
  update private.audit_heads x set seq = l.seq, hash = l.hash
  from (select y.seq, y.hash from linked y order by y.seq desc limit 1) l where x.org_id = p_org_id;
end
$$;
comment on function private.link_audit_events(uuid, bigint) is
  'Links the events of an org from the id p_from on that have no link yet, in the order of their ids. Definer: the log '
  'belongs to the owner.';
revoke execute on function private.link_audit_events(uuid, bigint) from pipeline_writer;

create function private.tg_audit_events__link() returns trigger
language plpgsql security definer set search_path = '' set enable_seqscan = off as $$
begin
  -- The first event of a transaction links all of them, org by org in one order, so that no two wait for each other.
  if not exists (select from private.audit_links l where l.org_id = new.org_id and l.event_id = new.id) then
    perform private.link_audit_events(o.org_id, new.id)
    from (select distinct e.org_id from private.audit_events e
      where e.id >= new.id
        and not exists (select from private.audit_links l where l.org_id = e.org_id and l.event_id = e.id)
      order by 1) o;
  end if;
  return null;
end
$$;
comment on function private.tg_audit_events__link() is
  'Trigger at commit: links the events of the transaction. Definer: the log belongs to the owner.';
create constraint trigger _900_link after insert on private.audit_events
  deferrable initially deferred for each row execute function private.tg_audit_events__link();

create function private.audit_faults(p_org_id uuid) returns table (seq bigint, event_id bigint, fault text)
language sql stable security definer set search_path = '' as $$
  select c.seq, c.event_id, c.fault
  from (
    select l.seq, l.event_id, case
      when l.seq <> lag(l.seq, 1, 0::bigint) over w + 1 then 'links before this one are missing'
      when e.id is null then 'the event was deleted'
      when l.hash <> sha256(lag(l.hash, 1, private.audit_seed(p_org_id)) over w || private.audit_digest(e))
        then 'the event, its place or its link was changed' end as fault
    from private.audit_links l
    left join private.audit_events e on e.org_id = l.org_id and e.id = l.event_id
    where l.org_id = p_org_id
    window w as (order by l.seq)) c
  where c.fault is not null
  union all
  select null, e.id, 'the event was added without a link'
  from private.audit_events e
  where e.org_id = p_org_id
    and not exists (select from private.audit_links l where l.org_id = e.org_id and l.event_id = e.id)
  union all
  select coalesce(l.seq, h.seq), l.event_id, 'the end of the chain was cut off or replaced'
  from (select x.* from private.audit_heads x where x.org_id = p_org_id) h
  full join (select x.* from private.audit_links x where x.org_id = p_org_id order by x.seq desc limit 1) l on true
  where (l.seq, l.hash) is distinct from (h.seq, h.hash)
    and (l.seq is not null or (h.seq, h.hash) is distinct from (0::bigint, private.audit_seed(p_org_id)))
$$;
comment on function private.audit_faults(uuid) is
  'Where the audit log of an org is not what its chain says; no rows where it is. Definer: the log belongs to the owner.';
revoke execute on function private.audit_faults(uuid) from pipeline_writer;

create function public.audit_head(p_org_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  return (
    select jsonb_build_object('org_id', o.id, 'seq', coalesce(h.seq, 0), 'hash',
      encode(coalesce(h.hash, private.audit_seed(o.id)), 'hex'), 'at', now())
    from public.orgs o left join private.audit_heads h on h.org_id = o.id where o.id = p_org_id);
end
$$;
comment on function public.audit_head(uuid) is
  'The last link of the audit chain now: {org_id, seq, hash (hex), at}. Kept elsewhere, it is the anchor for verify_audit. '
  'For owners, admins and the service. Raises SL111. Definer: the log belongs to the owner.';

create function public.verify_audit(p_org_id uuid, p_anchor_seq bigint default null, p_anchor_hash text default null)
  returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_head constant jsonb := public.audit_head(p_org_id);
  v_anchored text := case when p_anchor_seq = 0 then encode(private.audit_seed(p_org_id), 'hex') end;
  v_faults jsonb;
  v_count bigint;
begin
  if (p_anchor_seq is null) <> (p_anchor_hash is null) then
    raise exception 'an anchor is a number and a hash' using errcode = 'SL138';
  end if;
  select coalesce(jsonb_agg(to_jsonb(f) - 'nth' order by f.nth) filter (where f.nth <= 20), '[]'), count(*)
  into v_faults, v_count
  from (select x.*, row_number() over (order by x.seq nulls last, x.event_id) as nth
    from private.audit_faults(p_org_id) x) f;
  if p_anchor_seq > 0 then
    v_anchored := (select encode(l.hash, 'hex') from private.audit_links l
      where l.org_id = p_org_id and l.seq = p_anchor_seq);
  end if;
  if v_anchored is distinct from lower(p_anchor_hash) then
    v_count := v_count + 1;
    v_faults := v_faults || jsonb_build_object('seq', p_anchor_seq, 'event_id', null, 'fault',
      case when v_anchored is null then 'the anchor is missing: the end of the chain was cut off'
        else 'the anchor differs: the chain was rewritten' end);
  end if;
  return jsonb_build_object('ok', v_count = 0, 'entries', v_head -> 'seq', 'head', v_head, 'fault_count', v_count,
    'faults', v_faults);
end
$$;
comment on function public.verify_audit(uuid, bigint, text) is
  'Checks the audit log of an org against its chain and, with p_anchor_seq and p_anchor_hash (of audit_head, kept '
  'elsewhere), against what it was: {ok, entries, head, fault_count, faults (the first 20): [{seq, event_id, fault}]}. For '
  'owners, admins and the service. Raises SL111 and SL138 (half an anchor). Definer: the log belongs to the owner.';
revoke execute on function public.audit_head(uuid), public.verify_audit(uuid, bigint, text) from public, anon;
grant execute on function public.audit_head(uuid), public.verify_audit(uuid, bigint, text)
  to authenticated, service_role;
