-- Pairs of leads that may be one, the most useful answers first. The answers:
--   select public.answer_candidates('ORG', 'same', '{ID}');       merge them
--   select public.answer_candidates('ORG', 'different', '{ID}');  never unite them
--   select public.answer_candidates('ORG', 'skip', '{ID}');       list the pair after the others
select act_as('owner@example.com');

select o.name as org, c.*
from public.orgs o cross join lateral public.list_match_candidates(o.id) c
order by o.name;
