create table public.decision_rules (
  rule text primary key,
  title text not null,
  source text not null,
  constraint decision_rule_is_snake_case check (rule ~ '^[a-z][a-z0-9_]*$')
);
comment on table public.decision_rules is
  'Reasons that gate_decide adds to those of gate_evaluate (gate_rules), because they need the database.';
insert into public.decision_rules (rule, title, source) values
  ('suppressed', 'The org never contacts this phone or e-mail',
    'the org''s list; 47 CFR 64.1200(d); 15 U.S.C. 7704(a)(4)'),
  ('contact_invalid', 'The phone or e-mail is known not to reach the person',
    'verification, or the person who answered'),
  ('contact_of_other_kind', 'Phone channels need a phone, e-mail needs an e-mail address', 'policy'),
  ('known_litigator', 'The number is on a litigator list', 'policy'),
  ('value_shared_today', 'Another lead in work has the same phone or e-mail: one contact in 24 hours between them',
    'policy'),
  ('lead_opted_out', 'The lead is opted out or invalid', 'policy'),
  ('possible_wish', 'The person may have asked to be left alone, and nobody has looked at the message', 'policy'),
  ('house_lead_cap', 'The org''s own daily limit per lead is reached', 'settings of the org: lead_attempts_24h'),
  ('house_org_cap', 'The org''s own daily limit is reached', 'settings of the org: org_attempts_24h')
on conflict (rule) do nothing;
alter table public.decision_rules enable row level security;
revoke all on public.decision_rules from anon, authenticated;
grant select on public.decision_rules to authenticated, pipeline_writer;
create policy select_everybody on public.decision_rules for select to authenticated, pipeline_writer using (true);

alter table public.orgs add constraint daily_limits_are_numbers check (
  settings ->> 'lead_attempts_24h' ~ '^[0-9]{1,6}$' and settings ->> 'org_attempts_24h' ~ '^[0-9]{1,6}$'
  and length(btrim(settings ->> 'seller')) > 0);
