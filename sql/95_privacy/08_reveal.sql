-- Plain values, in two calls. The first grants and logs; the second returns the values and works only in a later
-- transaction. A query that fails after it has seen values can undo its own writes, but not those of a transaction
-- that was committed before.

create table private.reveal_grants (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  subject text not null,
  lead_ids uuid[] not null,
  item_ids bigint[] not null,
  user_id uuid,
  session_id text,
  granted_at timestamptz not null,
  granted_xid xid8 not null default pg_current_xact_id(),
  expires_at timestamptz not null,
  uses_left smallint not null default 3,
  key_id text,
  constraint reveal_subject_is_known check (subject in ('contacts', 'replies', 'transcripts', 'tasks',
    'person')),
  constraint grant_has_a_limit check (cardinality(lead_ids) <= 100 and cardinality(item_ids) <= 500
    and uses_left >= 0)
);
comment on table private.reveal_grants is
  'Permissions to read plain values: bound to a caller and a session, three times, for five minutes. Ids only.';
comment on column private.reveal_grants.item_ids is
  'The contact points, replies or calls; those that came later are not covered. Empty for subject person.';
comment on column private.reveal_grants.session_id is
  'The session_id of the caller''s access token; null for callers without one.';
comment on column private.reveal_grants.granted_xid is
  'The transaction of the grant: public.redeem_reveal refuses to work in it.';
comment on column private.reveal_grants.key_id is 'The API key that asked; user_id is null then.';
create index reveal_grants_org_idx on private.reveal_grants (org_id);
create index reveal_grants_expiry_idx on private.reveal_grants (expires_at);
alter table private.reveal_grants enable row level security;

create function private.may_reveal(p_org_id uuid, p_lead_id uuid, p_subject text) returns boolean
language sql stable security definer set search_path = '' as $$
  select private.is_trusted_caller() and exists (
      select from public.leads l where l.org_id = p_org_id and l.id = p_lead_id)
    or private.sees_lead(p_org_id, p_lead_id)
      and (p_subject <> 'person' or private.may_export(p_org_id))
$$;
comment on function private.may_reveal(uuid, uuid, text) is
  'Whether the caller may read the plain values of the lead; the whole record (person) takes the right to '
  'export. Definer: reads leads for callers that the policies do not know.';
revoke execute on function private.may_reveal(uuid, uuid, text) from pipeline_writer;

create function private.session_id() returns text
language sql stable set search_path = '' as $$
  select auth.jwt() ->> 'session_id'
$$;
comment on function private.session_id() is 'The session of the caller''s access token, if it names one.';

create function private.require_reveal_right() returns void
language plpgsql stable set search_path = '' as $$
begin
  if auth.jwt() ? 'api_key' then
    perform private.require_scope('leads.pii');
  else
    perform private.require_aal2();
  end if;
end
$$;
comment on function private.require_reveal_right() is
  'Plain values take two factors of a member, and the scope leads.pii of an API key. Raises SL106, SL107, SL132, SL133.';
revoke execute on function private.require_reveal_right() from pipeline_writer;

create function private.refuse_reveal(p_org_id uuid, p_subject text, p_lead_ids uuid[], p_reason text,
  p_as_of timestamptz) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_limit integer;
  v_shown integer;
  v_new integer;
  v_retry timestamptz;
  v_key constant text := auth.jwt() ->> 'api_key';
begin
  -- Requests of one member or key wait for each other, so that two at once do not both fit.
  perform pg_advisory_xact_lock(hashtextextended(format('reveal %s %s', p_org_id, coalesce(auth.uid()::text, v_key)),
    0));
  select coalesce((o.settings ->> 'reveals_per_hour')::integer, 120) into v_limit
  from public.orgs o where o.id = p_org_id;
  with shown as (
    select a.lead_id, max(a.accessed_at) as at from private.pii_access_log a
    where a.org_id = p_org_id and a.accessed_at > p_as_of - interval '1 hour' and a.lead_id is not null
      and case when v_key is null then a.user_id = auth.uid() else a.user_id is null and a.key_id = v_key end
      -- A look-up by phone shows no value.
      and a.subject is distinct from 'search'
    group by a.lead_id
  ), counted as (
    select count(*) as n, (select count(*) from unnest(p_lead_ids) x (id) where x.id not in (
      select s.lead_id from shown s)) as wanted
    from shown
  )
  -- Then the leads that were seen longest ago make room for those that are wanted.
  select c.n, c.wanted, case when c.wanted <= v_limit then (
    select s.at + interval '1 hour' from shown s order by s.at offset greatest(c.n + c.wanted - v_limit - 1, 0) limit 1)
    end
  into v_shown, v_new, v_retry from counted c;
  if v_new = 0 or v_shown + v_new <= v_limit then
    return null;
  end if;
  insert into private.pii_access_log (org_id, user_id, db_role, accessed_at, values_shown, subject, reason, refused,
    key_id)
  values (p_org_id, auth.uid(), session_user, p_as_of, 0, p_subject, p_reason, 'hourly_limit', v_key);
  -- An exception would undo the log; the API answers with this status and commits.
  perform set_config('response.status', '429', true);
  return jsonb_build_object('grant_id', null, 'subject', p_subject, 'values', 0, 'expires_at', null,
    'code', 'hourly_limit', 'message', format('at most %s leads within an hour: %s were shown, and %s more are wanted',
      v_limit, v_shown, v_new), 'retry_at', v_retry);
