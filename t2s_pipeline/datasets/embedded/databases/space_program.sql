CREATE TABLE agency (
  agencyId INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  country TEXT NOT NULL,
  foundedYear INTEGER NOT NULL,
  budget INTEGER NOT NULL
);

CREATE TABLE rocket (
  rocketId INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  agencyId INTEGER NOT NULL REFERENCES agency (agencyId),
  height INTEGER NOT NULL,
  firstYear INTEGER NOT NULL
);

CREATE TABLE mission (
  missionId INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  rocketId INTEGER NOT NULL REFERENCES rocket (rocketId),
  target TEXT NOT NULL,
  launchDate DATE NOT NULL,
  days INTEGER NOT NULL,
  result TEXT NOT NULL
);

CREATE TABLE astronaut (
  astronautId INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  agencyId INTEGER NOT NULL REFERENCES agency (agencyId),
  country TEXT NOT NULL,
  birthYear INTEGER NOT NULL
);

CREATE TABLE crew (
  missionId INTEGER NOT NULL REFERENCES mission (missionId),
  astronautId INTEGER NOT NULL REFERENCES astronaut (astronautId),
  role TEXT NOT NULL,
  PRIMARY KEY (missionId, astronautId)
);

CREATE TABLE satellite (
  satelliteId INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  agencyId INTEGER NOT NULL REFERENCES agency (agencyId),
  purpose TEXT NOT NULL,
  launchYear INTEGER NOT NULL,
  weight INTEGER NOT NULL
);

INSERT INTO agency VALUES
  (1, 'Atlas Space Administration', 'United States', 1961, 18500),
  (2, 'Nippon Orbit Center', 'Japan', 1974, 3100),
  (3, 'Euro Star Council', 'France', 1978, 6700),
  (4, 'Canadian Sky Institute', 'Canada', 1989, 950),
  (5, 'Bharat Space Board', 'India', 1972, 1900),
  (6, 'Southern Orbit Agency', 'Brazil', 1996, 420);

INSERT INTO rocket VALUES
  (1, 'Pathfinder', 1, 58, 1972),
  (2, 'Liberty Heavy', 1, 98, 2009),
  (3, 'Swift', 1, 44, 1995),
  (4, 'Sakura 3', 2, 51, 1998),
  (5, 'Vega Star', 3, 55, 1990),
  (6, 'Helios', 3, 62, 2014),
  (7, 'Garuda', 5, 49, 2001),
  (8, 'Garuda Heavy', 5, 66, 2018),
  (9, 'Condor', 6, 31, 2012);

INSERT INTO mission VALUES
  (1, 'Horizon 1', 1, 'Orbit', '1984-04-12', 6, 'success'),
  (2, 'Horizon 2', 1, 'Orbit', '1986-09-30', 9, 'success'),
  (3, 'Horizon 3', 1, 'Moon', '1990-02-17', 14, 'failure'),
  (4, 'Moonlight', 2, 'Moon', '2011-06-08', 21, 'success'),
  (5, 'Deep Lantern', 2, 'Mars', '2016-11-22', 540, 'success'),
  (6, 'Red Garden', 2, 'Mars', '2021-03-05', 610, 'success'),
  (7, 'Swift Dawn', 3, 'Orbit', '1997-08-14', 11, 'success'),
  (8, 'Swift Night', 3, 'Orbit', '2002-01-29', 16, 'failure'),
  (9, 'Kaguya Bridge', 4, 'Moon', '2004-10-03', 30, 'success'),
  (10, 'Blossom', 4, 'Orbit', '2008-05-19', 12, 'success'),
  (11, 'Star Harbor', 5, 'Station', '1999-07-07', 120, 'success'),
  (12, 'Star Anchor', 5, 'Station', '2005-12-11', 155, 'success'),
  (13, 'Helios Dawn', 6, 'Station', '2017-04-25', 180, 'success'),
  (14, 'Helios Reach', 6, 'Moon', '2022-09-16', 26, 'failure'),
  (15, 'Garuda 1', 7, 'Orbit', '2007-02-02', 8, 'success'),
  (16, 'Lotus', 8, 'Moon', '2020-07-23', 34, 'success'),
  (17, 'Lotus Mars', 8, 'Mars', '2023-01-30', 575, 'success');

INSERT INTO astronaut VALUES
  (1, 'Frank Delaney', 1, 'United States', 1944),
  (2, 'Susan Whitlock', 1, 'United States', 1951),
  (3, 'Marcus Hale', 1, 'United States', 1968),
  (4, 'Dana Prescott', 1, 'Canada', 1975),
  (5, 'Hiroshi Endo', 2, 'Japan', 1963),
  (6, 'Keiko Mizuno', 2, 'Japan', 1972),
  (7, 'Philippe Roux', 3, 'France', 1958),
  (8, 'Greta Vogel', 3, 'Germany', 1970),
  (9, 'Marta Ricci', 3, 'Italy', 1981),
  (10, 'Alan Tremblay', 4, 'Canada', 1966),
  (11, 'Priya Raman', 5, 'India', 1979),
  (12, 'Anil Deshmukh', 5, 'India', 1974),
  (13, 'Rosa Teixeira', 6, 'Brazil', 1985),
  (14, 'Colin Mayhew', 1, 'United Kingdom', 1980),
  (15, 'Luc Fournier', 4, 'Canada', 1988);

INSERT INTO crew VALUES
  (1, 1, 'commander'),
  (1, 2, 'pilot'),
  (2, 1, 'commander'),
  (2, 2, 'engineer'),
  (3, 2, 'commander'),
  (4, 3, 'commander'),
  (4, 4, 'pilot'),
  (4, 5, 'engineer'),
  (5, 3, 'commander'),
  (5, 4, 'engineer'),
  (5, 8, 'doctor'),
  (6, 4, 'commander'),
  (6, 14, 'pilot'),
  (6, 11, 'doctor'),
  (7, 3, 'pilot'),
  (7, 10, 'engineer'),
  (9, 5, 'commander'),
  (9, 6, 'pilot'),
  (10, 6, 'commander'),
  (11, 7, 'commander'),
  (11, 10, 'engineer'),
  (12, 7, 'commander'),
  (12, 8, 'engineer'),
  (13, 8, 'commander'),
  (13, 9, 'pilot'),
  (13, 4, 'engineer'),
  (15, 12, 'commander'),
  (16, 12, 'commander'),
  (16, 11, 'pilot'),
  (17, 11, 'commander'),
  (17, 9, 'engineer');

INSERT INTO satellite VALUES
  (1, 'Aquila 1', 1, 'weather', 1988, 1450),
  (2, 'Aquila 2', 1, 'weather', 2003, 1720),
  (3, 'Skyline A', 1, 'communication', 1999, 3100),
  (4, 'Hikari', 2, 'science', 2006, 890),
  (5, 'Tsubame', 2, 'weather', 2013, 1280),
  (6, 'Europa Link', 3, 'communication', 1994, 2750),
  (7, 'Gaia Watch', 3, 'science', 2011, 1990),
  (8, 'Navstar Euro', 3, 'navigation', 2016, 705),
  (9, 'Maple Eye', 4, 'radar', 2007, 2240),
  (10, 'Maple Eye 2', 4, 'radar', 2019, 1430),
  (11, 'Insight India', 5, 'science', 2009, 540),
  (12, 'Ganga', 5, 'communication', 2015, 3420),
  (13, 'Amazonia', 6, 'forest', 2020, 640),
  (14, 'Compass North', 1, 'navigation', 2010, 1610);
