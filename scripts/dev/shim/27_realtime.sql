-- What Supabase Realtime has in the database of a hosted project, as far as broadcasts from the database and their
-- policies need it: realtime.messages with its columns and grants, realtime.send and realtime.topic. A hosted project
-- partitions the table by day and reads it by logical replication; here a trigger notifies the local server
-- (scripts/dev/platform/realtime), which reads the row.
create schema realtime;
grant usage on schema realtime to postgres, anon, authenticated, service_role;

create table realtime.messages (
  topic text not null,
  extension text not null,
  payload jsonb,
  event text,
  private boolean default false,
  updated_at timestamp not null default now(),
  inserted_at timestamp not null default now(),
  id uuid not null default gen_random_uuid(),
  primary key (id, inserted_at)
);
alter table realtime.messages enable row level security;
grant select, insert, update on realtime.messages to postgres, anon, authenticated, service_role;

create function realtime.topic() returns text language sql stable as $$
  select nullif(current_setting('realtime.topic', true), '')
$$;

-- A failure is a warning there, too: whoever sends is never stopped by it.
create function realtime.send(payload jsonb, event text, topic text, private boolean default true) returns void
language plpgsql as $$
declare
  v_id constant uuid := gen_random_uuid();
begin
  perform set_config('realtime.topic', topic, true);
  insert into realtime.messages (id, payload, event, topic, private, extension)
  values (v_id, case when payload ? 'id' then payload else payload || jsonb_build_object('id', v_id) end, event, topic,
    private, 'broadcast');
exception when others then
  raise warning 'ErrorSendingBroadcastMessage: %', sqlerrm;
end
$$;

create function realtime.tg_messages__notify() returns trigger language plpgsql as $$
begin
  perform pg_notify('realtime_messages', new.id::text);
  return null;
end
$$;
create trigger _100_notify after insert on realtime.messages for each row execute function
  realtime.tg_messages__notify();

-- On the platform, postgres may make policies for it.
alter table realtime.messages owner to postgres;
