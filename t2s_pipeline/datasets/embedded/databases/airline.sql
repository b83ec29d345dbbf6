CREATE TABLE airport (
  airport_code TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  city TEXT NOT NULL,
  country TEXT NOT NULL,
  runways INTEGER NOT NULL
);

CREATE TABLE airplane (
  airplane_id INTEGER PRIMARY KEY,
  model TEXT NOT NULL,
  seats INTEGER NOT NULL,
  built_year INTEGER NOT NULL
);

CREATE TABLE pilot (
  pilot_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  country TEXT NOT NULL,
  age INTEGER NOT NULL,
  hours INTEGER NOT NULL
);

CREATE TABLE flight (
  flight_number TEXT PRIMARY KEY,
  origin TEXT NOT NULL REFERENCES airport (airport_code),
  destination TEXT NOT NULL REFERENCES airport (airport_code),
  airplane_id INTEGER NOT NULL REFERENCES airplane (airplane_id),
  pilot_id INTEGER NOT NULL REFERENCES pilot (pilot_id),
  flight_date DATE NOT NULL,
  distance INTEGER NOT NULL,
  price INTEGER NOT NULL
);

CREATE TABLE passenger (
  passenger_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  country TEXT NOT NULL,
  age INTEGER NOT NULL
);

CREATE TABLE booking (
  booking_id INTEGER PRIMARY KEY,
  passenger_id INTEGER NOT NULL REFERENCES passenger (passenger_id),
  flight_number TEXT NOT NULL REFERENCES flight (flight_number),
  class TEXT NOT NULL,
  bags INTEGER NOT NULL
);

INSERT INTO airport VALUES
  ('LIS', 'Portela', 'Lisbon', 'Portugal', 2),
  ('OPO', 'Sa Carneiro', 'Porto', 'Portugal', 1),
  ('MAD', 'Barajas', 'Madrid', 'Spain', 4),
  ('BCN', 'El Prat', 'Barcelona', 'Spain', 3),
  ('CDG', 'Charles de Gaulle', 'Paris', 'France', 4),
  ('AMS', 'Schiphol', 'Amsterdam', 'Netherlands', 6),
  ('VIE', 'Schwechat', 'Vienna', 'Austria', 2),
  ('PRG', 'Vaclav Havel', 'Prague', 'Czech Republic', 2),
  ('CPH', 'Kastrup', 'Copenhagen', 'Denmark', 3),
  ('ATH', 'Venizelos', 'Athens', 'Greece', 2),
  ('DUB', 'Collinstown', 'Dublin', 'Ireland', 2),
  ('KEF', 'Keflavik', 'Reykjavik', 'Iceland', 2);

INSERT INTO airplane VALUES
  (1, 'Airbus A320', 180, 2012),
  (2, 'Airbus A320', 180, 2017),
  (3, 'Airbus A321', 220, 2019),
  (4, 'Boeing 737', 174, 2009),
  (5, 'Boeing 737', 186, 2015),
  (6, 'Embraer 190', 106, 2014),
  (7, 'ATR 72', 70, 2011),
  (8, 'Boeing 787', 290, 2021);

INSERT INTO pilot VALUES
  (1, 'Teresa Almeida', 'Portugal', 44, 9800),
  (2, 'Henrik Dahl', 'Denmark', 52, 14200),
  (3, 'Javier Molina', 'Spain', 38, 6100),
  (4, 'Sophie Laurent', 'France', 35, 4700),
  (5, 'Pieter van Dam', 'Netherlands', 47, 11300),
  (6, 'Katarina Novotna', 'Czech Republic', 41, 8050),
  (7, 'Niall Casey', 'Ireland', 59, 17600),
  (8, 'Stefan Gruber', 'Austria', 33, 3900),
  (9, 'Eva Papadaki', 'Greece', 29, 2200);

