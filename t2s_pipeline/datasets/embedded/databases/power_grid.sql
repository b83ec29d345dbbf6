CREATE TABLE Utility_Company (
  company_ID INTEGER PRIMARY KEY,
  Name TEXT NOT NULL,
  Headquarters TEXT NOT NULL,
  Founded INTEGER NOT NULL,
  Revenue_Millions REAL NOT NULL
);

CREATE TABLE Region (
  region_ID INTEGER PRIMARY KEY,
  Name TEXT NOT NULL,
  Population INTEGER NOT NULL,
  Peak_Demand INTEGER NOT NULL
);

CREATE TABLE Power_Plant (
  plant_ID INTEGER PRIMARY KEY,
  Name TEXT NOT NULL,
  region_ID INTEGER NOT NULL REFERENCES Region (region_ID),
  company_ID INTEGER NOT NULL REFERENCES Utility_Company (company_ID),
  Fuel TEXT NOT NULL,
  Capacity_MW INTEGER NOT NULL,
  Opened INTEGER NOT NULL
);

CREATE TABLE Engineer (
  engineer_ID INTEGER PRIMARY KEY,
  Name TEXT NOT NULL,
  Specialty TEXT NOT NULL,
  plant_ID INTEGER NOT NULL REFERENCES Power_Plant (plant_ID),
  Age INTEGER NOT NULL,
  Salary INTEGER NOT NULL
);

CREATE TABLE Outage (
  outage_ID INTEGER PRIMARY KEY,
  plant_ID INTEGER NOT NULL REFERENCES Power_Plant (plant_ID),
  Start_Date DATE NOT NULL,
  Hours INTEGER NOT NULL,
  Cause TEXT NOT NULL
);

CREATE TABLE Inspection (
  inspection_ID INTEGER PRIMARY KEY,
  plant_ID INTEGER NOT NULL REFERENCES Power_Plant (plant_ID),
  engineer_ID INTEGER NOT NULL REFERENCES Engineer (engineer_ID),
  Inspection_Date DATE NOT NULL,
  Score INTEGER NOT NULL,
  Passed TEXT NOT NULL
);

CREATE TABLE Substation (
  substation_ID INTEGER PRIMARY KEY,
  Name TEXT NOT NULL,
  region_ID INTEGER NOT NULL REFERENCES Region (region_ID),
  Voltage_KV INTEGER NOT NULL,
  Opened INTEGER NOT NULL
);

CREATE TABLE Transmission_Line (
  line_ID INTEGER PRIMARY KEY,
  plant_ID INTEGER NOT NULL REFERENCES Power_Plant (plant_ID),
  substation_ID INTEGER NOT NULL REFERENCES Substation (substation_ID),
  Length_KM REAL NOT NULL,
  Underground TEXT NOT NULL
);

INSERT INTO Utility_Company VALUES
  (1, 'Cascadia Electric', 'Portland', 1919, 2310.5),
  (2, 'Blue Mesa Energy', 'Denver', 1974, 1145.2),
  (3, 'Great Basin Power', 'Salt Lake City', 1933, 1788.0),
  (4, 'Sonora Sun', 'Tucson', 2009, 412.7),
  (5, 'Northern Rivers Hydro', 'Spokane', 1948, 965.9),
  (6, 'Front Range Utilities', 'Denver', 1961, 684.3),
  (7, 'Pinyon Cooperative', 'Reno', 1987, 97.4);

INSERT INTO Region VALUES
  (1, 'Columbia Plateau', 1280000, 3120),
  (2, 'High Desert', 745000, 1490),
  (3, 'Wasatch', 2410000, 4875),
  (4, 'Sun Corridor', 3060000, 6940),
  (5, 'Front Range', 2890000, 5560),
  (6, 'Snake River', 910000, 1835),
  (7, 'Sagebrush Coast', 388000, 705);

