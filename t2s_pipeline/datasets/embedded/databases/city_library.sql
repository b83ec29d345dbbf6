CREATE TABLE branch (
  branch_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  city TEXT NOT NULL,
  opened_year INTEGER NOT NULL
);

CREATE TABLE author (
  author_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  country TEXT NOT NULL,
  birth_year INTEGER NOT NULL
);

CREATE TABLE book (
  book_id INTEGER PRIMARY KEY,
  title TEXT NOT NULL,
  author_id INTEGER NOT NULL REFERENCES author (author_id),
  genre TEXT NOT NULL,
  year INTEGER NOT NULL,
  pages INTEGER NOT NULL
);

CREATE TABLE member (
  member_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  city TEXT NOT NULL,
  age INTEGER NOT NULL,
  join_date DATE NOT NULL
);

CREATE TABLE loan (
  loan_id INTEGER PRIMARY KEY,
  book_id INTEGER NOT NULL REFERENCES book (book_id),
  member_id INTEGER NOT NULL REFERENCES member (member_id),
  branch_id INTEGER NOT NULL REFERENCES branch (branch_id),
  loan_date DATE NOT NULL,
  days INTEGER NOT NULL
);

INSERT INTO branch VALUES
  (1, 'Riverside', 'Portland', 1968),
  (2, 'Old Town', 'Portland', 1931),
  (3, 'Hillcrest', 'Salem', 1985),
  (4, 'Harbor View', 'Astoria', 1954),
  (5, 'Northgate', 'Salem', 2004),
  (6, 'University', 'Eugene', 1976);

INSERT INTO author VALUES
  (1, 'Clara Whitfield', 'United Kingdom', 1948),
  (2, 'Matteo Ferrante', 'Italy', 1961),
  (3, 'Ingrid Solberg', 'Norway', 1972),
  (4, 'Daniel Okafor', 'Nigeria', 1955),
  (5, 'Yuki Tanabe', 'Japan', 1980),
  (6, 'Rosa Delgado', 'Mexico', 1938),
  (7, 'Peter Lindqvist', 'Sweden', 1967),
  (8, 'Anne Marchand', 'France', 1950),
  (9, 'Samuel Brenner', 'United States', 1944),
  (10, 'Leila Haddad', 'Lebanon', 1983),
  (11, 'Thomas Ashby', 'United Kingdom', 1929),
  (12, 'Grace Kimani', 'Kenya', 1976),
  (13, 'Victor Morozov', 'Russia', 1935),
  (14, 'Hannah Pruitt', 'United States', 1988),
  (15, 'Julian Corso', 'Italy', 1953),
  (16, 'Maeve Donnelly', 'Ireland', 1969);

INSERT INTO book VALUES
  (1, 'The Salt Road', 1, 'History', 1989, 412),
  (2, 'A House by the Mill', 1, 'Novel', 1996, 288),
  (3, 'The Clockmaker of Turin', 2, 'Mystery', 2004, 336),
  (4, 'Night Train to Genoa', 2, 'Mystery', 2009, 301),
  (5, 'Fjord Winter', 3, 'Novel', 2011, 264),
  (6, 'The Lighthouse Keeper', 3, 'Novel', 2015, 352),
  (7, 'Rivers of Lagos', 4, 'History', 1992, 478),
  (8, 'The Drum Maker', 4, 'Novel', 2001, 240),
  (9, 'Paper Gardens', 5, 'Poetry', 2013, 96),
  (10, 'The Quiet Machine', 5, 'Science Fiction', 2018, 389),
  (11, 'Orange Blossom Street', 6, 'Novel', 1974, 310),
  (12, 'Songs of the Mesa', 6, 'Poetry', 1981, 128),
  (13, 'Ice on the Baltic', 7, 'Mystery', 2006, 345),
  (14, 'The Vanishing Ferry', 7, 'Mystery', 2012, 298),
  (15, 'Letters from Lyon', 8, 'Biography', 1999, 367),
  (16, 'Bread and Empire', 8, 'History', 1987, 521),
  (17, 'Prairie Stars', 9, 'Science Fiction', 1979, 274),
  (18, 'The Last Colony Ship', 9, 'Science Fiction', 1984, 402),
  (19, 'Cedar and Stone', 10, 'Poetry', 2016, 112),
  (20, 'Maps of My Father', 10, 'Biography', 2020, 256),
  (21, 'The Bishop and the Thief', 11, 'Mystery', 1963, 222),
  (22, 'Tea at Four', 11, 'Novel', 1958, 198),
  (23, 'Running with Lions', 12, 'Biography', 2014, 318),
  (24, 'The Acacia School', 12, 'Novel', 2008, 279),
  (25, 'Snow over Kazan', 13, 'Novel', 1971, 604),
  (26, 'Signals from Europa', 14, 'Science Fiction', 2021, 433),
  (27, 'Small Gods of the Suburb', 14, 'Novel', 2019, 305),
  (28, 'The Vineyard Letters', 15, 'Novel', 1990, 347),
  (29, 'Roman Nights', 15, 'Mystery', 1986, 260),
  (30, 'The Peat Cutters', 16, 'History', 2003, 395);