INSERT INTO flight VALUES
  ('NA101', 'LIS', 'MAD', 1, 1, '2023-05-02', 513, 79),
  ('NA102', 'MAD', 'LIS', 1, 1, '2023-05-02', 513, 84),
  ('NA210', 'LIS', 'CDG', 3, 3, '2023-05-04', 1470, 145),
  ('NA215', 'CDG', 'AMS', 6, 4, '2023-05-05', 398, 92),
  ('NA220', 'AMS', 'CPH', 5, 5, '2023-05-07', 633, 110),
  ('NA231', 'CPH', 'KEF', 2, 2, '2023-05-09', 2150, 260),
  ('NA240', 'DUB', 'LIS', 4, 7, '2023-05-11', 1640, 168),
  ('NA245', 'OPO', 'BCN', 6, 3, '2023-05-12', 900, 99),
  ('NA250', 'BCN', 'ATH', 3, 1, '2023-05-15', 1880, 190),
  ('NA260', 'VIE', 'PRG', 7, 8, '2023-05-16', 252, 65),
  ('NA262', 'PRG', 'VIE', 7, 6, '2023-05-18', 252, 68),
  ('NA270', 'AMS', 'DUB', 2, 7, '2023-05-20', 750, 115),
  ('NA281', 'CDG', 'VIE', 5, 4, '2023-05-22', 1036, 132),
  ('NA290', 'MAD', 'CDG', 1, 3, '2023-05-25', 1064, 127),
  ('NA301', 'LIS', 'KEF', 8, 2, '2023-06-01', 2940, 320),
  ('NA305', 'ATH', 'LIS', 8, 1, '2023-06-03', 2850, 310),
  ('NA310', 'BCN', 'AMS', 3, 5, '2023-06-05', 1240, 150),
  ('NA318', 'DUB', 'CDG', 4, 7, '2023-06-08', 785, 121),
  ('NA320', 'CPH', 'PRG', 5, 6, '2023-06-10', 640, 105),
  ('NA333', 'LIS', 'AMS', 2, 5, '2023-06-14', 1847, 185),
  ('NA340', 'MAD', 'BCN', 6, 3, '2023-06-17', 483, 72),
  ('NA350', 'KEF', 'AMS', 8, 2, '2023-06-20', 2010, 255);

INSERT INTO passenger VALUES
  (1, 'Alice Monroe', 'United Kingdom', 36),
  (2, 'Joao Pereira', 'Portugal', 51),
  (3, 'Ines Cardoso', 'Portugal', 28),
  (4, 'Marc Petit', 'France', 44),
  (5, 'Hanna Schmidt', 'Austria', 23),
  (6, 'Diego Navarro', 'Spain', 62),
  (7, 'Lotte de Wit', 'Netherlands', 31),
  (8, 'Brendan Kelly', 'Ireland', 57),
  (9, 'Olga Svoboda', 'Czech Republic', 40),
  (10, 'Nikos Stavros', 'Greece', 67),
  (11, 'Freja Madsen', 'Denmark', 19),
  (12, 'Gunnar Jonsson', 'Iceland', 48),
  (13, 'Carla Ruiz', 'Spain', 33),
  (14, 'Bill Hutchins', 'United States', 70),
  (15, 'Amy Chen', 'United States', 26),
  (16, 'Louis Bernard', 'France', 12),
  (17, 'Rita Gomes', 'Portugal', 45),
  (18, 'Karl Huber', 'Austria', 54);

INSERT INTO booking VALUES
  (1, 7, 'NA210', 'economy', 3),
  (2, 14, 'NA301', 'economy', 1),
  (3, 15, 'NA245', 'economy', 0),
  (4, 14, 'NA318', 'economy', 1),
  (5, 11, 'NA220', 'economy', 3),
  (6, 8, 'NA231', 'economy', 3),
  (7, 12, 'NA240', 'business', 3),
  (8, 2, 'NA305', 'economy', 2),
  (9, 6, 'NA333', 'economy', 2),
  (10, 13, 'NA290', 'economy', 0),
  (11, 3, 'NA250', 'economy', 1),
  (12, 4, 'NA260', 'economy', 0),
  (13, 3, 'NA301', 'economy', 3),
  (14, 1, 'NA102', 'economy', 1),
  (15, 10, 'NA320', 'economy', 0),
  (16, 4, 'NA301', 'business', 1),
  (17, 2, 'NA101', 'economy', 3),
  (18, 8, 'NA270', 'economy', 1),
  (19, 12, 'NA210', 'economy', 1),
  (20, 2, 'NA350', 'economy', 3),
  (21, 17, 'NA231', 'economy', 2),
  (22, 7, 'NA301', 'economy', 2),
  (23, 7, 'NA215', 'economy', 3),
  (24, 6, 'NA210', 'economy', 2),
  (25, 2, 'NA281', 'economy', 0),
  (26, 10, 'NA210', 'business', 0),
  (27, 3, 'NA231', 'economy', 1),
  (28, 2, 'NA301', 'business', 1),
  (29, 6, 'NA301', 'economy', 0),
  (30, 6, 'NA310', 'economy', 1);
