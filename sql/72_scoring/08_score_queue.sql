-- Facts that change score their leads again: triggers note the leads, each once, and a job scores them in bulk. Orgs
-- without an active version note nothing.

create table private.score_queue (
  org_id uuid not null references public.orgs (id) on delete cascade,
  lead_id uuid not null,
  queued_at timestamptz not null default now(),
  primary key (org_id, lead_id)
);
comment on table private.score_queue is 'Leads whose facts changed since they were scored.';
alter table private.score_queue enable row level security;
grant select, insert, delete on private.score_queue to pipeline_writer;
create policy select_writer on private.score_queue for select to pipeline_writer using (true);
create policy insert_writer on private.score_queue for insert to pipeline_writer with check (true);
create policy delete_writer on private.score_queue for delete to pipeline_writer using (true);

create function private.queue_scores(p_org_id uuid, p_lead_ids uuid[]) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  if not exists (select from public.score_versions v where v.org_id = p_org_id and v.state = 'active') then
    return;
  end if;
  insert into private.score_queue (org_id, lead_id)
  select p_org_id, i from (select distinct unnest(p_lead_ids) as i) x where i is not null
  on conflict (org_id, lead_id) do nothing;
  perform private.send_job('score-leads', jsonb_build_object('org_id', p_org_id, 'task', 'score-leads'),
    p_org_id::text);
end
$$;
comment on function private.queue_scores(uuid, uuid[]) is
  'Notes that facts of these leads changed; nothing for an org without an active version. For domains that bring '
  'facts. Definer: not every role that writes facts may write the queue.';
revoke execute on function private.queue_scores(uuid, uuid[]) from public;
grant execute on function private.queue_scores(uuid, uuid[]) to pipeline_writer, service_role;

create function private.tg_score_facts__queue() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_org uuid;
begin
  -- Most statements are of one org, and most orgs do not score: neither reads its rows more than once.
  for v_org in
    select v.org_id from public.score_versions v
    where v.state = 'active' and exists (select from new_rows n where n.org_id = v.org_id)
  loop
    insert into private.score_queue (org_id, lead_id)
    select distinct n.org_id, n.lead_id from new_rows n where n.org_id = v_org and n.lead_id is not null
    on conflict (org_id, lead_id) do nothing;
    perform private.send_job('score-leads', jsonb_build_object('org_id', v_org, 'task', 'score-leads'),
      v_org::text);
  end loop;
  return null;
end
$$;
comment on function private.tg_score_facts__queue() is
  'Trigger: leads with new or changed rows are scored again. Definer: writers of facts may not write the queue.';
-- Every change of a lead has a row here, whoever makes it.
create trigger _300_score after insert on public.lead_changes
  referencing new table as new_rows for each statement execute function private.tg_score_facts__queue();
create trigger _300_score after insert on public.contact_points
  referencing new table as new_rows for each statement execute function private.tg_score_facts__queue();
create trigger _300_score_updates after update on public.contact_points
  referencing new table as new_rows for each statement execute function private.tg_score_facts__queue();
create trigger _300_score after insert on public.property_facts
  referencing new table as new_rows for each statement execute function private.tg_score_facts__queue();
create trigger _300_score_updates after update on public.property_facts
  referencing new table as new_rows for each statement execute function private.tg_score_facts__queue();
create trigger _300_score after insert on public.replies
  referencing new table as new_rows for each statement execute function private.tg_score_facts__queue();
create trigger _300_score_updates after update on public.replies
  referencing new table as new_rows for each statement execute function private.tg_score_facts__queue();
create trigger _300_score after insert on public.calls
  referencing new table as new_rows for each statement execute function private.tg_score_facts__queue();
create trigger _300_score after insert on public.bookings
  referencing new table as new_rows for each statement execute function private.tg_score_facts__queue();
create trigger _300_score_updates after update on public.bookings
  referencing new table as new_rows for each statement execute function private.tg_score_facts__queue();

-- What goes, with an upload that is undone or a term that ends, is missed by leads that stay.
create function private.tg_score_facts__queue_deleted() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_org uuid;
begin
  for v_org in
    select v.org_id from public.score_versions v
    where v.state = 'active' and exists (select from old_rows o where o.org_id = v.org_id)
  loop
    perform private.queue_scores(v_org, array(
      select distinct l.id from old_rows o join public.leads l on l.org_id = o.org_id and l.id = o.lead_id
      where o.org_id = v_org));
  end loop;
  return null;
end
$$;
comment on function private.tg_score_facts__queue_deleted() is
  'Trigger: leads that lost rows are scored again. Definer: as tg_score_facts__queue.';
create trigger _300_score_deletes after delete on public.contact_points
  referencing old table as old_rows for each statement execute function private.tg_score_facts__queue_deleted();
create trigger _300_score_deletes after delete on public.property_facts
  referencing old table as old_rows for each statement execute function private.tg_score_facts__queue_deleted();

