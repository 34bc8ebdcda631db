-- Part of the pack prospects: websites are audited. An audit needs no database yet, so that the domain has no table.
insert into public.pack_parts (pack, kind, name, meaning) values
  ('prospects', 'domain', '84_audits', 'audits of websites')
on conflict do nothing;
