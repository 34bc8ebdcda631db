-- What a model may do with replies: label the intent and draft an answer for the broker. It can record an opt-out but
-- never lift one, and its daily cost is limited.

create table private.triage_usage (
  org_id uuid not null references public.orgs (id) on delete cascade,
  local_date date not null,
  tokens integer not null,
  replies integer not null,
  primary key (org_id, local_date),
  constraint triage_usage_is_not_negative check (tokens >= 0 and replies >= 0)
);
comment on table private.triage_usage is 'Tokens that the model has used for the org per local date.';
alter table private.triage_usage enable row level security;
grant select, insert, update on private.triage_usage to pipeline_writer;
create policy select_writer on private.triage_usage for select to pipeline_writer using (true);
create policy insert_writer on private.triage_usage for insert to pipeline_writer with check (true);
create policy update_writer on private.triage_usage for update to pipeline_writer using (true) with check (true);

create function private.take_triage_budget(p_org_id uuid, p_tokens integer, p_limit integer, p_as_of timestamptz
  default now()) returns boolean
language plpgsql volatile set search_path = '' as $$
begin
  insert into private.triage_usage as u (org_id, local_date, tokens, replies)
  select o.id, (p_as_of at time zone o.time_zone)::date, p_tokens, 1 from public.orgs o
  where o.id = p_org_id and p_tokens <= p_limit
  on conflict (org_id, local_date) do update set tokens = u.tokens + excluded.tokens, replies = u.replies + 1
    where u.tokens + excluded.tokens <= p_limit;
  return found;
end
$$;
comment on function private.take_triage_budget(uuid, integer, integer, timestamptz) is
  'Reserves tokens for one reply; false if the budget of the org''s local date is used up.';

create function private.reply_to_triage(p_org_id uuid, p_reply_id bigint) returns table (body text, channel text)
language sql stable set search_path = '' as $$
  select private.decrypt_value(r.text_cipher, private.org_key(r.org_id, r.key_id)), r.channel
  from public.replies r
  where r.org_id = p_org_id and r.id = p_reply_id and r.request = 'none' and r.label is null
    and r.text_cipher is not null
$$;
comment on function private.reply_to_triage(uuid, bigint) is
  'The text of a reply that has no label yet; no row otherwise.';

create function private.label_reply(
  p_org_id uuid, p_reply_id bigint, p_label public.reply_label, p_draft text, p_correction integer default 0,
    p_as_of timestamptz default now()
) returns boolean
language plpgsql volatile set search_path = '' as $$
declare
  v_key constant integer := private.active_key_id(p_org_id, 'data');
  r public.replies;
begin
  update private.triage_usage u set tokens = greatest(0, u.tokens + p_correction)
  from public.orgs o
  where o.id = p_org_id and u.org_id = o.id and u.local_date = (p_as_of at time zone o.time_zone)::date
    and p_correction <> 0;
  select x.* into r from public.replies x where x.org_id = p_org_id and x.id = p_reply_id and x.label is null for
    update;
  if not found then
    return false;
  end if;
  update public.replies x set label = p_label, labelled_by = 'model', labelled_at = p_as_of,
    request = case when p_label = 'opt_out' then 'opt_out' else x.request end,
    draft_cipher = case when p_label <> 'opt_out' then private.encrypt_value(nullif(p_draft, ''),
      private.org_key(p_org_id, v_key)) end,
    draft_key_id = case when p_label <> 'opt_out' and nullif(p_draft, '') is not null then v_key end
  where x.org_id = p_org_id and x.provider = r.provider and x.event_key = r.event_key and x.label is null;
  perform private.record_reply_opt_out(p_org_id, r.value_bidx, case r.channel when 'email' then 'email'
    else 'phone' end::public.contact_kind,
    r.channel, private.decrypt_value(r.text_cipher, private.org_key(r.org_id, r.key_id)), null, true, p_as_of => r.at)
      where p_label = 'opt_out';
  perform private.announce(p_org_id, 'reply.labelled', jsonb_strip_nulls(jsonb_build_object('reply_id', x.id,
    'lead_id', x.lead_id,
      'broker_id', l.assigned_broker_id, 'channel', x.channel, 'label', x.label, 'has_draft',
        x.draft_cipher is not null)), p_as_of, private.lead_correlation(x.org_id, x.lead_id))
  from public.replies x
  join public.leads l on l.org_id = x.org_id and l.id = x.lead_id
  where x.org_id = p_org_id and x.provider = r.provider and x.event_key = r.event_key;
  return true;
end
$$;
comment on function private.label_reply(uuid, bigint, public.reply_label, text, integer, timestamptz) is
  'Records the model''s label and draft for a reply, for all of its leads; labels by people and rules stay. The '
  'label opt_out is recorded as an opt-out. p_correction: tokens used less tokens reserved. False if the reply was '
  'labelled meanwhile.';
