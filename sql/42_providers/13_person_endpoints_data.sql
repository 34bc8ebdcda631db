-- Endpoints that answer with contacts of a person.
insert into private.person_endpoints (provider, endpoint) values
  ('batchdata', 'skip_trace'),
  ('melissa', 'append')
on conflict do nothing;
