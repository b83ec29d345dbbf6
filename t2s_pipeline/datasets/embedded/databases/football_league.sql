CREATE TABLE Stadium (
  StadiumId INTEGER PRIMARY KEY,
  Name TEXT NOT NULL,
  City TEXT NOT NULL,
  Capacity INTEGER NOT NULL,
  OpenedYear INTEGER NOT NULL
);

CREATE TABLE Team (
  TeamId INTEGER PRIMARY KEY,
  Name TEXT NOT NULL,
  City TEXT NOT NULL,
  FoundedYear INTEGER NOT NULL,
  StadiumId INTEGER NOT NULL REFERENCES Stadium (StadiumId)
);

CREATE TABLE Coach (
  CoachId INTEGER PRIMARY KEY,
  Name TEXT NOT NULL,
  Country TEXT NOT NULL,
  Age INTEGER NOT NULL,
  TeamId INTEGER NOT NULL REFERENCES Team (TeamId)
);

CREATE TABLE Player (
  PlayerId INTEGER PRIMARY KEY,
  Name TEXT NOT NULL,
  TeamId INTEGER NOT NULL REFERENCES Team (TeamId),
  Position TEXT NOT NULL,
  Country TEXT NOT NULL,
  Age INTEGER NOT NULL,
  Goals INTEGER NOT NULL,
  Salary INTEGER NOT NULL
);

CREATE TABLE Game (
  GameId INTEGER PRIMARY KEY,
  HomeTeamId INTEGER NOT NULL REFERENCES Team (TeamId),
  AwayTeamId INTEGER NOT NULL REFERENCES Team (TeamId),
  GameDate DATE NOT NULL,
  HomeGoals INTEGER NOT NULL,
  AwayGoals INTEGER NOT NULL,
  Attendance INTEGER NOT NULL
);

INSERT INTO Stadium VALUES
  (1, 'Mill Lane', 'Sheffield', 28400, 1909),
  (2, 'Castle Park', 'Nottingham', 31750, 1923),
  (3, 'Dock Road', 'Hull', 19200, 1955),
  (4, 'The Orchard', 'Norwich', 24600, 1938),
  (5, 'Victoria Ground', 'Leeds', 36900, 1899),
  (6, 'Seaview Arena', 'Brighton', 22100, 2011),
  (7, 'Kingsmead', 'Leeds', 17800, 1987),
  (8, 'Westfield Oval', 'Derby', 15400, 1994);

INSERT INTO Team VALUES
  (1, 'Sheffield Rovers', 'Sheffield', 1889, 1),
  (2, 'Nottingham Athletic', 'Nottingham', 1878, 2),
  (3, 'Hull Mariners', 'Hull', 1904, 3),
  (4, 'Norwich Rangers', 'Norwich', 1902, 4),
  (5, 'Leeds Victoria', 'Leeds', 1884, 5),
  (6, 'Brighton Wanderers', 'Brighton', 1921, 6),
  (7, 'Leeds Borough', 'Leeds', 1948, 7),
  (8, 'Derby Old Boys', 'Derby', 1895, 8);

INSERT INTO Coach VALUES
  (1, 'Martin Hale', 'England', 51, 1),
  (2, 'Carlos Ibarra', 'Spain', 46, 2),
  (3, 'Stuart McLeod', 'Scotland', 58, 3),
  (4, 'Jan de Groot', 'Netherlands', 43, 4),
  (5, 'Pietro Salvi', 'Italy', 55, 5),
  (6, 'Neil Hargreaves', 'England', 39, 6),
  (7, 'Gareth Pryce', 'Wales', 62, 7),
  (8, 'Luis Carvalho', 'Portugal', 48, 8);

