begin;
select no_plan();

select is(private.normalise_email(raw), expected, claim)
from (values
  ('ann@example.com', 'ann@example.com', 'a plain address comes out unchanged'),
  ('  Ann.Lee@Example.COM ', 'ann.lee@example.com', 'case and padding fall away'),
  ('mailto:ann@example.com', 'ann@example.com', 'mailto: is a wrapping'),
  ('mailto:ann@example.com?subject=hi', 'ann@example.com', 'what follows a mailto is dropped'),
  ('<ann@example.com>', 'ann@example.com', 'angle brackets are a wrapping'),
  ('Ann Lee <ann@example.com>', 'ann@example.com', 'a display name is dropped'),
  ('"ann@example.com"', 'ann@example.com', 'quotes around the whole are dropped'),
  ('ann@example.com;', 'ann@example.com', 'a separator at the end is dropped'),
  ('a.n.n+list@example.com', 'a.n.n+list@example.com', 'dots and plus tags are kept'),
  ('ann@mail.example.co.uk', 'ann@mail.example.co.uk', 'subdomains are kept'),
  ('o''brien@example.com', 'o''brien@example.com', 'an apostrophe is allowed'),
  ('ann@example.xn--p1ai', 'ann@example.xn--p1ai', 'an encoded top level domain is allowed'),
  (repeat('a', 64) || '@example.com', repeat('a', 64) || '@example.com', 'a local part of 64 is allowed'),
  (repeat('a', 65) || '@example.com', null, 'a local part of 65 is refused'),
  ('a@' || repeat('b', 63) || '.com', 'a@' || repeat('b', 63) || '.com', 'a label of 63 is allowed'),
  ('a@' || repeat('b', 64) || '.com', null, 'a label of 64 is refused'),
  ('a@' || repeat(repeat('b', 60) || '.', 5) || 'com', null, 'more than 254 characters are refused'),
  ('ann@example', null, 'a domain without a dot is refused'),
  ('ann', null, 'text without @ is refused'),
  ('@example.com', null, 'an empty local part is refused'),
  ('ann@', null, 'an empty domain is refused'),
  ('ann@@example.com', null, 'two @ are refused'),
  ('ann@lee@example.com', null, 'an @ in the local part is refused'),
  ('ann..lee@example.com', null, 'two dots in a row are refused'),
  ('.ann@example.com', null, 'a leading dot is refused'),
  ('ann.@example.com', null, 'a trailing dot in the local part is refused'),
  ('ann@.example.com', null, 'an empty label is refused'),
  ('ann@example.com.', null, 'a trailing dot in the domain is refused'),
  ('ann@-example.com', null, 'a label does not begin with a hyphen'),
  ('ann@example-.com', null, 'a label does not end with a hyphen'),
  ('ann@example.c', null, 'a top level of one letter is refused'),
  ('ann@example.c0m', null, 'a top level with a digit is refused'),
  ('ann lee@example.com', null, 'a blank inside is refused'),
  ('ann@example.com bob@example.com', null, 'two addresses in one field are refused'),
  ('änn@example.com', null, 'letters outside ASCII are refused'),
  ('ann@192.0.2.1', null, 'an address of a machine is refused'),
  ('', null, 'empty text is refused'),
  (null, null, 'null stays null')
) as cases (raw, expected, claim);

select * from finish();
rollback;