end
$$;
comment on function private.refuse_reveal(uuid, text, uuid[], text, timestamptz) is
  'Null, or the answer of request_reveal to a member or API key that would see more leads within an hour than reveals_per_hour '
  'allows; it is logged. Leads that were shown within the hour count once. Definer: the log belongs to the owner.';
revoke execute on function private.refuse_reveal(uuid, text, uuid[], text, timestamptz) from pipeline_writer;

create function public.request_reveal(
  p_org_id uuid, p_subject text, p_lead_ids uuid[], p_reason text, p_item_ids bigint[] default null,
  p_as_of timestamptz default now()
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_id constant uuid := gen_random_uuid();
  v_expires timestamptz;
  v_leads uuid[];
  v_items bigint[];
  v_values integer;
  v_shown uuid[];
  v_refusal jsonb;
begin
  p_as_of := private.caller_clock(p_as_of);
  perform private.require_reveal_right();
  v_expires := p_as_of + interval '5 minutes';
  if p_subject is distinct from 'contacts' then
    perform private.refuse_api_key();
  end if;
  if p_subject is null or p_subject not in ('contacts', 'replies', 'transcripts', 'tasks', 'person')
    or length(btrim(coalesce(p_reason, ''))) not between 3 and 500 then
    raise exception 'the subject is contacts, replies, transcripts, tasks or person; the reason has 3 to 500 characters'
      using errcode = 'SL427';
  end if;
  v_leads := array(select distinct x.id from unnest(p_lead_ids) x (id)
    where private.may_reveal(p_org_id, x.id, p_subject) order by x.id);
  if p_subject = 'person' and cardinality(v_leads) <> 1 then
    raise exception 'lead not found' using errcode = 'SL425';
  end if;
  v_items := case p_subject
    when 'contacts' then array(select c.id from public.contact_points c
      where c.org_id = p_org_id and c.lead_id = any (v_leads) and (p_item_ids is null or c.id = any (p_item_ids))
      order by c.id)
    when 'replies' then array(select r.id from public.replies r
      where r.org_id = p_org_id and r.lead_id = any (v_leads) and (p_item_ids is null or r.id = any (p_item_ids))
        and num_nonnulls(r.text_cipher, r.draft_cipher) > 0 order by r.id)
    when 'transcripts' then array(select k.id from public.calls k
      where k.org_id = p_org_id and k.lead_id = any (v_leads) and (p_item_ids is null or k.id = any (p_item_ids))
        and k.transcript_cipher is not null order by k.id)
    when 'tasks' then array(select t.number from public.tasks t
      where t.org_id = p_org_id and t.lead_id = any (v_leads) and (p_item_ids is null or t.number = any (p_item_ids))
        and t.note_cipher is not null order by t.number)
    else '{}' end;
  if cardinality(v_leads) > 100 or cardinality(v_items) > 500 then
    raise exception 'at most 100 leads and 500 values at a time' using errcode = 'SL427';
  end if;
  -- Those that have something to show.
  v_shown := case p_subject
    when 'contacts' then array(select distinct c.lead_id from public.contact_points c
      where c.org_id = p_org_id and c.id = any (v_items))
    when 'replies' then array(select distinct r.lead_id from public.replies r
      where r.org_id = p_org_id and r.id = any (v_items))
    when 'transcripts' then array(select distinct k.lead_id from public.calls k
      where k.org_id = p_org_id and k.id = any (v_items))
    when 'tasks' then array(select distinct t.lead_id from public.tasks t
      where t.org_id = p_org_id and t.lead_id = any (v_leads) and t.number = any (v_items))
    else v_leads end;
  if not private.is_trusted_caller() and cardinality(v_shown) > 0 then
    v_refusal := private.refuse_reveal(p_org_id, p_subject, v_shown, btrim(p_reason), p_as_of);
    if v_refusal is not null then
      return v_refusal;
    end if;
  end if;
  -- The log of every lead that has something to show.
  insert into private.pii_access_log (org_id, lead_id, user_id, db_role, accessed_at, values_shown, subject, grant_id,
    reason, key_id)
  select p_org_id, x.lead_id, auth.uid(), session_user, p_as_of, x.n, p_subject, v_id, btrim(p_reason),
    auth.jwt() ->> 'api_key'
  from (
    select c.lead_id, count(*) as n from public.contact_points c
    where p_subject = 'contacts' and c.org_id = p_org_id and c.id = any (v_items) group by c.lead_id
    union all
    select r.lead_id, count(*) from public.replies r
    where p_subject = 'replies' and r.org_id = p_org_id and r.id = any (v_items) group by r.lead_id
    union all
    select k.lead_id, count(*) from public.calls k
    where p_subject = 'transcripts' and k.org_id = p_org_id and k.id = any (v_items) group by k.lead_id
    union all
    select t.lead_id, count(*) from public.tasks t
    where p_subject = 'tasks' and t.org_id = p_org_id and t.lead_id = any (v_leads) and t.number = any (v_items)
    group by t.lead_id
    union all
    select v_leads[1], 1 + (select count(*) from public.contact_points c
      where c.org_id = p_org_id and c.lead_id = v_leads[1])
    where p_subject = 'person') x;
  v_values := case p_subject when 'person' then 1 else cardinality(v_items) end;
  if v_values > 0 then
    insert into private.reveal_grants (id, org_id, subject, lead_ids, item_ids, user_id, session_id, granted_at,
      expires_at, key_id)
    values (v_id, p_org_id, p_subject, v_leads, v_items, auth.uid(), private.session_id(), p_as_of, v_expires,
      auth.jwt() ->> 'api_key');
  end if;
  return jsonb_build_object('grant_id', case when v_values > 0 then v_id end, 'subject', p_subject,
    'values', v_values, 'expires_at', case when v_values > 0 then v_expires end);
end
$$;
comment on function public.request_reveal(uuid, text, uuid[], text, bigint[], timestamptz) is
  'First of two calls that show plain values: logs who asks, for which leads and why, and grants the subject '
  '(contacts, replies with their drafts, transcripts with the notes of calls dialled by hand, tasks with a note; person: '
  'the whole record of one lead, for owners, admins and the service). p_item_ids narrows it to some contact points, '
  'replies, calls or tasks (their number). Returns {grant_id, subject, values: '
  'how many, expires_at}; grant_id is null when there is nothing that the caller may see. A member over the hourly '
  'limit (reveals_per_hour in orgs.settings) gets no grant, but status 429 and {grant_id: null, code: hourly_limit, '
  'message, retry_at: null if that many leads are never shown within an hour}. Commit before redeem_reveal. '
  'An API key needs the scope leads.pii and gets contacts only; the log names it. Raises SL133, SL134, SL425 (person: lead '
  'not found) and SL427 (subject, reason, or more than 100 leads or 500 values). Definer: the log and the grants belong '
  'to the owner.';

create function public.redeem_reveal(p_grant_id uuid, p_as_of timestamptz default now()) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  g private.reveal_grants;
begin
  p_as_of := private.caller_clock(p_as_of);
  perform private.require_reveal_right();
  select x.* into g from private.reveal_grants x
  where x.id = p_grant_id and x.expires_at > p_as_of and x.uses_left > 0
    and x.session_id is not distinct from private.session_id()
    and case when x.key_id is not null then x.key_id = auth.jwt() ->> 'api_key'
      when x.user_id is null then private.is_trusted_caller() else x.user_id = auth.uid() end
  for update;
  if not found then
    raise exception 'grant not found' using errcode = 'SL428';
  end if;
  if g.granted_xid = pg_current_xact_id() then
    raise exception 'a grant is redeemed in a later transaction' using errcode = 'SL429';
  end if;
  update private.reveal_grants x set uses_left = x.uses_left - 1 where x.id = g.id;
  -- Rights may have ended since.
  g.lead_ids := array(select x.id from unnest(g.lead_ids) x (id) where private.may_reveal(g.org_id, x.id, g.subject));
  if g.subject = 'person' then
    if cardinality(g.lead_ids) <> 1 then
      raise exception 'lead not found' using errcode = 'SL425';
    end if;
    return jsonb_build_object('subject', g.subject, 'record', private.person_record(g.org_id, g.lead_ids[1]));
  end if;
  return jsonb_build_object('subject', g.subject, 'values', coalesce(case g.subject
    when 'contacts' then (
      select jsonb_agg(jsonb_build_object('lead_id', c.lead_id, 'id', c.id, 'kind', c.kind,
        'value', private.decrypt_value(c.value_cipher, private.org_key(c.org_id, c.key_id)), 'label', c.label,
        'verified', c.verified, 'position', c.position) order by c.lead_id, c.kind, c.position, c.id)
      from public.contact_points c
      where c.org_id = g.org_id and c.lead_id = any (g.lead_ids) and c.id = any (g.item_ids))
    when 'replies' then (
      select jsonb_agg(jsonb_build_object('lead_id', r.lead_id, 'id', r.id, 'channel', r.channel, 'at', r.at,
        'body', case when r.text_cipher is not null then
          private.decrypt_value(r.text_cipher, private.org_key(r.org_id, r.key_id)) end,
        'draft', case when r.draft_cipher is not null then
          private.decrypt_value(r.draft_cipher, private.org_key(r.org_id, r.draft_key_id)) end)
        order by r.lead_id, r.at, r.id)
      from public.replies r
      where r.org_id = g.org_id and r.lead_id = any (g.lead_ids) and r.id = any (g.item_ids))
    when 'transcripts' then (
      select jsonb_agg(jsonb_build_object('lead_id', k.lead_id, 'id', k.id, 'direction', k.direction, 'at', k.at,
        'body', private.decrypt_value(k.transcript_cipher, private.org_key(k.org_id, k.key_id)))
        order by k.lead_id, k.at, k.id)
      from public.calls k
      where k.org_id = g.org_id and k.lead_id = any (g.lead_ids) and k.id = any (g.item_ids)
        and k.transcript_cipher is not null)
    when 'tasks' then (
      select jsonb_agg(jsonb_build_object('lead_id', t.lead_id, 'id', t.number, 'kind', t.kind,
        'at', t.created_at, 'body', private.decrypt_value(t.note_cipher, private.org_key(t.org_id, t.key_id)))
        order by t.lead_id, t.created_at, t.number)
      from public.tasks t
      where t.org_id = g.org_id and t.lead_id = any (g.lead_ids) and t.number = any (g.item_ids)
        and t.note_cipher is not null)
    end, '[]'));
end
$$;
comment on function public.redeem_reveal(uuid, timestamptz) is
  'Second of two calls that show plain values: {subject, values: [{lead_id, id, ...}]}, for the subject person '
  '{subject, record}. Leads that the caller may not see any more are left out. Raises SL428 (no such grant for this '
  'caller and session, expired or used up), SL429 (requested in the same transaction) and SL425. Definer: keys and '
  'grants belong to the owner.';

revoke execute on function public.request_reveal(uuid, text, uuid[], text, bigint[], timestamptz),
  public.redeem_reveal(uuid, timestamptz) from public, anon;
grant execute on function public.request_reveal(uuid, text, uuid[], text, bigint[], timestamptz),
  public.redeem_reveal(uuid, timestamptz) to authenticated, service_role;

create view public.reveal_log with (security_invoker = true) as
select a.org_id, a.id, a.accessed_at, a.user_id, a.db_role, a.subject, a.lead_id, a.upload_id, a.values_shown, a.reason,
  a.refused, a.key_id
from private.pii_access_log a;
comment on view public.reveal_log is
  'Who (a member, or key_id, an API key) was granted the plain values of which lead or upload, when and why. Owners and admins see their org''s, others '
  'what they were granted themselves. Order by accessed_at.';
revoke all on public.reveal_log from anon, authenticated, service_role;
grant select on public.reveal_log to authenticated;

create function private.log_rejects_access(p_upload_id uuid, p_user_id uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  if p_user_id is not null and not exists (
    select from public.uploads u join public.members m on m.org_id = u.org_id and m.user_id = p_user_id
    where u.id = p_upload_id and (m.role = 'owner' or m.role = 'admin' and m.may_export)) then
    raise exception 'exporting rejected rows takes a permission that an owner gives' using errcode = 'SL139';
  end if;
  insert into private.pii_access_log (org_id, upload_id, user_id, db_role, values_shown, subject, reason)
  select u.org_id, u.id, p_user_id, session_user,
    least((select count(*) from public.upload_rejects r where r.upload_id = u.id), 32767), 'rejects',
    'download of rejected rows'
  from public.uploads u where u.id = p_upload_id;
end
$$;
comment on function private.log_rejects_access(uuid, uuid) is
  'Logs a download of rejected rows by a member, or by the source that uploaded them (null); the endpoint commits it '
  'before it reads the rows. Raises SL139 (the member may not export). Definer: the log belongs to the owner.';
grant execute on function private.log_rejects_access(uuid, uuid) to pipeline_writer;
