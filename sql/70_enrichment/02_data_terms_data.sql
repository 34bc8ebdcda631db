-- Terms as the providers' pages had them in 2026-11, seen in copies; the contract of an account may differ.
insert into public.data_terms (terms, may_store, keep, at_end, meaning) values
  ('display_only', false, null, 'erase', 'may be shown, not stored'),
  ('provider_id', true, null, 'erase', 'an id of the provider, which may be kept'),
  ('note_30_days', true, interval '30 days', 'erase', 'our own note that there was no answer, without content'),
  ('location_30_days', true, interval '30 days', 'renew', 'a location that may be kept for 30 days'),
  ('content_24_hours', false, interval '24 hours', 'erase', 'content that may be cached for a day, not fill a table'),
  ('bought', true, null, 'erase', 'bought under a contract that lets it be kept'),
  ('verification', true, interval '180 days', 'renew', 'whether a contact works, which is true for a while only'),
  ('public_record', true, null, 'erase', 'public record')
on conflict do nothing;

insert into public.provider_terms (provider, name, terms, source) values
  ('google', '*', 'display_only', 'Google Maps Platform policies: no pre-fetching, caching or storing of content'),
  ('google', 'place_id', 'provider_id', 'Google Maps Platform policies: place ids are exempt'),
  ('google', 'unlocated', 'note_30_days', 'our own choice of a lifetime'),
  ('google', 'location', 'location_30_days', 'Google Maps Platform terms: latitude and longitude, 30 days'),
  ('yelp', '*', 'content_24_hours', 'Yelp API terms: no more than 24 hours'),
  ('yelp', 'business_id', 'provider_id', 'Yelp API terms: the business id is exempt'),
  ('zerobounce', '*', 'verification', 'our own choice of a lifetime'),
  ('neverbounce', '*', 'verification', 'our own choice of a lifetime'),
  ('twilio', '*', 'verification', 'our own choice of a lifetime'),
  ('melissa', '*', 'bought', 'contract'),
  ('melissa', 'verification', 'verification', 'our own choice of a lifetime'),
  ('attom', '*', 'bought', 'contract'),
  ('batchdata', '*', 'bought', 'contract'),
  ('data_axle', '*', 'bought', 'contract')
on conflict do nothing;
