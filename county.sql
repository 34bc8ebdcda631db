select county, state, zip, e, got from (select *, private.county_fips(null, county, state, zip) got from (values
('St Joseph','IN',null,'18141'),('Saint Joseph County','IN',null,'18141'),('DuPage','IL',null,'17043'),('Du Page','IL',null,'17043'),
('LaPorte','IN',null,'18091'),('La Porte Co','IN',null,'18091'),('DeWitt','TX',null,'48123'),('De Witt','TX',null,'48123'),
('McLean','IL',null,'17113'),('Mc Lean','IL',null,'17113'),('Mac Lean',null,null,null),('O''Brien','IA',null,'19141'),
('Prince William','VA',null,'51153'),('Queen Annes','MD',null,'24035'),('Queen Anne''s Co','MD',null,'24035'),('St Marys','MD',null,'24037'),
('Isle of Wight','VA',null,'51093'),('City of Alexandria','VA',null,'51510'),('Alexandria','VA',null,'51510'),('VA Beach','VA',null,'51810'),
('Virginia Beach City','VA',null,'51810'),('Fond Du Lac','WI',null,'55039'),('FondduLac','WI',null,'55039'),('King and Queen','VA',null,'51097'),
('Lake & Peninsula','AK',null,'02164'),('Kenai Penninsula','AK',null,null),('Kenai Peninsula Borough','AK',null,'02122'),
('Orleans Parish','LA',null,'22071'),('E. Carroll','LA',null,'22035'),('West Carroll Par.','LA',null,'22123'),('St John the Baptist','LA',null,'22095'),
('Los Angeles, CA',null,null,'06037'),('Los Angeles County, California',null,null,'06037'),('CA-Orange',null,null,'06059'),('ORANGE (CA)',null,null,'06059'),
('48-201',null,null,'48201'),('48201.0',null,null,'48201'),('201','TX',null,'48201'),('Harris Cnty','TX',null,'48201'),('Harris Cty','TX',null,'48201'),
('County of Harris','TX',null,'48201'),('Shannon','SD',null,'46102'),('Oglala Lakota','SD',null,'46102'),('Bedford City','VA',null,'51019'),
('Roanoke','VA',null,null),('Franklin','VA',null,null),('St. Louis','MO',null,null),('Dona-Ana','NM',null,'35013'),('DISTRICT OF COLUMBIA','DC',null,'11001'),
('Bronx County','NY',null,'36005'),('New York (Manhattan)','NY',null,'36061'),('Richmond','NY',null,'36085'),('Queens Co.','NY',null,'36081'),('Bayamón','PR',null,'72021'),('MAYAGUEZ MUNICIPIO','PR',null,'72097'),
('Wade Hampton','AK',null,'02158'),('Kusilvak Census Area','AK',null,'02158'),('LaSalle Parish','LA',null,'22059'),('Nye County NV',null,null,'32031'),('Carson City (NV)',null,null,'32510')
) c(county,state,zip,e)) q where got is distinct from e;
