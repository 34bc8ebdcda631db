-- Changing any rule needs a new row here: `select private.gate_data_hash()` after the change gives its hash.
insert into public.rule_sets (released_on, revision, data_hash, reviewed_by, notes) values
  ('2026-11-21', 1, '1b4ecd1550eb8927b8d0e4495ef45ec7c2b22393b091ab51ac11cf65af094670',
    'Sluice maintainers, not counsel', 'First release: 50 states, DC and territories.');
