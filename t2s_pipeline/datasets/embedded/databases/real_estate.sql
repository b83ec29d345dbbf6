CREATE TABLE neighborhoods (
  neighborhood_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  city TEXT NOT NULL,
  median_income INTEGER NOT NULL,
  crime_rate REAL NOT NULL
);

CREATE TABLE agencies (
  agency_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  city TEXT NOT NULL,
  founded_year INTEGER NOT NULL
);

CREATE TABLE agents (
  agent_id INTEGER PRIMARY KEY,
  first_name TEXT NOT NULL,
  last_name TEXT NOT NULL,
  agency_id INTEGER NOT NULL REFERENCES agencies (agency_id),
  commission REAL NOT NULL,
  start_year INTEGER NOT NULL
);

CREATE TABLE owners (
  owner_id INTEGER PRIMARY KEY,
  first_name TEXT NOT NULL,
  last_name TEXT NOT NULL,
  city TEXT NOT NULL
);

CREATE TABLE properties (
  property_id INTEGER PRIMARY KEY,
  street TEXT NOT NULL,
  neighborhood_id INTEGER NOT NULL REFERENCES neighborhoods (neighborhood_id),
  owner_id INTEGER NOT NULL REFERENCES owners (owner_id),
  type TEXT NOT NULL,
  bedrooms INTEGER NOT NULL,
  area INTEGER NOT NULL,
  built_year INTEGER NOT NULL,
  asking_price INTEGER NOT NULL
);

CREATE TABLE viewings (
  viewing_id INTEGER PRIMARY KEY,
  property_id INTEGER NOT NULL REFERENCES properties (property_id),
  agent_id INTEGER NOT NULL REFERENCES agents (agent_id),
  visitor TEXT NOT NULL,
  viewing_date DATE NOT NULL,
  rating INTEGER NOT NULL
);

CREATE TABLE sales (
  sale_id INTEGER PRIMARY KEY,
  property_id INTEGER NOT NULL REFERENCES properties (property_id),
  agent_id INTEGER NOT NULL REFERENCES agents (agent_id),
  sale_date DATE NOT NULL,
  price INTEGER NOT NULL
);

INSERT INTO neighborhoods VALUES
  (1, 'Maple Heights', 'Dayton', 71200, 2.1),
  (2, 'Riverbend', 'Dayton', 54800, 4.6),
  (3, 'Old Mill', 'Dayton', 48300, 5.9),
  (4, 'Lakeview', 'Toledo', 83900, 1.4),
  (5, 'Warehouse District', 'Toledo', 62500, 6.7),
  (6, 'Cherry Hill', 'Akron', 57700, 3.3),
  (7, 'Highland Square', 'Akron', 66100, 3.8),
  (8, 'Fairground', 'Lima', 39400, 5.2),
  (9, 'Stonewater', 'Toledo', 112600, 0.8);

INSERT INTO agencies VALUES
  (1, 'Keystone Realty', 'Dayton', 1978),
  (2, 'Lakefront Homes', 'Toledo', 1994),
  (3, 'Rubber City Realtors', 'Akron', 1965),
  (4, 'Blue Door Properties', 'Dayton', 2011),
  (5, 'Tri-City Estates', 'Toledo', 2003),
  (6, 'Heartland Land', 'Lima', 1989);

INSERT INTO agents VALUES
  (1, 'Monica', 'Farrell', 1, 2.5, 2006),
  (2, 'Darnell', 'Hughes', 1, 3.0, 2012),
  (3, 'Rebecca', 'Stein', 1, 2.8, 2019),
  (4, 'Todd', 'Wexler', 2, 3.2, 1998),
  (5, 'Yvette', 'Moreau', 2, 2.9, 2010),
  (6, 'Kim', 'Nguyen', 2, 2.4, 2021),
  (7, 'Frank', 'Oster', 3, 3.5, 1991),
  (8, 'Latoya', 'Briggs', 3, 2.7, 2015),
  (9, 'Glenn', 'Pappas', 4, 2.2, 2017),
  (10, 'Shawna', 'Ruiz', 4, 2.6, 2014),
  (11, 'Isaac', 'Feldman', 5, 3.1, 2008),
  (12, 'Cheryl', 'Dunbar', 5, 3.3, 2004),
  (13, 'Monica', 'Szabo', 1, 2.3, 2022);