INSERT INTO member VALUES
  (1, 'Olivia Barnes', 'Portland', 34, '2016-03-12'),
  (2, 'Ethan Cole', 'Salem', 19, '2021-09-04'),
  (3, 'Priya Nair', 'Portland', 27, '2019-01-22'),
  (4, 'Walter Hughes', 'Astoria', 71, '2009-06-30'),
  (5, 'Sofia Ramirez', 'Eugene', 22, '2020-10-11'),
  (6, 'Liam Foster', 'Portland', 45, '2012-02-17'),
  (7, 'Naomi Clark', 'Salem', 38, '2015-07-08'),
  (8, 'Henry Zhao', 'Eugene', 20, '2022-01-15'),
  (9, 'Isabel Moreau', 'Portland', 53, '2011-11-03'),
  (10, 'George Patel', 'Salem', 66, '2010-04-19'),
  (11, 'Chloe Winters', 'Astoria', 29, '2018-05-25'),
  (12, 'Marcus Reed', 'Portland', 31, '2017-08-14'),
  (13, 'Ella Jansen', 'Eugene', 24, '2020-02-02'),
  (14, 'Tobias Frank', 'Bend', 48, '2014-12-09'),
  (15, 'Amara Obi', 'Portland', 16, '2022-03-28'),
  (16, 'Ruth Goldman', 'Salem', 77, '2008-01-10'),
  (17, 'Jack Turner', 'Astoria', 41, '2016-09-21'),
  (18, 'Mina Park', 'Eugene', 26, '2019-06-06'),
  (19, 'Carlos Vega', 'Bend', 35, '2018-10-30'),
  (20, 'Helen Drake', 'Portland', 59, '2013-03-05');

INSERT INTO loan VALUES
  (1, 14, 1, 1, '2022-04-03', 40),
  (2, 10, 18, 1, '2022-04-24', 11),
  (3, 6, 12, 1, '2022-05-14', 21),
  (4, 20, 2, 4, '2022-05-26', 29),
  (5, 3, 12, 6, '2022-06-01', 18),
  (6, 18, 3, 1, '2022-06-25', 16),
  (7, 24, 11, 6, '2022-07-13', 8),
  (8, 25, 4, 1, '2022-08-03', 24),
  (9, 27, 3, 2, '2022-08-25', 39),
  (10, 18, 3, 6, '2022-09-17', 28),
  (11, 1, 8, 3, '2022-10-12', 49),
  (12, 21, 1, 6, '2022-10-15', 5),
  (13, 16, 9, 4, '2022-10-31', 10),
  (14, 3, 12, 4, '2022-11-26', 46),
  (15, 15, 20, 1, '2022-12-19', 22),
  (16, 30, 2, 5, '2023-01-07', 17),
  (17, 3, 5, 3, '2023-01-21', 35),
  (18, 26, 13, 2, '2023-02-04', 33),
  (19, 8, 9, 1, '2023-02-18', 44),
  (20, 26, 5, 2, '2023-03-04', 6),
  (21, 10, 6, 6, '2023-03-09', 34),
  (22, 7, 13, 3, '2023-03-26', 38),
  (23, 23, 3, 2, '2023-04-17', 48),
  (24, 26, 7, 4, '2023-05-01', 20),
  (25, 26, 20, 3, '2023-05-04', 13),
  (26, 13, 12, 1, '2023-05-12', 32),
  (27, 5, 1, 2, '2023-05-16', 42),
  (28, 9, 1, 1, '2023-05-24', 41),
  (29, 17, 16, 3, '2023-06-09', 19),
  (30, 10, 6, 2, '2023-06-16', 30),
  (31, 13, 10, 1, '2023-06-21', 23),
  (32, 10, 18, 3, '2023-07-03', 43),
  (33, 5, 5, 2, '2023-07-24', 27),
  (34, 28, 1, 1, '2023-07-27', 45),
  (35, 2, 17, 2, '2023-08-01', 25),
  (36, 26, 1, 5, '2023-08-03', 9);
