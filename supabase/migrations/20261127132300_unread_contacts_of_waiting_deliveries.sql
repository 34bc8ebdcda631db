-- Deliveries that were waiting (or had failed for good) when the gate began to refuse contacts with unread messages
-- have no rows in private.unread_contacts. Written by hand: data only.

set lock_timeout = '5s';
set statement_timeout = '10min';

do $$
declare
  i record;
  v_text text;
begin
  for i in
    select x.org_id, x.id, x.body_cipher, x.key_id, x.params, x.received_at from public.webhook_inbox x
    where x.state in ('received', 'dead') and x.body_cipher is not null
      and not exists (select from private.unread_contacts u where u.org_id = x.org_id and u.inbox_id = x.id)
    order by x.org_id, x.id
  loop
    begin
      -- As text that any bytes can become; of a form, the signs that matter here are decoded.
      v_text := encode(private.decrypt_bytes(i.body_cipher, private.org_key(i.org_id, i.key_id)), 'escape');
      v_text := replace(replace(replace(v_text, '%2B', '+'), '%40', '@'), '%3A', ':') || ' ' || i.params::text;
    exception when others then
      raise warning 'delivery % of org % cannot be read: %', i.id, i.org_id, sqlerrm;
      continue;
    end;
    -- Every phone and e-mail in it that a lead has, and the contact of every message of ours that it names: more than
    -- the person who wrote, but only until the worker has processed it.
    insert into private.unread_contacts (org_id, value_bidx, inbox_id, received_at)
    select i.org_id, v.value_bidx, i.id, i.received_at
    from (
      select private.contact_index(i.org_id, c.value) as value_bidx
      from (
        select '+1' || right(m[1], 10) as value from regexp_matches(v_text, '([+]1[2-9][0-9]{9})', 'g') m
        union
        select lower(m[1]) from regexp_matches(v_text, '([A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:[.][A-Za-z0-9-]+)+)', 'g') m
        union
        select regexp_replace(lower(m[1]), '[+][^@]*@', '@')
        from regexp_matches(v_text, '([A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:[.][A-Za-z0-9-]+)+)', 'g') m
      ) c
      union
      select m.value_bidx
      from (select distinct lower(u[1])::uuid as id from regexp_matches(v_text,
        '([0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12})', 'g') u) u
      join public.messages m on m.org_id = i.org_id and m.id = u.id
    ) v
    where exists (select from public.contact_points c where c.org_id = i.org_id and c.value_bidx = v.value_bidx)
    on conflict do nothing;
  end loop;
end
$$;
