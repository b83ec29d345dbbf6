CREATE TABLE Park (
  Park_ID INTEGER PRIMARY KEY,
  Name TEXT NOT NULL,
  State TEXT NOT NULL,
  Area INTEGER NOT NULL,
  Founded_Year INTEGER NOT NULL
);

CREATE TABLE Trail (
  Trail_ID INTEGER PRIMARY KEY,
  Name TEXT NOT NULL,
  Park_ID INTEGER NOT NULL REFERENCES Park (Park_ID),
  Length REAL NOT NULL,
  Difficulty TEXT NOT NULL
);

CREATE TABLE Ranger (
  Ranger_ID INTEGER PRIMARY KEY,
  Name TEXT NOT NULL,
  Park_ID INTEGER NOT NULL REFERENCES Park (Park_ID),
  Age INTEGER NOT NULL,
  Hire_Date DATE NOT NULL
);

CREATE TABLE Animal (
  Animal_ID INTEGER PRIMARY KEY,
  Name TEXT NOT NULL,
  Family TEXT NOT NULL,
  Status TEXT NOT NULL
);

CREATE TABLE Sighting (
  Sighting_ID INTEGER PRIMARY KEY,
  Animal_ID INTEGER NOT NULL REFERENCES Animal (Animal_ID),
  Park_ID INTEGER NOT NULL REFERENCES Park (Park_ID),
  Ranger_ID INTEGER NOT NULL REFERENCES Ranger (Ranger_ID),
  Sighting_Date DATE NOT NULL,
  Number INTEGER NOT NULL
);

CREATE TABLE Campsite (
  Campsite_ID INTEGER PRIMARY KEY,
  Name TEXT NOT NULL,
  Park_ID INTEGER NOT NULL REFERENCES Park (Park_ID),
  Places INTEGER NOT NULL,
  Fee INTEGER NOT NULL
);

INSERT INTO Park VALUES
  (1, 'Granite Basin', 'Montana', 412000, 1931),
  (2, 'Cedar Mesa', 'Utah', 188000, 1964),
  (3, 'Lost Lakes', 'Wyoming', 356000, 1922),
  (4, 'Painted Cliffs', 'Utah', 97000, 1978),
  (5, 'Silver Fork', 'Idaho', 245000, 1949),
  (6, 'Bison Prairie', 'South Dakota', 133000, 1938),
  (7, 'Thunder Ridge', 'Montana', 301000, 1956),
  (8, 'Mangrove Coast', 'Florida', 164000, 1983);

INSERT INTO Trail VALUES
  (1, 'Eagle Loop', 1, 8.4, 'moderate'),
  (2, 'Glacier Path', 1, 21.5, 'hard'),
  (3, 'Beaver Creek Walk', 1, 3.1, 'easy'),
  (4, 'Arch Trail', 2, 6.2, 'moderate'),
  (5, 'Slot Canyon Route', 2, 11.8, 'hard'),
  (6, 'Lakeshore Walk', 3, 4.5, 'easy'),
  (7, 'Five Lakes Trail', 3, 17.3, 'moderate'),
  (8, 'Moose Meadow Loop', 3, 5.9, 'easy'),
  (9, 'Rim Trail', 4, 9.7, 'moderate'),
  (10, 'Fork River Path', 5, 13.6, 'moderate'),
  (11, 'Summit Ridge', 5, 15.2, 'hard'),
  (12, 'Prairie Dog Loop', 6, 2.4, 'easy'),
  (13, 'Badger Trail', 6, 7.5, 'easy'),
  (14, 'Thunder Pass', 7, 24.8, 'hard'),
  (15, 'Cascade Walk', 7, 3.8, 'easy'),
  (16, 'Boardwalk Trail', 8, 1.6, 'easy'),
  (17, 'Old Canoe Path', 8, 10.3, 'moderate'),
  (18, 'Wolf Hollow Trail', 7, 12.9, 'moderate');

INSERT INTO Ranger VALUES
  (1, 'Dale Whitaker', 1, 52, '1998-05-01'),
  (2, 'Mary Running Elk', 1, 34, '2014-04-15'),
  (3, 'Steve Pruett', 2, 45, '2006-03-20'),
  (4, 'Annie Colter', 3, 29, '2019-05-06'),
  (5, 'Luke Hastings', 3, 61, '1989-06-12'),
  (6, 'Teresa Vigil', 4, 38, '2012-09-03'),
  (7, 'Grant Oakley', 5, 47, '2003-05-19'),
  (8, 'Molly Redfern', 5, 26, '2021-06-01'),
  (9, 'Carl Two Rivers', 6, 57, '1994-04-04'),
  (10, 'Jenna Falk', 7, 41, '2009-07-27'),
  (11, 'Ross Tillman', 7, 33, '2016-05-30'),
  (12, 'Yolanda Pierce', 8, 50, '2001-01-15'),
  (13, 'Kurt Beasley', 1, 24, '2022-05-16'),
  (14, 'Debra Stokes', 2, 31, '2018-08-13'),
  (15, 'Will Ackerman', 6, 36, '2013-10-07');

