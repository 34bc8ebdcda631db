-- Changing any rule needs a new row here: `select private.gate_data_hash()` after the change gives its hash.
insert into public.rule_sets (released_on, revision, data_hash, reviewed_by, notes) values
  ('2026-11-21', 1, '827dbe8d9be0a77b5e1639bf713b12e02d7f62e823c7f12af7a6f46024139cea',
    'Sluice maintainers, not counsel', 'First release: 50 states, DC and territories.');
