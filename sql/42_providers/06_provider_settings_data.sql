-- What an org may store for an account. The names are those of the environment (docs/providers.md, docs/inbound.md).
insert into private.provider_settings (provider, name) values
  ('sendgrid', 'SENDGRID_API_KEY'),
  ('sendgrid', 'SENDGRID_ACTIVITY'),
  ('sendgrid', 'SENDGRID_WEBHOOK_PUBLIC_KEY'),
  ('sendgrid', 'SENDGRID_INBOUND_PUBLIC_KEY'),
  ('sendgrid', 'SENDGRID_INBOUND_SECRET'),
  ('twilio', 'TWILIO_ACCOUNT_SID'),
  ('twilio', 'TWILIO_AUTH_TOKEN'),
  ('twilio', 'TWILIO_CONSENTS'),
  ('vapi', 'VAPI_API_KEY'),
  ('vapi', 'VAPI_WEBHOOK_SECRET'),
  ('calcom', 'CALCOM_WEBHOOK_SECRET'),
  ('stripe', 'STRIPE_WEBHOOK_SECRET'),
  ('attom', 'ATTOM_API_KEY'),
  ('batchdata', 'BATCHDATA_API_KEY'),
  ('google', 'GOOGLE_MAPS_API_KEY'),
  ('yelp', 'YELP_API_KEY'),
  ('zerobounce', 'ZEROBOUNCE_API_KEY'),
  ('neverbounce', 'NEVERBOUNCE_API_KEY'),
  ('melissa', 'MELISSA_LICENSE_KEY')
on conflict do nothing;
