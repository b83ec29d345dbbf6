CREATE TABLE Bureau (
  bureau_id INTEGER PRIMARY KEY,
  City TEXT NOT NULL,
  Country TEXT NOT NULL,
  Opened_Year INTEGER NOT NULL,
  Staff_size INTEGER NOT NULL
);

CREATE TABLE journalist (
  journalist_ID INTEGER PRIMARY KEY,
  Name TEXT NOT NULL,
  bureau_id INTEGER NOT NULL REFERENCES Bureau (bureau_id),
  Nationality TEXT NOT NULL,
  Age INTEGER NOT NULL,
  Years_working INTEGER NOT NULL
);

CREATE TABLE section (
  section_ID INTEGER PRIMARY KEY,
  Name TEXT NOT NULL,
  Editor TEXT NOT NULL
);

CREATE TABLE article (
  article_ID INTEGER PRIMARY KEY,
  Title TEXT NOT NULL,
  journalist_ID INTEGER NOT NULL REFERENCES journalist (journalist_ID),
  section_ID INTEGER NOT NULL REFERENCES section (section_ID),
  Publish_Date DATE NOT NULL,
  Words INTEGER NOT NULL,
  Views INTEGER NOT NULL
);

CREATE TABLE photographer (
  photographer_ID INTEGER PRIMARY KEY,
  Name TEXT NOT NULL,
  Country TEXT NOT NULL,
  Camera TEXT NOT NULL
);

CREATE TABLE photo (
  photo_ID INTEGER PRIMARY KEY,
  article_ID INTEGER NOT NULL REFERENCES article (article_ID),
  photographer_ID INTEGER NOT NULL REFERENCES photographer (photographer_ID),
  Caption TEXT NOT NULL,
  Fee REAL NOT NULL
);

CREATE TABLE subscriber (
  subscriber_ID INTEGER PRIMARY KEY,
  Name TEXT NOT NULL,
  Country TEXT NOT NULL,
  Kind TEXT NOT NULL,
  Yearly_Fee INTEGER NOT NULL
);

CREATE TABLE reprint (
  article_ID INTEGER NOT NULL REFERENCES article (article_ID),
  subscriber_ID INTEGER NOT NULL REFERENCES subscriber (subscriber_ID),
  Reprint_Date DATE NOT NULL,
  PRIMARY KEY (article_ID, subscriber_ID)
);

INSERT INTO Bureau VALUES
  (1, 'Lisbon', 'Portugal', 1962, 14),
  (2, 'Nairobi', 'Kenya', 1981, 22),
  (3, 'Jakarta', 'Indonesia', 1994, 17),
  (4, 'Montreal', 'Canada', 1975, 31),
  (5, 'Warsaw', 'Poland', 1990, 12),
  (6, 'Santiago', 'Chile', 2003, 9),
  (7, 'Brussels', 'Belgium', 1958, 46),
  (8, 'Dakar', 'Senegal', 2015, 6);

INSERT INTO journalist VALUES
  (1, 'Rui Tavares', 1, 'Portuguese', 44, 19),
  (2, 'Amelia Prior', 1, 'British', 33, 9),
  (3, 'Wanjiru Kamau', 2, 'Kenyan', 39, 14),
  (4, 'Daniel Otieno', 2, 'Kenyan', 52, 28),
  (5, 'Sari Wibowo', 3, 'Indonesian', 36, 12),
  (6, 'Bram Kuipers', 3, 'Dutch', 47, 21),
  (7, 'Josee Lavigne', 4, 'Canadian', 58, 34),
  (8, 'Mark Tremain', 4, 'Canadian', 29, 5),
  (9, 'Nadia Bouchard', 4, 'Canadian', 41, 16),
  (10, 'Agnieszka Mazur', 5, 'Polish', 35, 11),
  (11, 'Felipe Araya', 6, 'Chilean', 31, 7),
  (12, 'Constanza Rojas', 6, 'Chilean', 49, 24),
  (13, 'Lieven Maes', 7, 'Belgian', 54, 30),
  (14, 'Sophie Renaud', 7, 'French', 38, 13),
  (15, 'Ian Costello', 7, 'Irish', 63, 40),
  (16, 'Moussa Ndiaye', 8, 'Senegalese', 28, 4),
  (17, 'Greta Holm', 7, 'Swedish', 45, 18);

INSERT INTO section VALUES
  (1, 'Politics', 'Harriet Vance'),
  (2, 'Business', 'Oliver Stranks'),
  (3, 'Sport', 'Carmen Ibarra'),
  (4, 'Science', 'Devika Rao'),
  (5, 'Culture', 'Laurent Petit'),
  (6, 'Environment', 'Moira Keel');

