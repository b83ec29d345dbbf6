CREATE TABLE label (
  Label_ID INTEGER PRIMARY KEY,
  Name TEXT NOT NULL,
  City TEXT NOT NULL,
  Founded_Year INTEGER NOT NULL
);

CREATE TABLE artist (
  Artist_ID INTEGER PRIMARY KEY,
  Name TEXT NOT NULL,
  Country TEXT NOT NULL,
  Formed_Year INTEGER NOT NULL,
  Members INTEGER NOT NULL
);

CREATE TABLE album (
  Album_ID INTEGER PRIMARY KEY,
  Title TEXT NOT NULL,
  Artist_ID INTEGER NOT NULL REFERENCES artist (Artist_ID),
  Label_ID INTEGER NOT NULL REFERENCES label (Label_ID),
  Genre TEXT NOT NULL,
  Release_Date DATE NOT NULL,
  Sales INTEGER NOT NULL
);

CREATE TABLE song (
  Song_ID INTEGER PRIMARY KEY,
  Title TEXT NOT NULL,
  Album_ID INTEGER NOT NULL REFERENCES album (Album_ID),
  Track INTEGER NOT NULL,
  Seconds INTEGER NOT NULL
);

CREATE TABLE concert (
  Concert_ID INTEGER PRIMARY KEY,
  Artist_ID INTEGER NOT NULL REFERENCES artist (Artist_ID),
  City TEXT NOT NULL,
  Concert_Date DATE NOT NULL,
  Tickets INTEGER NOT NULL
);

INSERT INTO label VALUES
  (1, 'Harbor Sound', 'Bristol', 1979),
  (2, 'Blue Attic', 'Chicago', 1994),
  (3, 'Silverbirch', 'Stockholm', 2001),
  (4, 'Kite Records', 'Perth', 1988),
  (5, 'Monolith', 'Berlin', 2008),
  (6, 'Paper Moon', 'Chicago', 2016);

INSERT INTO artist VALUES
  (1, 'The Copper Foxes', 'United Kingdom', 1996, 4),
  (2, 'Ada Lark', 'United States', 2011, 1),
  (3, 'Midnight Ferry', 'Australia', 1986, 5),
  (4, 'Nordlys', 'Norway', 2004, 3),
  (5, 'Glass Parade', 'United Kingdom', 2013, 4),
  (6, 'Delta Jones', 'United States', 1992, 1),
  (7, 'Die Laterne', 'Germany', 2009, 6),
  (8, 'Southern Cross Choir', 'Australia', 1999, 12),
  (9, 'Elin Strand', 'Sweden', 2015, 1),
  (10, 'Velvet Tram', 'Germany', 2010, 5),
  (11, 'Lake Michigan Brass', 'United States', 2003, 9),
  (12, 'Tin Roof Rain', 'Ireland', 2017, 3),
  (13, 'Hollow Pines', 'Canada', 2008, 4);

INSERT INTO album VALUES
  (1, 'Rust and Ribbon', 1, 1, 'Rock', '1999-05-17', 310000),
  (2, 'Foxglove', 1, 1, 'Rock', '2003-09-08', 265000),
  (3, 'City of Small Lights', 1, 1, 'Pop', '2009-03-02', 142000),
  (4, 'Paper Birds', 2, 2, 'Folk', '2013-06-11', 188000),
  (5, 'Window Seat', 2, 6, 'Folk', '2018-10-05', 224000),
  (6, 'Tide Table', 3, 4, 'Rock', '1989-02-20', 405000),
  (7, 'The Long Jetty', 3, 4, 'Rock', '1994-11-14', 352000),
  (8, 'Aurora Lines', 4, 3, 'Electronic', '2006-01-30', 97000),
  (9, 'Fjell', 4, 3, 'Electronic', '2012-04-16', 121000),
  (10, 'Mirror Street', 5, 1, 'Pop', '2015-07-24', 276000),
  (11, 'Bright Machines', 5, 5, 'Pop', '2019-08-30', 331000),
  (12, 'Slow Freight', 6, 2, 'Blues', '1996-10-01', 154000),
  (13, 'Porch Light', 6, 2, 'Blues', '2001-05-22', 133000),
  (14, 'Nachtzug', 7, 5, 'Electronic', '2011-09-19', 83000),
  (15, 'Laternenfest', 7, 5, 'Rock', '2016-02-12', 61000),
  (16, 'Voices of the Reef', 8, 4, 'Folk', '2002-12-03', 74000),
  (17, 'Snow Letters', 9, 3, 'Pop', '2017-11-10', 209000),
  (18, 'Second Winter', 9, 3, 'Pop', '2021-01-22', 187000),
  (19, 'Tramlines', 10, 5, 'Rock', '2013-03-25', 92000),
  (20, 'Lakefront', 11, 2, 'Jazz', '2005-08-15', 58000),
  (21, 'Brass at Midnight', 11, 6, 'Jazz', '2019-04-26', 47000),
  (22, 'Tin Hymns', 12, 1, 'Folk', '2020-05-29', 66000);

