CREATE TABLE director (
  directorId INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  country TEXT NOT NULL,
  birthYear INTEGER NOT NULL
);

CREATE TABLE film (
  filmId INTEGER PRIMARY KEY,
  title TEXT NOT NULL,
  directorId INTEGER NOT NULL REFERENCES director (directorId),
  genre TEXT NOT NULL,
  country TEXT NOT NULL,
  year INTEGER NOT NULL,
  minutes INTEGER NOT NULL,
  budget INTEGER NOT NULL
);

CREATE TABLE cinema (
  cinemaId INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  district TEXT NOT NULL,
  seats INTEGER NOT NULL
);

CREATE TABLE screening (
  screeningId INTEGER PRIMARY KEY,
  filmId INTEGER NOT NULL REFERENCES film (filmId),
  cinemaId INTEGER NOT NULL REFERENCES cinema (cinemaId),
  screeningDate DATE NOT NULL,
  tickets INTEGER NOT NULL,
  price REAL NOT NULL
);

CREATE TABLE award (
  awardId INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  filmId INTEGER NOT NULL REFERENCES film (filmId),
  year INTEGER NOT NULL,
  prize INTEGER NOT NULL
);

INSERT INTO director VALUES
  (1, 'Lucia Bianchi', 'Italy', 1970),
  (2, 'Erik Halvorsen', 'Norway', 1962),
  (3, 'Mei Watanabe', 'Japan', 1984),
  (4, 'Paul Descamps', 'France', 1951),
  (5, 'Amina Diallo', 'Senegal', 1979),
  (6, 'Robert Kessler', 'Germany', 1966),
  (7, 'Joanna Wolska', 'Poland', 1973),
  (8, 'Diego Fuentes', 'Argentina', 1981),
  (9, 'Sarah Lindholm', 'Sweden', 1989),
  (10, 'Kwame Boateng', 'Ghana', 1959),
  (11, 'Hugo Lemaire', 'France', 1977),
  (12, 'Nina Petrova', 'Bulgaria', 1992),
  (13, 'Arjun Mehta', 'India', 1968),
  (14, 'Camila Rojas', 'Chile', 1986),
  (15, 'Oskar Brandt', 'Germany', 1947);

INSERT INTO film VALUES
  (1, 'The Olive Harvest', 1, 'Drama', 'Italy', 2019, 112, 3200000),
  (2, 'Two Sisters from Bari', 1, 'Comedy', 'Italy', 2022, 98, 2700000),
  (3, 'North of the Fjord', 2, 'Drama', 'Norway', 2018, 131, 4100000),
  (4, 'Silent Snow', 2, 'Thriller', 'Norway', 2021, 104, 3900000),
  (5, 'Cherry Street', 3, 'Drama', 'Japan', 2020, 95, 1800000),
  (6, 'The Robot Gardener', 3, 'Animation', 'Japan', 2023, 88, 6400000),
  (7, 'A Room in Marseille', 4, 'Drama', 'France', 2017, 121, 2950000),
  (8, 'The Baker and the Duke', 4, 'Comedy', 'France', 2020, 101, 3600000),
  (9, 'Dust Road', 5, 'Drama', 'Senegal', 2021, 117, 1200000),
  (10, 'The Fishermen of Saint Louis', 5, 'Documentary', 'Senegal', 2019, 84, 450000),
  (11, 'Platform Nine', 6, 'Thriller', 'Germany', 2022, 109, 5200000),
  (12, 'Concrete Spring', 6, 'Documentary', 'Germany', 2018, 92, 800000),
  (13, 'Winter in Gdansk', 7, 'Drama', 'Poland', 2023, 126, 2100000),
  (14, 'The Amber Thief', 7, 'Thriller', 'Poland', 2020, 99, 2300000),
  (15, 'Tango for Beginners', 8, 'Comedy', 'Argentina', 2021, 94, 1500000),
  (16, 'The Long Pampas', 8, 'Drama', 'Spain', 2023, 140, 3100000),
  (17, 'Midsummer Lies', 9, 'Thriller', 'Sweden', 2022, 106, 2600000),
  (18, 'Cocoa Kings', 10, 'Documentary', 'Ghana', 2020, 79, 380000),
  (19, 'The Last Ferry Home', 11, 'Drama', 'France', 2022, 115, 3300000),
  (20, 'Paris for Strangers', 11, 'Comedy', 'France', 2018, 97, 4000000),
  (21, 'Roses of Plovdiv', 12, 'Documentary', 'Bulgaria', 2023, 71, 290000),
  (22, 'Monsoon Letters', 13, 'Drama', 'India', 2019, 148, 2400000),
  (23, 'The Chess Player of Pune', 13, 'Drama', 'India', 2021, 133, 1900000),
  (24, 'Salt Desert', 14, 'Documentary', 'Chile', 2022, 86, 520000),
  (25, 'The Clock Tower', 15, 'Thriller', 'Germany', 2017, 111, 4700000),
  (26, 'Little Dragon Kite', 3, 'Animation', 'Japan', 2018, 82, 5100000);