INSERT INTO Power_Plant VALUES
  (1, 'Grand Rapids Dam', 1, 5, 'hydro', 1240, 1952),
  (2, 'Umatilla Ridge', 1, 1, 'wind', 310, 2011),
  (3, 'Boardman Flats', 1, 1, 'gas', 585, 1996),
  (4, 'Alkali Lake Solar', 2, 1, 'solar', 175, 2018),
  (5, 'Lone Butte', 2, 3, 'geothermal', 96, 1988),
  (6, 'Jordan Narrows', 3, 3, 'coal', 1420, 1971),
  (7, 'Oquirrh Station', 3, 3, 'gas', 870, 2004),
  (8, 'Spiral Jetty Wind', 3, 2, 'wind', 204, 2015),
  (9, 'Saguaro Field', 4, 4, 'solar', 460, 2013),
  (10, 'Picacho Array', 4, 4, 'solar', 390, 2020),
  (11, 'Palo Seco', 4, 3, 'nuclear', 2280, 1986),
  (12, 'Gila Bend Peaker', 4, 2, 'gas', 340, 2001),
  (13, 'Comanche Bluffs', 5, 6, 'coal', 1105, 1968),
  (14, 'Pawnee Wind Farm', 5, 2, 'wind', 545, 2017),
  (15, 'Cherry Creek', 5, 6, 'gas', 650, 1999),
  (16, 'Twin Falls Dam', 6, 5, 'hydro', 415, 1937),
  (17, 'Hells Gate Dam', 6, 5, 'hydro', 890, 1964),
  (18, 'Craters Wind', 6, 4, 'wind', 128, 2009),
  (19, 'Arco Research Unit', 6, 3, 'nuclear', 60, 1959);

INSERT INTO Engineer VALUES
  (1, 'Samuel Okafor', 'hydraulics', 1, 51, 98400),
  (2, 'Britta Johansen', 'turbines', 1, 38, 84700),
  (3, 'Rick Delgado', 'turbines', 2, 29, 66900),
  (4, 'Priscilla Yoder', 'electrical', 3, 44, 91200),
  (5, 'Tyler Benally', 'electrical', 4, 33, 72600),
  (6, 'Margaret Chow', 'geology', 5, 57, 88100),
  (7, 'Anton Petrov', 'boilers', 6, 60, 94800),
  (8, 'Keisha Monroe', 'electrical', 6, 36, 81500),
  (9, 'Dwight Larsen', 'turbines', 7, 47, 90300),
  (10, 'Lupe Santillan', 'electrical', 9, 31, 74200),
  (11, 'Grace Tsosie', 'electrical', 10, 27, 63800),
  (12, 'Herbert Vance', 'reactors', 11, 62, 131500),
  (13, 'Ananya Rao', 'reactors', 11, 41, 119800),
  (14, 'Colleen Byrne', 'safety', 11, 49, 104600),
  (15, 'Jorge Quintana', 'turbines', 12, 53, 86400),
  (16, 'Stan Kowalczyk', 'boilers', 13, 58, 92700),
  (17, 'Melissa Trujillo', 'safety', 13, 34, 79300),
  (18, 'Peter Nakamura', 'turbines', 14, 30, 71100),
  (19, 'Willa Brandvold', 'hydraulics', 17, 45, 95600),
  (20, 'Emmett Shaw', 'reactors', 19, 39, 112300);

