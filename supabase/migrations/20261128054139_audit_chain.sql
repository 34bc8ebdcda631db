-- audit chain: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP FUNCTION "public"."list_audit"(uuid, integer, bigint, text, uuid);

CREATE TABLE "private"."audit_heads" (
  "org_id" uuid   NOT NULL,
  "seq"    bigint NOT NULL,
  "hash"   bytea  NOT NULL,
  CONSTRAINT "audit_heads_pkey" PRIMARY KEY (org_id)
);

ALTER TABLE "private"."audit_heads"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."audit_links" (
  "org_id"   uuid   NOT NULL,
  "seq"      bigint NOT NULL,
  "event_id" bigint NOT NULL,
  "hash"     bytea  NOT NULL,
  CONSTRAINT "audit_event_is_linked_once" UNIQUE (org_id, event_id),
  CONSTRAINT "audit_hash_is_sha256" CHECK ((octet_length(hash) = 32)),
  CONSTRAINT "audit_links_pkey" PRIMARY KEY (org_id, seq)
);

ALTER TABLE "private"."audit_links"
  ENABLE ROW LEVEL SECURITY;

CREATE OR REPLACE FUNCTION private.audit_digest (
  e private.audit_events
)
  RETURNS bytea
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select sha256(convert_to(array_to_json(array[e.org_id::text, e.id::text, extract(epoch from e.at)::text,
    e.user_id::text, e.session_id, e.actor, e.action, e.subject, e.subject_id, e.detail::text, e.key_id,
    host(e.address)])::text, 'UTF8'))
$function$;

CREATE OR REPLACE FUNCTION private.audit_faults (
  p_org_id uuid
)
  RETURNS TABLE (
    seq      bigint,
    event_id bigint,
    fault    text
  )
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.audit_seed (
  p_org_id uuid
)
  RETURNS bytea
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select sha256(convert_to('sluice audit ' || p_org_id, 'UTF8'))
$function$;

