-- Part of the pack prospects: websites are measured, and reports of their faults shared.
insert into public.pack_parts (pack, kind, name, meaning) values
  ('prospects', 'domain', '84_audits', 'audits of websites, their findings and reports'),
  ('prospects', 'table', 'public.website_audits', 'audits of websites, which are also the queue of the audit worker'),
  ('prospects', 'table', 'public.website_audit_parts', 'what each part of an audit measured'),
  ('prospects', 'table', 'public.website_findings', 'faults of a website with their evidence'),
  ('prospects', 'table', 'public.website_reports', 'reports of audits, whose files are in Storage'),
  ('prospects', 'table', 'public.website_report_links', 'links to reports, which expire and can be revoked')
on conflict do nothing;
