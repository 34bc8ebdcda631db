-- Makes all steps that use an older version of a template use its newest one. Messages that were claimed keep their
-- text. Run it with `false` first: it shows the steps, their leads and campaigns. For owners and admins.
select act_as('owner@example.com');

with parameter (template, change) as (values
  ('First text',
   false)  -- true: change the steps that were shown
), newest as (
  select distinct on (t.org_id) t.org_id, t.id, t.version, p.change
  from parameter p join public.templates t on t.name = p.template
  order by t.org_id, t.version desc
)
select s.sequence, s.step, s.variant, s.version as uses, n.version as newest, s.waiting as leads_before_the_step,
  s.campaigns, case when n.change then
    public.use_template(n.org_id, n.id, jsonb_build_array(jsonb_build_object('sequence_id', s.sequence_id,
      'step', s.step, 'variant', s.variant, 'template_id', s.template_id))) = 1
  end as changed
from newest n cross join lateral public.template_steps(n.org_id, n.id) s
order by s.sequence, s.step, s.variant;