create function private.tg_lead_merges__queue_scores() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.queue_scores(new.org_id, array[new.survivor_id, new.merged_id]);
  return null;
end
$$;
comment on function private.tg_lead_merges__queue_scores() is
  'Trigger: messages, replies and facts move with a merge and with its undo. Definer: as queue_scores.';
create trigger _300_score after insert or update of undone_at on public.lead_merges
  for each row execute function private.tg_lead_merges__queue_scores();

create function private.tg_messages__queue_score() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.queue_scores(new.org_id, array[new.lead_id]);
  return null;
end
$$;
comment on function private.tg_messages__queue_score() is
  'Trigger: an opened or clicked message scores its lead again. Per row, because sending changes messages far more '
  'often. Definer: as queue_scores.';
create trigger _300_score after update of opened_at, clicked_at on public.messages
  for each row when ((old.opened_at, old.clicked_at) is distinct from (new.opened_at, new.clicked_at))
  execute function private.tg_messages__queue_score();

create function private.score_queued(p_org_id uuid, p_limit integer default 5000, p_as_of timestamptz default now())
returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_leads uuid[];
  v_changed bigint;
begin
  with taken as (
    delete from private.score_queue q
    where q.org_id = p_org_id and q.lead_id in (
      select x.lead_id from private.score_queue x where x.org_id = p_org_id order by x.lead_id
      limit p_limit)
    returning q.lead_id
  )
  select coalesce(array_agg(t.lead_id order by t.lead_id), '{}') into v_leads from taken t;
  if v_leads <> '{}' then
    v_changed := private.score_leads(p_org_id, v_leads, p_as_of);
  end if;
  return jsonb_build_object('leads', cardinality(v_leads), 'changed', coalesce(v_changed, 0),
    'done', cardinality(v_leads) < p_limit);
end
$$;
comment on function private.score_queued(uuid, integer, timestamptz) is
  'Scores up to p_limit queued leads and takes them out of the queue: {leads, changed, done}.';

create function private.leads_to_decay(p_org_id uuid, p_as_of timestamptz) returns uuid[]
language plpgsql stable set search_path = '' as $$
declare
  v_leads uuid[];
  v_scored bigint;
begin
  select array_agg(s.lead_id) filter (where s.next_at <= p_as_of), count(*) into v_leads, v_scored
  from public.lead_scores s where s.org_id = p_org_id;
  -- Look-ups of so many leads cost more than reading all.
  return case when v_scored = 0 or cardinality(v_leads) > v_scored / 3 then null else coalesce(v_leads, '{}') end;
end
$$;
comment on function private.leads_to_decay(uuid, timestamptz) is
  'Leads whose score the clock can have changed since they were scored; null: all leads of the org.';
revoke execute on function private.leads_to_decay(uuid, timestamptz) from public, pipeline_writer;

create function private.decay_scores(p_as_of timestamptz default now()) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v record;
  v_changed bigint := 0;
  v_scored bigint := 0;
  v_leads uuid[];
  v_queued uuid[];
  v_error text;
begin
  for v in select x.org_id from public.score_versions x where x.state = 'active' order by x.org_id loop
    begin
      v_leads := private.leads_to_decay(v.org_id, p_as_of);
      with taken as (
        delete from private.score_queue q where q.org_id = v.org_id and q.queued_at <= p_as_of returning q.lead_id
      )
      select coalesce(array_agg(t.lead_id order by t.lead_id), '{}') into v_queued from taken t;
      if v_leads is null then
        v_changed := v_changed + private.score_leads(v.org_id, null, p_as_of);
        v_scored := v_scored + (select count(*) from public.lead_scores s where s.org_id = v.org_id);
      else
        if v_queued <> '{}' then
          v_changed := v_changed + private.score_leads(v.org_id, v_queued, p_as_of);
        end if;
        if v_leads <> '{}' then
          v_changed := v_changed + private.score_leads(v.org_id, v_leads, p_as_of, true);
        end if;
        v_scored := v_scored + cardinality(v_queued) + cardinality(v_leads);
      end if;
    -- One org must not stop the others. "others" does not include the cancel that ends a statement at its timeout.
    exception when others then
      get stacked diagnostics v_error = message_text;
      raise warning 'scoring org % failed: % (%)', v.org_id, v_error, sqlstate;
      perform private.record_dead_letter(v.org_id, 'score-leads', jsonb_build_object('org_id', v.org_id), sqlstate,
        v_error, gen_random_uuid(), p_as_of);
    end;
  end loop;
  return jsonb_build_object('scored', v_scored, 'changed', v_changed);
end
$$;
comment on function private.decay_scores(timestamptz) is
  'Scores the leads of every org with an active version that the clock or a fact can have changed: interest decays, '
  'facts get old. Returns {scored, changed}. Definer: the task of the owner.';
revoke execute on function private.decay_scores(timestamptz) from pipeline_writer;