INSERT INTO article VALUES
  (1, 'Ministers Split over Budget', 8, 1, '2022-02-17', 2650, 38500),
  (2, 'Coffee Prices Reach a Record', 10, 2, '2022-02-28', 670, 71700),
  (3, 'Marathon Record Falls in Nairobi', 4, 3, '2022-03-01', 790, 92300),
  (4, 'The Last Glaciers of Patagonia', 4, 6, '2022-03-10', 1700, 40700),
  (5, 'A Museum Opens in the Old Station', 6, 5, '2022-03-11', 2740, 25400),
  (6, 'Farmers Block the Border', 16, 1, '2022-03-14', 650, 17200),
  (7, 'Central Bank Holds Rates', 8, 2, '2022-03-22', 630, 10200),
  (8, 'Cup Final Ends in Penalties', 1, 3, '2022-03-25', 1900, 19800),
  (9, 'New Vaccine Passes Trial', 12, 4, '2022-04-08', 2600, 25500),
  (10, 'Poets of the Harbour', 11, 5, '2022-04-12', 1770, 69200),
  (11, 'Floods Reach the Capital', 1, 6, '2022-04-16', 2290, 25600),
  (12, 'Coalition Talks Collapse', 7, 1, '2022-05-16', 2090, 3000),
  (13, 'Shipping Strike Enters Week Three', 15, 2, '2022-06-13', 430, 51400),
  (14, 'Young Swimmer Stuns Champions', 6, 3, '2022-08-17', 2680, 86900),
  (15, 'Telescope Spots Distant Water', 10, 4, '2022-08-24', 2130, 62100),
  (16, 'Street Theatre Returns', 10, 5, '2022-08-26', 1180, 20400),
  (17, 'Wildfires Near the Vineyards', 3, 6, '2022-09-13', 910, 28700),
  (18, 'Mayor Resigns after Audit', 15, 1, '2022-12-07', 2840, 30600),
  (19, 'Copper Miners Win Pay Rise', 1, 2, '2023-01-19', 620, 2200),
  (20, 'Cyclists Brave the Mountains', 2, 3, '2023-02-18', 1430, 16700),
  (21, 'Ocean Survey Finds New Coral', 4, 4, '2023-02-20', 1790, 44700),
  (22, 'A Choir of a Thousand Voices', 8, 5, '2023-03-14', 980, 56500),
  (23, 'Plastic Ban Takes Effect', 13, 6, '2023-03-20', 1580, 39600),
  (24, 'Parliament Votes on Pensions', 6, 1, '2023-03-30', 2350, 64200),
  (25, 'Airline Orders Electric Planes', 11, 2, '2023-06-13', 2320, 59700),
  (26, 'Rugby Team Loses Coach', 4, 3, '2023-07-12', 2860, 34400),
  (27, 'Ancient Bones Rewrite History', 16, 4, '2023-07-28', 730, 14600),
  (28, 'The Bookseller of Dakar', 13, 5, '2023-08-12', 1170, 72500),
  (29, 'Drought Empties Reservoirs', 10, 6, '2023-08-23', 2610, 89700),
  (30, 'Election Observers Arrive', 3, 1, '2023-08-29', 2370, 54500),
  (31, 'Start-ups Flock to Warsaw', 1, 2, '2023-09-01', 1740, 65000),
  (32, 'Chess Prodigy Aged Nine', 15, 3, '2023-10-14', 1020, 68800),
  (33, 'Bees Return to the City', 12, 6, '2023-10-17', 2520, 71000),
  (34, 'Film Festival under Fire', 10, 5, '2023-11-07', 2440, 77500);

INSERT INTO photographer VALUES
  (1, 'Tomas Brandao', 'Portugal', 'Nikon Z9'),
  (2, 'Achieng Odera', 'Kenya', 'Canon R5'),
  (3, 'Yusuf Rahmat', 'Indonesia', 'Sony A1'),
  (4, 'Claire Desrosiers', 'Canada', 'Nikon Z9'),
  (5, 'Piotr Wrona', 'Poland', 'Leica SL2'),
  (6, 'Ximena Fuenzalida', 'Chile', 'Canon R5'),
  (7, 'Dirk Claessens', 'Belgium', 'Sony A1'),
  (8, 'Awa Diop', 'Senegal', 'Nikon Z9'),
  (9, 'Hugh Lacey', 'Ireland', 'Leica SL2');

