begin;
select no_plan();

select is(private.normalise_apn(raw), null, raw || ' is not a parcel number')
from unnest('{NOT AVAILABLE,N/A,N/A-0,NONE,UNKNOWN,VARIOUS,MULTIPLE,MULTIPLE (3),SEE DEED,SEE DEED 1204/77,See notes,
  UNASSIGNED,TEMP,TEMP 2,TEMP-2024-0017,TBD,tbd 1,PENDING,PENDING-12,to be assigned 4,-,.,?,#,XXX-XX-XXX,
  0,000-000-000,9999999999,999-99-999,111111,1234567890,0123456789,12345,123-45-678,987654321,98765,
  1.38025E+11,1.38E11,2E+09,138025000000,138-025-000-000,1.20012E+15,12345678901234500,
  12/3/2004,3/12/04,12/3/2004 0:00,2004-12-03 00:00:00,2004-12-03,
  2004-12-03T00:00:00,PARCEL 1,Parcel #12,parcel no. 3,PARCEL1,LOT 7,APN 1,
  PIN: 4,ID 22,TAX ID 3,0000000000001,000-000-007,
  3-Dec,Dec-03,3-Dec-04,"Dec 3, 2004",December 2004}'::text[]) raw;
select is(private.normalise_apn(raw), expected, raw || ' is a parcel number')
from (values
  ('77-12-5', '77125'), ('10-6-100', '106100'), ('1-1-1', '111'), ('12-3-2004', '1232004'), ('12/3', '123'),
  ('1804-12-03', '18041203'), ('2004-31-03', '20043103'),
  ('123/45/9', '123459'), ('="013-802-511"', '013802511'), ('13802511004.0', '13802511004'), ('00000123', '00000123'),
  ('DEC4-12', 'DEC412'), ('TEMPLE-12-4', 'TEMPLE124'), ('SEEKONK 12-4', 'SEEKONK124'), ('12E4567', '12E4567'),
  ('17-09-410-014-0000', '17094100140000'), ('0012000001000000', '0012000001000000'),
  ('12302000010140000000', '12302000010140000000'), ('A1', 'A1'), ('NA12', 'NA12'),
  ('PARCEL 12-345', 'PARCEL12345'), ('LOT 1204', 'LOT1204'), ('1', '1'), ('PIN0417', 'PIN0417')
) real (raw, expected);

select is(private.normalise_mak(raw), null, raw || ' is not a MAK')
from unnest('{0000000000,9999999999,1111111111,1234567890,0123456789,9876543210,2029580000,2.03E+09,N/A}'::text[]) raw;
select is(private.normalise_mak(raw), '8008006245', raw || ' is a MAK')
from unnest('{8008006245,"=\"8008006245\"",8008006245.0}'::text[]) raw;

select is(private.normalise_phone(raw), null, raw || ' is nobody''s number')
from unnest('{702-555-5555,800-555-1212,702-555-1212,702-555-1234,702-555-0000,000-000-0000,999-999-9999,777-777-7777,
  702-222-2222,234-567-8901,987-654-3210,323-232-3232,702-234-5678,702-987-6543,370-555-0101,300-555-0101,
  960-555-0101,211-555-0101,702-911-0101,702-055-0101,702-155-0101,900-555-0101}'::text[]) raw;
select is(private.normalise_phone(raw), '+1' || translate(raw, '-', ''), raw || ' is a number')
from unnest('{702-555-0100,702-555-0199,800-555-0123,787-555-0101,684-555-0101,416-555-0101,702-867-5301,
  702-555-0111,702-800-0000}'::text[]) raw;
select is((select string_agg(z.area_code, ' ') from public.area_code_zones z
    where private.normalise_phone(z.area_code || '5550123') is null), null,
  'every area code with a time zone is in use');

select is(private.normalise_email(raw), null, raw || ' is nobody''s address')
from unnest('{none@none.com,none@example.com,None@Example.com,no@example.com,na@example.com,n.a@example.com,
  noemail@example.com,no-email@example.com,no_email2@example.com,test@example.com,test123@example.com,
  unknown@example.com,noreply@example.com,jo@noemail.com,jo@nowhere.com,jo@test.com,aaaa@example.com,1234@example.com,
  111@example.com,a@a.com,email@email.com,asdf@asdf.com,donotemail@example.com}'::text[]) raw;
select is(private.normalise_email(raw), raw, raw || ' is an address')
from unnest('{info@example.com,office@example.com,nora@example.com,noah@example.com,nancy@example.com,
  testa@example.com,na12@example.com,a@example.com,jd7@example.com,7025550101@example.com,bob@bob.com,
  nonesuch@example.com,nestor@example.com}'::text[]) raw;

select is(private.read_phone('702-555-5555'), '+17025555555', 'a wish about an invented number is kept');
select is(private.read_email('test@example.com'), 'test@example.com', 'a wish about an invented address is kept');

select * from finish();
rollback;
