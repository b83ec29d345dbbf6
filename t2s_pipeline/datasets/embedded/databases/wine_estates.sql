CREATE TABLE region (
  region_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  country TEXT NOT NULL,
  rainfall INTEGER NOT NULL
);

CREATE TABLE estate (
  estate_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  region_id INTEGER NOT NULL REFERENCES region (region_id),
  owner TEXT NOT NULL,
  founded_year INTEGER NOT NULL,
  hectares INTEGER NOT NULL
);

CREATE TABLE grape (
  grape_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  color TEXT NOT NULL
);

CREATE TABLE wine (
  wine_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  estate_id INTEGER NOT NULL REFERENCES estate (estate_id),
  grape_id INTEGER NOT NULL REFERENCES grape (grape_id),
  year INTEGER NOT NULL,
  price INTEGER NOT NULL,
  bottles INTEGER NOT NULL
);

CREATE TABLE taster (
  taster_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  country TEXT NOT NULL
);

CREATE TABLE tasting (
  tasting_id INTEGER PRIMARY KEY,
  wine_id INTEGER NOT NULL REFERENCES wine (wine_id),
  taster_id INTEGER NOT NULL REFERENCES taster (taster_id),
  points INTEGER NOT NULL,
  tasting_date DATE NOT NULL
);

INSERT INTO region VALUES
  (1, 'Mosel', 'Germany', 780),
  (2, 'Rioja', 'Spain', 460),
  (3, 'Douro', 'Portugal', 640),
  (4, 'Barossa', 'Australia', 540),
  (5, 'Marlborough', 'New Zealand', 730),
  (6, 'Stellenbosch', 'South Africa', 620),
  (7, 'Priorat', 'Spain', 510),
  (8, 'Alentejo', 'Portugal', 570);

INSERT INTO estate VALUES
  (1, 'Weingut Adler', 1, 'Otto Adler', 1788, 14),
  (2, 'Schieferhof', 1, 'Petra Brand', 1921, 9),
  (3, 'Bodega Luna Vieja', 2, 'Rafael Iglesias', 1869, 52),
  (4, 'Casa del Roble', 2, 'Elvira Santos', 1954, 37),
  (5, 'Quinta da Torre', 3, 'Miguel Teles', 1835, 44),
  (6, 'Red Gum Estate', 4, 'Wendy Hayward', 1974, 81),
  (7, 'Kangaroo Flat', 4, 'Bruce Tanner', 1992, 63),
  (8, 'Cloud Bay Wines', 5, 'Moana Parata', 1986, 58),
  (9, 'Rivers End', 5, 'Colin Fraser', 2003, 26),
  (10, 'Blaauwberg Farm', 6, 'Anton Steyn', 1762, 70),
  (11, 'Clos Pedra', 7, 'Montserrat Puig', 1999, 11),
  (12, 'Protea Hill', 6, 'Thandi Mokoena', 2011, 19);

INSERT INTO grape VALUES
  (1, 'Riesling', 'white'),
  (2, 'Tempranillo', 'red'),
  (3, 'Touriga', 'red'),
  (4, 'Shiraz', 'red'),
  (5, 'Sauvignon Blanc', 'white'),
  (6, 'Pinot Noir', 'red'),
  (7, 'Chenin Blanc', 'white'),
  (8, 'Grenache', 'red'),
  (9, 'Chardonnay', 'white'),
  (10, 'Gewurztraminer', 'white');

INSERT INTO wine VALUES
  (1, 'Adler Slate', 1, 1, 2019, 24, 8200),
  (2, 'Adler Gold', 1, 1, 2015, 68, 1900),
  (3, 'Schiefer Dry', 2, 1, 2020, 19, 6400),
  (4, 'Old Moon Reserve', 3, 2, 2014, 55, 14000),
  (5, 'Luna Crianza', 3, 2, 2018, 18, 42000),
  (6, 'Roble Tinto', 4, 2, 2017, 22, 31000),
  (7, 'Garnacha Roble', 4, 8, 2019, 26, 9700),
  (8, 'Torre Grande', 5, 3, 2016, 47, 12500),
  (9, 'Torre Branca', 5, 9, 2021, 16, 7600),
  (10, 'Red Gum Shiraz', 6, 4, 2018, 29, 56000),
  (11, 'Black Dust', 6, 4, 2013, 95, 4300),
  (12, 'Flat Rock Grenache', 7, 8, 2020, 21, 18700),
  (13, 'Kangaroo Shiraz', 7, 4, 2021, 14, 64000),
  (14, 'Cloud Bay Sauvignon', 8, 5, 2022, 20, 72000),
  (15, 'Cloud Bay Pinot', 8, 6, 2019, 38, 15800),
  (16, 'Rivers Pinot', 9, 6, 2020, 34, 8800),
  (17, 'Rivers Sauvignon', 9, 5, 2022, 17, 13200),
  (18, 'Cape Chenin', 10, 7, 2021, 13, 38500),
  (19, 'Steyn Shiraz', 10, 4, 2017, 32, 11600),
  (20, 'Founders Chenin', 10, 7, 2016, 41, 3500),
  (21, 'Pedra Alta', 11, 8, 2015, 120, 2200),
  (22, 'Protea White', 12, 9, 2022, 15, 9100),
  (23, 'Schiefer Sweet', 2, 1, 2018, 45, 1200);

INSERT INTO taster VALUES
  (1, 'Hugh Pemberley', 'United Kingdom'),
  (2, 'Colette Arnaud', 'France'),
  (3, 'Mateo Vidal', 'Spain'),
  (4, 'Sandra Ling', 'Singapore'),
  (5, 'Jim Kessel', 'United States'),
  (6, 'Ruth Steyn', 'South Africa'),
  (7, 'Paul Drummond', 'Australia');

INSERT INTO tasting VALUES
  (1, 21, 5, 98, '2022-09-03'),
  (2, 1, 1, 86, '2022-09-07'),
  (3, 4, 3, 92, '2022-09-11'),
  (4, 8, 3, 92, '2022-09-14'),
  (5, 4, 7, 93, '2022-09-21'),
  (6, 19, 2, 88, '2022-09-28'),
  (7, 13, 4, 79, '2022-10-06'),
  (8, 11, 3, 95, '2022-10-14'),
  (9, 12, 4, 84, '2022-10-25'),
  (10, 14, 1, 88, '2022-11-09'),
  (11, 11, 3, 94, '2022-11-20'),
  (12, 20, 1, 88, '2022-11-27'),
  (13, 11, 4, 97, '2022-12-01'),
  (14, 8, 1, 88, '2022-12-16'),
  (15, 11, 5, 96, '2022-12-30'),
  (16, 2, 2, 93, '2023-01-05'),
  (17, 10, 2, 88, '2023-01-16'),
  (18, 10, 1, 91, '2023-01-30'),
  (19, 16, 1, 89, '2023-02-03'),
  (20, 3, 2, 85, '2023-02-08'),
  (21, 23, 3, 90, '2023-02-11'),
  (22, 21, 2, 97, '2023-02-24'),
  (23, 10, 2, 87, '2023-03-05'),
  (24, 15, 5, 89, '2023-03-10'),
  (25, 5, 3, 84, '2023-03-23'),
  (26, 18, 1, 81, '2023-03-29'),
  (27, 11, 1, 96, '2023-04-09'),
  (28, 14, 5, 85, '2023-04-23'),
  (29, 2, 2, 91, '2023-05-01'),
  (30, 21, 5, 97, '2023-05-16'),
  (31, 6, 7, 84, '2023-05-26');