INSERT INTO owners VALUES
  (1, 'Walter', 'Crane', 'Dayton'),
  (2, 'Nadine', 'Albrecht', 'Dayton'),
  (3, 'Curtis', 'Boone', 'Columbus'),
  (4, 'Phyllis', 'Garner', 'Toledo'),
  (5, 'Edwin', 'Castillo', 'Toledo'),
  (6, 'Hannah', 'Lowry', 'Akron'),
  (7, 'Marvin', 'Teague', 'Akron'),
  (8, 'Sonja', 'Petrie', 'Cleveland'),
  (9, 'Alvin', 'Rhodes', 'Lima'),
  (10, 'Teresa', 'Vaughn', 'Dayton'),
  (11, 'Roland', 'Fisk', 'Columbus'),
  (12, 'Janet', 'Molloy', 'Toledo');

INSERT INTO properties VALUES
  (1, '14 Alder Street', 3, 8, 'townhouse', 4, 227, 1974, 393000),
  (2, '27 Birchwood Lane', 2, 3, 'house', 1, 85, 2013, 181000),
  (3, '3 Canal Road', 4, 3, 'condo', 4, 196, 1968, 319500),
  (4, '118 Dover Avenue', 4, 7, 'condo', 1, 62, 1936, 96500),
  (5, '52 Elm Court', 3, 7, 'condo', 1, 94, 1993, 188500),
  (6, '9 Foundry Way', 2, 3, 'condo', 1, 141, 1934, 209500),
  (7, '240 Grant Street', 4, 3, 'loft', 2, 93, 1945, 139500),
  (8, '61 Harbor Drive', 4, 6, 'condo', 4, 166, 2010, 234500),
  (9, '8 Ivy Lane', 2, 8, 'house', 1, 139, 1912, 235000),
  (10, '77 Juniper Street', 5, 8, 'condo', 6, 294, 1956, 464000),
  (11, '305 King Avenue', 5, 8, 'townhouse', 2, 130, 1972, 257000),
  (12, '19 Linden Court', 6, 6, 'house', 3, 206, 1999, 331500),
  (13, '44 Mercer Road', 4, 4, 'condo', 5, 214, 1928, 334500),
  (14, '132 Norwood Drive', 6, 1, 'house', 4, 240, 2002, 391000),
  (15, '6 Orchard Lane', 3, 7, 'condo', 1, 81, 1926, 136500),
  (16, '88 Pine Street', 1, 4, 'condo', 3, 182, 1941, 268500),
  (17, '210 Quarry Road', 7, 10, 'house', 3, 195, 1962, 292500),
  (18, '35 Rosewood Court', 7, 1, 'house', 3, 155, 1995, 259000),
  (19, '71 Spruce Street', 4, 7, 'townhouse', 5, 280, 2013, 467000),
  (20, '12 Tanner Lane', 3, 6, 'condo', 4, 275, 2016, 419500),
  (21, '156 Union Avenue', 1, 3, 'loft', 1, 71, 1935, 149000),
  (22, '23 Vine Street', 1, 10, 'house', 1, 63, 1941, 106000),
  (23, '90 Willow Drive', 3, 4, 'condo', 2, 143, 1962, 266000),
  (24, '5 York Court', 8, 10, 'condo', 4, 147, 1983, 284500),
  (25, '47 Zinnia Lane', 5, 3, 'townhouse', 1, 101, 1938, 201000),
  (26, '330 Ash Avenue', 2, 9, 'condo', 4, 189, 1953, 309500),
  (27, '16 Beacon Road', 3, 9, 'loft', 3, 205, 2006, 325500),
  (28, '81 Cedar Street', 8, 3, 'townhouse', 4, 198, 1939, 281500);