INSERT INTO Outage VALUES
  (1, 12, '2020-01-23', 163, 'human error'),
  (2, 12, '2020-04-02', 74, 'equipment failure'),
  (3, 11, '2020-04-07', 28, 'storm'),
  (4, 12, '2020-04-24', 134, 'storm'),
  (5, 12, '2020-05-18', 16, 'maintenance'),
  (6, 11, '2020-06-23', 8, 'storm'),
  (7, 2, '2020-07-07', 99, 'maintenance'),
  (8, 6, '2020-08-05', 145, 'equipment failure'),
  (9, 13, '2020-08-24', 111, 'equipment failure'),
  (10, 16, '2020-10-07', 129, 'wildfire'),
  (11, 12, '2020-10-19', 90, 'equipment failure'),
  (12, 5, '2020-11-26', 65, 'storm'),
  (13, 10, '2020-12-19', 146, 'equipment failure'),
  (14, 16, '2020-12-21', 18, 'equipment failure'),
  (15, 14, '2021-01-25', 110, 'maintenance'),
  (16, 12, '2021-02-21', 167, 'wildfire'),
  (17, 5, '2021-03-04', 61, 'storm'),
  (18, 16, '2021-03-14', 26, 'storm'),
  (19, 10, '2021-04-13', 104, 'equipment failure'),
  (20, 9, '2021-05-11', 132, 'wildfire'),
  (21, 1, '2021-07-09', 97, 'storm'),
  (22, 1, '2021-07-10', 182, 'equipment failure'),
  (23, 12, '2021-08-07', 96, 'wildfire'),
  (24, 4, '2021-08-28', 37, 'storm'),
  (25, 14, '2021-11-24', 76, 'maintenance'),
  (26, 10, '2021-12-02', 45, 'equipment failure'),
  (27, 16, '2021-12-09', 68, 'maintenance'),
  (28, 12, '2022-02-12', 9, 'storm'),
  (29, 13, '2022-02-24', 14, 'maintenance'),
  (30, 17, '2022-03-05', 46, 'equipment failure'),
  (31, 5, '2022-04-01', 69, 'storm'),
  (32, 18, '2022-05-22', 44, 'storm'),
  (33, 12, '2022-05-24', 32, 'equipment failure'),
  (34, 13, '2022-07-23', 39, 'equipment failure'),
  (35, 7, '2022-08-15', 5, 'equipment failure'),
  (36, 5, '2022-08-16', 161, 'maintenance'),
  (37, 6, '2022-11-04', 17, 'maintenance'),
  (38, 13, '2022-11-11', 117, 'maintenance'),
  (39, 1, '2023-02-18', 55, 'equipment failure'),
  (40, 5, '2023-05-03', 101, 'equipment failure'),
  (41, 12, '2023-06-01', 77, 'wildfire'),
  (42, 3, '2023-06-18', 155, 'equipment failure'),
  (43, 9, '2023-06-25', 92, 'human error'),
  (44, 6, '2023-10-21', 188, 'storm'),
  (45, 10, '2023-10-26', 38, 'storm'),
  (46, 6, '2023-11-19', 125, 'storm'),
  (47, 9, '2023-12-13', 73, 'storm'),
  (48, 12, '2023-12-20', 166, 'maintenance');

INSERT INTO Inspection VALUES
  (1, 9, 1, '2021-01-22', 85, 'yes'),
  (2, 8, 8, '2021-02-27', 80, 'yes'),
  (3, 11, 10, '2021-03-05', 82, 'yes'),
  (4, 9, 9, '2021-03-07', 95, 'yes'),
  (5, 6, 2, '2021-03-15', 66, 'no'),
  (6, 19, 13, '2021-03-19', 63, 'no'),
  (7, 3, 13, '2021-04-11', 73, 'yes'),
  (8, 3, 16, '2021-04-23', 61, 'no'),
  (9, 14, 4, '2021-05-08', 99, 'yes'),
  (10, 3, 1, '2021-05-17', 95, 'yes'),
  (11, 9, 12, '2021-05-26', 74, 'yes'),
  (12, 15, 9, '2021-06-08', 99, 'yes'),
  (13, 17, 9, '2021-06-19', 90, 'yes'),
  (14, 9, 7, '2021-06-26', 55, 'no'),
  (15, 3, 15, '2021-06-27', 86, 'yes'),
  (16, 8, 1, '2021-08-10', 69, 'no'),
  (17, 8, 15, '2021-09-27', 74, 'yes'),
  (18, 14, 14, '2021-10-14', 53, 'no'),
  (19, 4, 16, '2021-11-05', 89, 'yes'),
  (20, 14, 13, '2022-01-11', 63, 'no'),
  (21, 2, 10, '2022-01-27', 86, 'yes'),
  (22, 1, 3, '2022-02-02', 94, 'yes'),
  (23, 15, 10, '2022-04-02', 58, 'no'),
  (24, 1, 5, '2022-04-23', 81, 'yes'),
  (25, 19, 11, '2022-05-17', 60, 'no'),
  (26, 3, 16, '2022-05-18', 73, 'yes'),
  (27, 8, 10, '2022-10-25', 65, 'no'),
  (28, 9, 17, '2022-11-19', 99, 'yes'),
  (29, 17, 9, '2022-12-20', 86, 'yes'),
  (30, 6, 12, '2023-01-01', 60, 'no'),
  (31, 8, 5, '2023-02-04', 79, 'yes'),
  (32, 12, 13, '2023-02-08', 65, 'no'),
  (33, 10, 13, '2023-03-06', 84, 'yes'),
  (34, 9, 9, '2023-04-17', 64, 'no'),
  (35, 8, 9, '2023-04-24', 95, 'yes'),
  (36, 6, 15, '2023-07-13', 88, 'yes'),
  (37, 17, 6, '2023-07-18', 79, 'yes'),
  (38, 17, 15, '2023-08-02', 52, 'no'),
  (39, 6, 16, '2023-08-12', 87, 'yes'),
  (40, 9, 2, '2023-08-26', 55, 'no'),
  (41, 10, 10, '2023-09-04', 97, 'yes'),
  (42, 8, 7, '2023-09-11', 74, 'yes'),
  (43, 9, 1, '2023-10-05', 83, 'yes'),
  (44, 11, 15, '2023-10-17', 75, 'yes');