INSERT INTO cinema VALUES
  (1, 'Grand Palace', 'Center', 620),
  (2, 'Luna', 'West End', 210),
  (3, 'Odeon Park', 'North Hill', 340),
  (4, 'The Lantern', 'Harbor', 150),
  (5, 'Metropol', 'Center', 480),
  (6, 'Cinema Verde', 'Harbor', 180);

INSERT INTO screening VALUES
  (1, 6, 3, '2023-09-01', 265, 9.0),
  (2, 19, 2, '2023-09-01', 82, 8.5),
  (3, 1, 3, '2023-09-01', 209, 12.0),
  (4, 15, 5, '2023-09-02', 458, 14.0),
  (5, 2, 4, '2023-09-02', 142, 12.0),
  (6, 11, 1, '2023-09-02', 566, 9.0),
  (7, 9, 1, '2023-09-03', 305, 10.5),
  (8, 14, 2, '2023-09-03', 86, 9.0),
  (9, 6, 3, '2023-09-03', 105, 9.0),
  (10, 2, 5, '2023-09-04', 179, 8.5),
  (11, 16, 1, '2023-09-04', 206, 12.0),
  (12, 16, 4, '2023-09-04', 128, 10.5),
  (13, 21, 4, '2023-09-05', 95, 14.0),
  (14, 6, 1, '2023-09-05', 535, 10.5),
  (15, 13, 1, '2023-09-05', 540, 9.0),
  (16, 19, 5, '2023-09-06', 266, 14.0),
  (17, 17, 4, '2023-09-06', 134, 10.5),
  (18, 6, 1, '2023-09-06', 335, 14.0),
  (19, 8, 5, '2023-09-07', 183, 9.0),
  (20, 24, 2, '2023-09-07', 155, 14.0),
  (21, 24, 2, '2023-09-07', 91, 8.5),
  (22, 4, 2, '2023-09-08', 161, 9.0),
  (23, 5, 2, '2023-09-08', 122, 10.5),
  (24, 19, 5, '2023-09-08', 164, 8.5),
  (25, 21, 5, '2023-09-09', 239, 8.5),
  (26, 9, 3, '2023-09-09', 205, 10.5),
  (27, 17, 5, '2023-09-09', 249, 8.5),
  (28, 13, 1, '2023-09-10', 345, 10.5),
  (29, 13, 3, '2023-09-10', 256, 8.5),
  (30, 11, 1, '2023-09-10', 400, 8.5),
  (31, 23, 1, '2023-09-11', 532, 9.0);

INSERT INTO award VALUES
  (1, 'Golden Lantern', 3, 2018, 50000),
  (2, 'Audience Award', 20, 2018, 15000),
  (3, 'Best Documentary', 12, 2018, 20000),
  (4, 'Golden Lantern', 1, 2019, 50000),
  (5, 'Audience Award', 22, 2019, 15500),
  (6, 'Best Documentary', 10, 2019, 20000),
  (7, 'Golden Lantern', 5, 2020, 52000),
  (8, 'Best Documentary', 18, 2020, 21000),
  (9, 'Golden Lantern', 9, 2021, 52000),
  (10, 'Audience Award', 23, 2021, 16000),
  (11, 'Golden Lantern', 19, 2022, 55000),
  (12, 'Best Documentary', 24, 2022, 22000),
  (13, 'Jury Prize', 17, 2022, 25000),
  (14, 'Golden Lantern', 13, 2023, 60000),
  (15, 'Audience Award', 6, 2023, 18000),
  (16, 'Best Documentary', 21, 2023, 23000),
  (17, 'Jury Prize', 9, 2021, 24000);