INSERT INTO Animal VALUES
  (1, 'Grizzly Bear', 'bear', 'threatened'),
  (2, 'Black Bear', 'bear', 'common'),
  (3, 'Gray Wolf', 'dog', 'threatened'),
  (4, 'Coyote', 'dog', 'common'),
  (5, 'Elk', 'deer', 'common'),
  (6, 'Moose', 'deer', 'common'),
  (7, 'Mule Deer', 'deer', 'common'),
  (8, 'Bald Eagle', 'hawk', 'protected'),
  (9, 'Bison', 'cattle', 'protected'),
  (10, 'Bighorn Sheep', 'cattle', 'common'),
  (11, 'Mountain Lion', 'cat', 'rare'),
  (12, 'Bobcat', 'cat', 'common'),
  (13, 'Manatee', 'sea cow', 'threatened'),
  (14, 'Lynx', 'cat', 'threatened'),
  (15, 'Wolverine', 'weasel', 'rare'),
  (16, 'Red Fox', 'dog', 'common');

INSERT INTO Sighting VALUES
  (1, 4, 2, 3, '2022-04-09', 4),
  (2, 8, 1, 1, '2022-04-17', 3),
  (3, 12, 4, 6, '2022-04-25', 3),
  (4, 16, 6, 15, '2022-05-02', 1),
  (5, 4, 6, 15, '2022-05-09', 1),
  (6, 9, 6, 9, '2022-05-14', 34),
  (7, 6, 3, 4, '2022-05-19', 11),
  (8, 6, 1, 2, '2022-05-26', 3),
  (9, 1, 3, 4, '2022-05-29', 3),
  (10, 7, 4, 6, '2022-06-03', 14),
  (11, 2, 5, 8, '2022-06-09', 3),
  (12, 1, 1, 2, '2022-06-16', 2),
  (13, 5, 1, 13, '2022-06-19', 12),
  (14, 8, 8, 12, '2022-06-25', 3),
  (15, 5, 5, 7, '2022-06-27', 8),
  (16, 2, 7, 11, '2022-07-06', 3),
  (17, 6, 7, 10, '2022-07-08', 14),
  (18, 10, 7, 10, '2022-07-14', 7),
  (19, 3, 1, 13, '2022-07-23', 1),
  (20, 9, 6, 15, '2022-07-27', 71),
  (21, 6, 3, 4, '2022-08-04', 5),
  (22, 7, 2, 3, '2022-08-09', 7),
  (23, 5, 3, 4, '2022-08-12', 6),
  (24, 10, 1, 2, '2022-08-14', 11),
  (25, 7, 2, 3, '2022-08-21', 8),
  (26, 13, 8, 12, '2022-08-25', 4),
  (27, 13, 8, 12, '2022-08-31', 3),
  (28, 10, 2, 3, '2022-09-09', 4),
  (29, 3, 7, 11, '2022-09-14', 2),
  (30, 6, 1, 1, '2022-09-18', 7),
  (31, 9, 6, 15, '2022-09-27', 70),
  (32, 1, 1, 13, '2022-10-02', 4),
  (33, 6, 3, 4, '2022-10-11', 4),
  (34, 11, 2, 3, '2022-10-20', 2),
  (35, 9, 3, 4, '2022-10-29', 60),
  (36, 8, 4, 6, '2022-11-05', 1),
  (37, 3, 3, 4, '2022-11-07', 3),
  (38, 8, 5, 8, '2022-11-11', 2),
  (39, 1, 7, 10, '2022-11-18', 2);

INSERT INTO Campsite VALUES
  (1, 'Basin Camp', 1, 64, 24),
  (2, 'Glacier View', 1, 22, 30),
  (3, 'Juniper Flat', 2, 40, 18),
  (4, 'Lower Lakes', 3, 85, 26),
  (5, 'Upper Lakes', 3, 36, 21),
  (6, 'Cliff Shadow', 4, 18, 15),
  (7, 'Forks Camp', 5, 52, 20),
  (8, 'Buffalo Wallow', 6, 70, 12),
  (9, 'Ridge Camp', 7, 28, 22),
  (10, 'Cascade Camp', 7, 45, 25),
  (11, 'Heron Point', 8, 33, 28);
