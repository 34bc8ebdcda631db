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
  ('prospects', 'table', 'public.business_chains', 'chains and franchises')
on conflict do nothing;
