CREATE TABLE Theatre (
  Theatre_id INTEGER PRIMARY KEY,
  Theatre_name TEXT NOT NULL,
  Town TEXT NOT NULL,
  Seats INTEGER NOT NULL,
  Year_built INTEGER NOT NULL
);

CREATE TABLE Playwright (
  Playwright_id INTEGER PRIMARY KEY,
  Name TEXT NOT NULL,
  Nationality TEXT NOT NULL,
  Born INTEGER NOT NULL
);

CREATE TABLE Play (
  Play_id INTEGER PRIMARY KEY,
  Title TEXT NOT NULL,
  Playwright_id INTEGER NOT NULL REFERENCES Playwright (Playwright_id),
  Genre TEXT NOT NULL,
  Year_written INTEGER NOT NULL,
  Acts INTEGER NOT NULL
);

CREATE TABLE Director (
  Director_id INTEGER PRIMARY KEY,
  Name TEXT NOT NULL,
  Nationality TEXT NOT NULL,
  Years_of_work INTEGER NOT NULL
);

CREATE TABLE Production (
  Production_id INTEGER PRIMARY KEY,
  Play_id INTEGER NOT NULL REFERENCES Play (Play_id),
  Theatre_id INTEGER NOT NULL REFERENCES Theatre (Theatre_id),
  Director_id INTEGER NOT NULL REFERENCES Director (Director_id),
  Opening_date DATE NOT NULL,
  Budget INTEGER NOT NULL,
  Performances INTEGER NOT NULL
);

CREATE TABLE Actor (
  Actor_id INTEGER PRIMARY KEY,
  Name TEXT NOT NULL,
  Gender TEXT NOT NULL,
  Age INTEGER NOT NULL,
  Nationality TEXT NOT NULL
);

CREATE TABLE Casting (
  Production_id INTEGER NOT NULL REFERENCES Production (Production_id),
  Actor_id INTEGER NOT NULL REFERENCES Actor (Actor_id),
  Part TEXT NOT NULL,
  Fee INTEGER NOT NULL,
  PRIMARY KEY (Production_id, Actor_id)
);

CREATE TABLE Review (
  Review_id INTEGER PRIMARY KEY,
  Production_id INTEGER NOT NULL REFERENCES Production (Production_id),
  Newspaper TEXT NOT NULL,
  Critic TEXT NOT NULL,
  Stars INTEGER NOT NULL
);

INSERT INTO Theatre VALUES
  (1, 'Royal Corn Exchange', 'Ipswich', 640, 1868),
  (2, 'The Lantern', 'Norwich', 212, 1994),
  (3, 'Alhambra Playhouse', 'Cambridge', 880, 1911),
  (4, 'Riverside Studio', 'Cambridge', 145, 2007),
  (5, 'Empire', 'Colchester', 1120, 1898),
  (6, 'Quayside Theatre', 'Ipswich', 330, 1983),
  (7, 'Little Angel House', 'Norwich', 96, 1972);

INSERT INTO Playwright VALUES
  (1, 'Alasdair Munro', 'Scottish', 1871),
  (2, 'Eloise Garnier', 'French', 1932),
  (3, 'Tobias Ackroyd', 'English', 1809),
  (4, 'Ingeborg Falk', 'Swedish', 1888),
  (5, 'Declan Sweeney', 'Irish', 1954),
  (6, 'Lucia Morante', 'Spanish', 1967),
  (7, 'Constance Whitby', 'English', 1985),
  (8, 'Pavel Rybakov', 'Russian', 1860),
  (9, 'Maeve Gallagher', 'Irish', 1979);

INSERT INTO Play VALUES
  (1, 'The Lighthouse Bride', 1, 'tragedy', 1903, 5),
  (2, 'A Quarrel of Gulls', 1, 'comedy', 1911, 3),
  (3, 'The Paper Garden', 2, 'drama', 1968, 3),
  (4, 'Dinner for Nobody', 2, 'comedy', 1974, 2),
  (5, 'The Mistaken Squire', 3, 'comedy', 1842, 4),
  (6, 'Blackthorn Hall', 3, 'tragedy', 1851, 5),
  (7, 'The Frozen Sound', 4, 'drama', 1926, 4),
  (8, 'Pints and Saints', 5, 'comedy', 1991, 2),
  (9, 'The Turf Cutter', 5, 'drama', 1998, 2),
  (10, 'The Widow of Cadiz', 6, 'tragedy', 2004, 3),
  (11, 'Paper Moon Motel', 7, 'drama', 2014, 1),
  (12, 'Signal Lost', 7, 'thriller', 2019, 2),
  (13, 'Three Brothers Late', 8, 'tragedy', 1897, 4),
  (14, 'The Last Ferry Home', 9, 'thriller', 2012, 2),
  (15, 'Knock Twice', 9, 'thriller', 2016, 1);

