-- The inbox: what people wrote and said, and who deals with it. A reply that was spoken in a call is one item.

create function private.inbox_state(p_done_at timestamptz, p_assigned_to uuid) returns text
language sql immutable parallel safe as $$
  select case when p_done_at is not null then 'done' when p_assigned_to is not null then 'assigned' else 'open' end
$$;
comment on function private.inbox_state(timestamptz, uuid) is 'open, assigned or done.';

create function private.reply_done_at(p_at timestamptz, p_request text, p_answered_at timestamptz) returns timestamptz
language sql immutable parallel safe as $$
  select case when p_answered_at is null and p_request = 'opt_out' then p_at else p_answered_at end
$$;
comment on function private.reply_done_at(timestamptz, text, timestamptz) is
  'When a reply was dealt with. Nobody has to answer an opt-out, which is in force when it comes.';

create function private.inbox_items(p_org_id uuid, p_lead_ids uuid[], p_state text, p_mine boolean, p_label text,
  p_channel text, p_at timestamptz, p_item text, p_id bigint, p_limit integer)
returns table (item text, id bigint, lead_id uuid, at timestamptz)
language plpgsql stable set search_path = '' set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
begin
  return query
  (select 'reply', r.id, r.lead_id, r.at from public.replies r
    where r.org_id = p_org_id and (p_lead_ids is null or r.lead_id = any (p_lead_ids))
      and (p_state = 'all' or private.inbox_state(private.reply_done_at(r.at, r.request, r.answered_at),
        r.assigned_to) = p_state)
      and (not p_mine or r.assigned_to = (select auth.uid())) and (p_label is null or r.label::text = p_label)
      and (p_channel is null or r.channel = p_channel)
      and (p_at is null or r.at < p_at or (r.at = p_at and (p_item = 'reply' and r.id < p_id)))
    order by r.at desc, r.id desc limit p_limit)
  union all
  (select 'call', k.id, k.lead_id, k.at from public.calls k
    where k.org_id = p_org_id and (p_lead_ids is null or k.lead_id = any (p_lead_ids)) and k.lead_id is not null
      and k.provider <> 'hand' and (k.direction = 'inbound' or k.answered) and p_label is null
      and (p_state = 'all' or private.inbox_state(k.done_at, k.assigned_to) = p_state)
      and (not p_mine or k.assigned_to = (select auth.uid()))
      and (p_channel is null or p_channel = case k.direction when 'inbound' then 'voice_manual' else 'voice_ai' end)
      and (p_at is null or k.at < p_at or (k.at = p_at and (p_item = 'reply' or k.id < p_id)))
      and not exists (select from public.replies r where r.org_id = k.org_id and r.lead_id = k.lead_id
        and r.provider = k.provider and r.at = k.at and r.channel = 'voice_ai')
    order by k.at desc, k.id desc limit p_limit);
end
$$;
comment on function private.inbox_items(uuid, uuid[], text, boolean, text, text, timestamptz, text, bigint, integer) is
  'Items of the inbox of an org, or of some of its leads, behind a position; replies before calls of the same '
  'instant.';
revoke execute on function private.inbox_state(timestamptz, uuid),
  private.reply_done_at(timestamptz, text, timestamptz),
  private.inbox_items(uuid, uuid[], text, boolean, text, text, timestamptz, text, bigint, integer)
  from pipeline_writer;
grant execute on function private.inbox_state(timestamptz, uuid),
  private.reply_done_at(timestamptz, text, timestamptz),
  private.inbox_items(uuid, uuid[], text, boolean, text, text, timestamptz, text, bigint, integer) to authenticated;

-- Row-level security asks for each item whether its lead is the caller's. Here the caller's brokers and orgs are
-- asked for once. Only ids and times leave; the items are then read under the policies.
create function private.own_inbox_items(p_org_id uuid, p_state text, p_mine boolean, p_label text, p_channel text,
  p_at timestamptz, p_item text, p_id bigint, p_limit integer)