INSERT INTO viewings VALUES
  (1, 4, 8, 'Hal Brewster', '2022-01-10', 4),
  (2, 4, 10, 'Keri Boyle', '2022-01-20', 6),
  (3, 6, 11, 'Hal Brewster', '2022-02-05', 3),
  (4, 22, 5, 'Joel Tanaka', '2022-02-22', 7),
  (5, 19, 4, 'Liam Decker', '2022-02-27', 7),
  (6, 9, 8, 'Felix Ortiz', '2022-03-01', 1),
  (7, 6, 5, 'Felix Ortiz', '2022-03-18', 6),
  (8, 22, 8, 'Carla Jennings', '2022-04-03', 6),
  (9, 18, 8, 'Eleanor Voss', '2022-04-06', 6),
  (10, 4, 10, 'Eleanor Voss', '2022-04-08', 6),
  (11, 14, 3, 'Joel Tanaka', '2022-04-24', 4),
  (12, 17, 2, 'Felix Ortiz', '2022-05-03', 2),
  (13, 15, 7, 'Keri Boyle', '2022-05-13', 3),
  (14, 19, 6, 'Irene Kozak', '2022-05-25', 3),
  (15, 24, 12, 'Irene Kozak', '2022-06-06', 10),
  (16, 13, 10, 'Gina Halloran', '2022-06-07', 3),
  (17, 11, 7, 'Gina Halloran', '2022-06-18', 7),
  (18, 11, 1, 'Carla Jennings', '2022-06-24', 1),
  (19, 22, 12, 'Carla Jennings', '2022-06-25', 10),
  (20, 24, 1, 'Adam Pruitt', '2022-07-23', 7),
  (21, 22, 7, 'Gina Halloran', '2022-08-11', 2),
  (22, 24, 4, 'Keri Boyle', '2022-09-05', 8),
  (23, 13, 1, 'Felix Ortiz', '2022-09-06', 7),
  (24, 18, 4, 'Hal Brewster', '2022-09-16', 9),
  (25, 15, 7, 'Felix Ortiz', '2022-09-29', 4),
  (26, 24, 5, 'Liam Decker', '2022-10-02', 3),
  (27, 8, 12, 'Devon Marsh', '2022-10-09', 10),
  (28, 10, 7, 'Gina Halloran', '2022-10-29', 7),
  (29, 8, 6, 'Joel Tanaka', '2022-11-06', 1),
  (30, 24, 3, 'Gina Halloran', '2022-11-07', 7),
  (31, 21, 9, 'Gina Halloran', '2022-12-12', 7),
  (32, 3, 12, 'Felix Ortiz', '2022-12-24', 6),
  (33, 8, 7, 'Eleanor Voss', '2023-01-19', 7),
  (34, 7, 10, 'Felix Ortiz', '2023-01-20', 7),
  (35, 1, 3, 'Keri Boyle', '2023-01-21', 5),
  (36, 5, 5, 'Carla Jennings', '2023-02-11', 2),
  (37, 15, 11, 'Irene Kozak', '2023-02-15', 9),
  (38, 14, 5, 'Keri Boyle', '2023-03-15', 4),
  (39, 17, 7, 'Gina Halloran', '2023-04-01', 7),
  (40, 12, 11, 'Irene Kozak', '2023-05-10', 3),
  (41, 24, 9, 'Irene Kozak', '2023-06-21', 10),
  (42, 24, 11, 'Felix Ortiz', '2023-06-25', 9),
  (43, 7, 1, 'Liam Decker', '2023-07-05', 1),
  (44, 11, 11, 'Felix Ortiz', '2023-07-17', 8),
  (45, 18, 11, 'Felix Ortiz', '2023-07-19', 8),
  (46, 13, 9, 'Joel Tanaka', '2023-08-15', 2),
  (47, 13, 5, 'Joel Tanaka', '2023-09-25', 9),
  (48, 5, 5, 'Eleanor Voss', '2023-10-02', 9),
  (49, 1, 5, 'Irene Kozak', '2023-10-04', 8),
  (50, 21, 5, 'Felix Ortiz', '2023-10-09', 3),
  (51, 25, 7, 'Felix Ortiz', '2023-11-18', 9),
  (52, 12, 11, 'Eleanor Voss', '2023-11-26', 1);

INSERT INTO sales VALUES
  (1, 13, 11, '2022-03-09', 312000),
  (2, 2, 2, '2022-03-25', 181500),
  (3, 28, 7, '2022-03-27', 296000),
  (4, 26, 10, '2022-07-23', 309000),
  (5, 8, 11, '2022-08-21', 227000),
  (6, 22, 1, '2022-08-24', 104500),
  (7, 7, 3, '2022-09-08', 129000),
  (8, 19, 8, '2022-10-14', 450000),
  (9, 14, 6, '2022-11-16', 352000),
  (10, 23, 11, '2023-02-03', 268500),
  (11, 27, 2, '2023-03-26', 290000),
  (12, 18, 10, '2023-04-20', 252000),
  (13, 1, 4, '2023-04-27', 358500),
  (14, 24, 6, '2023-04-30', 279000),
  (15, 9, 9, '2023-05-06', 209000),
  (16, 12, 11, '2023-05-25', 293000),
  (17, 11, 2, '2023-07-05', 255000),
  (18, 10, 4, '2023-09-01', 468000),
  (19, 21, 11, '2023-09-14', 154500),
  (20, 25, 5, '2023-11-02', 201000);