INSERT INTO Director VALUES
  (1, 'Harold Bancroft', 'English', 34),
  (2, 'Simone Lefevre', 'French', 17),
  (3, 'Oisin Daly', 'Irish', 12),
  (4, 'Petra Lindgren', 'Swedish', 21),
  (5, 'Amira Siddiqui', 'English', 8),
  (6, 'Gregor McAllister', 'Scottish', 27),
  (7, 'Ramona Cortes', 'Spanish', 5);

INSERT INTO Production VALUES
  (1, 13, 3, 2, '2019-03-11', 129000, 34),
  (2, 5, 6, 2, '2019-04-08', 31000, 35),
  (3, 6, 3, 2, '2019-07-06', 114500, 63),
  (4, 2, 1, 4, '2019-07-26', 123000, 28),
  (5, 3, 1, 4, '2019-07-28', 145500, 49),
  (6, 5, 4, 2, '2019-09-01', 219000, 16),
  (7, 11, 1, 1, '2020-05-06', 24500, 17),
  (8, 11, 1, 4, '2020-09-14', 186000, 8),
  (9, 12, 6, 2, '2020-12-06', 101000, 46),
  (10, 10, 2, 6, '2021-01-05', 117500, 72),
  (11, 13, 6, 4, '2021-01-09', 53000, 9),
  (12, 12, 6, 1, '2021-01-16', 56500, 65),
  (13, 3, 3, 1, '2021-04-15', 61500, 41),
  (14, 1, 6, 4, '2021-05-31', 106000, 52),
  (15, 7, 5, 5, '2021-07-30', 176500, 64),
  (16, 13, 4, 6, '2021-11-16', 138500, 50),
  (17, 1, 6, 1, '2021-12-12', 121000, 25),
  (18, 1, 6, 4, '2022-02-27', 183000, 71),
  (19, 13, 2, 2, '2022-06-10', 149000, 12),
  (20, 1, 6, 6, '2022-06-25', 40000, 57),
  (21, 13, 3, 6, '2022-06-29', 68500, 20),
  (22, 2, 1, 4, '2022-09-28', 139500, 26),
  (23, 10, 6, 6, '2023-08-03', 29000, 53),
  (24, 2, 3, 1, '2023-10-28', 131000, 13);

INSERT INTO Actor VALUES
  (1, 'Beatrice Holloway', 'female', 46, 'English'),
  (2, 'Julian Ferris', 'male', 38, 'English'),
  (3, 'Niamh Corrigan', 'female', 29, 'Irish'),
  (4, 'Edgar Thistlewood', 'male', 67, 'English'),
  (5, 'Sylvie Marchal', 'female', 34, 'French'),
  (6, 'Conor Brady', 'male', 25, 'Irish'),
  (7, 'Astrid Nyberg', 'female', 52, 'Swedish'),
  (8, 'Malcolm Drummond', 'male', 58, 'Scottish'),
  (9, 'Fiona Kerr', 'female', 41, 'Scottish'),
  (10, 'Javier Robles', 'male', 33, 'Spanish'),
  (11, 'Tamsin Oakes', 'female', 23, 'English'),
  (12, 'Desmond Clarke', 'male', 44, 'English'),
  (13, 'Rosalind Achebe', 'female', 36, 'English'),
  (14, 'Piers Langley', 'male', 31, 'English'),
  (15, 'Orla Fitzpatrick', 'female', 49, 'Irish'),
  (16, 'Nikolai Volkov', 'male', 62, 'Russian');