returns table (org_id uuid, item text, id bigint, lead_id uuid, at timestamptz)
language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
declare
  v_orgs constant uuid[] := array(select x from unnest(private.my_org_ids()) x
    where p_org_id is null or x = p_org_id);
  v_brokers constant uuid[] := private.my_broker_ids();
begin
  if v_orgs = '{}' or v_brokers = '{}' then
    return;
  end if;
  return query
  select o.org_id, i.* from (
    select l.org_id, array_agg(l.id) as lead_ids from public.leads l
    where l.org_id = any (v_orgs) and l.assigned_broker_id = any (v_brokers) and l.last_reply_at is not null
    group by l.org_id) o
  cross join lateral private.inbox_items(o.org_id, o.lead_ids, p_state, p_mine, p_label, p_channel, p_at, p_item,
    p_id, private.page_size(p_limit)) i;
end
$$;
comment on function private.own_inbox_items(uuid, text, boolean, text, text, timestamptz, text, bigint, integer) is
  'Items of the inbox about leads of the caller''s brokers in orgs of which the caller is a member. Definer: it '
  'checks the leads of one caller at once, and returns ids and times alone.';
revoke execute on function private.own_inbox_items(uuid, text, boolean, text, text, timestamptz, text, bigint, integer)
  from public, pipeline_writer;
grant execute on function private.own_inbox_items(uuid, text, boolean, text, text, timestamptz, text, bigint, integer)
  to authenticated;

create function public.desk_inbox(p_state text default 'open', p_org_id uuid default null,
  p_mine boolean default false,
  p_label text default null, p_channel text default null, p_limit integer default 50, p_cursor text default null,
  p_item text default null, p_id bigint default null)
returns table (org_id uuid, item text, id bigint, lead_id uuid, owner_full text, at timestamptz, channel text,
  direction text, request text, label public.reply_label, labelled_by text, state text, assigned_to uuid,
  assigned_name text, done_at timestamptz, has_text boolean, has_draft boolean, call_id bigint,
  has_transcript boolean, seconds integer, contact_point_id bigint, contact text, campaign text,
  possible_wish boolean, cursor text)
language plpgsql stable set search_path = '' as $$
#variable_conflict use_column
declare
  v_limit constant integer := private.page_size(p_limit);
  v_after constant jsonb := private.read_cursor(p_cursor, 3);
  v_at constant timestamptz := (v_after ->> 0)::timestamptz;
  v_item constant text := v_after ->> 1;
  v_id constant bigint := (v_after ->> 2)::bigint;
  v_whole constant uuid[] := private.whole_orgs(p_org_id);
