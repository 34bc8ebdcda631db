-- Drawn sequences as save_sequence gets them: nodes with the edges that leave them. Whoever saves, the ledger runs only
-- what ends.

create function private.step_name(s public.sequence_steps) returns text
language sql immutable parallel safe set search_path = '' as $$
  select coalesce(s.node, 'Step ' || s.step)
$$;
comment on function private.step_name(public.sequence_steps) is
  'The name of a step: of its node, or Step and its number in a list.';
grant execute on function private.step_name(public.sequence_steps) to authenticated, service_role;

create function private.drawn_edges(p_steps jsonb) returns table (node text, outcome text, to_node text, delay text,
  delay_kind text)
language sql immutable parallel safe set search_path = '' as $$
  select s.x ->> 'node', o.outcome, s.x -> o.outcome ->> 'to', coalesce(s.x -> o.outcome ->> 'delay', '0'),
    coalesce(s.x -> o.outcome ->> 'delay_kind', 'business')
  from jsonb_array_elements(p_steps) s (x), unnest('{next,yes,no}'::text[]) o (outcome)
  where s.x -> o.outcome <> 'null'
$$;
comment on function private.drawn_edges(jsonb) is 'The edges of the nodes that save_sequence gets.';

create function private.drawn_problem(p_steps jsonb) returns text
language plpgsql stable set search_path = '' as $$
declare
  v_problem text;
begin
  select format('node %s: %s', coalesce(to_json(n.node)::text, '?'), n.problem) into v_problem from (
    select s.n, s.x ->> 'node' as node, case
      when length(btrim(coalesce(s.x ->> 'node', ''))) not between 1 and 100 then 'it has no name'
      when count(*) over (partition by s.x ->> 'node') > 1 then 'two nodes have this name'
      when coalesce(s.x ->> 'kind', 'send') not in ('send', 'branch', 'hand_over') then 'unknown kind'
      when s.n = 1 and coalesce(s.x ->> 'kind', 'send') <> 'send' then 'a sequence begins with a message'
      when exists (select from private.drawn_edges(jsonb_build_array(s.x)) e where (coalesce(s.x ->> 'kind', 'send'),
          e.outcome) not in (('send', 'next'), ('branch', 'yes'), ('branch', 'no'))) then 'it has an unknown output'
      when exists (select from private.drawn_edges(jsonb_build_array(s.x)) e where e.to_node is null or not exists (
          select from jsonb_array_elements(p_steps) t where t ->> 'node' = e.to_node)) then 'it leads nowhere'
      when s.x ->> 'kind' = 'branch' and (select count(*) from private.drawn_edges(jsonb_build_array(s.x))) <> 2
        then 'an output is not connected'
      end as problem
    from jsonb_array_elements(p_steps) with ordinality s (x, n)) n
  where n.problem is not null order by n.n limit 1;
  if v_problem is not null then
    return v_problem;
  end if;
  with recursive walk as (
    select p_steps -> 0 ->> 'node' as node, 1 as depth
    union
    select e.to_node, w.depth + 1 from walk w join private.drawn_edges(p_steps) e on e.node = w.node
    where w.depth <= jsonb_array_length(p_steps)
  ), reached as (
    select w.node, max(w.depth) as depth from walk w group by 1
  )
  select format('node %s: %s', to_json(s.x ->> 'node'), case when r.node is null then 'nothing leads to it'
    else 'it is part of a loop' end) into v_problem
  from jsonb_array_elements(p_steps) with ordinality s (x, n) left join reached r on r.node = s.x ->> 'node'
  where r.node is null or r.depth > jsonb_array_length(p_steps)
  order by s.n limit 1;
  return v_problem;
end
$$;
comment on function private.drawn_problem(jsonb) is
  'Why nodes and edges are not a sequence that ends: names, outputs, loops, nodes that nothing leads to. Null: they are.';

create function private.write_edges(p_org_id uuid, p_sequence_id uuid, p_steps jsonb) returns void
language plpgsql volatile set search_path = '' as $$
begin
  insert into public.sequence_edges (org_id, sequence_id, step, outcome, to_step, delay, delay_kind)
  select p_org_id, p_sequence_id, f.step, e.outcome, t.step, e.delay::interval, e.delay_kind
  from private.drawn_edges(p_steps) e
  join public.sequence_steps f on f.org_id = p_org_id and f.sequence_id = p_sequence_id and f.node = e.node
  join public.sequence_steps t on t.org_id = p_org_id and t.sequence_id = p_sequence_id and t.node = e.to_node;
  update public.sequences q set first_step = f.step
  from public.sequence_steps f
  where q.org_id = p_org_id and q.id = p_sequence_id and f.org_id = q.org_id and f.sequence_id = q.id
    and f.node = p_steps -> 0 ->> 'node';
end
$$;
comment on function private.write_edges(uuid, uuid, jsonb) is
  'Writes the edges of a new version and where it begins. For save_sequence, whose definer owns the tables.';
revoke execute on function private.write_edges(uuid, uuid, jsonb) from pipeline_writer;

create function private.sequence_content(p_org_id uuid, p_sequence_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('first', q.first_step,
    'steps', (select jsonb_agg(to_jsonb(s) - 'sequence_id' order by s.step) from public.sequence_steps s
      where s.org_id = q.org_id and s.sequence_id = q.id),
    'edges', (select jsonb_agg(to_jsonb(e) - 'sequence_id' order by e.step, e.outcome) from public.sequence_edges e
      where e.org_id = q.org_id and e.sequence_id = q.id),
    'texts', (select jsonb_agg(to_jsonb(v) - 'sequence_id' order by v.step, v.variant) from public.step_variants v
      where v.org_id = q.org_id and v.sequence_id = q.id))
  from public.sequences q where q.org_id = p_org_id and q.id = p_sequence_id
$$;
comment on function private.sequence_content(uuid, uuid) is
  'Steps, edges and texts of a version, to tell whether two are the same.';
