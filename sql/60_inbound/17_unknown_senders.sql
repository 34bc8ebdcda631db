-- A message that may be a wish, from a phone or e-mail that no lead has: it holds the leads that get the contact later.

create function private.hold_unknown(p_org_id uuid, p_value_bidx bytea, p_inbox_id bigint, p_at timestamptz)
returns void
language sql volatile set search_path = '' as $$
  insert into private.possible_wishes (org_id, value_bidx, at, inbox_id)
  select p_org_id, p_value_bidx, p_at, p_inbox_id
  where not exists (select from private.possible_wishes w where w.org_id = p_org_id and w.value_bidx = p_value_bidx
    and w.lead_id is null and w.inbox_id is not distinct from p_inbox_id)
$$;
comment on function private.hold_unknown(uuid, bytea, bigint, timestamptz) is
  'Nothing automatic is sent to leads that get the contact later, until a person has looked.';

create function private.tg_contact_points__hold() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_batch constant uuid := gen_random_uuid();
  v record;
  v_inbox bigint[] := '{}';
begin
  -- Few values hold: they are found first, so that an import does not join all its contact points again.
  for v in
    with held as materialized (
      select n.org_id, n.value_bidx, n.lead_id from new_rows n
      where exists (select from private.possible_wishes w where w.org_id = n.org_id and w.value_bidx = n.value_bidx
        and w.lead_id is null)
    )
    select h.org_id, h.lead_id, h.value_bidx, min(w.at) as at, array_agg(w.inbox_id) as inbox
    from held h
    join private.possible_wishes w on w.org_id = h.org_id and w.value_bidx = h.value_bidx and w.lead_id is null
    group by h.org_id, h.lead_id, h.value_bidx
    order by h.org_id, h.lead_id
  loop
    perform private.hold_for_possible_wish(v.org_id, v.value_bidx, array[v.lead_id], v.at);
    perform private.create_task(v.org_id, v.lead_id, 'answer_reply', '{"possible_wish": true}', now());
    -- The person who looks sees the words, if they are kept.
    update public.webhook_inbox i set state = 'received', processed_at = null, error = null, batch_id = v_batch
    where i.org_id = v.org_id and i.id = any (v.inbox) and i.state = 'unmatched' and i.body_cipher is not null;
    if found then
      v_inbox := v_inbox || v.inbox;
    end if;
  end loop;
  if v_inbox <> '{}' then
    perform private.send_job('process-inbox', jsonb_build_object('batch_id', v_batch), v_batch::text);
  end if;
  return null;
end
$$;
comment on function private.tg_contact_points__hold() is
  'Trigger: a contact from which a possible wish arrived before any lead had it gets a task for a person, and the '
  'message is read again. Definer: imports may write neither tasks nor the inbox.';
create trigger _270_hold after insert on public.contact_points
  referencing new table as new_rows for each statement execute function private.tg_contact_points__hold();
