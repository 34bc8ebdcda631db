-- What belongs to a deal: budget lines, things to do, documents and photos. The bytes of files are in the private bucket
-- of the project's storage, whose rules look at these rows.

create table public.deal_budget_lines (
  org_id uuid not null,
  id uuid not null default gen_random_uuid(),
  deal_id uuid not null,
  label text not null,
  planned_usd numeric(14, 2) not null default 0,
  spent_usd numeric(14, 2) not null default 0,
  created_at timestamptz not null default now(),
  version integer not null default 1,
  primary key (org_id, id),
  constraint line_is_of_a_deal_of_its_org foreign key (org_id, deal_id)
    references public.deals (org_id, id) on delete cascade,
  constraint budget_line_has_a_label check (length(btrim(label)) between 1 and 200),
  constraint budget_line_is_not_negative
    check (planned_usd >= 0 and spent_usd >= 0 and planned_usd <> 'NaN' and spent_usd <> 'NaN')
);
comment on table public.deal_budget_lines is 'Parts of the budget of a deal, in USD: roof, kitchen, permits.';
create index deal_budget_lines_deal_idx on public.deal_budget_lines (org_id, deal_id, created_at);

create table public.deal_tasks (
  org_id uuid not null,
  id uuid not null default gen_random_uuid(),
  deal_id uuid not null,
  label text not null,
  due_on date,
  done_at timestamptz,
  done_by uuid,
  created_at timestamptz not null default now(),
  version integer not null default 1,
  primary key (org_id, id),
  constraint task_is_of_a_deal_of_its_org foreign key (org_id, deal_id)
    references public.deals (org_id, id) on delete cascade,
  constraint deal_task_has_a_label check (length(btrim(label)) between 1 and 200)
);
comment on table public.deal_tasks is 'Things to do for a deal.';
create index deal_tasks_deal_idx on public.deal_tasks (org_id, deal_id, created_at);

create table public.deal_files (
  org_id uuid not null,
  id uuid not null default gen_random_uuid(),
  deal_id uuid not null,
  kind text not null,
  name text not null,
  path text not null,
  bytes bigint,
  content_type text,
  created_at timestamptz not null default now(),
  created_by uuid,
  version integer not null default 1,
  primary key (org_id, id),
  constraint file_is_of_a_deal_of_its_org foreign key (org_id, deal_id)
    references public.deals (org_id, id) on delete cascade,
  constraint file_path_is_unique unique (org_id, path),
  constraint file_kind_is_known check (kind in ('document', 'photo')),
  constraint file_has_a_name check (length(btrim(name)) between 1 and 200),
  constraint file_is_in_the_folder_of_its_deal check (starts_with(path, org_id || '/' || deal_id || '/')
    and substr(path, 75) ~ '^[0-9a-f-]{36}([.][a-z0-9]{1,8})?$'),
  constraint file_size_is_positive check (bytes between 1 and 104857600)
);
comment on table public.deal_files is 'Documents and photos of a deal.';
comment on column public.deal_files.path is 'In the private bucket: ORG/DEAL/UUID.EXTENSION; no words of a person.';
create index deal_files_deal_idx on public.deal_files (org_id, deal_id, created_at);

do $$
declare
  v_table text;
begin
  foreach v_table in array '{deal_budget_lines,deal_tasks,deal_files}'::text[] loop
    execute format($p$
      alter table public.%1$I enable row level security;
      revoke all on public.%1$I from anon, authenticated, service_role;
      grant select on public.%1$I to authenticated, service_role;
      create policy select_members on public.%1$I for select to authenticated
        using (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[])
          or (org_id = any ((select private.my_org_ids())::uuid[]) and exists (select from public.deals d
            where d.org_id = %1$I.org_id and d.id = %1$I.deal_id)));
      create trigger _110_count_version before update on public.%1$I
        for each row execute function private.count_version();
      create trigger _200_record after insert or update or delete on public.%1$I
        for each row execute function private.tg_deals__record(%2$L)$p$,
      v_table, case v_table when 'deal_budget_lines' then 'line' when 'deal_tasks' then 'task' else 'file' end);
  end loop;
end
$$;

