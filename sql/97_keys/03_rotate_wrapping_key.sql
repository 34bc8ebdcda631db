-- Replacing the wrapping key. The new one is put into Vault as sluice_wrapping_key_next and wraps new keys at once; the
-- old one unwraps until every key is wrapped again. Then the new one takes its name, and the old one is deleted.

create function private.rewrap_keys(
  p_limit integer default 500, p_as_of timestamptz default now(), out moved integer, out finished boolean
) returns record
language plpgsql volatile set search_path = '' as $$
declare
  v_current text;
  v_next uuid;
  v_more integer;
begin
  select s.id into v_next from vault.secrets s where s.name = 'sluice_wrapping_key_next';
  if v_next is null then
    raise exception 'no new wrapping key: store one in Vault under the name sluice_wrapping_key_next, and back it up'
      using errcode = 'SL105';
  end if;
  v_current := private.key_fingerprint(private.wrapping_key());
  with picked as materialized (
    select k.id from private.org_keys k where k.wrapped_with <> v_current order by k.id
    limit p_limit for update of k skip locked
  )
  update private.org_keys k set (wrapped_key, wrapped_with) = (
    select w.wrapped_key, w.wrapped_with from private.wrap_key(private.unwrap_key(k.wrapped_key, k.wrapped_with)) w)
  where k.id = any (array(select p.id from picked p));
  get diagnostics moved = row_count;
  update private.dnc_keys k set (wrapped_key, wrapped_with) = (
    select w.wrapped_key, w.wrapped_with from private.wrap_key(private.unwrap_key(k.wrapped_key, k.wrapped_with)) w)
  where k.wrapped_with <> v_current;
  get diagnostics v_more = row_count;
  moved := moved + v_more;
  finished := false;
  if moved > 0 then
    return;
  end if;
  -- Whoever is wrapping with the old key holds a lock on its row. Afterwards, nobody can.
  insert into private.wrapping_keys (id) values (v_current) on conflict do nothing;
  update private.wrapping_keys w set destroyed_at = p_as_of where w.id <> v_current and w.destroyed_at is null;
  if exists (select from private.org_keys k where k.wrapped_with <> v_current)
    or exists (select from private.dnc_keys k where k.wrapped_with <> v_current) then
    -- Stored in the meantime; the next batch wraps it.
    update private.wrapping_keys w set destroyed_at = null where w.destroyed_at = p_as_of;
    return;
  end if;
  delete from vault.secrets s where s.name = 'sluice_wrapping_key';
  perform vault.update_secret(v_next, new_name => 'sluice_wrapping_key');
  finished := true;
end
$$;
comment on function private.rewrap_keys(integer, timestamptz) is
  'One batch of replacing the wrapping key: wraps up to p_limit keys again with sluice_wrapping_key_next. When none is '
  'left, the new key takes the place of the old one in Vault and is finished. moved 0 and not finished: call again. '
  'Raises SL105 without a new key, SL001 without the old one.';
revoke execute on function private.rewrap_keys(integer, timestamptz) from pipeline_writer;
