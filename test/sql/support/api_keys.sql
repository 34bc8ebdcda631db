-- API keys of org A, and statements as the function runs them for a key: with the project's login, role authenticated,
-- and claims that name the key and the scope of the request. After support/cast.sql.
create table cast_.keys (name text primary key, id text not null, key text not null);

create function cast_.add_key(p_name text, p_role text, p_scopes text, p_broker uuid default null,
  p_org uuid default 'a0000000-0000-4000-8000-000000000000') returns text
language plpgsql as $$
declare
  v_made constant jsonb := public.create_api_key(p_org, p_name, p_role::public.member_role, p_scopes::text[],
    p_broker);
begin
  insert into cast_.keys values (p_name, v_made ->> 'key_id', v_made ->> 'key');
  return v_made ->> 'key_id';
end
$$;

-- The first column of the first row, or the count of rows of a command, or SQLSTATE and message.
-- p_role: authenticated as the function sets it, or the owner's, as a definer function works.
create function cast_.as_key(p_name text, p_scope text, p_sql text, p_claims jsonb default '{}',
  p_role text default 'authenticated') returns text
language plpgsql as $$
declare
  v_answer text;
  v_rows bigint;
begin
  perform set_config('request.jwt.claims', (jsonb_build_object('role', 'authenticated', 'api_key',
    (select k.id from cast_.keys k where k.name = p_name), 'scope', p_scope) || p_claims)::text, true),
    set_config('role', p_role, true);
  if p_scope like '%.read' then
    perform set_config('transaction_read_only', 'on', true);
  end if;
  execute p_sql into v_answer;
  get diagnostics v_rows = row_count;
  -- Undoes what was set, and what was done.
  raise exception using errcode = 'ZZ999', message = coalesce(v_answer, 'rows ' || v_rows);
exception when others then
  return case when sqlstate = 'ZZ999' then sqlerrm else sqlstate || ' ' || sqlerrm end;
end
$$;

create function cast_.check_key(p_key text) returns jsonb language sql as $$
  select private.check_api_key(split_part(p_key, '_', 2), sha256(convert_to(p_key, 'UTF8')))
$$;
