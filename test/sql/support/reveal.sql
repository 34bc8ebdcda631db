-- Reading plain values as people do, in two calls. A test is one transaction, so the grant is dated back between them.
create function cast_.commit_grants() returns void language sql as $$
  update private.reveal_grants set granted_xid = '1' where granted_xid = pg_current_xact_id()
$$;

create function cast_.request(p_who text, p_subject text, p_leads uuid[], p_items bigint[] default null,
  p_org uuid default 'a0000000-0000-4000-8000-000000000000') returns text
language sql as $$
  select cast_.ask(p_who, format('select public.request_reveal(%L, %L, %L, ''for a test'', %L)', p_org, p_subject,
    p_leads, p_items))
$$;

-- What the redeeming call answers, as text; nothing without a grant; SQLSTATE and message where it is refused.
create function cast_.reveal(p_who text, p_subject text, p_leads uuid[], p_items bigint[] default null,
  p_org uuid default 'a0000000-0000-4000-8000-000000000000') returns text
language plpgsql as $$
declare
  v_answer text := cast_.request(p_who, p_subject, p_leads, p_items, p_org);
begin
  if v_answer !~ '^\{' then
    return v_answer;
  elsif v_answer::jsonb ->> 'grant_id' is null then
    return 'nothing';
  end if;
  perform cast_.commit_grants();
  return cast_.ask(p_who, format('select public.redeem_reveal(%L)', v_answer::jsonb ->> 'grant_id'));
end
$$;

-- One field of the values, in order.
create function cast_.revealed(p_who text, p_subject text, p_leads uuid[], p_field text, p_items bigint[] default null,
  p_org uuid default 'a0000000-0000-4000-8000-000000000000') returns text
language sql as $$
  select case when a.answer !~ '^\{' then a.answer else (
    select string_agg(v ->> p_field, ' | ' order by n)
    from jsonb_array_elements(a.answer::jsonb -> 'values') with ordinality x (v, n)) end
  from (select cast_.reveal(p_who, p_subject, p_leads, p_items, p_org) as answer) a
$$;
