-- Terms of what the pack keeps. The business's own website says what its owner publishes; names and addresses of
-- Google and Yelp are shown and worked with for a day at most, outside of the business table.
insert into public.data_terms (terms, may_store, keep, at_end, meaning) values
  ('display_for_a_day', true, interval '24 hours', 'erase', 'shown for a day at most, never in the business table'),
  ('published', true, null, 'erase', 'what a business publishes about itself')
on conflict do nothing;
insert into public.provider_terms (provider, name, terms, source) values
  ('google', 'display', 'display_for_a_day', 'our own choice of a lifetime for what a page of results shows'),
  ('yelp', 'display', 'display_for_a_day', 'Yelp API terms: no more than 24 hours'),
  ('website', '*', 'published', 'the website of the business'),
  ('member', '*', 'published', 'written by a member of the org')
on conflict do nothing;