begin
  if p_state is null or p_state not in ('open', 'assigned', 'done', 'all') then
    raise exception 'unknown state %: use open, assigned, done or all', p_state using errcode = 'SL802';
  end if;
  return query
  with found as (
    select o.id as org_id, i.* from unnest(v_whole) o (id)
    cross join lateral private.inbox_items(o.id, null, p_state, p_mine, p_label, p_channel, v_at, v_item, v_id,
      v_limit) i
    where p_id is null
    union
    select i.* from private.own_inbox_items(p_org_id, p_state, p_mine, p_label, p_channel, v_at, v_item, v_id,
      v_limit) i
    where not i.org_id = any (v_whole) and p_id is null
    union
    select r.org_id, 'reply', r.id, r.lead_id, r.at from public.replies r
    where p_item = 'reply' and r.org_id = p_org_id and r.id = p_id
    union
    select k.org_id, 'call', k.id, k.lead_id, k.at from public.calls k
    where p_item = 'call' and k.org_id = p_org_id and k.id = p_id
  ), page as (
    select f.* from found f order by f.at desc, f.item desc, f.id desc limit v_limit
  )
  select p.org_id, p.item, p.id, p.lead_id,
    coalesce(l.owner_full, nullif(concat_ws(' ', l.owner_1_first, l.owner_1_last), '')), p.at,
    coalesce(r.channel, case k.direction when 'inbound' then 'voice_manual' else 'voice_ai' end),
    coalesce(k.direction, 'inbound'), r.request, r.label, r.labelled_by,
    private.inbox_state(
      case p.item when 'reply' then private.reply_done_at(r.at, r.request, r.answered_at) else k.done_at end,
      case p.item when 'reply' then r.assigned_to else k.assigned_to end),
    case p.item when 'reply' then r.assigned_to else k.assigned_to end,
    private.member_name(p.org_id, case p.item when 'reply' then r.assigned_to else k.assigned_to end),
    case p.item when 'reply' then r.answered_at else k.done_at end, coalesce(r.has_text, false),
    coalesce(r.has_draft, false), k.id, coalesce(k.has_transcript, false), k.seconds, r.contact_point_id, c.masked,
    g.name, exists (select from public.tasks t where t.org_id = p.org_id and t.lead_id = p.lead_id
      and t.kind = 'answer_reply' and t.done_at is null and t.detail ?| '{possible_wish,unread,read_by}'),
    jsonb_build_array(p.at, p.item, p.id)::text
  from page p
  join public.leads l on l.org_id = p.org_id and l.id = p.lead_id
  left join public.replies r on p.item = 'reply' and r.org_id = p.org_id and r.id = p.id
  left join lateral (
    select x.id, x.direction, x.seconds, x.has_transcript, x.assigned_to, x.done_at from public.calls x
    where x.org_id = p.org_id and case p.item when 'call' then x.id = p.id
      else r.channel = 'voice_ai' and x.lead_id = p.lead_id and x.provider = r.provider and x.at = r.at end
    limit 1) k on true
  left join public.contact_points c on c.org_id = p.org_id and c.id = r.contact_point_id
  left join public.campaigns g on g.org_id = p.org_id and g.id = r.campaign_id
  order by p.at desc, p.item desc, p.id desc;
end
$$;
comment on function public.desk_inbox(text, uuid, boolean, text, text, integer, text, text, bigint) is
  'Replies, calls that came in, and calls that somebody answered, the latest first: open (nobody''s), assigned, done '
  'or all; p_mine: assigned to the caller; p_item (reply or call) and p_id: this one alone. An opt-out is done when '
  'it comes: it is in force, and nobody may answer it. Texts, drafts and transcripts are shown by request_reveal '
  '(subject replies with id, subject transcripts with call_id). possible_wish: somebody has to look at a message of '
  'the lead. Raises SL801, SL802.';

create function public.desk_canned_answers(p_org_id uuid, p_lead_id uuid default null, p_channel text default null,
  p_limit integer default 50, p_cursor text default null)
returns table (id uuid, name text, channel text, body text, filled text, created_by uuid, updated_at timestamptz,
  cursor text)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_after constant jsonb := private.read_cursor(p_cursor, 2);
begin
  return query
  select c.id, c.name, c.channel, c.body,
    case when p_lead_id is not null then private.fill_canned(c.body, private.canned_values(p_org_id, p_lead_id)) end,
    c.created_by, c.updated_at, jsonb_build_array(c.name, c.id)::text
  from public.canned_answers c
  where c.org_id = p_org_id and p_org_id = any (private.my_org_ids())
    and (p_channel is null or coalesce(c.channel, p_channel) = p_channel)
    and (v_after is null or (c.name, c.id) > (v_after ->> 0, (v_after ->> 1)::uuid))
  order by c.name, c.id limit private.page_size(p_limit);
end
$$;
comment on function public.desk_canned_answers(uuid, uuid, text, integer, text) is
  'The answers that the org keeps ready, for a channel, by name; filled: with the words of the lead, if the caller may '
  'see it. Raises SL801. Definer: members may not call proper_name.';
revoke execute on function public.desk_inbox(text, uuid, boolean, text, text, integer, text, text, bigint),
  public.desk_canned_answers(uuid, uuid, text, integer, text) from public, anon;
grant execute on function public.desk_inbox(text, uuid, boolean, text, text, integer, text, text, bigint),
  public.desk_canned_answers(uuid, uuid, text, integer, text) to authenticated;
