-- Survivorship: which of two observations is kept. One pure function, so that the policy in docs/matching.md can be
-- read and tested in one place. A fact is a field, or a group that only makes sense together (a name, a mailing
-- address): groups are taken whole, never mixed from two rows.

create function private.survive(
  p_current jsonb, p_incoming jsonb, p_fact_sources jsonb, p_edited text[],
  p_current_trust smallint, p_current_observed timestamptz, p_trust smallint, p_observed timestamptz
) returns jsonb
language sql immutable set search_path = '' as $$
  select coalesce(jsonb_object_agg(i.key, i.value), '{}')
  from jsonb_each(p_incoming) i
  where i.value <> 'null'
    and p_current -> i.key is distinct from i.value
    and i.key <> all (p_edited)
    and (
      coalesce(p_current -> i.key, 'null') = 'null'
      or (p_trust >= coalesce((p_fact_sources -> i.key ->> 0)::smallint, p_current_trust)
        and p_observed >= coalesce((p_fact_sources -> i.key ->> 1)::timestamptz, p_current_observed))
    )
$$;
comment on function private.survive(jsonb, jsonb, jsonb, text[], smallint, timestamptz, smallint, timestamptz) is
  'Facts of p_incoming that replace those of p_current: they fill empty facts; otherwise a newer observation from '
  'an equally or more trusted source wins; facts that a person edited stay. Facts: {name: value or [values]}. '
  'Returns the winners.';

create function private.fact(variadic p_values text[]) returns jsonb
language sql immutable parallel safe set search_path = '' as $$
  select case when num_nonnulls(variadic p_values) = 0 then null else to_jsonb(p_values) end
$$;
comment on function private.fact(text[]) is 'A group of values as one fact: a JSON array, or null when all are null.';

create function private.lead_facts(p_lead public.leads) returns jsonb
language sql immutable set search_path = '' as $$
  select jsonb_build_object(
    'owner_1', private.fact(p_lead.owner_1_first, p_lead.owner_1_last),
    'owner_2', private.fact(p_lead.owner_2_first, p_lead.owner_2_last),
    'owner_full', p_lead.owner_full,
    'mailing', private.fact(p_lead.mailing_street, p_lead.mailing_unit, p_lead.mailing_city, p_lead.mailing_state,
      p_lead.mailing_zip))
$$;
comment on function private.lead_facts(public.leads) is
  'The grouped facts of a lead, as private.survive compares them.';
