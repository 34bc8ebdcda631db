-- Lines that hold the place, too, as public test sets of address parsers write them.
begin;
select no_plan();

select is(concat_ws('|', a.situs_street, a.situs_unit, a.situs_city, a.situs_state, a.situs_zip), expected, line)
from (values
  ('1 Oak Street, Evanston, 60201', '1 Oak St|Evanston|60201'),
  ('1 Oak Street, Evanston 60201', '1 Oak St|Evanston|60201'),
  ('1 Oak Street Apt 4, Evanston, 60201-1234', '1 Oak St|4|Evanston|60201'),
  ('1 Oak Street, Evanston', '1 Oak St|Evanston'),
  ('1 Oak Street, Rear', '1 Oak St|REAR'), ('1 Oak Street, B', '1 Oak St|B'),
  ('PO Box 12, Evanston, 60201', 'PO BOX 12|Evanston|60201'),
  ('1 Oak St, Fort Mill, South Carolina 29715 United States', '1 Oak St|Fort Mill|SC|29715'),
  ('12 U.S. Highway No. 130 North, Burlington, NJ 08016', '12 US Highway 130 N|Burlington|NJ|08016'),
  ('1 Oak St No. 130, Burlington, NJ 08016', '1 Oak St|130|Burlington|NJ|08016'),
  ('123 Oak St Apt No. 456 Oakland CA 94601', '123 Oak St|456|Oakland|CA|94601')
) l (line, expected)
cross join lateral private.parse_address(line, null, null, null, null) a;

select * from finish();
rollback;
