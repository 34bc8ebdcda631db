-- Every change of the rule data needs a new row here with the hash that `select private.gate_data_hash()` returns.
insert into public.rule_sets (released_on, revision, data_hash, reviewed_by, notes) values
  ('2026-11-21', 1, '420ef9b827fb6dfdd208de722f47422e34e25d072f3ca924e9b30acfab12c16a',
    'Sluice maintainers, not counsel', 'First release: 50 states, DC and territories.');
