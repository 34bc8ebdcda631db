-- The pack prospects: local businesses are found, their websites read, and the businesses kept.
insert into public.packs (name, meaning) values
  ('prospects', 'local businesses: found, their websites read, and kept as prospects')
on conflict do nothing;
insert into public.pack_parts (pack, kind, name, meaning) values
  ('prospects', 'domain', '80_prospects', 'businesses and how they are found'),
  ('prospects', 'table', 'public.businesses', 'businesses, with lasting facts only'),
  ('prospects', 'table', 'public.business_contacts', 'phones and e-mails that they publish'),
  ('prospects', 'table', 'public.business_facts', 'what is known about them, with terms and pages'),
  ('prospects', 'cipher', 'public.business_contacts.value_cipher', ''),
  ('prospects', 'table', 'public.business_match_weights', 'evidence for and against two records being one'),
  ('prospects', 'table', 'public.business_chains', 'chains and franchises'),
  ('prospects', 'table', 'public.business_distinctions', 'pairs that people told apart'),
  ('prospects', 'table', 'public.verticals', 'kinds of businesses'),
  ('prospects', 'table', 'public.vertical_codes', 'their codes in each scheme of categories'),
  ('prospects', 'table', 'public.universes', 'what an org looks for'),
  ('prospects', 'table', 'public.business_places', 'ids of places at providers'),
  ('prospects', 'table', 'public.place_displays', 'what providers show of them, for a day at most'),
  ('prospects', 'cipher', 'public.place_displays.value_cipher', ''),
  ('prospects', 'table', 'public.source_runs', 'runs that look for businesses'),
  ('prospects', 'table', 'public.source_cells', 'the quad tree of each universe'),
  ('prospects', 'queue', 'source-places', 'plans and continues runs'),
  ('prospects', 'provider', 'google', 'ids of places, and one place with its website'),
  ('prospects', 'provider', 'yelp', 'places by category'),
  ('prospects', 'secret', 'GOOGLE_MAPS_API_KEY', ''),
  ('prospects', 'secret', 'YELP_API_KEY', '')
on conflict do nothing;
insert into private.pack_tasks (name, pack, schedule, timeout, command) values
  ('sluice-source-places', 'prospects', '* * * * *', '1min', 'select private.source_and_sweep()')
on conflict do nothing;
insert into private.pack_hooks (pack, hook, name, command) values
  ('prospects', 'replay', 'source-places',
    'select public.control_source_run(($2 ->> ''run_id'')::uuid, ''resume'', $3)'),
  ('prospects', 'fail', 'source',
    'select private.fail_source_run($1, ($2 ->> ''run_id'')::uuid, $2 ->> ''error'', $3)'),
  ('prospects', 'erase', 'contacts', 'select private.erase_business_contacts($1, $2)'),
  ('prospects', 'export', 'contacts', 'select private.export_business_contacts($1, $2)')
on conflict do nothing;
