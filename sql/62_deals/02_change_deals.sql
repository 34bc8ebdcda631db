create function private.works_deals(p_org_id uuid, p_broker_id uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select private.is_trusted_caller() or p_org_id = any (private.my_org_ids('{owner,admin}'))
    or p_org_id = any (private.my_org_ids('{broker}')) and p_broker_id = any (private.my_broker_ids())
$$;
comment on function private.works_deals(uuid, uuid) is
  'Whether the caller may change deals of the broker: owners, admins, the service, and the broker. Definer: reads '
  'members without the policies.';
revoke execute on function private.works_deals(uuid, uuid) from pipeline_writer;

create function private.deal_for_change(p_org_id uuid, p_deal_id uuid) returns public.deals
language plpgsql volatile security definer set search_path = '' as $$
declare
  d public.deals;
begin
  select x.* into d from public.deals x
  where x.org_id = p_org_id and x.id = p_deal_id and private.works_deals(x.org_id, x.broker_id) for no key update;
  if not found then
    raise exception 'deal not found, or you may not change it' using errcode = 'SL821';
  end if;
  return d;
end
$$;
comment on function private.deal_for_change(uuid, uuid) is
  'A deal that the caller may change, locked. Raises SL821. Definer: members may not lock deals.';
revoke execute on function private.deal_for_change(uuid, uuid) from pipeline_writer;

create function private.with_values(p_deal public.deals, p_values jsonb) returns public.deals
language plpgsql stable security definer set search_path = '' as $$
declare
  d public.deals;
  v_wrong text;
begin
  select string_agg(k, ', ' order by k) into v_wrong
  from jsonb_object_keys(case when jsonb_typeof(p_values) = 'object' then p_values else '{"": 1}' end) k
  where k not in ('kind', 'title', 'stage_id', 'broker_id', 'price_usd', 'commission_usd', 'expected_close_on',
    'closed_on', 'lost_reason', 'note', 'purchase_usd', 'arv_usd', 'repairs_usd', 'holding_usd_per_day', 'bought_on',
    'sold_on', 'sale_usd');
  if v_wrong is not null then
    raise exception 'not a value of a deal: %', v_wrong using errcode = 'SL822';
  end if;
  d := jsonb_populate_record(p_deal, p_values);
  if not exists (select from public.deal_stages s where s.org_id = d.org_id and s.id = d.stage_id
    and (s.active or s.id is not distinct from p_deal.stage_id)) then
    raise exception 'stage not found' using errcode = 'SL822';
  elsif d.broker_id is distinct from p_deal.broker_id and not private.works_deals(d.org_id, d.broker_id) then
    raise exception 'only an owner or admin can give a deal to another broker' using errcode = 'SL822';
  elsif d.broker_id is not null and not exists (select from public.brokers b
    where b.org_id = d.org_id and b.id = d.broker_id) then
    raise exception 'broker not found' using errcode = 'SL822';
  end if;
  return d;
exception
  when invalid_text_representation or datetime_field_overflow or invalid_datetime_format or numeric_value_out_of_range
    then
    raise exception 'a value of the deal is not valid: %', sqlerrm using errcode = 'SL822';
end
$$;
comment on function private.with_values(public.deals, jsonb) is
  'The deal with the values of a member. Raises SL822 for unknown and impossible ones. Definer: reads stages and brokers '
  'without the policies.';
revoke execute on function private.with_values(public.deals, jsonb) from pipeline_writer;

create function public.open_deal(p_org_id uuid, p_lead_id uuid, p_values jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  d public.deals;
begin
  perform private.require_role(p_org_id, '{owner,admin,broker}');
  if not exists (select from public.leads l where l.org_id = p_org_id and l.id = p_lead_id
    and (private.is_trusted_caller() or private.sees_lead(l.org_id, l.id))) then
    raise exception 'lead not found' using errcode = 'SL821';
  end if;
  d.org_id := p_org_id;
  select l.assigned_broker_id, coalesce(nullif(concat_ws(', ', l.situs_street, l.situs_city), ''), 'Deal') into
    d.broker_id, d.title from public.leads l where l.org_id = p_org_id and l.id = p_lead_id;
  d.kind := 'listing';
  select s.id into d.stage_id from public.deal_stages s where s.org_id = p_org_id and s.active
  order by s.position, s.name limit 1;
  d := private.with_values(d, p_values);
  if not private.works_deals(p_org_id, d.broker_id) then
    raise exception 'only an owner or admin can open a deal for another broker' using errcode = 'SL822';
  end if;
  insert into public.deals (org_id, lead_id, kind, title, stage_id, broker_id, price_usd, commission_usd,
    expected_close_on, closed_on, lost_reason, note, purchase_usd, arv_usd, repairs_usd, holding_usd_per_day, bought_on,
    sold_on, sale_usd)
  values (p_org_id, p_lead_id, d.kind, d.title, d.stage_id, d.broker_id, d.price_usd, d.commission_usd,
    d.expected_close_on, d.closed_on, d.lost_reason, d.note, d.purchase_usd, d.arv_usd, d.repairs_usd,
    d.holding_usd_per_day, d.bought_on, d.sold_on, d.sale_usd)
  returning * into d;
  return jsonb_build_object('deal_id', d.id, 'version', d.version);
exception
  when check_violation or not_null_violation then
    raise exception 'a value of the deal is not valid: %', sqlerrm using errcode = 'SL822';
end
$$;
comment on function public.open_deal(uuid, uuid, jsonb) is
  'Opens a deal with a lead: {deal_id, version}. p_values: kind (listing, purchase, referral, wholesale, flip), title, '
  'stage_id (the first stage by default), broker_id (of the lead), price_usd, commission_usd, expected_close_on, note, '
  'and of a flip purchase_usd, arv_usd, repairs_usd, holding_usd_per_day, bought_on, sold_on, sale_usd. Owners, admins, '
  'the service, and brokers with their own leads. Raises SL111, SL821 (lead), SL822 (values) and SL823 (lost without a '
  'reason). Definer: members may not write deals.';

create function public.change_deal(p_org_id uuid, p_deal_id uuid, p_version integer, p_values jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  d public.deals := private.deal_for_change(p_org_id, p_deal_id);
begin
  if d.version is distinct from p_version then
    raise exception 'somebody changed the deal meanwhile: it has version %', d.version using errcode = 'SL824',
      detail = d.version::text;
  end if;
  -- Other figures than those of its kind go with a change of the kind.
  if d.kind = 'flip' and coalesce(p_values ->> 'kind', 'flip') <> 'flip' then
    d := jsonb_populate_record(d, '{"purchase_usd": null, "arv_usd": null, "repairs_usd": null,
      "holding_usd_per_day": null, "bought_on": null, "sold_on": null, "sale_usd": null}');
  end if;
  d := private.with_values(d, p_values);
  update public.deals x set kind = d.kind, title = d.title, stage_id = d.stage_id, broker_id = d.broker_id,
    price_usd = d.price_usd, commission_usd = d.commission_usd, expected_close_on = d.expected_close_on,
    closed_on = d.closed_on, lost_reason = d.lost_reason, note = d.note, purchase_usd = d.purchase_usd,
    arv_usd = d.arv_usd, repairs_usd = d.repairs_usd, holding_usd_per_day = d.holding_usd_per_day,
    bought_on = d.bought_on, sold_on = d.sold_on, sale_usd = d.sale_usd
  where x.org_id = p_org_id and x.id = p_deal_id returning x.* into d;
  return jsonb_build_object('deal_id', d.id, 'version', d.version);
exception
  when check_violation or not_null_violation then
    raise exception 'a value of the deal is not valid: %', sqlerrm using errcode = 'SL822';
end
$$;
comment on function public.change_deal(uuid, uuid, integer, jsonb) is
  'Changes values of a deal (see open_deal; also closed_on and lost_reason), or moves it to another stage: {deal_id, '
  'version}. p_version: as it was read. Owners, admins, the service, and the deal''s broker. Raises SL821 (not found), '
  'SL822 (values), SL823 (lost without a reason) and SL824 (changed meanwhile; detail is the version). Definer: members '
  'may not write deals.';

create function public.save_deal_stage(p_org_id uuid, p_stage_id uuid, p_name text, p_position integer,
  p_outcome text default 'open', p_active boolean default true, p_version integer default null) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  s public.deal_stages;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  if p_stage_id is null then
    insert into public.deal_stages (org_id, name, position, outcome, active)
    values (p_org_id, btrim(p_name), p_position, p_outcome, p_active) returning * into s;
  else
    select x.* into s from public.deal_stages x where x.org_id = p_org_id and x.id = p_stage_id for no key update;
    if not found then
      raise exception 'stage not found' using errcode = 'SL821';
    elsif s.version is distinct from p_version then
      raise exception 'somebody changed the stage meanwhile: it has version %', s.version using errcode = 'SL824',
        detail = s.version::text;
    elsif s.outcome <> p_outcome and exists (select from public.deals d where d.org_id = p_org_id
      and d.stage_id = p_stage_id) then
      raise exception 'deals are in this stage: add another one with that outcome and move them' using errcode = 'SL822';
    end if;
    update public.deal_stages x set name = btrim(p_name), position = p_position, outcome = p_outcome, active = p_active
    where x.org_id = p_org_id and x.id = p_stage_id returning x.* into s;
  end if;
  if not exists (select from public.deal_stages x where x.org_id = p_org_id and x.active and x.outcome = 'open') then
    raise exception 'a pipeline needs an open stage' using errcode = 'SL822';
  end if;
  return jsonb_build_object('stage_id', s.id, 'version', s.version);
exception
  when check_violation or not_null_violation or unique_violation or numeric_value_out_of_range then
    raise exception 'the stage is not valid: %', sqlerrm using errcode = 'SL822';
end
$$;
comment on function public.save_deal_stage(uuid, uuid, text, integer, text, boolean, integer) is
  'Adds a stage (without p_stage_id) or changes one: {stage_id, version}. p_outcome: open, booked, won, lost. An '
  'inactive stage keeps its deals and takes no others. For owners, admins and the service. Raises SL111, SL821, SL822 and '
  'SL824. Definer: members may not write stages.';

create function public.list_deals(p_org_id uuid, p_stage_id uuid default null, p_broker_id uuid default null,
  p_lead_id uuid default null, p_limit integer default 50, p_before timestamptz default null,
  p_before_id uuid default null, p_deal_id uuid default null, p_kind text default null)
returns table (id uuid, lead_id uuid, kind text, title text, stage_id uuid, stage text, outcome text,
  stage_since timestamptz, broker_id uuid, broker text, price_usd numeric, commission_usd numeric,
  expected_close_on date, closed_on date, lost_reason text, address text, updated_at timestamptz, version integer)
language sql stable set search_path = '' as $$
  select d.id, d.lead_id, d.kind, d.title, d.stage_id, s.name, s.outcome, d.stage_since, d.broker_id, b.name,
    d.price_usd, d.commission_usd, d.expected_close_on, d.closed_on, d.lost_reason,
    nullif(concat_ws(', ', l.situs_street, l.situs_city, l.situs_state), ''), d.updated_at, d.version
  from public.deals d
  join public.deal_stages s on s.org_id = d.org_id and s.id = d.stage_id
  left join public.brokers b on b.org_id = d.org_id and b.id = d.broker_id
  left join public.leads l on l.org_id = d.org_id and l.id = d.lead_id
  where d.org_id = p_org_id and (p_stage_id is null or d.stage_id = p_stage_id)
    and (p_broker_id is null or d.broker_id = p_broker_id) and (p_lead_id is null or d.lead_id = p_lead_id)
    and (p_deal_id is null or d.id = p_deal_id) and (p_kind is null or d.kind = p_kind)
    and (p_before is null or (d.updated_at, d.id)
      < (p_before, coalesce(p_before_id, '00000000-0000-0000-0000-000000000000')))
  order by d.updated_at desc, d.id desc limit least(greatest(coalesce(p_limit, 50), 1), 200)
$$;
comment on function public.list_deals(uuid, uuid, uuid, uuid, integer, timestamptz, uuid, uuid, text) is
  'Deals that the caller may see, last changed first; p_before and p_before_id: updated_at and id of the last row of the '
  'page before; p_deal_id: this one alone. Brokers see their own. Amounts in USD.';

create function public.deal_board(p_org_id uuid, p_broker_id uuid default null, p_all boolean default false)
returns table (stage_id uuid, stage text, "position" smallint, outcome text, active boolean, version integer,
  deals bigint, price_usd numeric, commission_usd numeric)
language sql stable set search_path = '' as $$
  select s.id, s.name, s.position, s.outcome, s.active, s.version, count(d.id), coalesce(sum(d.price_usd), 0),
    coalesce(sum(d.commission_usd), 0)
  from public.deal_stages s
  left join public.deals d on d.org_id = s.org_id and d.stage_id = s.id
    and (p_broker_id is null or d.broker_id = p_broker_id)
  where s.org_id = p_org_id
  group by s.id, s.name, s.position, s.outcome, s.active, s.version
  having p_all or s.active or count(d.id) > 0
  order by s.position, s.name
$$;
comment on function public.deal_board(uuid, uuid, boolean) is
  'The stages of an org in order (p_all: also empty ones that are switched off), with the number of deals that the '
  'caller may see and the sums of their price and commission in USD.';

create function public.deal_history(p_org_id uuid, p_deal_id uuid, p_limit integer default 50,
  p_before bigint default null)
returns table (id bigint, at timestamptz, user_id uuid, actor text, action text, changes jsonb)
language sql stable set search_path = '' as $$
  select e.id, e.at, e.user_id, e.actor, e.action, e.changes from public.deal_events e
  where e.org_id = p_org_id and e.deal_id = p_deal_id and (p_before is null or e.id < p_before)
  order by e.id desc limit least(greatest(coalesce(p_limit, 50), 1), 200)
$$;
comment on function public.deal_history(uuid, uuid, integer, bigint) is
  'Events of a deal, newest first; p_before: the smallest id of the page before.';

revoke execute on function public.open_deal(uuid, uuid, jsonb), public.change_deal(uuid, uuid, integer, jsonb),
  public.save_deal_stage(uuid, uuid, text, integer, text, boolean, integer),
  public.list_deals(uuid, uuid, uuid, uuid, integer, timestamptz, uuid, uuid, text), public.deal_board(uuid, uuid, boolean),
  public.deal_history(uuid, uuid, integer, bigint) from public, anon;
grant execute on function public.open_deal(uuid, uuid, jsonb), public.change_deal(uuid, uuid, integer, jsonb),
  public.save_deal_stage(uuid, uuid, text, integer, text, boolean, integer),
  public.list_deals(uuid, uuid, uuid, uuid, integer, timestamptz, uuid, uuid, text), public.deal_board(uuid, uuid, boolean),
  public.deal_history(uuid, uuid, integer, bigint) to authenticated, service_role;