INSERT INTO Player VALUES
  (1, 'Jamie Thornton', 1, 'Forward', 'England', 24, 14, 62000),
  (2, 'Kofi Mensah', 1, 'Midfielder', 'Ghana', 27, 6, 48000),
  (3, 'Lewis Barker', 1, 'Goalkeeper', 'England', 31, 0, 35000),
  (4, 'Andre Silva', 1, 'Defender', 'Brazil', 29, 2, 41000),
  (5, 'Pablo Reyes', 2, 'Forward', 'Spain', 22, 17, 71000),
  (6, 'Owen Griffiths', 2, 'Midfielder', 'Wales', 25, 8, 46500),
  (7, 'Tom Whitaker', 2, 'Defender', 'England', 33, 1, 39000),
  (8, 'Rui Fonseca', 2, 'Midfielder', 'Portugal', 28, 5, 52000),
  (9, 'Ben Ramsey', 3, 'Forward', 'Scotland', 30, 9, 44000),
  (10, 'Callum Fraser', 3, 'Goalkeeper', 'Scotland', 26, 0, 28000),
  (11, 'Ryan Doyle', 3, 'Defender', 'Ireland', 23, 3, 26500),
  (12, 'Moussa Traore', 3, 'Midfielder', 'Mali', 21, 4, 30000),
  (13, 'Sven de Jong', 4, 'Forward', 'Netherlands', 28, 11, 57000),
  (14, 'Harry Cotton', 4, 'Defender', 'England', 20, 0, 19000),
  (15, 'Daan Visser', 4, 'Midfielder', 'Netherlands', 24, 7, 43000),
  (16, 'Marco Bellini', 5, 'Forward', 'Italy', 26, 19, 88000),
  (17, 'Jack Pemberton', 5, 'Midfielder', 'England', 29, 10, 64000),
  (18, 'Luca Ferri', 5, 'Goalkeeper', 'Italy', 34, 0, 45000),
  (19, 'Youssef Amrani', 5, 'Defender', 'Morocco', 27, 3, 53000),
  (20, 'Daniel Frost', 5, 'Forward', 'England', 19, 5, 33000),
  (21, 'Sam Holloway', 6, 'Forward', 'England', 23, 12, 49000),
  (22, 'Igor Novak', 6, 'Defender', 'Croatia', 32, 2, 38000),
  (23, 'Joe Bright', 6, 'Midfielder', 'England', 22, 6, 31500),
  (24, 'Ifan Rees', 7, 'Forward', 'Wales', 25, 8, 27000),
  (25, 'Adam Stokes', 7, 'Goalkeeper', 'England', 28, 0, 22000),
  (26, 'Tiago Lopes', 8, 'Forward', 'Portugal', 27, 13, 42000),
  (27, 'Will Harding', 8, 'Defender', 'England', 30, 1, 24000),
  (28, 'Bruno Matos', 8, 'Midfielder', 'Brazil', 24, 4, 29500);

INSERT INTO Game VALUES
  (1, 6, 7, '2022-08-13', 2, 1, 21553),
  (2, 8, 1, '2022-08-13', 2, 0, 8616),
  (3, 7, 2, '2022-08-20', 1, 0, 17119),
  (4, 6, 1, '2022-08-20', 4, 2, 15381),
  (5, 7, 5, '2022-08-27', 2, 3, 14380),
  (6, 7, 4, '2022-08-27', 0, 1, 15332),
  (7, 2, 4, '2022-09-03', 1, 1, 22426),
  (8, 6, 4, '2022-09-03', 1, 1, 18926),
  (9, 4, 7, '2022-09-10', 1, 0, 18644),
  (10, 3, 5, '2022-09-10', 0, 3, 12724),
  (11, 2, 6, '2022-09-17', 2, 0, 22458),
  (12, 8, 7, '2022-09-17', 2, 1, 12190),
  (13, 3, 8, '2022-09-24', 4, 0, 13739),
  (14, 4, 6, '2022-09-24', 3, 0, 18431),
  (15, 7, 1, '2022-10-01', 1, 0, 14674),
  (16, 8, 6, '2022-10-01', 4, 1, 13590),
  (17, 5, 6, '2022-10-08', 1, 2, 25886),
  (18, 3, 6, '2022-10-08', 2, 0, 12679),
  (19, 8, 4, '2022-10-15', 4, 1, 12466),
  (20, 3, 1, '2022-10-15', 0, 1, 17822),
  (21, 4, 1, '2022-10-22', 0, 0, 23767),
  (22, 3, 7, '2022-10-22', 2, 1, 13438),
  (23, 1, 6, '2022-10-29', 1, 1, 27092),
  (24, 1, 4, '2022-10-29', 2, 0, 27168),
  (25, 5, 1, '2022-11-05', 1, 1, 25367),
  (26, 2, 7, '2022-11-05', 0, 3, 19941),
  (27, 6, 2, '2022-11-12', 3, 1, 13602),
  (28, 4, 8, '2022-11-12', 1, 3, 24318),
  (29, 1, 7, '2022-11-19', 2, 2, 16226),
  (30, 2, 3, '2022-11-19', 0, 0, 30365),
  (31, 5, 4, '2022-11-26', 1, 1, 32318),
  (32, 2, 8, '2022-11-26', 2, 0, 23828),
  (33, 1, 2, '2022-12-03', 3, 0, 16316),
  (34, 6, 3, '2022-12-03', 1, 0, 19950);
