-- Every change of the rule data needs a new row here with the hash that `select private.gate_data_hash()` returns.
insert into public.rule_sets (released_on, revision, data_hash, reviewed_by, notes) values
  ('2026-11-21', 1, 'f68f57d735abcce931eb23a55081fd59efe6858eda8ec32c5442836b8012dda2',
    'Sluice maintainers, not counsel', 'First release: 50 states, DC and territories.'),
  ('2026-11-27', 1, 'a4b02f8b4c304195e95ed3f95fdb16199df0e146070e71a3b8b885b6fda427b0',
    'Sluice maintainers, not counsel', 'Unread messages; Arizona''s ban reaches unsolicited calls only; Texas opens '
      'after nine and after noon; in Alaska a ZIP outweighs the area code.'),
  ('2026-11-27', 2, '507c6f4a84f95cc65f7bc9007fe983383c5291298bfdf63e45e4a5c8a91b4e5f',
    'Sluice maintainers, not counsel', 'Reassigned numbers.');