create function public.save_budget_line(p_org_id uuid, p_deal_id uuid, p_line_id uuid, p_label text,
  p_planned_usd numeric, p_spent_usd numeric, p_version integer default null) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  d constant public.deals := private.deal_for_change(p_org_id, p_deal_id);
  b public.deal_budget_lines;
begin
  if p_line_id is null then
    insert into public.deal_budget_lines (org_id, deal_id, label, planned_usd, spent_usd)
    values (d.org_id, d.id, btrim(p_label), coalesce(p_planned_usd, 0), coalesce(p_spent_usd, 0)) returning * into b;
  else
    update public.deal_budget_lines x set label = btrim(p_label), planned_usd = coalesce(p_planned_usd, 0),
      spent_usd = coalesce(p_spent_usd, 0)
    where x.org_id = d.org_id and x.deal_id = d.id and x.id = p_line_id and x.version = p_version returning x.* into b;
    if not found then
      perform private.refuse_stale('public.deal_budget_lines', d.org_id, d.id, p_line_id);
    end if;
  end if;
  return jsonb_build_object('line_id', b.id, 'version', b.version);
exception
  when check_violation or not_null_violation or numeric_value_out_of_range then
    raise exception 'the budget line is not valid: %', sqlerrm using errcode = 'SL822';
end
$$;
comment on function public.save_budget_line(uuid, uuid, uuid, text, numeric, numeric, integer) is
  'Adds a budget line (without p_line_id) or changes one: {line_id, version}; amounts in USD. For who may change the '
  'deal. Raises SL821, SL822 and SL824. Definer: members may not write lines.';

create function private.refuse_stale(p_table regclass, p_org_id uuid, p_deal_id uuid, p_id uuid) returns void
language plpgsql stable security definer set search_path = '' as $$
declare
  v_version integer;
begin
  execute format('select version from %s where org_id = $1 and deal_id = $2 and id = $3', p_table)
  into v_version using p_org_id, p_deal_id, p_id;
  if v_version is null then
    raise exception 'not found in this deal' using errcode = 'SL821';
  end if;
  raise exception 'somebody changed it meanwhile: it has version %', v_version using errcode = 'SL824',
    detail = v_version::text;
end
$$;
comment on function private.refuse_stale(regclass, uuid, uuid, uuid) is
  'Says why an update of a part of a deal found nothing. Raises SL821 and SL824. Definer: reads without the policies.';
revoke execute on function private.refuse_stale(regclass, uuid, uuid, uuid) from pipeline_writer;

create function public.save_deal_task(p_org_id uuid, p_deal_id uuid, p_task_id uuid, p_label text, p_due_on date,
  p_done boolean default false, p_version integer default null) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  d constant public.deals := private.deal_for_change(p_org_id, p_deal_id);
  t public.deal_tasks;
begin
  if p_task_id is null then
    insert into public.deal_tasks (org_id, deal_id, label, due_on, done_at, done_by)
    values (d.org_id, d.id, btrim(p_label), p_due_on, case when p_done then now() end, case when p_done then auth.uid() end)
    returning * into t;
  else
    update public.deal_tasks x set label = btrim(p_label), due_on = p_due_on,
      done_at = case when p_done then coalesce(x.done_at, now()) end,
      done_by = case when p_done then coalesce(x.done_by, auth.uid()) end
    where x.org_id = d.org_id and x.deal_id = d.id and x.id = p_task_id and x.version = p_version returning x.* into t;
    if not found then
      perform private.refuse_stale('public.deal_tasks', d.org_id, d.id, p_task_id);
    end if;
  end if;
  return jsonb_build_object('task_id', t.id, 'version', t.version);
exception
  when check_violation or not_null_violation then
    raise exception 'the task is not valid: %', sqlerrm using errcode = 'SL822';
end
$$;
comment on function public.save_deal_task(uuid, uuid, uuid, text, date, boolean, integer) is
  'Adds a task of a deal (without p_task_id), changes, finishes or reopens one: {task_id, version}. For who may change '
  'the deal. Raises SL821, SL822 and SL824. Definer: members may not write tasks of deals.';

create function public.add_deal_file(p_org_id uuid, p_deal_id uuid, p_kind text, p_name text, p_path text,
  p_bytes bigint default null, p_content_type text default null) returns uuid
