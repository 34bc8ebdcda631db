-- All steps for lists that stay in the session: `sluice match`. The caller fills pg_temp.match_input and
-- pg_temp.match_answers, and reads pg_temp.match_pairs before its transaction ends.

create function private.match_lists() returns jsonb
language plpgsql volatile set search_path = pg_temp, private as $$
declare
  v_extras text[];
  v_lambda double precision;
  v_shift double precision;
  v_nominated bigint;
begin
  v_extras := private.prepare_match_records();
  perform private.nominate_pairs();
  select count(*) into v_nominated from match_pairs;
  insert into match_pairs as p (a, b, answer)
  select least(x.a, x.b), greatest(x.a, x.b), x.same from match_answers x where x.a <> x.b
  on conflict (a, b) do update set answer = excluded.answer;
  perform private.draw_pairs(6000);
  perform private.compare_pairs();
  perform private.set_match_priors(7 + cardinality(v_extras), v_extras);
  perform private.count_patterns();
  v_lambda := private.learn_weights(private.count_all_pairs());
  v_shift := private.score_pairs(v_lambda);
  delete from match_pairs p where p.is_random;
  if exists (select from match_records r where r.list = 1) then
    perform private.drop_dominated_pairs();
  else
    perform private.find_bridged_pairs();
    perform private.add_near_pairs();
    perform private.compare_pairs();
    perform private.count_patterns();
    perform private.score_pairs(v_lambda, v_shift);
    perform private.pool_evidence(v_lambda, v_shift);
    perform private.cut_contradictions();
    perform private.close_triangles();
  end if;
  return jsonb_build_object('records', (select count(*) from match_records), 'candidates', v_nominated,
    'compared', v_extras, 'lambda', v_lambda, 'shift', v_shift,
    'answers', (select count(*) from match_pairs p where p.answer is not null));
end
$$;
comment on function private.match_lists() is
  'Matches the records of pg_temp.match_input, within one list or across two, and leaves pairs with probabilities in '
  'pg_temp.match_pairs. Answers in pg_temp.match_answers train it. Returns counts.';

create function private.pairs_to_review(p_most integer)
returns table (a integer, b integer, probability double precision, levels smallint[], place bigint)
language sql stable set search_path = pg_temp, private as $$
  with unsure as (
    select p.a, p.b, p.probability, p.levels, x.doubt, sqrt(sum(x.doubt) over kind) as mass,
      -- By chance, so that the answers stand for their kind.
      row_number() over (kind order by hashint8(p.a::bigint << 31 | p.b)) as of_kind
    from match_pairs p
    -- What the pair itself says, before other records confirmed or excluded it.
    cross join lateral (select c * (1 - c) as doubt
      -- A false union is worse than a missed one: pairs far above the threshold are asked before those far below.
      from (select 1 / (1 + power(2, -greatest(-60, least(60,
        case when p.weight > 4 then 4 + (p.weight - 4) / 1.6 else p.weight end)))) as c) y) x
    where p.answer is null and p.levels is not null and p.probability between 0.001 and 0.9999
    window kind as (partition by p.levels[1:7])
  )
  select u.a, u.b, u.probability, u.levels, row_number() over (order by u.doubt * u.mass / u.of_kind desc, u.a, u.b)
  from unsure u
  order by u.doubt * u.mass / u.of_kind desc, u.a, u.b
  limit p_most
$$;
comment on function private.pairs_to_review(integer) is
  'The pairs whose answers teach the most: near the threshold, of kinds that many pairs belong to; a kind''s further '
  'pairs come later.';

create function private.match_summary(p_record private.match_input) returns text
language sql immutable parallel safe as $$
  select concat_ws(', ', nullif(concat_ws(' ', p_record.first_name, p_record.last_name), ''), p_record.full_name,
    nullif(concat_ws(' ', p_record.house_number, p_record.street, p_record.unit), ''), p_record.city, p_record.state,
    p_record.zip, array_to_string(p_record.phones, ' '), array_to_string(p_record.emails, ' '),
    (select string_agg(e.key || ' ' || e.value, ', ' order by e.key) from jsonb_each_text(p_record.extras) e))
$$;
comment on function private.match_summary(private.match_input) is 'A record in one line, for the person who compares.';

revoke execute on function private.match_lists(), private.pairs_to_review(integer) from public;