INSERT INTO photo VALUES
  (1, 12, 5, 'Crowd at the gates', 105.0),
  (2, 10, 3, 'Empty shelves', 54.0),
  (3, 27, 3, 'Finish line', 117.25),
  (4, 3, 5, 'Ice wall at dawn', 342.25),
  (5, 28, 5, 'Opening night', 278.25),
  (6, 30, 8, 'Tractors on the bridge', 452.75),
  (7, 9, 4, 'Governor at the desk', 375.75),
  (8, 14, 1, 'Winning kick', 114.75),
  (9, 11, 4, 'Nurse with syringe', 353.0),
  (10, 15, 4, 'Reading by the water', 463.0),
  (11, 11, 4, 'Street under water', 345.0),
  (12, 19, 5, 'Handshake refused', 282.75),
  (13, 14, 5, 'Cranes standing still', 376.5),
  (14, 7, 5, 'Medal ceremony', 219.25),
  (15, 7, 3, 'Dome under stars', 119.75),
  (16, 9, 3, 'Puppets on parade', 320.75),
  (17, 20, 6, 'Smoke over hills', 320.5),
  (18, 11, 7, 'Leaving the hall', 107.0),
  (19, 10, 7, 'Night shift', 50.75),
  (20, 28, 1, 'Rider in fog', 47.25),
  (21, 27, 8, 'Divers at work', 449.25),
  (22, 20, 2, 'Choir in the square', 411.75),
  (23, 18, 3, 'Beach clean-up', 372.5),
  (24, 31, 8, 'Vote count', 92.5),
  (25, 19, 7, 'Runway at dusk', 309.5),
  (26, 3, 2, 'Team huddle', 423.5),
  (27, 12, 2, 'Skull on velvet', 111.25),
  (28, 26, 1, 'Shop window', 262.0),
  (29, 11, 3, 'Cracked mud', 139.5),
  (30, 18, 2, 'Ballot boxes', 462.75),
  (31, 27, 5, 'Open office', 148.0),
  (32, 10, 2, 'Boy and board', 54.25),
  (33, 1, 4, 'Hive on a roof', 168.75),
  (34, 11, 1, 'Red carpet', 148.75),
  (35, 3, 1, 'Police line', 189.75),
  (36, 30, 4, 'Market morning', 296.5),
  (37, 21, 8, 'Harbour lights', 163.0),
  (38, 31, 3, 'Flag at half mast', 431.0);

INSERT INTO subscriber VALUES
  (1, 'Coastal Tribune', 'Canada', 'newspaper', 48000),
  (2, 'Radio Horizonte', 'Chile', 'radio', 12500),
  (3, 'Baltic Business Daily', 'Poland', 'newspaper', 27300),
  (4, 'Afrique Matin', 'Senegal', 'newspaper', 9800),
  (5, 'Canal Sete', 'Portugal', 'television', 61500),
  (6, 'The Flemish Herald', 'Belgium', 'newspaper', 35200),
  (7, 'Rift Valley FM', 'Kenya', 'radio', 7400),
  (8, 'Archipelago News', 'Indonesia', 'website', 15900),
  (9, 'Northern Lights TV', 'Canada', 'television', 72800),
  (10, 'The Slow Reader', 'Ireland', 'website', 4600);

INSERT INTO reprint VALUES
  (1, 8, '2022-02-26'),
  (3, 5, '2022-03-18'),
  (4, 5, '2022-03-31'),
  (5, 3, '2022-03-25'),
  (5, 8, '2022-04-03'),
  (6, 3, '2022-03-18'),
  (6, 5, '2022-03-18'),
  (6, 6, '2022-03-17'),
  (6, 8, '2022-03-24'),
  (6, 9, '2022-03-31'),
  (7, 5, '2022-04-10'),
  (7, 9, '2022-03-29'),
  (8, 5, '2022-04-07'),
  (8, 9, '2022-04-03'),
  (9, 4, '2022-04-16'),
  (11, 1, '2022-05-06'),
  (12, 9, '2022-05-17'),
  (14, 9, '2022-08-18'),
  (15, 8, '2022-09-11'),
  (16, 3, '2022-09-05'),
  (16, 8, '2022-09-10'),
  (18, 5, '2022-12-16'),
  (18, 7, '2022-12-18'),
  (18, 8, '2022-12-28'),
  (20, 8, '2023-02-26'),
  (21, 4, '2023-03-08'),
  (22, 6, '2023-03-31'),
  (25, 6, '2023-06-21'),
  (25, 7, '2023-07-01'),
  (26, 3, '2023-07-20'),
  (26, 5, '2023-07-13'),
  (26, 7, '2023-07-26'),
  (26, 9, '2023-08-04'),
  (27, 6, '2023-08-18'),
  (28, 1, '2023-08-22'),
  (28, 6, '2023-08-14'),
  (29, 1, '2023-08-24'),
  (29, 5, '2023-08-30'),
  (29, 7, '2023-09-08'),
  (31, 3, '2023-09-23'),
  (31, 4, '2023-09-22'),
  (31, 5, '2023-09-15'),
  (31, 7, '2023-09-04'),
  (31, 9, '2023-09-10'),
  (32, 2, '2023-10-22'),
  (33, 9, '2023-11-08');