CREATE OR REPLACE FUNCTION private.chain_hashes (
  p_hash    bytea,
  p_digests bytea[]
)
  RETURNS TABLE (
    nth  integer,
    hash bytea
  )
  LANGUAGE plpgsql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.link_audit_events (
  p_org_id uuid,
  p_from   bigint DEFAULT 0
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  SET enable_seqscan TO 'off'
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.request_address()
  RETURNS inet
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  v_headers jsonb;
  v_address text := nullif(current_setting('sluice.client_address', true), '');
begin
  if v_address is null then
    v_headers := nullif(current_setting('request.headers', true), '')::jsonb;
    v_address := coalesce(v_headers ->> 'cf-connecting-ip', split_part(v_headers ->> 'x-forwarded-for', ',', -1));
  end if;
  if nullif(btrim(v_address), '') is not null then
    return btrim(v_address)::inet;
  -- Behind a function, the connection is that of the function.
  elsif nullif(current_setting('request.jwt.claims', true), '') is null then
    return inet_client_addr();
  end if;
  return null;
exception when invalid_text_representation then
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_audit_events__link()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  SET enable_seqscan TO 'off'
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.audit_head (
  p_org_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  return (
    select jsonb_build_object('org_id', o.id, 'seq', coalesce(h.seq, 0), 'hash',
      encode(coalesce(h.hash, private.audit_seed(o.id)), 'hex'), 'at', now())
    from public.orgs o left join private.audit_heads h on h.org_id = o.id where o.id = p_org_id);
end
$function$;

REVOKE ALL ON FUNCTION "public"."audit_head"(uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_audit (
  p_org_id  uuid,
  p_limit   integer DEFAULT 50,
  p_before  bigint  DEFAULT NULL::bigint,
  p_action  text    DEFAULT NULL::text,
  p_user_id uuid    DEFAULT NULL::uuid
)
  RETURNS TABLE (
    id         bigint,
    at         timestamp with time zone,
    user_id    uuid,
    email      text,
    actor      text,
    action     text,
    subject    text,
    subject_id text,
    detail     jsonb,
    key_id     text,
    key_name   text,
    address    text
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  return query
  select e.id, e.at, e.user_id, u.email::text, e.actor, e.action, e.subject, e.subject_id, e.detail, e.key_id, k.name,
    host(e.address)
  from private.audit_events e
  left join auth.users u on u.id = e.user_id
  left join public.api_keys k on k.org_id = e.org_id and k.id = e.key_id
  where e.org_id = p_org_id and (p_before is null or e.id < p_before) and (p_action is null or e.action = p_action)
    and (p_user_id is null or e.user_id = p_user_id)
  order by e.id desc limit private.page_size(p_limit);
end
$function$;

REVOKE ALL ON FUNCTION "public"."list_audit"(uuid, integer, bigint, text, uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.verify_audit (
  p_org_id      uuid,
  p_anchor_seq  bigint DEFAULT NULL::bigint,
  p_anchor_hash text   DEFAULT NULL::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
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
$function$;

REVOKE ALL ON FUNCTION "public"."verify_audit"(uuid, bigint, text) FROM PUBLIC, "anon";

ALTER TABLE "private"."audit_heads"
  ADD CONSTRAINT "audit_heads_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "private"."audit_links"
  ADD CONSTRAINT "audit_links_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

-- The log of one org is small.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX audit_events_id_idx ON private.audit_events USING btree (id);

CREATE CONSTRAINT TRIGGER _900_link
  AFTER INSERT ON private.audit_events DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_audit_events__link();

CREATE TRIGGER _100_append_only
  BEFORE DELETE OR UPDATE ON private.audit_links
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_audit_events__refuse_change();

CREATE TRIGGER _100_refuse_truncate
  BEFORE TRUNCATE ON private.audit_links
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.refuse_change();

COMMENT ON COLUMN "private"."audit_links"."hash" IS 'SHA-256 of the hash before (of the first link: private.audit_seed) and private.audit_digest of the event.';

COMMENT ON FUNCTION "private"."audit_digest"(private.audit_events) IS 'SHA-256 of the JSON array of all columns as text, without spaces: org_id, id, at (seconds since 1970 with six decimals), user_id, session_id, actor, action, subject, subject_id, detail, key_id, address.';

COMMENT ON FUNCTION "private"."audit_faults"(uuid) IS 'Where the audit log of an org is not what its chain says; no rows where it is. Definer: the log belongs to the owner.';

COMMENT ON FUNCTION "private"."audit_seed"(uuid) IS 'The hash before the first link of an org.';

COMMENT ON FUNCTION "private"."chain_hashes"(bytea, bytea[]) IS 'The hashes of the links that follow p_hash, in order.';

COMMENT ON FUNCTION "private"."link_audit_events"(uuid, bigint) IS 'Links the events of an org from the id p_from on that have no link yet, in the order of their ids. Definer: the log belongs to the owner.';

COMMENT ON FUNCTION "private"."request_address"() IS 'Where the request came from: sluice.client_address, which the functions set to what their proxy saw; of a request to the REST API, cf-connecting-ip or the last entry of x-forwarded-for; of a direct session, the address of the client. Null where none is known, as over a local socket.';

COMMENT ON FUNCTION "private"."tg_audit_events__link"() IS 'Trigger at commit: links the events of the transaction. Definer: the log belongs to the owner.';

COMMENT ON FUNCTION "public"."audit_head"(uuid) IS 'The last link of the audit chain now: {org_id, seq, hash (hex), at}. Kept elsewhere, it is the anchor for verify_audit. For owners, admins and the service. Raises SL111. Definer: the log belongs to the owner.';

COMMENT ON FUNCTION "public"."list_audit"(uuid, integer, bigint, text, uuid) IS 'The audit log of an org, newest first; p_before: the smallest id of the page before; address: where the request came from, where known. For owners, admins and the service. Raises SL111. Definer: the log belongs to the owner.';

COMMENT ON FUNCTION "public"."verify_audit"(uuid, bigint, text) IS 'Checks the audit log of an org against its chain and, with p_anchor_seq and p_anchor_hash (of audit_head, kept elsewhere), against what it was: {ok, entries, head, fault_count, faults (the first 20): [{seq, event_id, fault}]}. For owners, admins and the service. Raises SL111 and SL138 (half an anchor). Definer: the log belongs to the owner.';

COMMENT ON TABLE "private"."audit_heads" IS 'The last link of each org''s audit chain. Its row lock gives the commits of one org their order.';

COMMENT ON TABLE "private"."audit_links" IS 'The hash chain over the audit log: append-only, without gaps in seq. Deleted with the org only.';

REVOKE ALL ON FUNCTION "private"."audit_digest"(private.audit_events) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."audit_digest"(private.audit_events) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."audit_faults"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."audit_seed"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."audit_seed"(uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."chain_hashes"(bytea, bytea[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."chain_hashes"(bytea, bytea[]) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."link_audit_events"(uuid, bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."request_address"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."request_address"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_audit_events__link"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_audit_events__link"() TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "public"."audit_head"(uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."audit_head"(uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_audit"(uuid, integer, bigint, text, uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."list_audit"(uuid, integer, bigint, text, uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."verify_audit"(uuid, bigint, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."verify_audit"(uuid, bigint, text) TO "service_role";

-- By hand: in two steps, so that older events do not get the address of this session.
ALTER TABLE "private"."audit_events"
  ADD COLUMN "address" inet;
ALTER TABLE "private"."audit_events"
  ALTER COLUMN "address" SET DEFAULT private.request_address();

COMMENT ON COLUMN "private"."audit_events"."address" IS 'Network address of whoever did it, of a member or a machine; null where unknown.';

-- Rights that default privileges would change.

revoke execute on function private.audit_faults(uuid) from pipeline_writer;
revoke execute on function private.link_audit_events(uuid,bigint) from pipeline_writer;

-- By hand: events from before this migration are the first links, in the order of their ids.
select private.link_audit_events(o.org_id) from (select distinct e.org_id from private.audit_events e order by 1) o;