language plpgsql volatile security definer set search_path = '' as $$
declare
  d constant public.deals := private.deal_for_change(p_org_id, p_deal_id);
  v_id uuid;
begin
  insert into public.deal_files (org_id, deal_id, kind, name, path, bytes, content_type, created_by)
  values (d.org_id, d.id, p_kind, btrim(p_name), p_path, p_bytes, left(p_content_type, 100), auth.uid())
  returning id into v_id;
  return v_id;
exception
  when check_violation or not_null_violation or unique_violation then
    raise exception 'the file is not valid: %', sqlerrm using errcode = 'SL822';
end
$$;
comment on function public.add_deal_file(uuid, uuid, text, text, text, bigint, text) is
  'Records a document or photo that was stored under ORG/DEAL/ of the private bucket; returns its id. For who may change '
  'the deal. Raises SL821 and SL822. Definer: members may not write files of deals.';

create function public.remove_deal_part(p_org_id uuid, p_deal_id uuid, p_kind text, p_id uuid) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  d constant public.deals := private.deal_for_change(p_org_id, p_deal_id);
  v_row jsonb;
begin
  case p_kind
    when 'line' then delete from public.deal_budget_lines x
      where x.org_id = d.org_id and x.deal_id = d.id and x.id = p_id returning to_jsonb(x) into v_row;
    when 'task' then delete from public.deal_tasks x
      where x.org_id = d.org_id and x.deal_id = d.id and x.id = p_id returning to_jsonb(x) into v_row;
    when 'file' then delete from public.deal_files x
      where x.org_id = d.org_id and x.deal_id = d.id and x.id = p_id returning to_jsonb(x) into v_row;
    else raise exception 'a part of a deal is a line, a task or a file' using errcode = 'SL822';
  end case;
  if v_row is null then
    raise exception 'not found in this deal' using errcode = 'SL821';
  end if;
  return v_row - 'org_id';
end
$$;
comment on function public.remove_deal_part(uuid, uuid, text, uuid) is
  'Removes a line, task or file of a deal and returns its row, from which it can be added again; the stored bytes of a '
  'file are removed through the storage. For who may change the deal. Raises SL821 and SL822. Definer: members may not '
  'write parts of deals.';

create function private.forget_deals(p_org_id uuid, p_lead_ids uuid[]) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_ids constant uuid[] := array(select d.id from public.deals d where d.org_id = p_org_id
    and (d.lead_id = any (p_lead_ids) or d.merged_from = any (p_lead_ids)));
begin
  update public.deals d set title = '[erased]', note = null,
    lost_reason = case when d.lost_reason is not null then '[erased]' end
  where d.org_id = p_org_id and d.id = any (v_ids);
  update public.deal_budget_lines b set label = '[erased]' where b.org_id = p_org_id and b.deal_id = any (v_ids);
  update public.deal_tasks t set label = '[erased]' where t.org_id = p_org_id and t.deal_id = any (v_ids);
  update public.deal_files f set name = '[erased]' where f.org_id = p_org_id and f.deal_id = any (v_ids);
  return cardinality(v_ids);
end
$$;
comment on function private.forget_deals(uuid, uuid[]) is
  'Empties the texts of deals with the leads and of their parts; amounts and dates stay. Returns how many deals. Definer: '
  'members may not write deals.';
revoke execute on function private.forget_deals(uuid, uuid[]) from pipeline_writer;

create view public.flip_figures with (security_invoker = true) as
select x.*, round(0.7 * x.arv_usd - x.repairs_planned_usd, 2) as max_offer_usd,
  case when x.purchase_usd is not null and x.arv_usd is not null
    then x.purchase_usd <= 0.7 * x.arv_usd - x.repairs_planned_usd end as meets_70_percent,
  x.holding_days * coalesce(x.holding_usd_per_day, 0) as holding_usd,
  x.purchase_usd + x.spent_usd + x.holding_days * coalesce(x.holding_usd_per_day, 0) as cost_so_far_usd,
  x.arv_usd - x.purchase_usd - greatest(x.repairs_planned_usd, x.spent_usd)
    - x.holding_days * coalesce(x.holding_usd_per_day, 0) as expected_profit_usd,
  x.sale_usd - x.purchase_usd - x.spent_usd - x.holding_days * coalesce(x.holding_usd_per_day, 0) as profit_usd