INSERT INTO song VALUES
  (1, 'Ribbon Road', 1, 1, 214),
  (2, 'Rust', 1, 2, 187),
  (3, 'Gasoline Sky', 1, 3, 251),
  (4, 'Foxglove', 2, 1, 233),
  (5, 'Garden Wall', 2, 2, 198),
  (6, 'Small Lights', 3, 1, 205),
  (7, 'Paper Birds', 4, 1, 176),
  (8, 'Kitchen Waltz', 4, 2, 163),
  (9, 'Window Seat', 5, 1, 221),
  (10, 'Ohio Morning', 5, 2, 194),
  (11, 'Low Tide', 6, 1, 287),
  (12, 'High Tide', 6, 2, 302),
  (13, 'Jetty', 7, 1, 266),
  (14, 'Sand Bar Road', 7, 2, 241),
  (15, 'Green Aurora', 8, 1, 374),
  (16, 'Polar Line', 8, 2, 348),
  (17, 'Fjell', 9, 1, 395),
  (18, 'Mirror Street', 10, 1, 209),
  (19, 'Glass Heart', 10, 2, 184),
  (20, 'Bright Machines', 11, 1, 217),
  (21, 'Freight Train Blues', 12, 1, 329),
  (22, 'Delta Morning', 12, 2, 276),
  (23, 'Porch Light', 13, 1, 258),
  (24, 'Nachtzug', 14, 1, 412),
  (25, 'Bahnhof', 14, 2, 367),
  (26, 'Lantern Song', 15, 1, 243),
  (27, 'Reef', 16, 1, 319),
  (28, 'Snow Letters', 17, 1, 201),
  (29, 'Winter Heart', 18, 1, 192),
  (30, 'Tramline Two', 19, 1, 228),
  (31, 'Lakefront Stomp', 20, 1, 305),
  (32, 'Midnight Brass', 21, 1, 341),
  (33, 'Tin Hymn', 22, 1, 179);

INSERT INTO concert VALUES
  (1, 1, 'London', '2022-03-04', 8200),
  (2, 1, 'Bristol', '2022-03-06', 3100),
  (3, 1, 'Dublin', '2022-03-11', 5400),
  (4, 2, 'Chicago', '2022-04-02', 2700),
  (5, 2, 'Boston', '2022-04-09', 2350),
  (6, 3, 'Melbourne', '2022-04-16', 9600),
  (7, 3, 'Sydney', '2022-04-22', 11200),
  (8, 4, 'Oslo', '2022-05-13', 4100),
  (9, 4, 'Berlin', '2022-05-20', 3650),
  (10, 5, 'London', '2022-06-03', 14500),
  (11, 5, 'Paris', '2022-06-08', 10800),
  (12, 5, 'Berlin', '2022-06-10', 9900),
  (13, 5, 'Stockholm', '2022-06-15', 7300),
  (14, 7, 'Berlin', '2022-07-01', 2900),
  (15, 9, 'Stockholm', '2022-07-09', 6800),
  (16, 9, 'Oslo', '2022-07-16', 5200),
  (17, 10, 'Hamburg', '2022-08-05', 1900),
  (18, 11, 'Chicago', '2022-08-19', 1450),
  (19, 12, 'Dublin', '2022-09-02', 1250),
  (20, 12, 'Galway', '2022-09-03', 600),
  (21, 6, 'Chicago', '2022-09-24', 1700),
  (22, 1, 'Manchester', '2022-10-07', 6300);