INSERT INTO Casting VALUES
  (1, 1, 'lead', 7150),
  (1, 2, 'judge', 6050),
  (1, 12, 'judge', 11650),
  (2, 1, 'lead', 10350),
  (2, 7, 'lover', 1100),
  (2, 8, 'servant', 9000),
  (2, 10, 'servant', 1900),
  (2, 12, 'judge', 14400),
  (3, 6, 'servant', 8200),
  (3, 10, 'servant', 9500),
  (4, 10, 'judge', 6300),
  (5, 1, 'judge', 5750),
  (5, 3, 'lover', 7450),
  (5, 8, 'servant', 11950),
  (5, 11, 'lover', 2400),
  (7, 1, 'lover', 3800),
  (7, 8, 'narrator', 5100),
  (7, 12, 'villain', 6750),
  (8, 2, 'judge', 7900),
  (8, 4, 'lead', 5700),
  (9, 2, 'narrator', 11150),
  (9, 8, 'judge', 9550),
  (10, 1, 'lover', 10000),
  (10, 3, 'narrator', 14500),
  (10, 10, 'lead', 6100),
  (11, 5, 'servant', 10100),
  (11, 8, 'lead', 8250),
  (11, 10, 'villain', 4700),
  (12, 3, 'narrator', 6250),
  (12, 10, 'lover', 12700),
  (12, 12, 'judge', 10550),
  (13, 3, 'lead', 14000),
  (13, 10, 'narrator', 13900),
  (13, 12, 'lover', 4250),
  (14, 4, 'villain', 7300),
  (14, 10, 'judge', 9750),
  (14, 14, 'narrator', 4050),
  (15, 1, 'lead', 12050),
  (15, 3, 'lead', 12500),
  (16, 8, 'villain', 1300),
  (16, 10, 'villain', 2600),
  (17, 7, 'lead', 6550),
  (17, 13, 'servant', 6850),
  (17, 14, 'villain', 14750),
  (18, 4, 'lover', 5050),
  (18, 8, 'narrator', 8500),
  (18, 9, 'narrator', 4150),
  (18, 10, 'lead', 3500),
  (18, 12, 'villain', 5350),
  (19, 1, 'lover', 10250),
  (20, 7, 'narrator', 6500),
  (20, 10, 'lead', 12200),
  (20, 13, 'judge', 12250),
  (22, 3, 'lead', 3600),
  (22, 5, 'lover', 2750),
  (22, 11, 'lead', 10900),
  (23, 3, 'villain', 14650),
  (23, 10, 'lover', 9050);

INSERT INTO Review VALUES
  (1, 1, 'The Evening Courier', 'Fergus Bell', 3),
  (2, 19, 'Stage Weekly', 'Ivo Prentice', 2),
  (3, 6, 'Anglian Post', 'Quentin Hale', 1),
  (4, 13, 'Anglian Post', 'Quentin Hale', 3),
  (5, 15, 'The Evening Courier', 'Dora Minchin', 3),
  (6, 5, 'Anglian Post', 'Quentin Hale', 4),
  (7, 1, 'Anglian Post', 'Miriam Stroud', 5),
  (8, 4, 'Cambridge Echo', 'Lydia Marsh', 3),
  (9, 1, 'Stage Weekly', 'Ivo Prentice', 2),
  (10, 13, 'The Evening Courier', 'Fergus Bell', 4),
  (11, 1, 'Cambridge Echo', 'Lydia Marsh', 5),
  (12, 9, 'Cambridge Echo', 'Lydia Marsh', 4),
  (13, 14, 'The Evening Courier', 'Dora Minchin', 4),
  (14, 21, 'Cambridge Echo', 'Lydia Marsh', 5),
  (15, 16, 'Anglian Post', 'Quentin Hale', 3),
  (16, 13, 'The Evening Courier', 'Dora Minchin', 4),
  (17, 9, 'Anglian Post', 'Miriam Stroud', 5),
  (18, 19, 'Cambridge Echo', 'Lydia Marsh', 4),
  (19, 9, 'Anglian Post', 'Quentin Hale', 4),
  (20, 21, 'Cambridge Echo', 'Lydia Marsh', 2),
  (21, 19, 'The Evening Courier', 'Fergus Bell', 3),
  (22, 1, 'Cambridge Echo', 'Lydia Marsh', 1),
  (23, 21, 'Cambridge Echo', 'Lydia Marsh', 4),
  (24, 5, 'Cambridge Echo', 'Lydia Marsh', 4),
  (25, 2, 'Anglian Post', 'Miriam Stroud', 1),
  (26, 6, 'Cambridge Echo', 'Lydia Marsh', 2),
  (27, 12, 'Stage Weekly', 'Ivo Prentice', 5),
  (28, 16, 'Anglian Post', 'Quentin Hale', 4),
  (29, 11, 'Anglian Post', 'Quentin Hale', 5),
  (30, 3, 'The Evening Courier', 'Dora Minchin', 1),
  (31, 9, 'Cambridge Echo', 'Lydia Marsh', 3),
  (32, 3, 'Cambridge Echo', 'Lydia Marsh', 2),
  (33, 18, 'Stage Weekly', 'Ivo Prentice', 4),
  (34, 16, 'The Evening Courier', 'Dora Minchin', 2),
  (35, 16, 'The Evening Courier', 'Fergus Bell', 3),
  (36, 16, 'The Evening Courier', 'Dora Minchin', 3),
  (37, 5, 'Stage Weekly', 'Ivo Prentice', 3),
  (38, 12, 'Stage Weekly', 'Ivo Prentice', 3),
  (39, 3, 'Stage Weekly', 'Ivo Prentice', 4),
  (40, 8, 'The Evening Courier', 'Dora Minchin', 2);