from (
  select d.org_id, d.id as deal_id, d.purchase_usd, d.arv_usd, d.sale_usd, d.bought_on, d.sold_on,
    d.holding_usd_per_day, greatest(coalesce(l.planned, 0), coalesce(d.repairs_usd, 0)) as repairs_planned_usd,
    coalesce(l.planned, 0) as budget_usd, coalesce(l.spent, 0) as spent_usd,
    case when d.bought_on is null then 0
      else greatest(coalesce(d.sold_on, (now() at time zone o.time_zone)::date) - d.bought_on, 0) end as holding_days
  from public.deals d
  join public.orgs o on o.id = d.org_id
  left join lateral (select sum(b.planned_usd) as planned, sum(b.spent_usd) as spent from public.deal_budget_lines b
    where b.org_id = d.org_id and b.deal_id = d.id) l on true
  where d.kind = 'flip') x;
comment on view public.flip_figures is
  'Figures of flips, in USD. repairs_planned_usd: the greater of the estimate and the budget lines. max_offer_usd: 70 % '
  'of the value after repair (ARV) less the planned repairs; meets_70_percent: whether the purchase was not above it. '
  'holding_days: days from the purchase to the sale, or today in the zone of the org; holding_usd: their cost. '
  'cost_so_far_usd: purchase, spent and holding. expected_profit_usd: ARV less purchase, the greater of planned and spent, '
  'and holding until now. profit_usd: sale less cost; null until sold. Null where a figure is missing.';
revoke all on public.flip_figures from anon, authenticated, service_role;
grant select on public.flip_figures to authenticated, service_role;

create function public.show_flip(p_org_id uuid, p_deal_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'deal', to_jsonb(d) - 'org_id'::text || jsonb_build_object('stage', s.name, 'outcome', s.outcome),
    'figures', (select to_jsonb(f) - '{org_id,deal_id}'::text[] from public.flip_figures f
      where f.org_id = d.org_id and f.deal_id = d.id),
    'lines', (select coalesce(jsonb_agg(to_jsonb(b) - '{org_id,deal_id}'::text[] order by b.created_at, b.id), '[]')
      from public.deal_budget_lines b where b.org_id = d.org_id and b.deal_id = d.id),
    'tasks', (select coalesce(jsonb_agg(to_jsonb(t) - '{org_id,deal_id}'::text[] order by t.done_at nulls first,
      t.due_on nulls last, t.created_at, t.id), '[]')
      from public.deal_tasks t where t.org_id = d.org_id and t.deal_id = d.id),
    'files', (select coalesce(jsonb_agg(to_jsonb(f) - '{org_id,deal_id}'::text[] order by f.created_at, f.id), '[]')
      from public.deal_files f where f.org_id = d.org_id and f.deal_id = d.id))
  from public.deals d join public.deal_stages s on s.org_id = d.org_id and s.id = d.stage_id
  where d.org_id = p_org_id and d.id = p_deal_id
$$;
comment on function public.show_flip(uuid, uuid) is
  'A deal with its lines, tasks and files, and for a flip its figures (flip_figures): {deal, figures, lines, tasks, '
  'files}; null where the caller may not see it.';

revoke execute on function public.save_budget_line(uuid, uuid, uuid, text, numeric, numeric, integer),
  public.save_deal_task(uuid, uuid, uuid, text, date, boolean, integer),
  public.add_deal_file(uuid, uuid, text, text, text, bigint, text), public.remove_deal_part(uuid, uuid, text, uuid),
  public.show_flip(uuid, uuid) from public, anon;
grant execute on function public.save_budget_line(uuid, uuid, uuid, text, numeric, numeric, integer),
  public.save_deal_task(uuid, uuid, uuid, text, date, boolean, integer),
  public.add_deal_file(uuid, uuid, text, text, text, bigint, text), public.remove_deal_part(uuid, uuid, text, uuid),
  public.show_flip(uuid, uuid) to authenticated, service_role;