INSERT INTO Substation VALUES
  (1, 'Umapine', 1, 500, 1954),
  (2, 'Hermiston Junction', 1, 230, 1979),
  (3, 'Christmas Valley', 2, 115, 1990),
  (4, 'Camp Williams', 3, 345, 1971),
  (5, 'Magna', 3, 138, 1965),
  (6, 'Casa Grande', 4, 500, 1987),
  (7, 'Red Rock', 4, 230, 2011),
  (8, 'Ajo Way', 4, 138, 2004),
  (9, 'Midway Hill', 5, 345, 1970),
  (10, 'Daniels Park', 5, 230, 1998),
  (11, 'Kimberly', 6, 138, 1941),
  (12, 'Oxbow', 6, 230, 1966),
  (13, 'Sandpiper Bay', 7, 115, 1994);

INSERT INTO Transmission_Line VALUES
  (1, 1, 1, 57.6, 'no'),
  (2, 1, 2, 139.7, 'no'),
  (3, 1, 11, 126.4, 'no'),
  (4, 2, 2, 166.5, 'yes'),
  (5, 3, 1, 19.2, 'no'),
  (6, 3, 2, 35.7, 'yes'),
  (7, 3, 4, 170.7, 'no'),
  (8, 4, 3, 105.0, 'no'),
  (9, 5, 3, 190.4, 'no'),
  (10, 6, 4, 194.6, 'yes'),
  (11, 6, 5, 21.6, 'no'),
  (12, 7, 4, 133.2, 'yes'),
  (13, 7, 5, 75.3, 'no'),
  (14, 7, 9, 63.4, 'no'),
  (15, 8, 4, 239.7, 'no'),
  (16, 8, 5, 86.2, 'no'),
  (17, 9, 7, 218.8, 'no'),
  (18, 10, 6, 242.4, 'no'),
  (19, 10, 7, 160.7, 'no'),
  (20, 11, 4, 210.0, 'no'),
  (21, 12, 6, 66.7, 'yes'),
  (22, 12, 7, 159.8, 'no'),
  (23, 13, 9, 18.0, 'no'),
  (24, 13, 10, 167.0, 'no'),
  (25, 14, 9, 61.9, 'no'),
  (26, 14, 10, 121.4, 'no'),
  (27, 15, 10, 174.9, 'yes'),
  (28, 16, 2, 201.8, 'no'),
  (29, 16, 11, 78.5, 'no'),
  (30, 16, 12, 257.2, 'no'),
  (31, 17, 12, 43.2, 'yes'),
  (32, 18, 11, 214.3, 'no'),
  (33, 18, 12, 208.6, 'no'),
  (34, 19, 12, 217.6, 'no');
