CREATE TABLE museum (
  museum_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  city TEXT NOT NULL,
  country TEXT NOT NULL,
  opened_year INTEGER NOT NULL
);

CREATE TABLE painter (
  painter_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  country TEXT NOT NULL,
  birth_year INTEGER NOT NULL
);

CREATE TABLE painting (
  painting_id INTEGER PRIMARY KEY,
  title TEXT NOT NULL,
  painter_id INTEGER NOT NULL REFERENCES painter (painter_id),
  museum_id INTEGER NOT NULL REFERENCES museum (museum_id),
  style TEXT NOT NULL,
  year INTEGER NOT NULL,
  price INTEGER NOT NULL
);

CREATE TABLE exhibition (
  exhibition_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  museum_id INTEGER NOT NULL REFERENCES museum (museum_id),
  start_date DATE NOT NULL,
  end_date DATE NOT NULL,
  visitors INTEGER NOT NULL
);

CREATE TABLE guide (
  guide_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  museum_id INTEGER NOT NULL REFERENCES museum (museum_id),
  language TEXT NOT NULL,
  age INTEGER NOT NULL
);

INSERT INTO museum VALUES
  (1, 'Van Houten House', 'Antwerp', 'Belgium', 1904),
  (2, 'Gallery of the North', 'Tallinn', 'Estonia', 1926),
  (3, 'Palazzo Serra', 'Genoa', 'Italy', 1887),
  (4, 'Stonebridge Museum', 'Edinburgh', 'United Kingdom', 1859),
  (5, 'New Harbor Gallery', 'Rotterdam', 'Netherlands', 1998),
  (6, 'Kunsthof', 'Basel', 'Switzerland', 1973),
  (7, 'Museum of Light', 'Antwerp', 'Belgium', 2014);

INSERT INTO painter VALUES
  (1, 'Cornelis Maes', 'Belgium', 1612),
  (2, 'Agnes Thorne', 'United Kingdom', 1848),
  (3, 'Giacomo Salviati', 'Italy', 1571),
  (4, 'Kristjan Tamm', 'Estonia', 1889),
  (5, 'Helene Baudry', 'France', 1861),
  (6, 'Joost Verhagen', 'Netherlands', 1634),
  (7, 'Ursula Zeller', 'Switzerland', 1902),
  (8, 'Edmund Carrick', 'United Kingdom', 1790),
  (9, 'Bianca Lotti', 'Italy', 1925),
  (10, 'Maarten Klein', 'Netherlands', 1958),
  (11, 'Liis Kask', 'Estonia', 1967),
  (12, 'Theodore Vance', 'United States', 1837),
  (13, 'Odile Perrin', 'France', 1879),
  (14, 'Wouter Claes', 'Belgium', 1944),
  (15, 'Saskia Holt', 'Netherlands', 1991);

INSERT INTO painting VALUES
  (1, 'The Mussel Seller', 1, 1, 'Baroque', 1648, 2400000),
  (2, 'Winter Market at Ghent', 1, 1, 'Baroque', 1655, 3150000),
  (3, 'Woman with a Blue Jug', 1, 4, 'Baroque', 1661, 4800000),
  (4, 'The Orchard Gate', 2, 4, 'Realism', 1879, 620000),
  (5, 'Harvest Supper', 2, 4, 'Realism', 1884, 710000),
  (6, 'Saint Jerome Reading', 3, 3, 'Baroque', 1602, 1950000),
  (7, 'The Fall of Phaeton', 3, 3, 'Baroque', 1610, 2700000),
  (8, 'Fishing Boats on the Baltic', 4, 2, 'Expressionism', 1921, 340000),
  (9, 'Red Barn', 4, 2, 'Expressionism', 1928, 295000),
  (10, 'Morning on the Seine', 5, 6, 'Impressionism', 1893, 5600000),
  (11, 'Garden with Poppies', 5, 5, 'Impressionism', 1898, 6100000),
  (12, 'The Ferry at Dordrecht', 6, 5, 'Baroque', 1667, 3900000),
  (13, 'Still Life with Lemons', 6, 5, 'Baroque', 1672, 1700000),
  (14, 'Composition in Grey', 7, 6, 'Abstract', 1938, 880000),
  (15, 'Alpine Nocturne', 7, 6, 'Abstract', 1951, 930000),
  (16, 'The Battle of Largs', 8, 4, 'Romanticism', 1824, 1450000),
  (17, 'Storm over Skye', 8, 4, 'Romanticism', 1831, 1620000),
  (18, 'Square and Shadow', 9, 3, 'Abstract', 1962, 760000),
  (19, 'Untitled Blue', 9, 7, 'Abstract', 1970, 1040000),
  (20, 'Container Port', 10, 5, 'Realism', 1995, 180000),
  (21, 'Night Shift', 10, 7, 'Realism', 2003, 150000),
  (22, 'Birch Forest', 11, 2, 'Realism', 2001, 95000),
  (23, 'Old Tallinn in Snow', 11, 2, 'Realism', 1999, 88000),
  (24, 'Hudson Twilight', 12, 6, 'Romanticism', 1868, 1380000),
  (25, 'The Dressmaker', 13, 7, 'Impressionism', 1908, 2250000),
  (26, 'Glass Horizon', 14, 7, 'Abstract', 1986, 410000),
  (27, 'Portrait of a Lawyer', 6, 1, 'Baroque', 1659, 2050000);

INSERT INTO exhibition VALUES
  (1, 'Masters of the Low Countries', 1, '2021-03-15', '2021-07-04', 48200),
  (2, 'Baltic Voices', 2, '2021-05-01', '2021-08-29', 17600),
  (3, 'Light and Shade', 3, '2021-09-10', '2022-01-16', 39100),
  (4, 'Scottish Storms', 4, '2021-06-12', '2021-10-03', 52700),
  (5, 'Water and Trade', 5, '2022-02-05', '2022-06-12', 61400),
  (6, 'Gardens of Paint', 5, '2022-07-01', '2022-11-06', 73900),
  (7, 'Lines and Planes', 6, '2022-03-18', '2022-08-21', 28300),
  (8, 'After Dark', 7, '2022-10-08', '2023-02-26', 44500),
  (9, 'The Modern Eye', 7, '2023-04-01', '2023-09-10', 57800),
  (10, 'Northern Winter', 2, '2022-11-19', '2023-03-05', 15200),
  (11, 'Heroes and Ruins', 4, '2023-05-06', '2023-10-01', 49600),
  (12, 'Blue Period', 7, '2021-04-10', '2021-09-05', 33000);

INSERT INTO guide VALUES
  (1, 'Lieve Peeters', 1, 'Dutch', 34),
  (2, 'Tomas Rebane', 2, 'Estonian', 45),
  (3, 'Chiara Bruno', 3, 'Italian', 29),
  (4, 'Fergus Ross', 4, 'English', 61),
  (5, 'Isla Mackay', 4, 'French', 38),
  (6, 'Daan Smit', 5, 'Dutch', 27),
  (7, 'Yvonne Egger', 6, 'German', 52),
  (8, 'Marc Aubert', 6, 'French', 41),
  (9, 'Nele Wouters', 7, 'Dutch', 31),
  (10, 'Rosalind Price', 7, 'English', 48),
  (11, 'Paolo Conti', 3, 'English', 36),
  (12, 'Anke Mulder', 5, 'German', 55),
  (13, 'Greet Hendrickx', 1, 'French', 43),
  (14, 'Sander Kuiper', 5, 'English', 24),
  (15, 'Kadri Lepik', 2, 'Estonian', 33);
