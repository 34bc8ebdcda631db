-- Data calls of org A to ZeroBounce, one at a time: `begin` answers verdict and reason, `settle` ends the latest call.
create function cast_.org(p text default 'a') returns uuid language sql immutable as $$
  select (p || '0000000-0000-4000-8000-000000000000')::uuid
$$;
create table cast_.latest_calls (n serial, call_id uuid);
create function cast_.begin(p_input text, p_cost numeric default 0.008, p_as_of timestamptz default
  '2026-11-20T18:00Z',
  p_org text default 'a', p_limits jsonb default '[]', p_lead uuid default null, p_contact bigint default null)
returns text language plpgsql as $$
declare
  v record;
begin
  select * into v from private.begin_calls(cast_.org(p_org), 'zerobounce', 'default', 'validate',
    jsonb_build_array(jsonb_strip_nulls(jsonb_build_object('input', p_input, 'cost_usd', p_cost, 'lead_id', p_lead,
      'contact_point_id', p_contact))), p_limits, p_as_of => p_as_of);
  if v.call_id is not null then
    insert into cast_.latest_calls (call_id) values (v.call_id);
  end if;
  return concat_ws(' ', v.verdict, v.reason, v.outcome, v.answer);
end
$$;
create function cast_.settle(p_outcome text, p_processed text, p_cost numeric default null, p_answer text default null,
  p_keep integer default null, p_retry_after integer default null, p_as_of timestamptz default '2026-11-20T18:00:01Z',
  p_drift jsonb default '[]', p_org text default 'a')
returns text language plpgsql as $$
declare
  v_call uuid;
  v record;
begin
  delete from cast_.latest_calls where n = (select max(n) from cast_.latest_calls) returning call_id into v_call;
  select * into v from private.settle_calls(cast_.org(p_org), 'zerobounce', jsonb_build_array(jsonb_strip_nulls(
    jsonb_build_object('call_id', v_call, 'outcome', p_outcome, 'processed', p_processed, 'cost_usd', p_cost,
      'answer', p_answer, 'keep_seconds', p_keep, 'retry_after_seconds', p_retry_after, 'duration_ms', 120,
      'drift', p_drift))), p_as_of);
  return concat_ws(' ', v.settled, v.kept);
end
$$;
create function cast_.spend(p_period text default 'day', p_on date default '2026-11-20') returns text language sql as
  $$
  select concat_ws(' ', trim_scale(s.spent_usd), trim_scale(s.reserved_usd)) from private.call_spend s
  where s.org_id = cast_.org() and s.provider = 'zerobounce' and s.period = p_period and s.starts_on = p_on
$$;
