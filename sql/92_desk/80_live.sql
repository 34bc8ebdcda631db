-- The desk hears through Supabase Realtime that something changed, and reads it again under row-level security. A
-- message says the kind of change and holds no id of a row, so that a broker hears nothing about leads of others. A
-- database without Realtime has neither messages nor the policy; the desk then asks by the clock.

create function private.hears_desk(p_topic text) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return coalesce(
    substring(p_topic from '^desk:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$')::uuid = any (private.my_org_ids()),
    false);
end
$$;
comment on function private.hears_desk(text) is
  'Whether the signed-in user may join the topic desk:ORG: members of the org. False for any other topic. Raises SL106 '
  'and SL107 (check_session). Definer: a policy of another schema calls it.';

create function private.tell_desk() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_org_id uuid;
  v_told text := coalesce(current_setting('sluice.told', true), '');
  v_this text;
begin
  if to_regprocedure('realtime.send(jsonb, text, text, boolean)') is null then
    return null;
  end if;
  for v_org_id in select distinct n.org_id from new_rows n loop
    v_this := format('%s %s;', tg_argv[0], v_org_id);
    -- The desk hears at the commit, so the first statement of a transaction has told it for all of them.
    continue when strpos(v_told, v_this) > 0;
    begin
      execute 'select realtime.send($1, $2, $3, true)' using '{}'::jsonb, tg_argv[0], 'desk:' || v_org_id;
      v_told := v_told || v_this;
      perform set_config('sluice.told', v_told, true);
    -- A message that is lost costs the time to the next look; a write that is lost costs the lead.
    exception when others then
      raise warning 'the desk is not told of %: %', tg_argv[0], sqlerrm;
    end;
  end loop;
  return null;
end
$$;
comment on function private.tell_desk() is
  'Trigger: one message of the kind in its argument to the desk of each org whose rows the statement wrote, once in a '
  'transaction. Definer: writers have no rights on Realtime.';
revoke execute on function private.hears_desk(text), private.tell_desk() from pipeline_writer;
grant execute on function private.hears_desk(text) to authenticated;

create trigger _900_tell_desk_insert after insert on public.replies
  referencing new table as new_rows for each statement execute function private.tell_desk('inbox');
create trigger _900_tell_desk_update after update on public.replies
  referencing new table as new_rows for each statement execute function private.tell_desk('inbox');
create trigger _900_tell_desk_insert after insert on public.calls
  referencing new table as new_rows for each statement execute function private.tell_desk('calls');
create trigger _900_tell_desk_update after update on public.calls
  referencing new table as new_rows for each statement execute function private.tell_desk('calls');
create trigger _900_tell_desk_insert after insert on public.tasks
  referencing new table as new_rows for each statement execute function private.tell_desk('tasks');
create trigger _900_tell_desk_update after update on public.tasks
  referencing new table as new_rows for each statement execute function private.tell_desk('tasks');
create trigger _900_tell_desk_insert after insert on public.uploads
  referencing new table as new_rows for each statement execute function private.tell_desk('uploads');
create trigger _900_tell_desk_update after update on public.uploads
  referencing new table as new_rows for each statement execute function private.tell_desk('uploads');
create trigger _900_tell_desk_update after update on public.upload_parts
  referencing new table as new_rows for each statement execute function private.tell_desk('uploads');
create trigger _900_tell_desk_update after update on public.campaign_feeds
  referencing new table as new_rows for each statement execute function private.tell_desk('feeds');
create trigger _900_tell_desk_insert after insert on public.deals
  referencing new table as new_rows for each statement execute function private.tell_desk('deals');
create trigger _900_tell_desk_update after update on public.deals
  referencing new table as new_rows for each statement execute function private.tell_desk('deals');

-- Members listen and never send: there is no policy for inserts.
do $$
begin
  if to_regclass('realtime.messages') is null then
    return;
  end if;
  drop policy if exists desk_select on realtime.messages;
  create policy desk_select on realtime.messages for select to authenticated
    using (extension = 'broadcast' and (select private.hears_desk(realtime.topic())));
exception when insufficient_privilege then
  raise warning 'no policy on realtime.messages (%): the desk asks by the clock', sqlerrm;
end
$$;
